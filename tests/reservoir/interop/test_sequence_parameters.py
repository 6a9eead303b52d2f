"""The adapters of models of sequences have the parameters of these models, and turn series without a copy."""

import inspect
import runpy
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tones import channels_first, ragged_channels_first

from reservoir import ReservoirClassifier, SequenceRegressor, from_channels_first, interop
from reservoir.interop.sequence_parameters import SequenceParameters, steps_first


@pytest.mark.parametrize("model", [ReservoirClassifier, SequenceRegressor])
def test_parameters_are_those_of_the_models_with_one_thread(model):
    own, theirs = (
        {one.name: (one.kind, one.default) for one in inspect.signature(cls).parameters.values()}
        for cls in (SequenceParameters, model)
    )
    assert own.pop("n_jobs")[1] == 1
    assert theirs.pop("n_jobs")[1] is None
    assert own == theirs


def test_parameters_are_stored_as_they_are():
    views = ["scaled"]
    adapter = SequenceParameters(n_units=7, views=views, verbose=True)
    assert (adapter.n_units, adapter.verbose) == (7, True) and adapter.views is views


@pytest.mark.parametrize("series", [channels_first, ragged_channels_first])
def test_series_are_turned_without_a_copy(series):
    given = series()
    turned = steps_first(given)
    for x, expected, original in zip(turned, from_channels_first(given), given, strict=True):
        np.testing.assert_array_equal(x, expected)
        assert np.shares_memory(x, original)


def test_rows_of_data_frames_are_steps_already():
    frames = [pd.DataFrame(x.T) for x in ragged_channels_first()]
    assert all(x is frame for x, frame in zip(steps_first(frames), frames, strict=True))


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("AeonClassifier", "aeon.classification"),
        ("AeonRegressor", "aeon.regression"),
        ("SktimeClassifier", "sktime.classification.base"),
        ("SktimeRegressor", "sktime.regression.base"),
    ],
)
def test_without_the_other_library_the_message_says_how_to_install_it(name, base, monkeypatch):
    monkeypatch.setitem(sys.modules, base, None)  # so that it cannot be imported
    library = base.split(".")[0]
    file = name.lower().replace(library, f"{library}_") + ".py"
    adapter = runpy.run_path(str(Path(interop.__file__).with_name(file)))[name]
    with pytest.raises(ImportError, match=rf'{name} needs {library}: pip install "liquid-reservoir\[{library}\]"'):
        adapter()

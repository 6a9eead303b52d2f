"""Models behind the interfaces of sktime and aeon are saved and read, where these are installed."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import interop, load, save

pytest.importorskip("skops", reason='skops is not installed: pip install "liquid-reservoir[skops]"')
PANEL = np.random.RandomState(0).standard_normal((12, 2, 30))  # cases, channels, steps
SERIES = np.sin(0.3 * np.arange(120))
TARGETS = {"Classifier": np.arange(12) % 2, "Regressor": np.linspace(0, 1, 12)}


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # of sktime itself
@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("peer", ["sktime", "aeon"])
def test_models_of_sequences_come_back(peer, task, tmp_path):
    pytest.importorskip(peer, reason=f"the adapter is for {peer}")
    model = getattr(interop, f"{peer.capitalize()}{task}")(n_units=10, random_state=0).fit(PANEL, TARGETS[task])
    save(model, tmp_path / "model.skops")
    assert_array_equal(load(tmp_path / "model.skops").predict(PANEL), model.predict(PANEL))


def test_a_forecaster_comes_back(tmp_path):
    pytest.importorskip("aeon", reason="the adapter is for aeon")
    model = interop.AeonForecaster().fit(SERIES)
    save(model, tmp_path / "model.skops")
    assert_array_equal(load(tmp_path / "model.skops").predict(SERIES), model.predict(SERIES))


def test_one_that_keeps_tables_is_refused(tmp_path):
    pytest.importorskip("sktime", reason="the adapter is for sktime")
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    model = interop.SktimeForecaster().fit(pd.Series(SERIES), fh=[1, 2])
    with pytest.raises(TypeError, match="'model' must"):
        save(model, tmp_path / "model.skops")

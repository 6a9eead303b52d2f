"""Files that an earlier commit wrote, with the lowest versions of all packages, are read, and compute what they did."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.exceptions import InconsistentVersionWarning

import reservoir
from reservoir import FileVersionWarning, load
from reservoir.files.archive import read_header

pytest.importorskip("skops", reason='skops is not installed: pip install "liquid-reservoir[skops]"')
FOLDER = Path(__file__).parents[2] / "fixtures" / "files"


@pytest.fixture(scope="module")
def expected():
    with np.load(FOLDER / "outputs.npz") as outputs:
        return dict(outputs)


@pytest.fixture(scope="module")
def waves():
    spec = importlib.util.spec_from_file_location("make_files", FOLDER / "make_files.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program.waves()


def read(name):
    path = FOLDER / f"{name}.skops"
    written = read_header(path.name, path.read_bytes())["versions"]["liquid-reservoir"]
    with warnings.catch_warnings():
        # Its own parts, of another version; that they compute the same is what is tested here.
        warnings.filterwarnings("ignore", category=InconsistentVersionWarning)
        if written == reservoir.__version__:
            return load(path)
        with pytest.warns(FileVersionWarning):
            return load(path)


COMPUTE = {
    "forecaster": lambda model, X: model.forecast(20),
    "pipeline": lambda model, X: model.predict(X),
    "classifier": lambda model, X: model.predict_proba([X[start : start + 20] for start in range(0, 100, 5)]),
    "wired": lambda model, X: model[0].run(X[50:], model[1])[0],
    "spiking": lambda model, X: model[0].run(X[50:], model[1])[0],
}


@pytest.mark.parametrize("name", COMPUTE)
def test_a_file_of_an_earlier_version_computes_what_it_did(name, waves, expected):
    outputs = COMPUTE[name](read(name), waves)
    assert outputs.dtype == expected[name].dtype
    # Other processors and versions round otherwise, in single precision, as features of sequences are, by 3e-7.
    tolerance = 1e-5 if outputs.dtype == np.float32 or name == "classifier" else 1e-9
    assert_allclose(outputs, expected[name], rtol=0, atol=tolerance)


def test_a_model_of_an_earlier_version_has_the_defaults_of_parameters_that_came_later(waves):
    liquid, _ = read("spiking")
    assert liquid.get_params().keys() == type(liquid)().get_params().keys()
    assert liquid.synapses is None and "LIFLiquid" in repr(liquid)
    assert clone(liquid).fit(waves).transform(waves).shape == (len(waves), liquid.n_units_)


@pytest.mark.parametrize("name", ["forecaster", "pipeline", "classifier"])
def test_a_composite_of_an_earlier_version_can_be_shown_and_copied(name):
    model = read(name)
    parts = [model, *(step for _, step in getattr(model, "steps", [])), *filter(None, [vars(model).get("encoder_")])]
    for part in parts:
        assert part.get_params().keys() == clone(part).get_params().keys() and repr(part)


def test_they_were_written_by_the_lowest_versions():
    versions = read_header("file", (FOLDER / "forecaster.skops").read_bytes())["versions"]
    lowest = {"numpy": "1.26.0", "scipy": "1.12.0", "scikit-learn": "1.6.0", "numba": "0.60.0", "skops": "0.16.0"}
    assert lowest.items() <= versions.items()

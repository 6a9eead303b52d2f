"""Whole models in C: regressors with and without feedback, and pipelines."""

import pickle

import numpy as np
import pandas as pd
import pytest
from builders import series
from c_programs import needs_gcc, outputs_in_c
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from readouts import RidgeReadout
from reservoir import (
    CTRNNLiquid,
    EchoStateReservoir,
    PerSequence,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
)
from reservoir.interop import to_c

U = np.abs(series(1000, 2))
Y = np.column_stack([U[:, 0] * np.roll(U[:, 1], 1), np.tanh(2 * U[:, 1] - 1)])
ECHO = EchoStateReservoir(20, random_state=0)
MODELS = {
    "passthrough": ReservoirRegressor(ECHO, RidgeReadout(1e-3), washout=10),
    "states alone": ReservoirRegressor(ECHO, RidgeReadout(1e-3), passthrough=False),
    "feedback": ReservoirRegressor(ECHO, RidgeReadout(1.0), feedback=True),
    "feedback of states alone": ReservoirRegressor(ECHO, RidgeReadout(1.0), feedback=True, passthrough=False),
    "feedback and times": ReservoirRegressor(CTRNNLiquid(9, elapsed_column=3), Ridge(1.0), feedback=True),
    "stack": ReservoirRegressor(StackedReservoir([ECHO, ECHO], random_state=0, input_to_all=True), Ridge(1e-3)),
    "scaler and reservoir": make_pipeline(StandardScaler(), ECHO),
    "scaler and regressor": make_pipeline(MinMaxScaler((-1, 1)), ReservoirRegressor(ECHO, Ridge(1e-3))),
    "scaler, reservoir, readout": make_pipeline(RobustScaler(), "passthrough", ECHO, StandardScaler(), Ridge(1e-3)),
    "scaler of series": make_pipeline(
        PerSequence(StandardScaler(), exclude=1), ReservoirRegressor(CTRNNLiquid(9, elapsed_column=1), Ridge(1e-3))
    ),
    "pipelines in a pipeline": make_pipeline(make_pipeline(StandardScaler(), MinMaxScaler()), make_pipeline(ECHO)),
}  # fmt: skip


@needs_gcc
@pytest.mark.parametrize("name", MODELS)
def test_outputs_are_those_in_python(tmp_path, name):
    model = MODELS[name].fit(U, Y)
    expected = model.predict(U) if hasattr(model, "predict") else model.transform(U)
    assert_allclose(outputs_in_c(to_c(model, tmp_path / "model"), U), expected, rtol=0, atol=1e-12)


@needs_gcc
def test_a_model_of_data_frames(tmp_path):
    frame = pd.DataFrame(U, columns=["force", "speed"])
    steps = StandardScaler(), EchoStateReservoir(9, random_state=0), Ridge(1e-3)
    model = make_pipeline(*steps).set_output(transform="pandas").fit(frame, Y)
    assert_allclose(outputs_in_c(to_c(model, tmp_path / "model"), U), model.predict(frame), rtol=0, atol=1e-12)


@needs_gcc
def test_a_model_that_was_pickled(tmp_path):
    model = pickle.loads(pickle.dumps(MODELS["stack"].fit(U, Y)))
    assert_allclose(outputs_in_c(to_c(model, tmp_path / "model"), U), model.predict(U), rtol=0, atol=1e-12)


@needs_gcc
def test_single_precision_is_off_by_the_weights_of_the_readout(tmp_path):
    # Longer rows of weights magnify the same error of the states.
    errors = {}
    for alpha in (1e-6, 1.0):
        model = ReservoirRegressor(ECHO, RidgeReadout(alpha)).fit(U, Y)
        outputs = outputs_in_c(to_c(model, tmp_path / "model", dtype="float32"), U, dtype="float32")
        length = np.linalg.norm(model.readout_.coef_, axis=1)
        errors[alpha] = np.abs(outputs - model.predict(U)).max(axis=0)
        assert np.all(errors[alpha] < 1e-6 * length)
    assert np.all(errors[1.0] < 1e-5)


@needs_gcc
def test_a_model_in_single_precision_is_exported_in_it(tmp_path):
    model = ReservoirRegressor(EchoStateReservoir(20, dtype="float32", random_state=0), Ridge(1.0)).fit(U, Y)
    files = to_c(model, tmp_path / "model")
    assert "typedef float model_real;" in files.header.read_text()
    outputs = outputs_in_c(files, U, dtype="float32")
    assert_allclose(outputs, model.predict(U.astype("float32")), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "model",
    [None, "model", EchoStateReservoir, Ridge(), make_pipeline(StandardScaler(), Ridge()), SequenceEncoder],
    ids=repr,
)
def test_what_is_no_model_is_refused(tmp_path, model):
    with pytest.raises(TypeError, match="'model' must be a fitted reservoir, ReservoirRegressor, SequenceEncoder.*got"):
        to_c(model, tmp_path / "model")


@pytest.mark.parametrize(
    "model", [EchoStateReservoir(), ReservoirRegressor(), SequenceEncoder(), make_pipeline(StandardScaler(), ECHO)]
)
def test_what_is_not_fitted_is_refused(tmp_path, model):
    with pytest.raises(NotFittedError):
        to_c(model.__sklearn_clone__() if hasattr(model, "__sklearn_clone__") else model, tmp_path / "model")


class Negated(ReservoirRegressor):
    """A regressor that predicts something else."""

    def predict(self, X, **keywords):
        return -super().predict(X, **keywords)


def test_a_regressor_of_another_class_is_refused(tmp_path):
    with pytest.raises(TypeError, match="'model' must be a fitted reservoir.*Negated"):
        to_c(Negated(ECHO, Ridge()).fit(U, Y), tmp_path / "model")


@pytest.mark.parametrize("place", ["before", "between"])
def test_a_transformer_that_is_no_scaler_is_refused(tmp_path, place):
    steps = [PCA(2), ECHO] if place == "before" else [ECHO, PCA(2), Ridge()]
    with pytest.raises(TypeError, match="'model' must transform rows by .*StandardScaler only; got PCA"):
        to_c(make_pipeline(*steps).fit(U, Y), tmp_path / "model")
    assert not list(tmp_path.iterdir())

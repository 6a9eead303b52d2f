import numpy as np
import pandas as pd
import pytest
from builders import build
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from readouts import RidgeReadout
from reservoir import (
    NVAR,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceRegressor,
)
from reservoir.diagnostics import readout_attribution

U = np.random.RandomState(0).standard_normal((60, 2))
Y = np.column_stack([U[:, 0] + np.roll(U[:, 1], 1), U[:, 0] * U[:, 1]])
RESERVOIR = EchoStateReservoir(10, random_state=0)


def assert_sums(parts, expected):
    expected = expected.reshape(len(expected), -1)
    tolerance = 1e-10 * np.abs(expected).max()
    np.testing.assert_allclose(parts.prediction, expected, atol=tolerance)
    np.testing.assert_allclose(parts.base + parts.inputs.sum(axis=1), expected, atol=tolerance)


def test_channels_of_a_linear_model_contribute_what_they_would_alone():
    linear = EchoStateReservoir(10, activation="identity", random_state=0)
    model = ReservoirRegressor(linear, RidgeReadout(0.1)).fit(U, Y)
    parts = readout_attribution(model, U, by="input")
    mean = U.mean(axis=0)
    at_rest = model.predict(np.tile(mean, (60, 1)))
    np.testing.assert_allclose(parts.base, at_rest, atol=1e-12)
    for channel in range(2):
        alone = np.tile(mean, (60, 1))
        alone[:, channel] = U[:, channel]
        np.testing.assert_allclose(parts.inputs[:, channel], model.predict(alone) - at_rest, atol=1e-12)


def test_channels_of_a_product_share_it():
    product = ReservoirRegressor(NVAR(delay=1, order=2), RidgeReadout(1e-12)).fit(U, U[:, 0] * U[:, 1])
    parts = readout_attribution(product, U, by="input", background=np.zeros((1, 2)))
    half = U[:, :1] * U[:, 1:] / 2
    np.testing.assert_allclose(parts.inputs[:, :, 0], np.hstack([half, half]), atol=1e-6)
    np.testing.assert_allclose(parts.base, 0, atol=1e-6)


def test_channels_of_models_of_sequences_sum_to_the_decisions():
    random, labels = np.random.RandomState(0), np.arange(18) % 3
    X = [random.standard_normal((5 + number, 2)) + label for number, label in enumerate(labels)]
    for model in (ReservoirClassifier(RESERVOIR), SequenceRegressor(RESERVOIR)):
        parts = readout_attribution(model.fit(X, labels), X, by="input")
        assert parts.inputs.shape[:2] == (18, 2)
        assert_sums(parts, model.decision_function(X) if hasattr(model, "decision_function") else model.predict(X))


@pytest.mark.parametrize("container", [np.asarray, pd.DataFrame])
def test_a_single_channel_of_cases_in_rows(container):
    rows = np.random.RandomState(0).standard_normal((12, 9)) + np.tile([[0.0], [1.0]], (6, 1))
    X = container(rows)
    model = ReservoirClassifier(RESERVOIR).fit(X, np.arange(12) % 2)
    parts = readout_attribution(model, X, by="input", background=X[:6])
    at_mean = container(np.full((12, 9), rows[:6].mean()))
    np.testing.assert_allclose(parts.base[:, 0], model.decision_function(at_mean))
    assert parts.inputs.shape == (12, 1, 1)
    assert_sums(parts, model.decision_function(X))


@pytest.mark.filterwarnings("ignore:'readout' has:UserWarning")
def test_times_and_spikes():
    X = np.column_stack([U[:, 0], np.full(60, 0.5), U[:, 1]])
    irregular = ReservoirRegressor(build(CTRNNLiquid, elapsed_column=1), RidgeReadout(0.1), feedback=False).fit(X, Y)
    parts = readout_attribution(irregular, X, by="input")
    assert not parts.inputs[:, 1].any()
    assert parts.inputs[:, [0, 2]].all(axis=0).any()
    spikes = np.rint(np.abs(U[:9]))
    spiking = ReservoirRegressor(build(LIFLiquid, input="spikes"), RidgeReadout(0.1)).fit(spikes, Y[:9])
    np.testing.assert_allclose(readout_attribution(spiking, spikes, by="input").base, spiking.predict(0 * spikes))


def test_times_behind_other_columns_are_channels_as_any():
    liquid = build(CTRNNLiquid, elapsed_column=1)
    copies = ColumnTransformer([("again", "passthrough", [0]), ("times", "passthrough", [0, 1])])
    X = np.abs(np.column_stack([U, U[:, 0]]))
    model = make_pipeline(copies, build(CTRNNLiquid, elapsed_column=2), Ridge(0.1)).fit(X[:, :2], Y)
    assert readout_attribution(model, X[:, :2], by="input").inputs[:, 1].any()
    scaled = make_pipeline(MinMaxScaler(), liquid, Ridge(0.1)).fit(X, Y)
    assert not readout_attribution(scaled, X, by="input").inputs[:, 1].any()

import numpy as np
import pandas as pd
import pytest
from builders import build
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import (
    NVAR,
    BaseReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    PerSequence,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
)
from reservoir.diagnostics import readout_attribution

U = np.random.RandomState(0).standard_normal((60, 2))
Y = np.column_stack([U[:, 0] + np.roll(U[:, 1], 1), U[:, 0] * U[:, 1]])
LABELS = np.digitize(U[:, 0], [-0.5, 0.5])
RESERVOIR = EchoStateReservoir(10, random_state=0)


def assert_sums(parts, expected, tolerance=1e-10):
    expected = expected.reshape(len(expected), -1)
    total = parts.base + parts.units.sum(axis=1) + parts.inputs.sum(axis=1)
    scale = np.abs(parts.prediction).max()
    np.testing.assert_allclose(total, parts.prediction, atol=tolerance * scale)
    np.testing.assert_allclose(parts.prediction, expected, atol=tolerance * scale)


class Doubler(BaseReservoir):
    """A user's own reservoir, without memory."""

    def _draw(self, n_features, random_state):
        self.n_units_ = 2 * n_features

    def _rest(self):
        return np.zeros(1)

    def _drive(self, X, state):
        return np.hstack([X, np.tanh(X)]), state


EVERY = {
    "EchoState": RESERVOIR,
    "CTRNN elapsed": build(CTRNNLiquid, elapsed_column=1),
    "LTC memory": build(LTCLiquid, mixed_memory=True),
    "CfC memory": build(CfCLiquid, mixed_memory=True),
    "LIF": build(LIFLiquid),
    "NVAR": NVAR(),
    "stack": StackedReservoir([build(EchoStateReservoir), build(LTCLiquid)]),
    "own": Doubler(),
}


@pytest.mark.filterwarnings("ignore:'readout' has:UserWarning")  # sums are exact with few rows, too
@pytest.mark.parametrize("by", ["unit", "input"])
@pytest.mark.parametrize("name", EVERY)
def test_contributions_sum_to_the_prediction_of_every_reservoir(name, by):
    X = np.abs(U[:9])  # spiking liquids check their health from the tenth row on
    model = ReservoirRegressor(EVERY[name], RidgeReadout(0.1)).fit(X, Y[:9])
    parts = readout_attribution(model, X, by=by)
    assert_sums(parts, model.predict(X))
    n_units = model.reservoir_.n_features_out_ if by == "unit" else 0
    assert parts.units.shape == (9, n_units, 2)
    assert parts.inputs.shape == (9, 2, 2)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(RESERVOIR, Ridge(0.1)),
        make_pipeline(PerSequence(StandardScaler()), RESERVOIR, StandardScaler(), RidgeReadout(0.1)),
        make_pipeline(StandardScaler(), ReservoirRegressor(RESERVOIR, passthrough=False)),
        ReservoirRegressor(RESERVOIR, make_pipeline(StandardScaler(), Ridge(0.1))),
        ReservoirRegressor(RESERVOIR, RLSReadout()),
        ReservoirRegressor(RESERVOIR, RidgeReadout(1.0), feedback=True),
    ],
    ids=["Pipeline", "scalers", "regressor last", "scaled readout", "RLS", "feedback"],
)
@pytest.mark.parametrize("by", ["unit", "input"])
def test_contributions_sum_to_the_prediction_of_every_model(model, by):
    model.fit(U, Y)
    assert_sums(readout_attribution(model, U, by=by, background=U[:40]), model.predict(U))


@pytest.mark.parametrize("by", ["unit", "input"])
@pytest.mark.parametrize("labels", [LABELS, LABELS > 0], ids=["three", "two"])
def test_contributions_sum_to_the_decisions_of_classifiers(labels, by):
    for model in (
        ReservoirRegressor(RESERVOIR, RidgeReadoutClassifier()),
        make_pipeline(RESERVOIR, StandardScaler(), LogisticRegression()),
    ):
        model.fit(U, labels)
        assert_sums(readout_attribution(model, U, by=by), model.decision_function(U))


def test_single_precision():
    model = ReservoirRegressor(EchoStateReservoir(10, dtype="float32", random_state=0), RidgeReadout(0.1)).fit(U, Y)
    parts = readout_attribution(model, U)
    assert_sums(parts, parts.prediction)
    np.testing.assert_allclose(parts.prediction, model.predict(U), atol=1e-5)


def test_units_contribute_their_weight_times_their_distance_from_the_mean():
    model = ReservoirRegressor(RESERVOIR, RidgeReadout(0.1), washout=5).fit(U, Y[:, 0])
    parts = readout_attribution(model, U[:20], background=U)
    rows = np.hstack([model.reservoir_.transform(U), U])
    expected = model.readout_.coef_ * (rows[:20] - rows.mean(axis=0))
    np.testing.assert_allclose(parts.units[:, :, 0], expected[:, :10], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(parts.inputs[:, :, 0], expected[:, 10:], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(parts.base, model.readout_.predict(rows).mean(), rtol=1e-9)


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


def test_any_readout_is_explained_by_channels_and_only_affine_ones_by_units():
    model = ReservoirRegressor(RESERVOIR, RandomForestRegressor(5, random_state=0)).fit(U, Y[:, 0])
    assert_sums(readout_attribution(model, U, by="input"), model.predict(U))
    with pytest.raises(ValueError, match="must be affine, such as a scaler and a linear readout"):
        readout_attribution(model, U)


@pytest.mark.parametrize("as_array", [True, False])
def test_sequences_are_explained_by_summaries_and_by_channels(as_array):
    X = np.random.RandomState(0).standard_normal((12, 9, 3)) + np.repeat([[[0.0]], [[1.0]]], 6, axis=0)
    X = X if as_array else [one[: 5 + number % 4] for number, one in enumerate(X)]
    encoder = SequenceEncoder(RESERVOIR, ("last", "mean"))
    model = make_pipeline(encoder, StandardScaler(), LogisticRegression()).fit(X, np.repeat([0, 1], 6))
    parts = readout_attribution(model, X)
    assert parts.units.shape == (12, len(model[0].get_feature_names_out()), 1)
    assert_sums(parts, model.decision_function(X))
    channels = readout_attribution(model, X, by="input", background=X[:6])
    assert channels.inputs.shape == (12, 3, 1)
    assert_sums(channels, model.decision_function(X))


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


def test_fed_back_outputs_come_before_the_inputs():
    model = ReservoirRegressor(build(CTRNNLiquid, elapsed_column=2), RidgeReadout(1.0), feedback=True)
    model.fit(np.abs(U), Y[:, 0])
    parts = readout_attribution(model, np.abs(U))
    assert parts.inputs.shape == (60, 3, 1)
    channels = readout_attribution(model, np.abs(U), by="input")
    assert channels.inputs.shape == (60, 2, 1)
    assert not channels.inputs[:, 1].any()  # column 2 is the second of X, behind the output


def test_names_of_columns_threads_and_progress(capsys):
    X = pd.DataFrame(U, columns=["a", "b"])
    model = ReservoirRegressor(RESERVOIR, RidgeReadout(0.1)).fit(X, Y)
    for by in ("unit", "input"):
        assert_sums(readout_attribution(model, X, by=by, n_jobs=2, verbose=True), model.predict(X))
    assert capsys.readouterr().out == "readout_attribution: 4 of 4 sets of channels\n"


class Clipped(ReservoirRegressor):
    """Does more to a prediction than its readout."""

    def predict(self, X):
        return np.clip(super().predict(X), -0.1, 0.1)


def test_bad_arguments_are_refused():
    model = ReservoirRegressor(RESERVOIR).fit(U, Y)
    with pytest.raises(ValueError, match="'by' must be one of 'unit', 'input'; got 'channel'"):
        readout_attribution(model, U, by="channel")
    with pytest.raises(ValueError, match="'X' must be one 2-D series, for this model and by='input'; got list"):
        readout_attribution(model, [U, U], by="input")
    with pytest.raises(ValueError, match="X has 5 features"):
        readout_attribution(model, np.zeros((3, 5)))
    with pytest.raises(ValueError, match="'model' must predict what its readout predicts from the states"):
        readout_attribution(Clipped(RESERVOIR).fit(U, Y), U)
    wide = ReservoirRegressor(RESERVOIR).fit(np.zeros((25, 13)), np.arange(25.0))
    with pytest.raises(ValueError, match="'X' must have at most 12 channels for by='input'.* got 13"):
        readout_attribution(wide, np.zeros((5, 13)), by="input")
    encoded = make_pipeline(SequenceEncoder(RESERVOIR), Ridge()).fit([U, -U], [0.0, 1.0])
    with pytest.raises(ValueError, match="'X' must be sequences, a list of 2-D arrays or a 3-D array, for this model"):
        readout_attribution(encoded, U, by="input")
    with pytest.raises(NotFittedError):
        readout_attribution(ReservoirRegressor(RESERVOIR), U)

import numpy as np
import pandas as pd
import pytest
from builders import build
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC

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
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
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


SUMMARIES = ("ppv", "mean", "std", "max", "min", "last", "segments")
VIEWS = ("standardized", "reversed_differences", "scaled", "reversed_series")


def ragged(n_classes=3):
    """Sequences of different lengths and levels, and their classes."""
    random, labels = np.random.RandomState(0), np.arange(18) % n_classes
    return [random.standard_normal((5 + number, 2)) + label for number, label in enumerate(labels)], labels


def piped(*steps):
    return lambda reservoir: make_pipeline(
        SequenceEncoder(reservoir, SUMMARIES, views=VIEWS, quantiles=(0.3, 0.6)), *steps
    )


OF_SEQUENCES = {
    "ReservoirClassifier": lambda one: ReservoirClassifier(one, representation=SUMMARIES, views=VIEWS),
    "logistic": lambda one: ReservoirClassifier(one, LogisticRegression(), representation="last", views=None),
    "behind a scaler": lambda one: make_pipeline(PerSequence(StandardScaler()), ReservoirClassifier(one)),
    "ridge": piped(StandardScaler(), RidgeReadoutClassifier()),
    "projected": piped(StandardScaler(), PCA(5), LogisticRegression()),
    "svm": piped(MinMaxScaler(), LinearSVC()),
    "SequenceRegressor": lambda one: SequenceRegressor(one, representation=SUMMARIES, views=VIEWS),
    "pipeline of a regressor": piped(Ridge()),
}


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", OF_SEQUENCES)
def test_steps_sum_to_the_decisions_on_sequences(name, n_classes, background):
    X, labels = ragged(n_classes)
    model = OF_SEQUENCES[name](RESERVOIR).fit(X, labels)
    known = X[:9] if background else None
    found = {by: readout_attribution(model, X[3:], by=by, background=known) for by in ("unit", "time")}
    decisions = model.decision_function(X[3:]) if hasattr(model, "decision_function") else model.predict(X[3:])
    times = found["time"].times
    assert [one.shape for one in times] == [(len(x), found["time"].prediction.shape[1]) for x in X[3:]]
    assert_sums(found["unit"], decisions)
    total = found["time"].base + [one.sum(axis=0) for one in times]
    np.testing.assert_allclose(total, decisions.reshape(15, -1), atol=1e-10 * np.abs(decisions).max())
    np.testing.assert_allclose(found["time"].prediction, total)
    np.testing.assert_allclose(found["time"].base, found["unit"].base)
    assert found["unit"].times == () and not found["time"].units.size and not found["time"].inputs.size


@pytest.mark.parametrize("container", [list, np.stack, lambda X: np.stack(X)[:, :, 0]], ids=["list", "3-D", "2-D"])
def test_sequences_in_any_container_are_split_over_steps(container):
    X, labels = ragged()
    X = container([x[:5] for x in X])
    model = ReservoirClassifier(RESERVOIR).fit(X, labels)
    times = readout_attribution(model, X, by="time").times
    assert np.shape(times) == (18, 5, 3)
    named = readout_attribution(model, [pd.DataFrame(x) for x in X], by="time") if isinstance(X, list) else None
    assert named is None or np.array_equal(named.times, times)


def test_the_default_classifier_in_single_precision():
    X, labels = ragged()
    model = ReservoirClassifier(n_units=20, random_state=0).fit(X, labels)
    assert model.encoder_.reservoir_.dtype_ == np.float32
    parts = readout_attribution(model, X, by="time")
    np.testing.assert_allclose(parts.prediction, model.decision_function(X), atol=1e-5)


def test_the_time_that_tells_classes_apart_is_found():
    """Somewhere in noise of 120 to 150 steps is a burst of 20, fast or slow, which differs in nothing else."""
    random, labels = np.random.RandomState(0), np.arange(120) % 2
    starts, X = random.randint(30, 80, 120), []
    for start, label in zip(starts, labels, strict=True):
        x = 0.3 * random.standard_normal((random.randint(120, 151), 1))
        x[start : start + 20, 0] += np.hanning(20) * 1.5 * np.sin(2 * np.pi * (0.25 if label else 0.1) * np.arange(20))
        X.append(x)
    model = ReservoirClassifier(n_units=60, random_state=0).fit(X[:60], labels[:60])
    assert model.score(X[60:], labels[60:]) > 0.95
    times = readout_attribution(model, X[60:], by="time", background=X[:60]).times
    found, shares = [], []
    for added, start, label in zip(times, starts[60:], labels[60:], strict=True):
        for_the_class = added[:, 0] if label else -added[:, 0]
        most = np.convolve(for_the_class, np.ones(10), "same").argmax()
        found.append(start <= most < start + 30)  # the liquid remembers the burst for a while
        shares.append(for_the_class[start : start + 30].sum() / for_the_class.sum())
    assert np.mean(found) > 0.9  # by chance, less than 0.25
    assert np.median(shares) > 0.7


def test_what_cannot_be_split_over_steps_is_refused():
    X, labels = ragged()
    with pytest.raises(ValueError, match="'by' must not be 'time' for a model without a SequenceEncoder"):
        readout_attribution(ReservoirRegressor(RESERVOIR).fit(U, Y), U, by="time")
    model = ReservoirClassifier(RESERVOIR, representation=("mean", "model"), views=None).fit(X, labels)
    with pytest.raises(ValueError, match="'representation' must not have 'model' to be split over steps"):
        readout_attribution(model, X, by="time")
    assert_sums(readout_attribution(model, X), model.decision_function(X))
    forest = ReservoirClassifier(RESERVOIR, RandomForestClassifier(5, random_state=0)).fit(X, labels)
    with pytest.raises(TypeError, match="A classifier must have a decision_function to be explained"):
        readout_attribution(forest, X, by="time")
    with pytest.raises(NotFittedError):
        readout_attribution(ReservoirClassifier(), X, by="time")


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
    assert capsys.readouterr().out == "[readout_attribution] 4 of 4 sets of channels\n"


class Clipped(ReservoirRegressor):
    """Does more to a prediction than its readout."""

    def predict(self, X):
        return np.clip(super().predict(X), -0.1, 0.1)


def test_bad_arguments_are_refused():
    model = ReservoirRegressor(RESERVOIR).fit(U, Y)
    with pytest.raises(ValueError, match="'by' must be one of 'unit', 'input', 'time'; got 'channel'"):
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

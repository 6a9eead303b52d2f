import copy

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge
from tasks import numbers, small, task

from readouts import RidgeReadout, RLSReadout, RLSReadoutClassifier
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.regressor.stream import StreamMixin

FORGETS = RLSReadout(1e-3, forgetting=0.98)


def facts(model):
    """What a model holds, as numbers that can be compared."""
    output = getattr(model, "state_", None)
    readout = model.readout_
    return copy.deepcopy([output, readout.coef_, readout.intercept_, readout._state, model._n_seen, model._n_kept])


def assert_same(one, other):
    for mine, others in zip(one, other, strict=True):
        if isinstance(mine, tuple):
            assert_same(mine, others)
        else:
            assert_array_equal(mine, others)


def one_by_one(model, X, y, **keywords):
    return np.concatenate([model.partial_fit_predict(X[t : t + 1], y[t : t + 1], **keywords) for t in range(len(X))])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("passthrough", [True, False])
@pytest.mark.parametrize("n_targets", [None, 1, 2])
def test_a_single_step_gives_the_bits_of_the_way_with_all_checks(n_targets, passthrough, dtype):
    X, y = task(60, n_targets)
    reservoir = EchoStateReservoir(12, dtype=dtype, random_state=0)
    fast, slow = (ReservoirRegressor(reservoir, FORGETS, passthrough=passthrough, washout=5) for _ in range(2))
    X = X.astype(dtype)
    predicted = one_by_one(fast, X, y)
    expected = [slow._partial_fit_predict(X[t : t + 1], y[t : t + 1], None, False, None) for t in range(60)]
    assert predicted.shape == y.shape and predicted.dtype == np.float64
    assert_array_equal(predicted, np.concatenate(expected))
    assert_same(facts(fast), facts(slow))


def test_the_fast_way_is_taken_where_nothing_has_to_be_checked(monkeypatch):
    X, y = task(20)
    model = small(FORGETS).partial_fit(X, y)
    taken = []
    monkeypatch.setattr(StreamMixin, "_take_one_step", lambda self, X, y: taken.append(X))
    model.partial_fit_predict(X[:1], y[:1])
    assert len(taken) == 1
    for other_X, other_y in [
        (X[:1], [0.5]),
        (X[:1].tolist(), y[:1]),
        (X[:2], y[:2]),
        (X[:1], np.array([np.nan])),
        (X[:1], np.ones(1, int)),
    ]:
        model.partial_fit_predict(other_X, other_y)
    model.partial_fit_predict(X[:1], y[:1], sample_weight=2.0)
    model.partial_fit_predict(X[:1], y[:1], reset=True)
    assert len(taken) == 1


@pytest.mark.parametrize("n_targets", [None, 2])
def test_each_step_is_predicted_before_it_is_learnt_from(n_targets):
    X, y = task(60, n_targets)
    model, other = small(FORGETS, washout=4), small(FORGETS, washout=4)
    expected = []
    for t in range(60):
        row, target = X[t : t + 1], y[t : t + 1]
        if t <= 4:
            expected.append(np.zeros_like(target))
        else:
            expected.append(other.predict(row, state=other.state_))
        other.partial_fit(row, target)
    predicted = one_by_one(model, X, y)
    assert_allclose(predicted, np.concatenate(expected), atol=1e-12)
    assert_same(facts(model), facts(other))


@pytest.mark.parametrize("chunk_size", [7, 3500])
def test_steps_may_come_in_chunks_and_without_targets_or_weight(chunk_size):
    X, y = task(60)
    y[[0, 13, 14, 30]] = np.nan
    weights = np.where(np.arange(60) % 11 == 0, 0.0, 1.5)
    model = small(FORGETS, washout=3)
    expected = np.concatenate(
        [model.partial_fit_predict(X[t : t + 1], y[t : t + 1], weights[t : t + 1]) for t in range(60)]
    )
    chunks = small(FORGETS, washout=3, chunk_size=chunk_size)
    parts = [chunks.partial_fit_predict(X[rows], y[rows], weights[rows]) for rows in (slice(0, 25), slice(25, 60))]
    assert_allclose(np.concatenate(parts), expected, atol=1e-12)
    assert_same(facts(chunks), facts(model))
    assert_same(facts(chunks), facts(small(FORGETS, washout=3).partial_fit(X, y, weights)))


def test_a_new_series_starts_at_rest():
    X, y = task(30)
    model = small(FORGETS)
    one_by_one(model, X, y)
    before = copy.deepcopy(model)
    predicted = model.partial_fit_predict(X, y, reset=True)
    assert_allclose(predicted[0], before.predict(X[:1])[0])
    assert_array_equal(model.state_, model.prime(X))


def test_with_feedback_predictions_are_what_is_fed_back():
    X, y = task(50, 2)
    model = small(FORGETS, feedback=True)
    predicted = one_by_one(model, X, y)
    other = small(FORGETS, feedback=True).partial_fit(X, y)
    assert_array_equal(predicted[-1], other.state_[1])
    assert_array_equal(model.readout_.coef_, other.readout_.coef_)
    assert_array_equal(small(FORGETS, feedback=True).partial_fit_predict(X, y), predicted)


def test_labels_are_predicted_before_they_are_learnt():
    X, y = task(60)
    labels = np.where(y > 0, "up", "down")
    model, chunk = small(RLSReadoutClassifier(1e-2)), small(RLSReadoutClassifier(1e-2))
    predicted = one_by_one(model, X, labels, classes=["up", "down"])
    assert predicted[0] == "down" and set(predicted) == {"up", "down"}
    assert_array_equal(chunk.partial_fit_predict(X, labels, classes=["up", "down"]), predicted)
    with pytest.raises(ValueError, match="'classes' must list all labels in the first call"):
        small(RLSReadoutClassifier()).partial_fit_predict(X, labels)


def test_named_columns_are_checked_in_every_step():
    X, y = task(20)
    frame = pd.DataFrame(X, columns=["a", "b"])
    model = small(FORGETS)
    for t in range(20):
        model.partial_fit_predict(frame[t : t + 1], y[t : t + 1])
    assert_array_equal(model.readout_.coef_, small(FORGETS).partial_fit(X, y).readout_.coef_)
    with pytest.raises(ValueError, match="feature names"):
        model.partial_fit_predict(frame[["b", "a"]][:1], y[:1])


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.array([[np.nan, 0.0]]), np.zeros(1), "NaN"),
        (np.array([[np.inf, 0.0]]), np.zeros(1), "infinity"),
        (np.zeros((1, 3)), np.zeros(1), "3 features"),
        (np.zeros(2), np.zeros(1), "'X'|2D"),
        (np.zeros((1, 2)), np.array([np.inf]), "infinity"),
        (np.zeros((1, 2)), np.array([1e200]), "small enough for an update without an overflow"),
        (np.zeros((1, 2)), np.zeros((1, 1)), "'y' must have shape"),
        (np.zeros((1, 2)), np.zeros(2), "'y' must have one row for every step"),
        (np.zeros((1, 2)), None, "y"),
    ],
    ids=str,
)
def test_a_refused_step_changes_nothing(X, y, message):
    model = small(FORGETS).partial_fit(*task(30))
    before = facts(model)
    with pytest.raises(ValueError, match=message):
        model.partial_fit_predict(X, y)
    assert_same(facts(model), before)
    model.partial_fit_predict(numbers(1, 2), np.ones(1))


def test_readouts_that_cannot_predict_before_an_update_do_not_have_the_method():
    assert hasattr(small(RLSReadout()), "partial_fit_predict")
    for readout in (None, RidgeReadout(), Ridge()):
        assert not hasattr(small(readout), "partial_fit_predict")

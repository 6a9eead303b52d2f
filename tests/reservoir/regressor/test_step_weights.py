import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tasks import LENGTHS, numbers, ragged, rows_of, small, task

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import EchoStateReservoir
from reservoir.regressor.step_weights import check_takes_weights, read_weights
from reservoir.series.sequences import Sequences

ONE = Sequences([np.zeros((3, 1))], "series")
TWO = Sequences([np.zeros((3, 1)), np.zeros((2, 1))], "list")
WEIGHTS = [np.abs(numbers(n, seed=n)) * (np.arange(n) % 4 > 0) for n in LENGTHS]
READOUTS = [RidgeReadout(1e-3), RLSReadout(1e-3), Ridge(1e-3), RidgeReadout(alphas=[1e-3, 1.0])]


def test_weights_come_in_the_container_of_the_series():
    for given in ([1, 2, 0], np.array([1, 2, 0], np.int8), pd.Series([1.0, 2.0, 0.0])):
        (weights,) = read_weights(given, ONE)
        assert weights.dtype == np.float64 and weights.tolist() == [1, 2, 0]
    assert read_weights(None, TWO) == [None, None] == read_weights([None, None], TWO)
    assert [w.tolist() for w in read_weights(2, TWO)] == [[2, 2, 2], [2, 2]]
    assert [w.tolist() for w in read_weights([None, [3, 4]], TWO)] == [[1, 1, 1], [3, 4]]
    equal = Sequences([np.zeros((2, 1))] * 2, "array")
    assert [w.tolist() for w in read_weights(np.array([[1, 2], [3, 4]]), equal)] == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("sequences", "given", "message"),
    [
        (ONE, [1, 2], r"'sample_weight' must have shape \(3,\); got shape \(2,\)"),
        (ONE, [[1, 2, 3]], "'sample_weight' must have shape"),
        (ONE, [1, -1, 1], "'sample_weight' must be non-negative"),
        (ONE, [1, np.nan, 1], "sample_weight contains NaN"),
        (ONE, "abc", "sample_weight"),
        (TWO, [1, 2, 3], "'sample_weight' must hold the weights of each series, 2 here; got 3 entries"),
        (TWO, "ab", "'sample_weight' must hold the weights of each series, 2 here; got 'ab'"),
        (TWO, {0: 1, 1: 1}, "'sample_weight' must hold the weights of each series"),
        (TWO, [[1, 1, 1], [1, 1, 1]], r"'sample_weight\[1\]' must have shape \(2,\)"),
        (TWO, [[1, -1, 1], [1, 1]], r"'sample_weight\[0\]' must be non-negative"),
    ],
    ids=str,
)
def test_wrong_weights_are_named(sequences, given, message):
    with pytest.raises(ValueError, match=message):
        read_weights(given, sequences)


def test_readouts_that_take_no_weights_are_refused():
    for readout in (KNeighborsRegressor(2), make_pipeline(StandardScaler(), Ridge())):
        check_takes_weights(None, readout, "fit")
        with pytest.raises(ValueError, match="'sample_weight' must be None with a readout whose fit has no such"):
            small(readout).fit(*task(), sample_weight=1.0)


@pytest.mark.parametrize("readout", READOUTS, ids=str)
def test_weights_are_those_of_the_rows_of_features(readout):
    X, y = ragged(2)
    model = small(readout, washout=5, chunk_size=17).fit(X, y, sample_weight=WEIGHTS)
    rows = np.concatenate([rows_of(model, x)[5:] for x in X])
    weights = np.concatenate([w[5:] for w in WEIGHTS])
    kept = weights > 0
    expected = RidgeReadout(getattr(model.readout_, "alpha_", 1e-3))
    expected.fit(rows[kept], np.concatenate([t[5:] for t in y])[kept], sample_weight=weights[kept])
    unweighted = small(readout, washout=5).fit(X, y).predict(X[0])
    assert_allclose(model.predict(X[0]), expected.predict(rows_of(model, X[0])), atol=1e-6)
    assert np.abs(model.predict(X[0]) - unweighted).max() > 1e-3


@pytest.mark.parametrize("readout", [None, RidgeReadout(1e-3), RLSReadout(1e-3), Ridge(1e-3)], ids=str)
def test_a_step_of_weight_0_is_as_one_without_a_target(readout):
    X, y = task(60)
    weights = np.where(np.arange(60) % 3 == 0, 0.0, 1.0)
    weighted = small(readout).fit(X, np.where(weights > 0, y, 1e6), weights)
    missing = small(readout).fit(X, np.where(weights > 0, y, np.nan))
    assert_allclose(weighted.predict(X), missing.predict(X), atol=1e-9)
    assert_allclose(weighted.score(X, y, weights), r2_score(y, weighted.predict(X), sample_weight=weights))
    assert_allclose(weighted.score(X, y, 1e308 * weights), weighted.score(X, y, weights), rtol=1e-12)
    with pytest.raises(ValueError, match="'y' must hold a target, and 'sample_weight' a weight above zero, for"):
        small(readout).fit(X, y, np.zeros(60))


def test_integer_weights_are_repetitions():
    X, y = task(60)
    repeats = np.arange(60) % 3
    model = small(RidgeReadout(1e-2)).fit(X, y, repeats)
    rows = rows_of(model, X)
    expected = Ridge(1e-2).fit(np.repeat(rows, repeats, axis=0), np.repeat(y, repeats))
    assert_allclose(model.predict(X), expected.predict(rows), atol=1e-9)


@pytest.mark.parametrize("readout", [None, RidgeReadout(1e-3), RLSReadout(1e-3, forgetting=0.99)], ids=str)
def test_weights_stream(readout):
    X, y = task(60)
    weights = np.abs(numbers(60, seed=3)) * (np.arange(60) % 5 > 0)
    whole, stream = small(readout, washout=7).fit(X, y, weights), small(readout, washout=7)
    cuts = [slice(0, 1), slice(1, 12), slice(12, 13), slice(13, 60)]
    for rows in cuts:
        stream.partial_fit(X[rows], y[rows], weights[rows])
    assert_allclose(stream.predict(X), whole.predict(X), atol=1e-8)
    chunks = small(readout, washout=7).partial_fit((X[rows], y[rows], weights[rows]) for rows in cuts)
    assert_array_equal(chunks.predict(X), small(readout, washout=7).partial_fit(X, y, weights).predict(X))


@pytest.mark.parametrize("readout", [None, RidgeReadout(1e-3), RLSReadout(1e-3)], ids=str)
@pytest.mark.parametrize("weighted", [(0,), (1, 3), (2,)])
def test_chunks_without_weights_count_as_weight_1(weighted, readout):
    X, y = task(60)
    weights = np.where(np.isin(np.arange(60) // 15, weighted), 0.2, 1.0)
    starts = range(0, 60, 15)
    chunks = [(X[t : t + 15], y[t : t + 15], *([weights[t : t + 15]] if t // 15 in weighted else [])) for t in starts]
    whole = small(readout).fit(X, y, sample_weight=weights)
    assert_allclose(small(readout).partial_fit(iter(chunks)).predict(X), whole.predict(X), atol=1e-9)


def test_a_refilled_array_of_weights_is_copied():
    X, y, filled = *task(40), np.empty(1)

    def refilled():
        for t in range(40):
            filled[:] = 1.0 + t
            yield X[t : t + 1], y[t : t + 1], filled

    model = small(RidgeReadout(1e-3)).partial_fit(refilled())
    assert_allclose(model.predict(X), small(RidgeReadout(1e-3)).fit(X, y, 1.0 + np.arange(40)).predict(X), atol=1e-9)


def test_workers_change_nothing():
    X, y = (part * 6 for part in ragged())
    one = small(chunk_size=50, washout=3).fit(X, y, WEIGHTS * 6)
    with parallel_config("threading", n_jobs=2):
        two = small(chunk_size=50, washout=3).fit(X, y, WEIGHTS * 6)
    assert_array_equal(one.readout_.coef_, two.readout_.coef_)


def test_a_classifier_is_weighted_and_scored_with_weights():
    X, y = task(80)
    labels, weights = y > 0, 1.0 + np.arange(80) % 7
    for readout in (RidgeReadoutClassifier(1e-2), LogisticRegression()):
        model = small(readout).fit(X, labels, weights)
        rows = rows_of(model, X)
        expected = readout.fit(rows, labels, sample_weight=weights)
        assert_allclose(model.decision_function(X), expected.decision_function(rows), atol=1e-9)
        assert model.score(X, labels, weights) == accuracy_score(labels, expected.predict(rows), sample_weight=weights)


def test_closed_loops_are_weighted():
    X, y = task(40)
    weights = np.abs(numbers(40, seed=1)) * (np.arange(40) % 3 > 0)
    model = small(RLSReadout(1e-2), feedback=True).partial_fit(X, y, weights)
    reservoir = EchoStateReservoir(12, random_state=0).fit(np.ones((1, 3)))
    readout, state, output = RLSReadout(1e-2), None, np.zeros(1)
    for t in range(40):
        inputs = np.hstack([output, X[t]])[None]
        states, state = reservoir.run(inputs, state)
        features = np.hstack([states, inputs])
        if weights[t] > 0:
            output = readout.partial_fit_predict(features, y[t : t + 1], weights[t : t + 1])
        elif hasattr(readout, "coef_"):
            output = readout.predict(features)
    assert_allclose(model.readout_.coef_, readout.coef_, rtol=1e-9)

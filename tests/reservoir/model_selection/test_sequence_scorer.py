import functools
import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy.signal import lfilter
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import Ridge
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reservoir import EchoStateReservoir, PerSequence
from reservoir.datasets import make_mackey_glass
from reservoir.metrics import nmse, nrmse, valid_prediction_time
from reservoir.model_selection import WashoutSplit, sequence_scorer

RADII = {"echostatereservoir__spectral_radius": [0.3, 0.9]}


class Given(BaseEstimator):
    """Predicts what it is given."""

    def __init__(self, prediction=None):
        self.prediction = prediction

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        return self.prediction


class StackedRows(RegressorMixin, BaseEstimator):
    """A regressor of the rows of all series: list in, list out."""

    def __init__(self, alpha=1e-6, washout=0):
        self.alpha, self.washout = alpha, washout

    def fit(self, X, y):
        X, y = ([part[self.washout :] for part in parts] for parts in (X, y))
        self.ridge_ = Ridge(self.alpha).fit(np.concatenate(X), np.concatenate(y))
        return self

    def predict(self, X):
        return [self.ridge_.predict(x) for x in X]


def one_step_ahead(n_steps=2600):
    u = make_mackey_glass(n_steps)
    return u[:-1], u[1:, 0]


def pipeline(spectral_radius=0.9):
    reservoir = EchoStateReservoir(60, leak_rate=0.3, spectral_radius=spectral_radius, random_state=0)
    return make_pipeline(reservoir, Ridge(1e-6))


# WashoutSplit


def test_hand_values_of_one_series():
    y, p = np.array([9.0, 1, 2, 3, 4]), np.array([0.0, 1, 2, 3, 2])
    model = Given(p)
    assert sequence_scorer(nmse, washout=1)(model, np.zeros((5, 1)), y) == pytest.approx(-0.8)
    assert sequence_scorer(nmse, greater_is_better=True)(model, np.zeros((5, 1)), y) == nmse(y, p)
    assert sequence_scorer(r2_score, 1)(model, pd.DataFrame(np.zeros((5, 1))), pd.Series(y)) == pytest.approx(0.2)


def test_hand_values_of_many_series():
    y = [np.array([7.0, 0, 4]), np.array([7.0, 2, 0, 2])]
    p = [np.array([0.0, 0, 4]), np.array([0.0, 2, 3, 2])]
    X = [np.zeros((3, 1)), np.zeros((4, 1))]
    assert sequence_scorer(mean_squared_error, 1)(Given(p), X, y) == pytest.approx(-9 / 5)
    assert sequence_scorer(mean_squared_error, 1, per_series=True)(Given(p), X, y) == pytest.approx(-(0 + 3) / 2)
    labels = [one.astype(int).astype(str) for one in y]
    guesses = [one.astype(int).astype(str) for one in p]
    assert sequence_scorer(accuracy_score, 1)(Given(guesses), X, labels) == pytest.approx(4 / 5)


@pytest.mark.parametrize("n_outputs", [None, 1, 3])
def test_the_containers_agree(n_outputs):
    random = np.random.default_rng(0)
    shape = (4, 30) if n_outputs is None else (4, 30, n_outputs)
    X, y, p = np.zeros((4, 30, 2)), random.normal(size=shape), random.normal(size=shape)
    boxed = np.empty(4, dtype=object)
    boxed[:] = list(X)
    for per_series in (False, True):
        scorer = sequence_scorer(nrmse, 5, per_series=per_series)
        expected = scorer(Given(p), X, y)
        assert scorer(Given(list(p)), list(X), list(y)) == scorer(Given(list(p)), boxed, list(y)) == expected
    pooled = [part[:, 5:].reshape(100, -1) for part in (y, p)]
    assert sequence_scorer(nrmse, 5)(Given(p), X, y) == pytest.approx(-nrmse(*pooled))


@pytest.mark.parametrize(
    "metric, sign",
    [(nmse, -1), (nrmse, -1), (mean_squared_error, -1), (log_loss, -1), (valid_prediction_time, 1), (r2_score, 1)],
)
def test_the_name_of_a_metric_tells_its_sign(metric, sign):
    assert repr(sequence_scorer(metric)) == (
        f"sequence_scorer({metric.__name__}, washout=0, greater_is_better={sign > 0}, per_series=False)"
    )


def test_a_scorer_travels_to_the_workers_of_a_search():
    scorer = pickle.loads(pickle.dumps(sequence_scorer(nrmse, 1)))
    assert scorer(Given(np.array([0.0, 1, 2])), np.zeros((3, 1)), np.array([5.0, 1, 3])) == -np.sqrt(0.5)


def test_a_metric_of_unknown_sign_must_say_it():
    with pytest.raises(ValueError, match="'greater_is_better' must be True or False where.*got None with <function"):
        sequence_scorer(lambda y_true, y_pred: 1.0)
    scorer = sequence_scorer(lambda y_true, y_pred: 2.0, greater_is_better=False)
    assert scorer(Given(np.zeros(3)), np.zeros((3, 1)), np.zeros(3)) == -2.0


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"metric": "nrmse"}, TypeError, "'metric' must be a function"),
        ({"washout": -1}, ValueError, "'washout' must be an integer of at least 0; got -1"),
        ({"washout": 1.5}, ValueError, "'washout'"),
        ({"greater_is_better": "no"}, ValueError, "'greater_is_better' must be True or False; got 'no'"),
        ({"per_series": 1}, ValueError, "'per_series' must be True or False; got 1"),
    ],
)
def test_a_bad_argument_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        sequence_scorer(**({"metric": nrmse} | arguments))


def test_rows_that_do_not_fit_are_named():
    X, y = [np.zeros((3, 1)), np.zeros((4, 1))], [np.arange(3.0), np.arange(4.0)]
    score = sequence_scorer(mean_squared_error, 1)
    with pytest.raises(ValueError, match="'y' must have one entry for each of the 2 series of 'X'; got 3"):
        score(Given(y), X, [*y, y[0]])
    with pytest.raises(ValueError, match="'the prediction' must have one entry for each of the 2 series of 'X'; got 1"):
        score(Given(y[:1]), X, y)
    with pytest.raises(ValueError, match=r"'y' must have one row for each row of X, 4 in series 1; got shape \(3,\)"):
        score(Given(y), X, [y[0], y[0]])
    with pytest.raises(
        ValueError, match=r"'y' must have one row .* 3 in series 0; got shape \(\)\. For one target per"
    ):
        score(Given(y), X, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"'the prediction' must have one row.*got shape \(5,\)"):
        score(Given(np.zeros(5)), X[0], y[0])
    with pytest.raises(ValueError, match="'washout' must be smaller than each sequence; got 3 with a sequence of 3"):
        sequence_scorer(nrmse, 3)(Given(y), X, y)
    with pytest.raises(
        ValueError, match="'metric' must return finite numbers for 'y' .* 'X'; got nan from sequence_scorer"
    ):
        sequence_scorer(lambda y_true, y_pred: np.nan, greater_is_better=True)(Given(y), X, y)


@pytest.mark.parametrize(
    "metric",
    [
        int, len, dict, range, str.upper, print, isinstance, np.subtract, lambda y, p: None, lambda y, p: "1",
        lambda y, p: 1j, lambda y, p: [1.0], lambda y, p: [[1.0], [1.0, 2.0]],
        functools.partial(mean_squared_error, multioutput="raw_values"),
    ],
)  # fmt: skip
def test_a_metric_gives_one_number(metric):
    for per_series in (False, True):
        score = sequence_scorer(metric, greater_is_better=True, per_series=per_series)
        with pytest.raises((TypeError, ValueError), match="'metric' must"):
            score(Given(np.arange(3.0)), np.zeros((3, 1)), np.arange(3.0))


def test_what_a_scorer_is_given_is_named():
    y = np.arange(3.0)
    score = sequence_scorer(mean_squared_error)
    for estimator in (None, Given, 3, StandardScaler()):
        with pytest.raises(TypeError, match="'estimator' must be an estimator with a method 'predict'"):
            score(estimator, np.zeros((3, 1)), y)
    for X in ("abc", {1, 2, 3}, object(), [[[1.0, 2.0], [3.0]]] * 3):
        with pytest.raises((TypeError, ValueError), match="'X'"):
            score(Given(y), X, y)
    for targets in (None, "abc", iter(y), {1, 2, 3}, [[1.0, 2.0], [3.0], [4.0]]):
        with pytest.raises((TypeError, ValueError), match="'y'"):
            score(Given(y), np.zeros((3, 1)), targets)
    for targets in (None, 3, np.array(3.0), csr_array(np.eye(3)), iter([y, y]), {1: y, 2: y}, [y], [y, y, y]):
        with pytest.raises((TypeError, ValueError), match="'y'"):
            score(Given([y, y]), [np.zeros((3, 1))] * 2, targets)
    for targets in ([1.0, np.nan, 2.0], ["a", "b", "c"], 1j * y, [None] * 3, np.stack([y, y, y])):
        with pytest.raises((TypeError, ValueError), match="'y'"):
            score(Given(y), np.zeros((3, 1)), targets)
    with pytest.raises(ValueError, match="'y'"):  # targets of one series in a column, of the other in a row
        score(Given([y, y]), [np.zeros((3, 1))] * 2, [y, y[:, None]])


# Both, in scikit-learn's searches


def running_mean():
    """A task of long memory on a well-conditioned fit: from rest, slow units need hundreds of rows for the mean."""
    X = 1 + np.random.RandomState(0).standard_normal((1000, 1))
    return X, lfilter([0.02], [1, -0.98], X[:, 0])


def slow_or_fast(leak_rate=0.05):
    reservoir = EchoStateReservoir(60, leak_rate=leak_rate, spectral_radius=0.5, input_scaling=0.3, random_state=0)
    return make_pipeline(reservoir, Ridge(0.01))


@pytest.mark.parametrize("leak_rate", [0.05, 0.5])
def test_a_washed_score_is_that_of_an_uninterrupted_drive(leak_rate):
    X, y = running_mean()
    cv, model = TimeSeriesSplit(4, test_size=100), slow_or_fast(leak_rate)
    scorer = sequence_scorer(nrmse, washout=400)
    washed = cross_val_score(model, X, y, cv=WashoutSplit(cv, 400), scoring=scorer)
    states = clone(model[0]).fit_transform(X)
    uninterrupted = [
        -nrmse(y[test], Ridge(0.01).fit(states[train], y[train]).predict(states[test])) for train, test in cv.split(X)
    ]
    assert washed == pytest.approx(uninterrupted, rel=1e-3)
    plain = cross_val_score(model, X, y, cv=cv, scoring=sequence_scorer(nrmse))
    assert plain.mean() < 1.5 * washed.mean()


def test_a_search_with_washout_finds_what_the_transient_hides():
    X, y = running_mean()
    grid = {"echostatereservoir__leak_rate": [0.05, 0.5]}
    cv, scorer = TimeSeriesSplit(4, test_size=100), sequence_scorer(nrmse, washout=200)
    plain = GridSearchCV(slow_or_fast(), grid, cv=cv, scoring=sequence_scorer(nrmse)).fit(X, y)
    washed = GridSearchCV(slow_or_fast(), grid, cv=WashoutSplit(cv, 200), scoring=scorer).fit(X, y)
    assert list(plain.best_params_.values()) == [0.5]
    assert list(washed.best_params_.values()) == [0.05]
    assert washed.best_score_ > washed.cv_results_["mean_test_score"].min() / 2


def test_several_metrics_at_once():
    X, y = one_step_ahead(1200)
    scoring = {"nrmse": sequence_scorer(nrmse, 100), "r2": sequence_scorer(r2_score, 100), "plain": "r2"}
    results = cross_validate(pipeline(), X, y, cv=WashoutSplit(3, 100), scoring=scoring)
    assert results["test_r2"] == pytest.approx(1 - results["test_nrmse"] ** 2, rel=1e-10)
    assert results["test_plain"].max() < 1


def test_a_search_over_ragged_series():
    u, lengths = make_mackey_glass(2400), [300, 500, 400, 600, 350, 249]
    pieces = np.split(u[: sum(lengths) + 1], np.cumsum(lengths)[:-1])
    X, y = [x[:-1] for x in pieces], [x[1:, 0] for x in pieces]
    reservoir = EchoStateReservoir(60, leak_rate=0.3, random_state=0)
    model = make_pipeline(PerSequence(StandardScaler()), reservoir, StackedRows(washout=100))
    scorer = sequence_scorer(nrmse, washout=100)
    search = GridSearchCV(model, RADII, cv=KFold(3), scoring=scorer).fit(X, y)
    assert list(search.best_params_.values()) == [0.9]
    assert search.best_score_ > -0.1
    cold = cross_val_score(search.best_estimator_, X, y, cv=KFold(3), scoring=sequence_scorer(nrmse))
    assert cold.mean() < 2 * search.best_score_
    timed = cross_val_score(model, X, y, cv=3, scoring=sequence_scorer(valid_prediction_time, 100, per_series=True))
    assert np.all(timed > 0)


def test_a_first_fold_without_a_past_settles_on_its_own_rows():
    X, y = one_step_ahead(1000)
    model, scorer = pipeline(), sequence_scorer(nrmse, washout=100)
    (train, test), *_ = WashoutSplit(KFold(4), 100).split(X)
    model.fit(X[train], y[train])
    assert_array_equal(test, np.arange(250))
    assert scorer(model, X[test], y[test]) == -nrmse(y[100:250], model.predict(X[:250])[100:])


@pytest.mark.parametrize(
    "y",
    [
        np.ma.array([1.0, 2.0, 3.0, 1e20], mask=[0, 0, 0, 1]),
        np.ma.array(np.array([1.0, 2.0, 3.0, 1e20], dtype=object), mask=[0, 0, 0, 1]),
        [1.0, 2.0, 3.0, None],
        pd.Series([1.0, 2.0, 3.0, pd.NA], dtype=object),
    ],
    ids=["masked", "masked objects", "list", "objects"],
)
def test_a_missing_target_reaches_the_metric_as_nan(y):
    class Twos(RegressorMixin, BaseEstimator):
        def predict(self, X):
            return np.full(len(X), 2.0)

    def error(truth, prediction):
        return np.nanmean((truth - prediction) ** 2)

    assert sequence_scorer(error, 1, greater_is_better=True)(Twos(), np.zeros((4, 1)), y) == 0.5

import pickle
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.linear_model import LinearRegression, Ridge, RidgeClassifier, SGDClassifier, SGDRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sums import Sums
from threadpoolctl import threadpool_info

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir import BaseReservoir, CTRNNLiquid, EchoStateReservoir, ReservoirRegressor, StateOverflowError

LENGTHS = (40, 25, 60, 33)


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def task(n_steps=120, n_targets=None, seed=0):
    X = numbers(n_steps, 2, seed=seed)
    y = np.column_stack([X[:, 0] * np.roll(X[:, 1], k) for k in range(1, 1 + (n_targets or 1))])
    return X, y[:, 0] if n_targets is None else y


def ragged(n_targets=None):
    return tuple(map(list, zip(*(task(n, n_targets, seed=n) for n in LENGTHS), strict=True)))


def small(readout=None, **parameters):
    return ReservoirRegressor(EchoStateReservoir(12, random_state=0), readout, **parameters)


def rows_of(model, x):
    states = EchoStateReservoir(12, random_state=0).fit(x).transform(x)
    return np.hstack([states, x]) if model.passthrough else states


# Against the parts put together by hand

READOUTS = [None, Ridge(1e-3), KNeighborsRegressor(3), RLSReadout(1e-3), RidgeReadout(alphas=[1e-3, 1.0])]


@pytest.mark.parametrize("readout", READOUTS, ids=str)
@pytest.mark.parametrize("n_targets, washout, passthrough", [(None, 0, True), (2, 10, False)])
def test_it_is_a_transform_and_a_readout(readout, n_targets, washout, passthrough):
    (X, y), model = task(n_targets=n_targets), small(readout, washout=washout, passthrough=passthrough)
    rows = rows_of(model, X)
    expected = clone(RidgeReadout(alpha=1e-6) if readout is None else readout).fit(rows[washout:], y[washout:])
    assert_allclose(model.fit(X, y).predict(X), expected.predict(rows), atol=1e-7)
    assert_allclose(model.score(X, y), r2_score(y[washout:], expected.predict(rows)[washout:]), atol=1e-9)


@pytest.mark.parametrize("readout", [None, LinearRegression(), RLSReadout(1e-3)], ids=str)
@pytest.mark.parametrize("n_targets", [None, 1, 2])
def test_many_series_each_from_rest_and_with_its_washout(readout, n_targets):
    X, y = ragged(n_targets)
    model = small(readout, washout=7).fit(X, y)
    rows = [rows_of(model, x) for x in X]
    expected = clone(RidgeReadout(alpha=1e-6) if readout is None else readout)
    expected.fit(np.concatenate([r[7:] for r in rows]), np.concatenate([t[7:] for t in y]))
    for predicted, r, t in zip(model.predict(X), rows, y, strict=True):
        assert predicted.shape == t.shape
        assert_allclose(predicted, expected.predict(r), atol=1e-7)
    everything = np.concatenate([expected.predict(r)[7:] for r in rows])
    assert_allclose(model.score(X, y), r2_score(np.concatenate([t[7:] for t in y]), everything), atol=1e-9)


def test_the_default_is_a_seeded_echo_state_reservoir_and_ridge():
    X, y = task()
    rows = np.hstack([EchoStateReservoir(random_state=0).fit_transform(X), X])
    assert_allclose(ReservoirRegressor().fit(X, y).predict(X), RidgeReadout(1e-6).fit(rows, y).predict(rows), atol=1e-6)


def test_containers_agree():
    X, y = task(30), task(30, seed=1)
    stack, targets = np.stack([X[0], y[0]]), np.stack([X[1], y[1]])
    model = small().fit(stack, targets)
    predicted = model.predict(stack)
    assert isinstance(predicted, np.ndarray) and predicted.shape == (2, 30)
    assert_array_equal(small().fit(list(stack), list(targets)).predict(list(stack)), predicted)
    frames = [pd.DataFrame(x, columns=["a", "b"]) for x in stack]
    assert_array_equal(small().fit(frames, targets).predict(frames), predicted)
    assert_array_equal(model.predict(stack[0]), predicted[0])


def test_columns_can_be_named_to_the_reservoir():
    X, y = task()
    frame = pd.DataFrame(np.column_stack([X, np.ones(len(X))]), columns=["a", "b", "gap"])
    named = ReservoirRegressor(CTRNNLiquid(10, elapsed_column="gap", random_state=0)).fit(frame, y)
    placed = ReservoirRegressor(CTRNNLiquid(10, elapsed_column=2, random_state=0)).fit(frame.to_numpy(), y)
    assert_array_equal(named.predict(frame), placed.predict(frame.to_numpy()))


# Missing targets


@pytest.mark.parametrize("readout", [None, Ridge(1e-3)], ids=str)
def test_a_row_without_a_target_is_as_if_absent_but_driven(readout):
    X, y = task(n_targets=2)
    y[[3, 50, 51], [0, 1, 0]] = np.nan
    model, known = small(readout).fit(X, y), ~np.isnan(y).any(axis=1)
    expected = clone(RidgeReadout(1e-6) if readout is None else readout).fit(rows_of(model, X)[known], y[known])
    assert_allclose(model.predict(X), expected.predict(rows_of(model, X)), atol=1e-7)
    assert_allclose(model.score(X, y), r2_score(y[known], model.predict(X)[known]))


@pytest.mark.parametrize("readout", [None, Ridge(1e-3)], ids=str)
def test_no_target_at_all_is_an_error(readout):
    X, y = ragged()
    late = [np.where(np.arange(len(t)) < 5, t, np.nan) for t in y]
    with pytest.raises(ValueError, match="'y' must hold a target for at least one step after the washout"):
        small(readout, washout=5).fit(X, late)
    late[2][7] = 1.0
    assert np.isfinite(small(readout, washout=5).fit(X, late).predict(X[0])).all()


# Streams


@pytest.mark.parametrize("chunk_size", [1, 7, 50, 1000])
@pytest.mark.parametrize("washout", [0, 9])
def test_chunks_change_nothing(chunk_size, washout):
    X, y = ragged()
    y[1][4:9] = np.nan
    for data in ((X, y), (X[2], y[2])):
        whole = small(washout=washout).fit(*data)
        model = small(washout=washout, chunk_size=chunk_size).fit(*data)
        assert_allclose(model.predict(X[0]), whole.predict(X[0]), atol=1e-8)
        assert_allclose(model.score(*data), whole.score(*data), atol=1e-8)


def test_blocks_have_the_chunk_size():
    X, y = task(100)
    model = small(Sums(), washout=15, chunk_size=20).fit(X, y)
    assert sorted(model.readout_.sizes_) == [5, 20, 20, 20, 20]
    assert_allclose(model.predict(X), small(Sums(), washout=15).fit(X, y).predict(X), atol=1e-9)


@pytest.mark.parametrize("readout", [None, RLSReadout(1e-3)], ids=str)
@pytest.mark.parametrize("washout", [0, 13])
def test_partial_fit_continues(readout, washout):
    X, y = task(200)
    whole = small(readout, washout=washout, chunk_size=50).fit(X, y)
    cuts = [0, 1, 8, 30, 31, 120, 200]
    chunks = [(X[a:b], y[a:b]) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    by_call, by_stream = (small(readout, washout=washout, chunk_size=50) for _ in range(2))
    for chunk in chunks:
        by_call.partial_fit(*chunk)
    for model in (by_call, by_stream.partial_fit(iter(chunks)), small(readout, washout=washout).partial_fit(chunks)):
        assert_allclose(model.predict(X), whole.predict(X), atol=1e-7)
        assert_array_equal(model.state_, whole.state_)
    on = whole.partial_fit(X, y)
    assert_allclose(on.predict(X), by_call.partial_fit(X, y).predict(X), atol=1e-7)


def test_reset_begins_another_series():
    X, y = ragged()
    whole, model = small(washout=7).fit(X, y), small(washout=7)
    for x, t in zip(X, y, strict=True):
        model.partial_fit(x[:3], t[:3], reset=True).partial_fit(x[3:], t[3:])
    assert_allclose(model.predict(X[0]), whole.predict(X[0]), atol=1e-7)
    assert not hasattr(whole, "state_")


def test_a_stream_may_begin_without_a_target():
    X, y = task()
    y[:10] = np.nan
    model = small(washout=5).partial_fit(X[:3], y[:3]).partial_fit(X[3:8], y[3:8])
    with pytest.raises(NotFittedError):
        model.predict(X)
    assert_allclose(model.partial_fit(X[8:], y[8:]).predict(X), small(washout=5).fit(X, y).predict(X), atol=1e-7)


@pytest.mark.parametrize("readout", [None, RLSReadout(1e-3), SGDRegressor(random_state=0)], ids=str)
@pytest.mark.parametrize(
    "bad, message",
    [
        ((np.zeros((5, 3)), np.zeros(5)), "X has 3 features.*chunk 7"),
        ((np.full((5, 2), np.nan), np.zeros(5)), "NaN.*chunk 7"),
        ((np.zeros((5, 2)), np.zeros(4)), r"'y' must have one row for every step .*chunk 7"),
        ((np.zeros((5, 2)), np.zeros((5, 2))), r"'y' must have shape \(n_steps\), as it had before; .*chunk 7"),
        ((np.zeros((0, 2)), np.zeros(0)), "0 sample.*chunk 7"),
        ((np.zeros((5, 2)), np.full(5, np.inf)), "infinity.*chunk 7"),
        ((np.zeros((5, 2)), None), "requires y.*chunk 7"),
        (np.zeros((5, 2)), "must yield pairs.*chunk 7"),
        ((np.zeros((2, 5, 2)), np.zeros((2, 5))), "must be one 2-D series.*chunk 7"),
    ],
)
def test_a_bad_chunk_changes_nothing(readout, bad, message):
    X, y = task(140)
    model, untouched = (small(readout, chunk_size=10).partial_fit(X[:20], y[:20]) for _ in range(2))
    before = dict(vars(model))
    chunks = [(X[k : k + 10], y[k : k + 10]) for k in range(20, 90, 10)]
    with pytest.raises(ValueError, match=message):
        model.partial_fit([*chunks, bad, *chunks])
    assert vars(model).keys() == before.keys() and all(vars(model)[name] is before[name] for name in before)
    assert_array_equal(model.predict(X), untouched.predict(X))
    assert_array_equal(model.partial_fit(chunks).predict(X), untouched.partial_fit(chunks).predict(X))
    fresh = small(readout)
    with pytest.raises(ValueError):
        fresh.partial_fit([*chunks, bad])
    assert vars(fresh).keys() == fresh.get_params(deep=False).keys()


def test_an_overflow_in_the_middle_changes_nothing():
    X, y = task(100)
    model = ReservoirRegressor(EchoStateReservoir(5, activation="relu", random_state=0), chunk_size=10)
    model.partial_fit(X, y)
    predicted = model.predict(X)
    huge = np.full((100, 2), 1e308)
    for grow in (model.partial_fit, model.fit):
        with pytest.raises(ValueError):
            grow(np.vstack([X, huge]), np.zeros(200))
        assert_array_equal(model.predict(X), predicted)


def test_an_empty_stream_is_an_error():
    with pytest.raises(ValueError, match="must yield at least one chunk"):
        small().partial_fit(iter([]))


@pytest.mark.parametrize("passthrough", [True, False])
def test_states_are_never_all_held(passthrough):
    X, y = numbers(100_000, 1), numbers(100_000)
    model = ReservoirRegressor(
        EchoStateReservoir(50, random_state=0), passthrough=passthrough, washout=10, chunk_size=2000
    )
    model.fit(X[:3000], y[:3000]).predict(X[:10])
    tracemalloc.start()
    try:
        model.fit(X, y)
        model.predict(X)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000 * 50 * 8 / 4


# Workers


def test_results_do_not_depend_on_workers():
    X, y = (part * 6 for part in ragged())
    one = small(chunk_size=50, washout=3).fit(X, y)
    with parallel_config("threading", n_jobs=2):
        two = small(chunk_size=50, washout=3).fit(X, y)
    assert_array_equal(one.readout_.coef_, two.readout_.coef_)
    stacked = small(Ridge(1e-3), n_jobs=2, chunk_size=50).fit(X, y)
    assert_array_equal(stacked.readout_.coef_, small(Ridge(1e-3), chunk_size=50).fit(X, y).readout_.coef_)


# Classifiers


@pytest.mark.parametrize(
    "readout",
    [RidgeClassifier(1e-3), RidgeReadoutClassifier(1e-3), RLSReadoutClassifier()],
    ids=str,
)  # fmt: skip
def test_a_classifier_labels_every_step(readout):
    X = numbers(400, 1)
    y = np.where(X[:, 0] + np.append(0, X[:-1, 0]) > 0, "up", "down")
    model = small(readout, washout=5)
    assert is_classifier(model) and not is_regressor(model) and is_regressor(small())
    assert model.fit(X, y).classes_.tolist() == ["down", "up"]
    assert model.score(X, y) > 0.8
    assert model.score(X, y) == np.mean(model.predict(X)[5:] == y[5:])
    assert model.decision_function([X[:5], X[:9]])[1].shape == (9,)
    missing = y.astype(object)
    missing[::3] = None
    assert model.fit(X, missing).score(X, missing) > 0.75
    assert not hasattr(model, "predict_proba")


def test_classes_are_named_in_the_first_chunk():
    X = numbers(100, 1)
    y = (X[:, 0] > 0).astype(int)
    model = small(SGDClassifier(random_state=0))
    with pytest.raises(ValueError, match="'classes' must list all labels in the first call"):
        model.partial_fit(X, y)
    assert model.partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X, y).classes_.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="'feedback' must be False with a classifier"):
        small(SGDClassifier(), feedback=True).fit(X, y)


# Manners


@pytest.mark.parametrize(
    "bad, name",
    [
        *(({"washout": value}, "washout") for value in (-1, 1.0, True, None)),
        *(({"chunk_size": value}, "chunk_size") for value in (0, 2.0, None)),
        *(({"passthrough": value}, "passthrough") for value in (1, "yes", None)),
        ({"feedback": 1}, "feedback"),
        ({"reservoir": RidgeReadout()}, "reservoir"),
        ({"reservoir": EchoStateReservoir}, "reservoir"),
        ({"readout": "ridge"}, "readout"),
        ({"readout": Ridge}, "readout"),
        ({"readout": RidgeReadout(alpha=-1)}, "alpha"),
        ({"reservoir": EchoStateReservoir(degree=200)}, "degree"),
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_parameter_is_named_and_changes_nothing(bad, name):
    X, y = task()
    model = small().fit(X, y)
    predicted = model.predict(X)
    kept = {key: model.get_params(deep=False)[key] for key in bad}
    with pytest.raises(ValueError, match=f"'{name}'"):
        model.set_params(**bad).fit(X, y)
    assert_array_equal(model.set_params(**kept).predict(X), predicted)


def test_a_washout_as_long_as_a_series_is_an_error():
    X, y = ragged()
    message = "'washout' must be smaller than each sequence; got 25 with a sequence of 25 steps"
    for call in (small(washout=25).fit, small(washout=25).fit([X[0]], [y[0]]).score):
        with pytest.raises(ValueError, match=message):
            call(X, y)


def test_states_are_for_one_series():
    X, y = ragged()
    model = small().fit(X[0], y[0])
    predicted, state = model.predict(X[1], return_state=True)
    head, middle = model.predict(X[1][:10], return_state=True)
    assert_allclose(np.append(head, model.predict(X[1][10:], state=middle)), predicted, rtol=1e-10)
    assert_array_equal(model.prime(X[1]), state)
    for extra in ({"state": state}, {"return_state": True}):
        with pytest.raises(ValueError, match="'state' and 'return_state' are for one series"):
            model.predict(X, **extra)
    with pytest.raises(ValueError, match="'X' must be one 2-D series"):
        model.prime(X)
    with pytest.raises(ValueError, match="'state' must be a finite array"):
        model.predict(X[1], state=np.zeros(3))


def test_predictions_leave_the_model_alone():
    X, y = task()
    reservoir, readout = EchoStateReservoir(12, random_state=0), RidgeReadout()
    model = ReservoirRegressor(reservoir, readout).fit(X, y)
    before = dict(vars(model))
    model.predict(X)
    model.score(X, y)
    model.prime(X)
    assert all(vars(model)[name] is value for name, value in before.items())
    assert model.reservoir is reservoir and model.readout is readout
    assert not hasattr(reservoir, "n_units_") and not hasattr(readout, "n_features_in_")
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict(X), model.predict(X))
    assert_allclose(again.partial_fit(X, y).predict(X), model.partial_fit(X, y).predict(X))


def test_a_prediction_that_is_not_finite_is_an_error():
    X, y = task()
    model = small(LinearRegression()).fit(X, y)
    model.readout_.intercept_ = np.nan
    with pytest.raises(StateOverflowError, match="predict of LinearRegression gave NaN"):
        model.predict(X)


def test_several_targets_with_readouts_of_one():
    X, y = task(n_targets=2)
    whole = small(MultiOutputRegressor(Ridge(1e-3))).fit(X, y)
    assert_allclose(whole.predict(X), small(Ridge(1e-3)).fit(X, y).predict(X), atol=1e-8)
    streamed = small(MultiOutputRegressor(SGDRegressor(random_state=0)), chunk_size=20).fit(X, y)
    assert streamed.predict(X).shape == (120, 2)


def test_partial_fit_is_there_if_the_readout_has_it():
    assert hasattr(small(), "partial_fit") and hasattr(small(SGDRegressor()), "partial_fit")
    assert not hasattr(small(Ridge()), "partial_fit")
    with pytest.raises(NotFittedError):
        small().predict(numbers(5, 2))


def test_a_report_is_printed(capsys):
    small(verbose=True).fit(*task())
    assert capsys.readouterr().out == "[ReservoirRegressor] 120 rows learnt, done\n"


# Inside scikit-learn


def test_grid_search_on_one_long_series_and_on_many():
    X, y = task(400)
    grid = {"reservoir__leak_rate": [0.05, 1.0], "readout__alpha": [1e-6, 1e3]}
    search = GridSearchCV(small(RidgeReadout(), washout=20), grid, cv=TimeSeriesSplit(3)).fit(X, y)
    assert search.best_params_ == {"reservoir__leak_rate": 1.0, "readout__alpha": 1e-6}
    X, y = (part * 2 for part in ragged())
    search = GridSearchCV(small(RidgeReadout(), washout=5), grid, cv=2).fit(X, y)
    assert search.best_params_["readout__alpha"] == 1e-6
    assert len(search.predict(X[:3])) == 3
    assert len(cross_val_score(small(washout=5), X, y, cv=4)) == 4


# What users do


@pytest.mark.parametrize("readout", [None, RLSReadout(1e-3)], ids=str)
def test_a_stream_may_refill_the_same_arrays(readout):
    X, y = task(900)
    rows, targets = np.empty((100, 2)), np.empty(100)

    def chunks():
        for start in range(0, 900, 100):
            rows[:], targets[:] = X[start : start + 100], y[start : start + 100]
            yield rows, targets

    refilled = small(readout, washout=20).partial_fit(chunks())
    fresh = small(readout, washout=20).partial_fit((X[k : k + 100], y[k : k + 100]) for k in range(0, 900, 100))
    assert_array_equal(refilled.readout_.coef_, fresh.readout_.coef_)


def test_a_readout_of_many_passes_is_handed_all_rows():
    X, y = task(300)
    model = small(SGDRegressor(random_state=0, tol=1e-5, max_iter=5000), washout=10).fit(X, y)
    expected = SGDRegressor(random_state=0, tol=1e-5, max_iter=5000).fit(rows_of(model, X)[10:], y[10:])
    assert_allclose(model.readout_.coef_, expected.coef_)
    balanced = small(RidgeReadoutClassifier(class_weight="balanced"), chunk_size=50).fit(X, y > 0)
    expected = RidgeReadoutClassifier(class_weight="balanced").fit(rows_of(balanced, X), y > 0)
    assert_allclose(balanced.readout_.coef_, expected.coef_)


@pytest.mark.parametrize("readout", [Ridge(), SGDRegressor(random_state=0), LinearRegression(), None], ids=str)
def test_a_column_of_targets_comes_back_as_a_column(readout):
    X, y = task(100, n_targets=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataConversionWarning)
        assert small(readout).fit(X, y).predict(X[:5]).shape == (5, 1)


def test_three_threads_of_fits_leave_blas_as_it_was():
    def threads():
        return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    before, (X, y) = threads(), task(4000)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda n: small(chunk_size=100).fit(X[:n], y[:n]), [1000, 4000, 2000, 3000, 500]))
    assert threads() == before


def test_every_backend_of_joblib_will_do():
    X, y = ragged()
    expected = small(chunk_size=30).fit(X, y).readout_.coef_
    with parallel_config("multiprocessing", n_jobs=2):
        assert_array_equal(small(chunk_size=30).fit(X, y).readout_.coef_, expected)


def test_what_a_stream_cannot_be_is_said():
    X, y = task()
    with pytest.raises(ValueError, match="'X' must be one 2-D series beside its y, or .* got y=None with ndarray"):
        small().partial_fit(X)
    with pytest.raises(ValueError, match="got y=None with int"):
        small().partial_fit(5)
    with pytest.raises(ValueError, match="'y' must be None where 'X' is an iterator"):
        small().partial_fit(iter([(X, y)]), y)
    with pytest.raises(ValueError, match="'classes' must be None"):
        small().partial_fit(X, y, classes=[0, 1])
    model = small(SGDClassifier()).partial_fit(X, y > 0, classes=[False, True])
    with pytest.raises(ValueError, match="'classes' must be those of the first call"):
        model.partial_fit(X, y > 0, classes=[False])
    with pytest.raises(ValueError, match="at least 2 steps after the washout to score; got 1"):
        small(washout=20).fit(X, y).score(X[:21], y[:21])
    with pytest.raises(ValueError, match=r"'state' must be a pair of the reservoir's state and the last output"):
        small(feedback=True).fit(X, y).predict(X, state=(np.zeros(12), [[1], [1, 2]]))


def test_labels_are_of_one_type_and_may_be_missing_in_any_way():
    X, _ = task(6)
    model = small(RidgeReadoutClassifier())
    known = model.fit(X[:5], ["a", "b", "a", "b", "a"])
    some = small(RidgeReadoutClassifier()).fit(X, pd.array(["a", "b", "a", "b", "a", pd.NA], dtype="string"))
    assert_allclose(some.readout_.coef_, known.readout_.coef_)
    with pytest.raises(ValueError, match="'y' must hold labels of one type"):
        model.fit([X, X], [[1, 2, 1, 2, 1, 2], ["1", "2", "1", "2", "1", "2"]])
    with pytest.raises(ValueError, match=r"'y\[0\]' must hold a label for every step .* use SequenceEncoder"):
        model.fit([X, X], ["a", "b"])


class Sine(BaseReservoir):
    """A reservoir whose state is the last row itself."""

    def _draw(self, n_features, random_state):
        self.n_units_ = n_features

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        return np.sin(np.vstack([state, X[:-1]]) + X), X[-1]


def test_force_hands_every_row_over():
    class Copying(Sine):
        def _drive(self, X, state):
            return super()._drive(X, state)[0], X[-1].copy()

    X, y = task(50)
    one, other = (
        ReservoirRegressor(cls(), RLSReadout(1e-2), feedback=True).partial_fit(X, y).readout_.coef_
        for cls in (Sine, Copying)
    )
    assert_array_equal(one, other)


def test_force_reports_too(capsys):
    X, y = task(50)
    small(RLSReadout(1e-2), feedback=True, verbose=True).partial_fit(X, y)
    assert "50 rows heard in the loop" in capsys.readouterr().out


@pytest.mark.parametrize("value", ["no", 2, 0, [], None, 1.0], ids=str)
@pytest.mark.parametrize("name", ["passthrough", "feedback", "verbose"])
def test_a_flag_is_true_or_false(name, value):
    X, y = task(100)
    with pytest.raises(ValueError, match=f"'{name}' must be True or False"):
        small(**{name: value}).fit(X, y)


@pytest.mark.parametrize("chunk_size", [1, 7, 64, 10**400])
def test_a_free_run_is_the_same_in_chunks_of_any_size(chunk_size):
    X, y = task(300)
    model = small(RidgeReadout(1e-2), feedback=True).fit(X, y)
    expected = model.predict(X)
    model._listener = replace(model._listener, chunk_size=chunk_size)
    assert_array_equal(model.predict(X), expected)


def test_targets_to_score_have_the_shape_of_those_of_fit():
    X, y = task(100)
    with pytest.raises(ValueError, match="'y' must have shape"):
        small().fit(X, y).score(X, np.column_stack([y, y, y, y]))


@pytest.mark.parametrize("X", [np.array(3.0), csr_array(np.ones((1, 2))), csr_array(np.ones((4, 2)))], ids=str)
def test_what_a_stream_cannot_learn_from_is_named(X):
    model = small().partial_fit(*task())
    coefficients = model.readout_.coef_.copy()
    with pytest.raises((ValueError, TypeError), match=r"'X'|for X"):
        model.partial_fit(X, np.ones(1))
    assert_array_equal(model.readout_.coef_, coefficients)


def test_a_score_that_is_no_number_is_refused():
    X, y = task()
    model = small().fit(X, y)
    assert np.isfinite(model.score(X, 1e300 * y))
    with pytest.raises(ValueError, match="larger than any number. Bring 'X' and 'y' to the scale"):
        model.score(1e300 * X, y)


@pytest.mark.parametrize(
    "classes", [True, 0, "ab", b"ab", None, [], [None], [1, "a"], np.ones((2, 2, 2)), [0.0, np.nan], {1, 2}]
)
def test_what_lists_no_labels_is_named(classes):
    X, y = task()
    with pytest.raises(ValueError, match="'classes' must"):
        small(RidgeReadoutClassifier()).partial_fit(X, np.arange(len(X)) % 3, classes=classes)


@pytest.mark.parametrize("bad", [1e300, 0.5, "a", 1j])
def test_what_is_no_label_is_named(bad):
    X, _ = task()
    y = np.array([*(np.arange(len(X) - 1) % 3), bad], dtype=object if bad == "a" else type(bad))
    with pytest.raises((ValueError, TypeError), match="'y'|in y"):
        small(RidgeReadoutClassifier()).fit(X, y)


@pytest.mark.parametrize("output", [None, "a", 10**400, [1j], [[1.0, 2.0], [3.0]], [np.nan], [1.0, 2.0], [[1.0]]])
def test_an_output_that_cannot_have_been_fed_back_is_refused(output):
    X, y = task()
    model = small(feedback=True).fit(X, y)
    with pytest.raises(ValueError, match="'state' must be a pair of the reservoir's state and the last output"):
        model.predict(X, (model.state_[0], output))

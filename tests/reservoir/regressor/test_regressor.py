import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, Ridge, SGDRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sums import Sums
from tasks import numbers, ragged, rows_of, small, task
from threadpoolctl import threadpool_info

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout
from reservoir import CTRNNLiquid, EchoStateReservoir, ReservoirRegressor
from reservoir.components import DEFAULT_ALPHAS
from reservoir.regressor.step_targets import block_fold

READOUTS = [RidgeReadout(), Ridge(1e-3), KNeighborsRegressor(3), RLSReadout(1e-3), RidgeReadout(alphas=[1e-3, 1.0])]


@pytest.mark.parametrize("readout", READOUTS, ids=str)
@pytest.mark.parametrize("n_targets, washout, passthrough", [(None, 0, True), (2, 10, False)])
def test_it_is_a_transform_and_a_readout(readout, n_targets, washout, passthrough):
    (X, y), model = task(n_targets=n_targets), small(readout, washout=washout, passthrough=passthrough)
    rows = rows_of(model, X)
    expected = clone(readout).fit(rows[washout:], y[washout:])
    assert_allclose(model.fit(X, y).predict(X), expected.predict(rows), atol=1e-7)
    assert_allclose(model.score(X, y), r2_score(y[washout:], expected.predict(rows)[washout:]), atol=1e-9)


@pytest.mark.parametrize("readout", [RidgeReadout(), LinearRegression(), RLSReadout(1e-3)], ids=str)
@pytest.mark.parametrize("n_targets", [None, 1, 2])
def test_many_series_each_from_rest_and_with_its_washout(readout, n_targets):
    X, y = ragged(n_targets)
    model = small(readout, washout=7).fit(X, y)
    rows = [rows_of(model, x) for x in X]
    expected = clone(readout)
    expected.fit(np.concatenate([r[7:] for r in rows]), np.concatenate([t[7:] for t in y]))
    for predicted, r, t in zip(model.predict(X), rows, y, strict=True):
        assert predicted.shape == t.shape
        assert_allclose(predicted, expected.predict(r), atol=1e-7)
    everything = np.concatenate([expected.predict(r)[7:] for r in rows])
    assert_allclose(model.score(X, y), r2_score(np.concatenate([t[7:] for t in y]), everything), atol=1e-9)


def test_the_default_is_a_seeded_echo_state_reservoir_and_ridge_of_the_best_penalty():
    X, y = task(600)
    y = y + numbers(600, seed=7)
    rows = np.hstack([EchoStateReservoir(random_state=0).fit_transform(X), X])
    order = np.arange(600)
    folds = [(np.flatnonzero(block_fold(order, 5) != k), np.flatnonzero(block_fold(order, 5) == k)) for k in range(5)]
    errors = [
        -cross_val_score(Ridge(alpha), rows, y, cv=folds, scoring=squared_error_sum).sum() for alpha in DEFAULT_ALPHAS
    ]
    model = ReservoirRegressor().fit(X, y)
    assert model.readout_.alpha_ == DEFAULT_ALPHAS[np.argmin(errors)] not in DEFAULT_ALPHAS[:: len(DEFAULT_ALPHAS) - 1]
    assert_allclose(model.readout_.cv_results_["mean_squared_error"][:, 0] * 600, errors, rtol=1e-6)
    assert_allclose(model.predict(X), Ridge(model.readout_.alpha_).fit(rows, y).predict(rows), atol=1e-8)


@pytest.mark.filterwarnings("ignore:'readout' has:UserWarning")
@pytest.mark.parametrize("n_steps", [1, 2, 3, 4, 5, 6])
def test_series_of_any_length_will_do(n_steps):
    X, y = task(n_steps)
    one_by_one = ReservoirRegressor()
    for t in range(n_steps):
        assert np.isfinite(one_by_one.partial_fit(X[t : t + 1], y[t : t + 1]).predict(X)).all()
    assert_allclose(one_by_one.predict(X), ReservoirRegressor().fit(X, y).predict(X), atol=1e-9)


def squared_error_sum(model, X, y):
    return -((model.predict(X) - y) ** 2).sum()


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


@pytest.mark.parametrize("readout", [RidgeReadout(), Ridge(1e-3)], ids=str)
def test_a_row_without_a_target_is_as_if_absent_but_driven(readout):
    X, y = task(n_targets=2)
    y[[3, 50, 51], [0, 1, 0]] = np.nan
    model, known = small(readout).fit(X, y), ~np.isnan(y).any(axis=1)
    expected = clone(readout).fit(rows_of(model, X)[known], y[known])
    assert_allclose(model.predict(X), expected.predict(rows_of(model, X)), atol=1e-7)
    assert_allclose(model.score(X, y), r2_score(y[known], model.predict(X)[known]))


@pytest.mark.filterwarnings("ignore:'readout' has:UserWarning")
@pytest.mark.parametrize("readout", [None, Ridge(1e-3)], ids=str)
def test_no_target_at_all_is_an_error(readout):
    X, y = ragged()
    late = [np.where(np.arange(len(t)) < 5, t, np.nan) for t in y]
    with pytest.raises(ValueError, match="'y' must hold a target for at least one step after the washout"):
        small(readout, washout=5).fit(X, late)
    late[2][7] = 1.0
    assert np.isfinite(small(readout, washout=5).fit(X, late).predict(X[0])).all()


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


def test_results_do_not_depend_on_workers():
    X, y = (part * 6 for part in ragged())
    one = small(chunk_size=50, washout=3).fit(X, y)
    with parallel_config("threading", n_jobs=2):
        two = small(chunk_size=50, washout=3).fit(X, y)
    assert_array_equal(one.readout_.coef_, two.readout_.coef_)
    stacked = small(Ridge(1e-3), n_jobs=2, chunk_size=50).fit(X, y)
    assert_array_equal(stacked.readout_.coef_, small(Ridge(1e-3), chunk_size=50).fit(X, y).readout_.coef_)


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


def test_a_report_is_printed(capsys):
    small(verbose=True).fit(*task())
    assert capsys.readouterr().out == "[ReservoirRegressor] 120 rows fitted, done\n"


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


def test_a_readout_of_many_passes_is_handed_all_rows():
    X, y = task(300)
    model = small(SGDRegressor(random_state=0, tol=1e-5, max_iter=5000), washout=10).fit(X, y)
    expected = SGDRegressor(random_state=0, tol=1e-5, max_iter=5000).fit(rows_of(model, X)[10:], y[10:])
    assert_allclose(model.readout_.coef_, expected.coef_)
    balanced = small(RidgeReadoutClassifier(class_weight="balanced"), chunk_size=50).fit(X, y > 0)
    expected = RidgeReadoutClassifier(class_weight="balanced").fit(rows_of(balanced, X), y > 0)
    assert_allclose(balanced.readout_.coef_, expected.coef_)


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


@pytest.mark.parametrize("value", ["no", 2, 0, [], None, 1.0], ids=str)
@pytest.mark.parametrize("name", ["passthrough", "feedback", "verbose"])
def test_a_flag_is_true_or_false(name, value):
    X, y = task(100)
    with pytest.raises(ValueError, match=f"'{name}' must be True or False"):
        small(**{name: value}).fit(X, y)

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import reduce

import numpy as np
import pandas as pd
import pytest
from naive_ridge import in_chunks, left_out_errors
from sklearn.exceptions import NotFittedError
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct
from sklearn.linear_model import BayesianRidge, Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadout
from reservoir import EchoStateReservoir

random_state = np.random.RandomState(0)
X = random_state.standard_normal((120, 9)) + 5
Y = X @ random_state.standard_normal((9, 3)) + 0.1 * random_state.standard_normal((120, 3)) + 2
WEIGHTS = random_state.uniform(0, 2, 120)


@pytest.mark.parametrize("alpha", [1e-8, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("y", [Y, Y[:, 0], Y[:, :1]])
@pytest.mark.parametrize("sample_weight", [None, WEIGHTS])
@pytest.mark.parametrize("rows", [slice(None), slice(5)])
def test_equals_scikit_learn(alpha, y, sample_weight, rows):
    weight = None if sample_weight is None else sample_weight[rows]
    ours = RidgeReadout(alpha).fit(X[rows], y[rows], weight)
    theirs = Ridge(alpha, solver="svd").fit(X[rows], y[rows], weight)
    # scikit-learn has returned (n, 1) targets as (n, 1) in some versions and as (n,) in others.
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X).reshape(len(X), *y.shape[1:]), 1e-9, 1e-9)
    if len(X[rows]) > 9:
        np.testing.assert_allclose(ours.coef_, theirs.coef_.reshape(*y.shape[1:], 9), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(ours.intercept_, np.reshape(theirs.intercept_, y.shape[1:]), rtol=1e-9, atol=1e-9)


def test_normal_equations_hold_on_reservoir_states():
    u = np.sin(0.2 * np.arange(1000.0))[:, None]
    states = EchoStateReservoir(80, random_state=0).fit_transform(u)[100:]
    target = np.roll(u, -5)[100:]
    readout = RidgeReadout(alpha=1e-4).fit(states, target)
    residual = target - readout.predict(states)
    gradient = states.T @ residual - 1e-4 * readout.coef_.T
    assert np.abs(gradient).max() < 1e-9
    assert np.abs(residual.mean()) < 1e-10


def test_no_penalty_gives_the_least_squares_solution_of_smallest_norm():
    doubled = np.hstack([X, X])
    readout = RidgeReadout(alpha=0).fit(doubled, Y)
    centred = doubled - doubled.mean(axis=0)
    expected = np.linalg.pinv(centred) @ (Y - Y.mean(axis=0))
    np.testing.assert_allclose(readout.coef_.T, expected, atol=1e-10)


def test_weight_zero_is_a_row_left_out():
    kept = np.arange(120) % 3 > 0
    left_out = RidgeReadout(0.1).fit(X[kept], Y[kept])
    weighted = RidgeReadout(0.1).fit(X, Y, sample_weight=kept.astype(float))
    np.testing.assert_allclose(weighted.coef_, left_out.coef_, rtol=1e-10)


@pytest.mark.parametrize("alpha", [-1.0, np.nan, np.inf, "1", None, True, [1.0]])
def test_bad_alpha_is_refused(alpha):
    with pytest.raises(ValueError, match="'alpha' must be a finite number of at least 0; got"):
        RidgeReadout(alpha).fit(X, Y)


@pytest.mark.parametrize(
    ("sample_weight", "message"),
    [
        (-WEIGHTS, "'sample_weight' must be non-negative"),
        (0 * WEIGHTS, "'sample_weight' must be non-negative with a positive sum"),
        (WEIGHTS[:5], r"'sample_weight' must have shape \(120,\); got shape \(5,\)"),
    ],
)
def test_bad_sample_weight_is_refused_and_changes_nothing(sample_weight, message):
    readout = RidgeReadout().fit(X, Y)
    before = readout.coef_.copy()
    with pytest.raises(ValueError, match=message):
        readout.fit(X, Y, sample_weight)
    np.testing.assert_array_equal(readout.coef_, before)


@pytest.mark.parametrize("alpha", [1e-2, 1e-6, 1e-10])
def test_equals_scikit_learn_on_nearly_collinear_states(alpha):
    u = np.sin(0.2 * np.arange(3000.0))[:, None] + 0.3 * np.sin(0.311 * np.arange(3000.0))[:, None]
    states, target = EchoStateReservoir(100, random_state=0).fit_transform(u)[100:], np.roll(u, -7)[100:, 0]
    ours, theirs = RidgeReadout(alpha).fit(states, target), Ridge(alpha, solver="svd").fit(states, target)
    np.testing.assert_allclose(ours.predict(states), theirs.predict(states), rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-8 * np.abs(theirs.coef_).max())


def test_fits_in_threads_leave_the_warning_filters_alone():
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: RidgeReadout(1e-12).fit(X[:, [0, 0]], Y), range(40)))
    assert list(warnings.filters) == before


def test_a_failed_fit_leaves_no_trace():
    readout = RidgeReadout().fit(pd.DataFrame(X[:, :2], columns=["a", "b"]), Y)
    before = dict(vars(readout))
    with pytest.raises(ValueError, match="NaN"):
        readout.fit(pd.DataFrame(X[:, :2] * np.nan, columns=["c", "d"]), Y)
    assert vars(readout) == before


FAR = random_state.standard_normal((600, 12)) + 1e6
FAR_Y = FAR[:, :2] - FAR[:, 2:4] + random_state.standard_normal((600, 2)) + 1e6


@pytest.mark.parametrize("solver", ["auto", "qr"])
@pytest.mark.parametrize("cuts", [[], [1, 2, 3], [300], list(range(11, 600, 11))])
def test_any_chunks_and_merges_far_from_zero_equal_scikit_learn(cuts, solver):
    theirs = Ridge(0.1, solver="svd").fit(FAR - FAR.mean(axis=0), FAR_Y)
    parts = [
        RidgeReadout(0.1, solver=solver).fit(x, y)
        for x, y in zip(np.split(FAR, cuts), np.split(FAR_Y, cuts), strict=True)
    ]
    order = np.random.RandomState(0).permutation(len(parts))
    for ours in (
        in_chunks(RidgeReadout(0.1, solver=solver), FAR, FAR_Y, cuts),
        reduce(RidgeReadout.merge, parts),
        reduce(RidgeReadout.merge, [parts[k] for k in order]),
    ):
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-8)
        np.testing.assert_allclose(ours.predict(FAR), theirs.predict(FAR - FAR.mean(axis=0)), rtol=1e-12)


def test_streamed_qr_keeps_the_digits_of_fit_on_nearly_collinear_states():
    u = np.sin(0.2 * np.arange(2000.0))[:, None] + 0.3 * np.sin(0.311 * np.arange(2000.0))[:, None]
    states, target = EchoStateReservoir(100, random_state=0).fit_transform(u)[100:], np.roll(u, -7)[100:, 0]
    whole = RidgeReadout(1e-10).fit(states, target)
    chunks = in_chunks(RidgeReadout(1e-10, solver="qr"), states, target, [300, 900])
    np.testing.assert_allclose(chunks.predict(states), whole.predict(states), rtol=0, atol=1e-9)


@pytest.mark.parametrize("y", [Y, Y[:, 0]])
@pytest.mark.parametrize("weighted", [False, True])
def test_grid_equals_refitting(y, weighted):
    alphas, weight = np.logspace(-2, 4, 7), WEIGHTS if weighted else None
    blocks, groups = np.array_split(np.arange(120), 10), np.arange(120) % 7
    columns = y.reshape(120, -1)
    by_group = [np.flatnonzero(groups == g) for g in range(7)]
    for arguments, folds in (
        ({"cv": 10}, blocks),
        ({"cv": None}, list(np.arange(120)[:, None])),
        ({"cv": None, "groups": groups}, by_group),
        ({"cv": [(np.setdiff1d(np.arange(120), b), b) for b in blocks]}, blocks),
    ):
        given = {"groups": arguments.pop("groups")} if "groups" in arguments else {}
        ours = RidgeReadout(alphas=alphas, **arguments).fit(X, y, weight, **given)
        total = 120 if weight is None else weight.sum()
        expected = left_out_errors(X, columns, folds, alphas, weight).sum(axis=0) / total
        np.testing.assert_allclose(ours.cv_results_["mean_squared_error"], expected, rtol=1e-8)
        assert ours.alpha_ == alphas[expected.mean(axis=1).argmin()]
        np.testing.assert_allclose(ours.coef_, RidgeReadout(ours.alpha_).fit(X, y, weight).coef_, rtol=1e-9)


def test_grid_of_streamed_and_merged_groups_equals_fit():
    groups, alphas = np.repeat(list("abcdef"), 20), [0.1, 10.0, 1000.0]
    whole = RidgeReadout(alphas=alphas, alpha_per_target=True).fit(X, Y, groups=groups)
    halves = [
        RidgeReadout(alphas=alphas, alpha_per_target=True).fit(X[k::2], Y[k::2], groups=groups[k::2]) for k in (0, 1)
    ]
    chunks = in_chunks(RidgeReadout(alphas=alphas, alpha_per_target=True), X, Y, [7, 55], groups=groups)
    for ours in (chunks, halves[1].merge(halves[0])):
        assert ours.cv_results_["folds"].tolist() == list("abcdef")
        for key in ("mean_squared_error", "fold_mean_squared_error", "fold_weight"):
            np.testing.assert_allclose(ours.cv_results_[key], whole.cv_results_[key], rtol=1e-9)
        np.testing.assert_array_equal(ours.alpha_, whole.alpha_)


def test_a_chunk_takes_the_penalties_as_they_are_now():
    chunks = RidgeReadout(0.1).partial_fit(X[::2], Y[::2])
    alphas = np.geomspace(1.0, 100.0, Y.shape[1])
    chunks.set_params(alpha=alphas).partial_fit(X[1::2], Y[1::2])
    np.testing.assert_array_equal(chunks.alpha_, alphas)
    np.testing.assert_allclose(chunks.coef_, RidgeReadout(alphas).fit(X, Y).coef_, rtol=1e-9)


def test_one_alpha_per_target():
    alphas = np.array([0.1, 10.0, 1e3])
    ours, theirs = RidgeReadout(alphas).fit(X, Y), Ridge(alphas, solver="svd").fit(X, Y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    np.testing.assert_array_equal(ours.alpha_, alphas)


def test_deviation_equals_that_of_bayesian_ridge():
    # Held to given precisions, it has the variance of all but the intercept, which is added here. Old versions of
    # scikit-learn forget the means of X, too, so here they are 0.
    y, alpha = Y[:, 0], 3.0
    x = X - X.mean(axis=0)
    guess, deviation = RidgeReadout(alpha).fit(x, y).predict(x, return_std=True)
    hat = np.trace(x @ np.linalg.solve(x.T @ x + alpha * np.eye(9), x.T))
    variance = ((y - guess) ** 2).sum() / (120 - 1 - hat)
    theirs = BayesianRidge(max_iter=1, alpha_init=1 / variance, lambda_init=alpha / variance).fit(x, y)
    theirs.alpha_, theirs.lambda_ = 1 / variance, alpha / variance
    theirs.sigma_ = variance * np.linalg.inv(x.T @ x + alpha * np.eye(9))
    expected = np.sqrt(theirs.predict(x, return_std=True)[1] ** 2 + variance / 120)
    np.testing.assert_allclose(deviation, expected, rtol=1e-9)


@pytest.mark.parametrize("rows", [slice(40), slice(5)])
def test_deviation_equals_that_of_a_gaussian_process(rows):
    x, y, alpha = X[rows] - 5, Y[rows, 0], 2.0
    readout = RidgeReadout(alpha).fit(x, y)
    guess, deviation = readout.predict(X - 5, return_std=True)
    variance = readout.ridge_fit_.noise_variance[0]
    # k(x, x') = variance / alpha (x . x' + a flat intercept), for targets with noise of the same variance
    kernel = ConstantKernel(variance / alpha) * DotProduct(1e3)
    process = GaussianProcessRegressor(kernel, alpha=variance, optimizer=None).fit(x, y)
    mean, spread = process.predict(X - 5, return_std=True)
    np.testing.assert_allclose(guess, mean, atol=1e-4)
    np.testing.assert_allclose(deviation, np.sqrt(spread**2 + variance), rtol=1e-4)


def test_deviation_has_the_shape_of_the_targets_and_covers():
    rng = np.random.RandomState(1)
    x = rng.standard_normal((4000, 10))
    y = x @ rng.standard_normal((10, 2)) + rng.standard_normal((4000, 2)) * [1.0, 3.0]
    guess, deviation = RidgeReadout(1.0).fit(x[:50], y[:50]).predict(x[50:], return_std=True)
    assert deviation.shape == guess.shape
    inside = (np.abs(y[50:] - guess) < 1.96 * deviation).mean(axis=0)
    assert np.all(np.abs(inside - 0.95) < 0.06)


def test_weights_are_repetitions_in_chunks_too():
    times = np.arange(120) % 3
    repeated = RidgeReadout(0.5).fit(np.repeat(X, times, 0), np.repeat(Y, times, 0))
    weighted = in_chunks(RidgeReadout(0.5), X, Y, [1, 50], sample_weight=times.astype(float))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-10)
    for a, b in zip(weighted.predict(X, True), repeated.predict(X, True), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10)


@pytest.mark.parametrize(
    ("chunk", "message"),
    [
        ((X[:, :4], Y), "4 features"),
        ((X, Y[:, 0]), "'y' must have the targets of earlier calls, 3; got shape"),
        ((np.where(X > 5, np.nan, X), Y), "NaN"),
        ((X[:, :], Y[:7]), "inconsistent"),
        ((X * 1e200, Y), "finite sums of squares"),
        ((X, Y, None, np.arange(3)), "'groups' must hold one label"),
    ],
)
def test_a_bad_chunk_changes_nothing(chunk, message):
    readout = in_chunks(RidgeReadout(), X, Y, [60])
    before, coefficients = dict(vars(readout)), readout.coef_.copy()
    with pytest.raises(ValueError, match=message):
        readout.partial_fit(*chunk)
    assert vars(readout) == before
    np.testing.assert_array_equal(readout.coef_, coefficients)


def test_a_missing_target_among_objects_is_named():
    with pytest.raises(ValueError, match="Input y contains NaN"):
        RidgeReadout().fit(np.arange(3.0)[:, None], np.array([1.0, None, 2.0], dtype=object))


def test_chunks_without_weight_set_the_shapes_only():
    readout = RidgeReadout().partial_fit(X, Y, sample_weight=np.zeros(120))
    with pytest.raises(NotFittedError):
        readout.predict(X)
    np.testing.assert_allclose(readout.partial_fit(X, Y).coef_, RidgeReadout().fit(X, Y).coef_)


def test_fit_continues_with_chunks_but_not_after_leave_one_out():
    continued = RidgeReadout().fit(X[:50], Y[:50]).partial_fit(X[50:], Y[50:])
    np.testing.assert_allclose(continued.coef_, RidgeReadout().fit(X, Y).coef_, rtol=1e-9)
    with pytest.raises(ValueError, match="needs all rows in one fit"):
        RidgeReadout(alphas=[1.0]).fit(X, Y).partial_fit(X, Y)


@pytest.mark.parametrize("y", [Y, Y[:, 0], Y[:, :1]])
def test_to_sklearn_predicts_the_same_and_is_small(y):
    names = pd.DataFrame(X, columns=list("abcdefghi"))
    readout = pickle.loads(pickle.dumps(RidgeReadout(1.0).fit(names, y)))
    theirs = readout.to_sklearn()
    check_is_fitted(theirs)
    # scikit-learn adds up in the order in which a frame lies in memory.
    np.testing.assert_allclose(theirs.predict(names), readout.predict(names), rtol=1e-14)
    assert theirs.alpha == 1.0


@pytest.mark.parametrize("y", [Y, Y[:, 0], Y[:, :1]])
@pytest.mark.parametrize("rows", [slice(None), slice(7)])
@pytest.mark.parametrize("per_target", [False, True])
def test_predictions_of_rows_left_out_are_those_of_cross_validation(y, rows, per_target):
    ours = RidgeReadout(alphas=[0.01, 1.0, 100.0], alpha_per_target=per_target).fit(X[rows], y[rows])
    theirs = cross_val_predict(Ridge(ours.alpha_), X[rows], y[rows], cv=LeaveOneOut())
    np.testing.assert_allclose(ours.cv_predictions_, theirs.reshape(y[rows].shape), rtol=1e-8)


@pytest.mark.parametrize("parameters", [{"alpha": 1.0}, {"alphas": [1.0, 2.0], "cv": 4}])
def test_only_rows_left_out_one_by_one_have_predictions(parameters):
    readout = RidgeReadout(**parameters).fit(X, Y)
    with pytest.raises(AttributeError, match="'cv_predictions_' needs fit with 'alphas', without 'cv' or 'groups'"):
        _ = readout.cv_predictions_

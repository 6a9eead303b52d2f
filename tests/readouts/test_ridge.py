import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

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

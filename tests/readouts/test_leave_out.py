import numpy as np
import pytest
from naive_ridge import exact_left_out_errors, left_out_errors
from scipy.linalg import cho_factor
from sklearn.linear_model import Ridge

from readouts.leave_out import LeaveOut
from readouts.single_thread import blas_controller
from readouts.statistics import statistics_of

rng = np.random.RandomState(0)
ALPHAS = np.logspace(-4, 3, 5)


@pytest.mark.parametrize(("n_rows", "n_features"), [(60, 7), (20, 30), (21, 20)])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("precise", [False, True])
def test_rows_and_groups_equal_refitting(n_rows, n_features, weighted, precise):
    X, Y = rng.standard_normal((n_rows, n_features)) + 1, rng.standard_normal((n_rows, 2))
    weight = rng.uniform(0.5, 2, n_rows) if weighted else None
    rows = LeaveOut(X, Y, weight, statistics_of(X, Y, weight, precise))
    each = list(np.arange(n_rows)[:, None])
    expected = left_out_errors(X, Y, each, ALPHAS, weight)
    np.testing.assert_allclose(rows.row_errors(ALPHAS), expected.sum(axis=0), rtol=1e-8)
    groups = [np.arange(k, n_rows, 4) for k in range(4)]
    np.testing.assert_allclose(
        rows.group_errors(groups, ALPHAS), left_out_errors(X, Y, groups, ALPHAS, weight), rtol=1e-8
    )


@pytest.mark.parametrize(("n_rows", "n_features"), [(60, 7), (20, 30), (21, 20)])
@pytest.mark.parametrize("weighted", [False, True])
def test_predictions_of_rows_are_those_of_refitting_without_each(n_rows, n_features, weighted):
    X, Y = rng.standard_normal((n_rows, n_features)) + 1, rng.standard_normal((n_rows, 3)) + 5
    weight = rng.uniform(0.5, 2, n_rows) if weighted else None
    alpha = np.array([0.1, 3.0, 0.1])
    found = LeaveOut(X, Y, weight, statistics_of(X, Y, weight)).row_predictions(alpha)
    for row in range(n_rows):
        rest = np.arange(n_rows) != row
        ridge = Ridge(alpha).fit(X[rest], Y[rest], None if weight is None else weight[rest])
        np.testing.assert_allclose(found[row], ridge.predict(X[row : row + 1])[0], rtol=1e-8)


def test_a_tiny_alpha_keeps_its_digits_where_features_outnumber_rows():
    X, Y = rng.standard_normal((12, 40)), rng.standard_normal((12, 1))
    found = LeaveOut(X, Y, None, statistics_of(X, Y)).row_errors(np.array([1e-12]))
    errors = []
    for row in range(12):
        rest = np.setdiff1d(np.arange(12), row)
        x, y = X[rest] - X[rest].mean(axis=0), Y[rest] - Y[rest].mean()
        guess = (X[row] - X[rest].mean(axis=0)) @ np.linalg.pinv(x) @ y + Y[rest].mean()
        errors.append((Y[row] - guess) ** 2)
    np.testing.assert_allclose(found[0], np.sum(errors, axis=0), rtol=1e-9)


def test_a_tiny_alpha_keeps_its_digits_where_features_just_fit_all_rows():
    # Leaving rows out leaves fewer rows than features, and ridge tends to the solution of smallest norm.
    X, Y = rng.standard_normal((21, 20)) + 1, rng.standard_normal((21, 1))
    groups = [np.arange(k, 21, 10) for k in range(10)]
    squares = []
    for group in groups:
        rest = np.setdiff1d(np.arange(21), group)
        mean_x, mean_y = X[rest].mean(axis=0), Y[rest].mean(axis=0)
        guess = (X[group] - mean_x) @ np.linalg.pinv(X[rest] - mean_x) @ (Y[rest] - mean_y) + mean_y
        squares.append(((Y[group] - guess) ** 2).sum(axis=0))
    found = LeaveOut(X, Y, None, statistics_of(X, Y)).group_errors(groups, np.array([1e-14]))[:, 0]
    np.testing.assert_allclose(found, squares, rtol=1e-9)


@pytest.mark.parametrize(("n_rows", "n_features"), [(20, 4), (6, 7)])
@pytest.mark.parametrize("precise", [False, True])
def test_scales_of_features_cost_no_digits(n_rows, n_features, precise):
    scales = 10.0 ** rng.permutation(np.linspace(-8, 8, n_features))
    X, Y = rng.standard_normal((n_rows, n_features)) * scales, rng.standard_normal((n_rows, 1))
    groups, alphas = [np.arange(k, n_rows, 3) for k in range(3)], np.array([1e-9, 1.0])
    rows = LeaveOut(X, Y, None, statistics_of(X, Y, None, precise))
    expected = exact_left_out_errors(X, Y, groups, alphas)
    # Where fewer rows than features are left, errors of ten deviations lose digits of their own.
    np.testing.assert_allclose(rows.group_errors(groups, alphas), expected, rtol=1e-7)
    each = exact_left_out_errors(X, Y, list(np.arange(n_rows)[:, None]), alphas).sum(axis=0)
    np.testing.assert_allclose(rows.row_errors(alphas), each, rtol=1e-9)


def test_groups_are_left_out_in_one_thread(monkeypatch):
    def factor(matrix):
        threads.extend(library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas")
        return cho_factor(matrix)

    threads = []
    monkeypatch.setattr("readouts.leave_out.cho_factor", factor)
    X, Y = rng.standard_normal((20, 30)), rng.standard_normal((20, 2))
    rows = LeaveOut(X, Y, None, statistics_of(X, Y))
    with blas_controller().limit(limits=2, user_api="blas"):
        rows.group_errors([np.arange(5), np.arange(5, 20)], ALPHAS)
    assert set(threads) == {1}

import numpy as np
import pytest
from naive_ridge import exact_ridge
from scipy.linalg import LinAlgWarning

from readouts.lapack import cholesky
from readouts.single_thread import blas_controller
from readouts.solve import loses_digits, solve, solve_by_reflections
from readouts.statistics import statistics_of

rng = np.random.RandomState(0)
X, Y = rng.standard_normal((60, 5)), rng.standard_normal((60, 2))


def reference(X, Y, alphas):
    x, y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    columns = [np.linalg.solve(x.T @ x + a * np.eye(x.shape[1]), x.T @ y[:, j]) for j, a in enumerate(alphas)]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("alphas", [(0.1, 0.1), (0.01, 10.0)])
@pytest.mark.parametrize("n_rows", [4, 60])
@pytest.mark.parametrize("precise", [False, True])
def test_equals_the_normal_equations(alphas, n_rows, precise):
    statistics = statistics_of(X[:n_rows], Y[:n_rows], None, precise)
    np.testing.assert_allclose(
        solve(statistics, np.array(alphas)), reference(X[:n_rows], Y[:n_rows], alphas), rtol=1e-9
    )


@pytest.mark.parametrize(("n_rows", "alpha"), [(3, 0.1), (5, 0.0), (5, 0.1), (7, 0.0), (7, 0.1), (60, 0.0), (60, 0.1)])
def test_rows_that_are_zero_below_a_diagonal(n_rows, alpha):
    rows = np.triu(np.hstack([X, Y])[:n_rows])  # series that end in zeros have such ones
    x, y = rows[:, :5], rows[:, 5:]
    expected = np.linalg.solve(x.T @ x + alpha * np.eye(5), x.T @ y)
    np.testing.assert_allclose(solve_by_reflections(x, y, alpha), expected, rtol=1e-9, atol=1e-12)


def test_loss_of_digits_is_seen():
    nearly = np.hstack([X, X[:, :1] + 1e-6 * Y[:, :1]])
    assert loses_digits(statistics_of(nearly, Y), 1e-12)
    assert not loses_digits(statistics_of(nearly, Y), 1.0)
    assert not loses_digits(statistics_of(nearly, Y, None, True), 1e-12)


def test_a_triangle_keeps_the_digits_that_the_scatter_loses():
    nearly = np.hstack([X, X[:, :1] + 1e-7 * Y[:, :1]])
    target = nearly @ np.array([[1.0], [2.0], [0.0], [0.0], [1.0], [3.0]])
    errors = [np.abs(solve(statistics_of(nearly, target, None, p), np.zeros(1))[-1, 0] - 3) for p in (False, True)]
    assert errors[1] < 1e-7 < errors[0]


def test_singular_scatter_gives_the_solution_of_smallest_norm():
    doubled = np.hstack([X, X])
    with pytest.warns(LinAlgWarning, match="Nearly collinear columns of 'X' .* Give solver='qr'"):
        found = solve(statistics_of(doubled, Y), np.zeros(2))
    np.testing.assert_allclose(found, np.vstack([reference(X, Y, (0, 0))] * 2) / 2, atol=1e-10)


@pytest.mark.parametrize("alphas", [(0.0, 0.0), (1e-6, 1e-6), (1e-6, 1e3)])
@pytest.mark.parametrize("n_rows", [4, 60])
@pytest.mark.parametrize("precise", [False, True])
def test_scales_of_features_cost_no_digits(alphas, n_rows, precise):
    x = X[:n_rows] * 10.0 ** np.array([-8, 0, 8, -3, 4])
    statistics = statistics_of(x, Y[:n_rows], None, precise)
    found = solve(statistics, np.array(alphas)) * statistics.lengths[:, None]
    for k, alpha in enumerate(alphas):
        expected = exact_ridge(x, Y[:n_rows, k], alpha, digits=120)[:, 0] * statistics.lengths
        np.testing.assert_allclose(found[:, k], expected, rtol=0, atol=1e-12 * np.abs(expected).max())
    assert not loses_digits(statistics, min(alphas))


@pytest.mark.parametrize("alphas", [(0.0, 0.0), (0.0, 1.0)])
def test_lost_digits_raise_a_warning_and_a_triangle_keeps_them(alphas):
    nearly = np.hstack([X, X[:, :1] + 1e-9 * Y[:, :1]])
    with pytest.warns(LinAlgWarning, match="solver='qr'"):
        lost = solve(statistics_of(nearly, Y[:, [0, 0]]), np.array(alphas))
    kept = solve(statistics_of(nearly, Y[:, [0, 0]], None, True), np.array(alphas))
    assert kept[5, 0] == pytest.approx(1e9, rel=1e-6)
    assert abs(lost[5, 0]) < 1e8


@pytest.mark.parametrize("alpha", [0.0, 1.0])
@pytest.mark.parametrize("precise", [False, True])
def test_constant_features_get_nothing(alpha, precise):
    constants = np.hstack([np.full((60, 1), 0.1), X, np.full((60, 1), 1e9 / 3)])
    found = solve(statistics_of(constants, Y, None, precise), np.full(2, alpha))
    np.testing.assert_array_equal(found[[0, -1]], 0)
    np.testing.assert_allclose(found[1:-1], reference(X, Y, (alpha, alpha)), rtol=1e-10)
    np.testing.assert_array_equal(solve(statistics_of(constants[:, :1], Y, None, precise), np.array([alpha, 2.0])), 0)


def test_many_features_are_solved_for_in_one_thread(monkeypatch):
    def factorise(matrix):
        threads.extend(library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas")
        return cholesky(matrix)

    threads = []
    monkeypatch.setattr("readouts.solve.cholesky", factorise)
    X = rng.standard_normal((300, 250))
    with blas_controller().limit(limits=2, user_api="blas"):
        solve(statistics_of(X, X[:, :1]), np.ones(1))
    assert set(threads) == {1}

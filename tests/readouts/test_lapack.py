import threading
import time

import numpy as np
import pytest

from readouts.lapack import (
    add_diagonal,
    apply_reflections,
    cholesky,
    least_eigenvalue,
    pivoted_cholesky,
    reciprocal_condition,
    relative_svd,
    solve_cholesky,
    triangle_of,
)

rng = np.random.RandomState(0)
X = rng.standard_normal((30, 7))
GRAM = X.T @ X


def test_a_factor_solves():
    factor, right = np.array(GRAM, order="F"), rng.standard_normal((7, 2))
    assert cholesky(factor)
    np.testing.assert_allclose(np.tril(factor), np.linalg.cholesky(GRAM), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(solve_cholesky(factor, right), np.linalg.solve(GRAM, right), rtol=1e-10)
    assert not cholesky(np.array(-np.eye(3), order="F"))


def test_the_least_eigenvalue_is_bounded_by_that_of_the_inverse():
    factor = np.array(GRAM, order="F")
    cholesky(factor)
    assert least_eigenvalue(factor) == pytest.approx(1 / np.abs(np.linalg.inv(GRAM)).sum(axis=0).max(), rel=1e-9)


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_condition_of_a_triangle(order):
    triangle = np.array(np.linalg.qr(X)[1], order=order)
    assert reciprocal_condition(triangle) == pytest.approx(1 / np.linalg.cond(triangle, 1), rel=1e-9)
    below = triangle + np.tril(np.ones_like(triangle), -1)
    assert reciprocal_condition(below) == reciprocal_condition(triangle)
    assert reciprocal_condition(np.zeros((2, 2))) == 0


@pytest.mark.parametrize("shape", [(90, 70), (70, 70), (40, 70), (1, 3), (3, 1), (0, 4), (4, 0)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_triangle_of_rows_is_that_of_numpy(shape, order):
    rows = np.array(np.random.RandomState(1).standard_normal(shape), order=order)
    given = rows.copy()
    np.testing.assert_allclose(triangle_of(rows), np.linalg.qr(rows, mode="r"), atol=1e-13)
    np.testing.assert_array_equal(rows, given)


@pytest.mark.parametrize("shape", [(80, 80), (65, 80), (3, 3), (1, 1)])
@pytest.mark.parametrize("n_first", [1, 0.8, 1.0])
@pytest.mark.parametrize("value", [0.0, 1e-9, 3.0])
def test_a_triangle_over_a_diagonal_is_that_of_all_rows(shape, n_first, value):
    triangle = np.triu(np.random.RandomState(1).standard_normal(shape))
    n_first = n_first if isinstance(n_first, int) else max(1, int(n_first * shape[1]))
    given = triangle.copy()
    below = np.eye(shape[1])[:n_first] * value
    found = add_diagonal(triangle, value, n_first)
    np.testing.assert_array_equal(np.tril(found, -1), 0)
    expected = np.vstack([triangle, below])
    np.testing.assert_allclose(found.T @ found, expected.T @ expected, atol=1e-11)
    np.testing.assert_array_equal(triangle, given)


def test_columns_of_any_scale_keep_their_digits_in_a_triangle():
    scale = 10.0 ** np.linspace(-150, 150, 40)
    rows = np.random.RandomState(1).standard_normal((60, 40))
    np.testing.assert_allclose(triangle_of(rows * scale) / scale, triangle_of(rows), atol=1e-13)


def test_a_pivoted_factor_ends_at_the_rank():
    doubled = np.hstack([X[:, :4], X[:, :3]])
    factor, order = pivoted_cholesky(doubled.T @ doubled, 1e-12)
    assert factor.shape == (7, 4)
    np.testing.assert_allclose(factor @ factor.T, (doubled.T @ doubled)[np.ix_(order, order)], atol=1e-12)


@pytest.mark.parametrize("n_columns", [0, 1, 70])
def test_reflections_multiply_by_the_whole_basis(n_columns):
    columns = np.array(rng.standard_normal((30, n_columns)), order="F")
    expected = np.linalg.qr(X, mode="complete")[0] @ columns
    apply_reflections(*np.linalg.qr(X, mode="raw"), columns)
    np.testing.assert_allclose(columns, expected, atol=1e-13)


@pytest.mark.parametrize("shape", [(9, 5), (5, 5), (5, 9), (1, 3), (3, 1)])
def test_singular_values_are_those_of_numpy(shape):
    matrix = rng.standard_normal(shape)
    left, singular, right = relative_svd(matrix)
    np.testing.assert_allclose(singular, np.linalg.svd(matrix)[1], rtol=1e-12)
    np.testing.assert_allclose((left * singular) @ right.T, matrix, atol=1e-13)
    for directions in (left, right):
        np.testing.assert_allclose(directions.T @ directions, np.eye(min(shape)), atol=1e-13)


@pytest.mark.parametrize("power", [0, 4, 100])
def test_small_singular_values_keep_their_digits(power):
    # Columns at right angles have the singular values of their lengths, and turned rows do not change that.
    turned, lengths = np.linalg.qr(X)[0], 10.0 ** np.linspace(-power, power, 7)
    assert np.abs(relative_svd(turned * lengths)[1] / lengths[::-1] - 1).max() < 1e-14


@pytest.mark.parametrize("routine", [cholesky, lambda a: solve_cholesky(a, a), lambda a: relative_svd(a[:400, :400])])
def test_other_threads_go_on_meanwhile(routine):
    matrix, ticks = np.array(np.eye(1500) + 0.1, order="F"), []
    worker = threading.Thread(target=lambda: [routine(matrix.copy(order="F")) for _ in range(3)])
    worker.start()
    while worker.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(1e-4)
    # A routine that held the interpreter's lock would let few ticks through, between one call and the next.
    assert len(ticks) > 20

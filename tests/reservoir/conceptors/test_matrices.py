"""Operations on conceptors' matrices: the formulas of the report, computed otherwise, and what is exact."""

import numpy as np
import pytest
from scipy.linalg import null_space, orth

from reservoir.conceptors.matrices import adapted, conceptor_matrix, conjunction, disjunction, eigenvalues, negation

RANDOM = np.random.RandomState(0)


def rotation(n_units, seed=0):
    return np.linalg.qr(np.random.RandomState(seed).standard_normal((n_units, n_units)))[0]


def with_eigenvalues(values, seed=0):
    axes = rotation(len(values), seed)
    return (axes * np.asarray(values)) @ axes.T


def report_and(first, second):
    """AND as section 3.9 of the report defines it: on a basis of the intersection of the ranges."""
    unit = np.eye(len(first))
    complement = [null_space(matrix, rcond=1e-10) for matrix in (first, second)]
    outside = orth(np.hstack(complement)) if sum(one.shape[1] for one in complement) else np.zeros((len(unit), 0))
    basis = null_space(outside.T) if outside.shape[1] else unit
    if not basis.shape[1]:
        return np.zeros_like(unit)
    inner = np.linalg.pinv(first, rcond=1e-10) + np.linalg.pinv(second, rcond=1e-10) - unit
    return basis @ np.linalg.inv(basis.T @ inner @ basis) @ basis.T


def test_the_matrix_solves_its_equation():
    states = RANDOM.standard_normal((50, 6)) * [3, 2, 1, 0.5, 0.1, 0.01]
    correlation = states.T @ states / 50
    for aperture in (0.1, 1.0, 10.0, 1e4):
        expected = np.linalg.solve(correlation + aperture**-2 * np.eye(6), correlation)
        np.testing.assert_allclose(conceptor_matrix(correlation, aperture), expected, atol=1e-9)


def test_rounding_errors_of_a_correlation_are_no_directions():
    states = RANDOM.standard_normal((40, 2)) @ RANDOM.standard_normal((2, 8))
    matrix = conceptor_matrix(states.T @ states / 40, 1e7)
    assert (eigenvalues(matrix)[2:] < 1e-14).all()
    assert (eigenvalues(matrix)[:2] > 0.999).all()
    for aperture in (1e-200, 1e200):
        assert np.isfinite(conceptor_matrix(states.T @ states / 40, aperture)).all()


def test_the_conceptor_is_the_best_of_all_maps():
    """It minimises the mean of |x - C x|^2 plus a^-2 |C|^2: no small change of the matrix lowers that."""
    states = RANDOM.standard_normal((30, 4))
    best = conceptor_matrix(states.T @ states / 30, 2.0)

    def cost(matrix):
        return np.mean(np.sum((states - states @ matrix.T) ** 2, axis=1)) + 0.25 * np.sum(matrix**2)

    for _ in range(20):
        assert cost(best + 1e-3 * RANDOM.standard_normal((4, 4))) > cost(best)


@pytest.mark.parametrize("values", [(0.9, 0.5, 0.3, 0.1), (1.0, 0.7, 0.2, 0.0), (1.0, 1.0, 0.0, 0.0)])
@pytest.mark.parametrize("others", [(0.8, 0.6, 0.4, 0.2), (1.0, 0.9, 0.0, 0.0), (0.5, 0.0, 0.0, 0.0)])
def test_and_is_that_of_the_report(values, others):
    for seed in (1, 2):
        first, second = with_eigenvalues(values, 0), with_eigenvalues(others, seed)
        np.testing.assert_allclose(conjunction(first, second), report_and(first, second), atol=1e-9)


def test_and_of_invertible_ones_is_the_formula():
    first, second = with_eigenvalues([0.9, 0.5, 0.01], 1), with_eigenvalues([0.99, 0.2, 0.1], 2)
    expected = np.linalg.inv(np.linalg.inv(first) + np.linalg.inv(second) - np.eye(3))
    np.testing.assert_allclose(conjunction(first, second), expected, atol=1e-12)
    a, b = (np.linalg.inv(np.eye(3) - matrix) @ matrix for matrix in (first, second))
    np.testing.assert_allclose(disjunction(first, second), np.linalg.inv(np.eye(3) + np.linalg.inv(a + b)), atol=1e-10)


def test_and_of_projectors_projects_on_the_intersection():
    axes = rotation(7)
    first, second = axes[:, :4] @ axes[:, :4].T, axes[:, 2:6] @ axes[:, 2:6].T
    np.testing.assert_allclose(conjunction(first, second), axes[:, 2:4] @ axes[:, 2:4].T, atol=1e-12)
    np.testing.assert_allclose(disjunction(first, second), axes[:, :6] @ axes[:, :6].T, atol=1e-12)
    oblique = orth(np.column_stack([axes[:, 2] + axes[:, 5], axes[:, 0]]))  # meets the first in one direction only
    both = conjunction(first, oblique @ oblique.T)
    np.testing.assert_allclose(both, np.outer(axes[:, 0], axes[:, 0]), atol=1e-12)


def test_nearly_singular_matrices_keep_their_digits():
    """Of matrices with the same axes, eigenvalues are joined as numbers are: a b / (a + b - a b)."""
    small = 10.0 ** -np.arange(0, 16, 2)
    other = small[[3, 0, 5, 1, 7, 2, 6, 4]]
    first, second = with_eigenvalues(small), with_eigenvalues(other)
    expected = with_eigenvalues(small * other / (small + other - small * other))
    np.testing.assert_allclose(conjunction(first, second), expected, atol=1e-12)
    expected = with_eigenvalues(1 - (1 - small) * (1 - other) / np.maximum(1 - small * other, 1e-300))
    np.testing.assert_allclose(disjunction(first, second), expected, atol=1e-9)


def test_apertures_scale_eigenvalues():
    values = np.array([0.9, 0.5, 1e-6, 0.0])
    for factor in (0.1, 1.0, 1e3):
        expected = with_eigenvalues(values / (values + (1 - values) / factor**2))
        np.testing.assert_allclose(adapted(with_eigenvalues(values), factor), expected, atol=1e-9)
    np.testing.assert_allclose(adapted(with_eigenvalues(values), np.inf), with_eigenvalues([1, 1, 1, 0]), atol=1e-9)
    values = np.array([1.0, 0.999, 0.0])
    np.testing.assert_allclose(adapted(with_eigenvalues(values), 0.0), with_eigenvalues([1, 0, 0]), atol=1e-12)


def test_not_turns_around():
    matrix = with_eigenvalues([1.0, 0.3, 0.0])
    np.testing.assert_allclose(eigenvalues(negation(matrix)), [1.0, 0.7, 0.0], atol=1e-14)


def test_limits_open_no_direction_of_rounding_errors():
    """What the logic leaves beside 0 and 1 is no direction: ranks are those of intersections and sums of ranges."""
    for seed in range(40):
        rank, other = 1 + seed % 4, 1 + seed // 4 % 4
        first, second = (
            with_eigenvalues([0.8] * rank + [0] * (5 - rank), seed),
            with_eigenvalues([0.3] * other + [0] * (5 - other), 100 + seed),
        )
        both, either = adapted(conjunction(first, second), np.inf), adapted(disjunction(first, second), np.inf)
        assert round(np.trace(both), 9) == max(0, rank + other - 5)
        assert round(np.trace(either), 9) == min(5, rank + other)
        assert round(np.trace(adapted(negation(either), 0.0)), 9) == max(0, 5 - rank - other)

import numpy as np
import pytest
from naive_ridge import exact_ridge
from numpy.testing import assert_allclose, assert_array_equal

from readouts.decomposition import spectrum_of
from readouts.penalty_grid import grid_coefficients
from readouts.statistics import statistics_of

rng = np.random.RandomState(0)
X, Y = rng.standard_normal((60, 5)), rng.standard_normal((60, 2))
NEARLY = np.hstack([X, X[:, :1] + 1e-5 * rng.standard_normal((60, 1))])
ALPHAS = np.array([1e-3, 1e-14, 10.0, 1e-9, 1e-7])  # in no order


def exact(x, y, alphas):
    return np.stack([exact_ridge(x, y, alpha) for alpha in alphas], axis=1)


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_triangle_keeps_all_digits_of_nearly_collinear_features(noise):
    target = NEARLY @ rng.standard_normal((6, 2)) + noise * Y
    found = grid_coefficients(statistics_of(NEARLY, target, None, True), ALPHAS)
    # The data leave that much unsure: the condition number, 2e5, times rounding, its square where there is a residual.
    unsure = 1e-10 if noise == 0 else 1e-7
    assert_allclose(found, exact(NEARLY, target, ALPHAS), rtol=0, atol=unsure * np.abs(found).max())


@pytest.mark.parametrize("alphas", [[1e-4, 1e-9, 1e-11], [1.0]])
def test_corrected_solutions_have_the_digits_of_reflections(alphas, monkeypatch):
    alphas, target = np.array(alphas), NEARLY @ np.ones((6, 1))
    monkeypatch.setattr("readouts.penalty_grid.solve_by_reflections", None)  # Cholesky serves
    found = grid_coefficients(statistics_of(NEARLY, target, None, True), alphas)
    # The data leave 5e-11 unsure, which is their condition number times rounding; its square would leave 1e-5.
    assert_allclose(found, exact(NEARLY, target, alphas), rtol=0, atol=5e-11)


@pytest.mark.parametrize("precise", [False, True])
def test_each_feature_of_any_scale_has_its_digits(precise):
    scales = 10.0 ** np.array([-8, 0, 8, -3, 4])
    statistics = statistics_of(X * scales, Y, None, precise)
    found, expected = grid_coefficients(statistics, ALPHAS), exact(X * scales, Y, ALPHAS)
    scaled = [part * statistics.lengths[:, None, None] for part in (found, expected)]
    assert_allclose(*scaled, rtol=0, atol=1e-12 * np.abs(scaled[1]).max())


@pytest.mark.parametrize("precise", [False, True])
def test_collinear_features_share_a_coefficient_however_small_the_penalty(precise):
    found = grid_coefficients(statistics_of(np.hstack([X, X]), Y, None, precise), np.array([1e-30, 1e-3]))
    alone = exact(X, Y, [5e-31, 5e-4]) / 2
    assert_allclose(found, np.vstack([alone, alone]), rtol=0, atol=1e-10)


@pytest.mark.parametrize("precise", [False, True])
def test_fewer_rows_than_features(precise):
    statistics = statistics_of(X[:4], Y[:4], None, precise)
    assert_array_equal(grid_coefficients(statistics, ALPHAS), spectrum_of(statistics).coefficients(ALPHAS[:, None]))


@pytest.mark.parametrize("precise", [False, True])
def test_constants_get_nothing(precise):
    constants = np.hstack([np.full((60, 1), 0.1), X, np.full((60, 1), 1e9 / 3)])
    found = grid_coefficients(statistics_of(constants, Y, None, precise), ALPHAS)
    assert_array_equal(found[[0, -1]], 0)
    assert_allclose(found[1:-1], grid_coefficients(statistics_of(X, Y, None, precise), ALPHAS), rtol=1e-9)
    nothing = grid_coefficients(statistics_of(constants[:, :1], Y, None, precise), ALPHAS)
    assert_array_equal(nothing, np.zeros((1, 5, 2)))


def test_a_target_of_zeros_has_no_coefficients():
    assert_array_equal(grid_coefficients(statistics_of(X, 0 * Y, None, True), ALPHAS), 0)

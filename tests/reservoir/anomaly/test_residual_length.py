"""Mahalanobis lengths of residuals, against SciPy and where a covariance has no inverse."""

import numpy as np
from numpy.testing import assert_allclose
from scipy.spatial.distance import mahalanobis
from sklearn.covariance import LedoitWolf

from reservoir.anomaly.residual_length import fit_residual_length

MIX = np.array([[1.0, 0.9, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 2.0]])
RESIDUALS = np.random.RandomState(0).standard_normal((4000, 3)) @ MIX
ONES = np.ones(3)


def test_the_length_is_that_of_scipy_with_the_shrunk_covariance():
    deviations = np.sqrt((RESIDUALS**2).mean(axis=0))
    precision = LedoitWolf(assume_centered=True).fit(RESIDUALS / deviations).precision_
    found = fit_residual_length(RESIDUALS, ONES).squared(RESIDUALS[:9])
    expected = [mahalanobis(row / deviations, np.zeros(3), precision) ** 2 for row in RESIDUALS[:9]]
    assert_allclose(found, expected, rtol=1e-6)  # 1e-8 is added to every variance


def test_the_mean_is_the_number_of_columns():
    length = fit_residual_length(RESIDUALS, ONES)
    assert_allclose(length.squared(RESIDUALS).mean(), 3, rtol=0.02)  # shrinkage takes some


def test_units_of_columns_do_not_matter():
    units = np.array([1e-5, 1.0, 1e7])
    found = fit_residual_length(RESIDUALS * units, ONES * 1e-9).squared(RESIDUALS * units)
    assert_allclose(found, fit_residual_length(RESIDUALS, ONES).squared(RESIDUALS), rtol=1e-9)


def test_no_error_at_all_has_the_least_deviation():
    length = fit_residual_length(np.zeros((10, 3)), np.array([1.0, 10.0, 1.0]))
    assert_allclose(
        length.squared(np.array([[0.0, 0.0, 0.0], [3e-6, 0.0, 0.0], [0.0, 3e-5, 0.0]])), [0, 9, 9], rtol=1e-6
    )


def test_a_column_without_error_takes_no_variance_from_others():
    spare = RESIDUALS * [1.0, 1.0, 0.0]
    length = fit_residual_length(spare, ONES)
    two = fit_residual_length(RESIDUALS[:, :2], ONES[:2])
    assert_allclose(length.squared(spare), two.squared(RESIDUALS[:, :2]), rtol=0.01)
    assert_allclose(length.squared(np.array([[0.0, 0.0, 5e-6]])), [25], rtol=1e-6)


def test_equal_columns_are_finite_and_their_difference_counts():
    equal = RESIDUALS[:, [0, 0]]
    length = fit_residual_length(equal, ONES[:2])
    near, far = length.squared(np.array([[1.0, 1.0], [0.5, 1.5]]))
    assert np.isfinite(far)
    assert far > 100 * near  # shrinkage leaves independence a share of about 1/500

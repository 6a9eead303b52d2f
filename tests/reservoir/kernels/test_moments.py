import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.kernels.moments import column_moments, largest_sizes


def test_moments_are_those_of_the_numbers_without_their_offset():
    x = np.round(np.random.RandomState(0).standard_normal((100_000, 3)) * 2**10) / 2**10  # exact beside the offset
    mean, lengths = column_moments(x + 1e8)
    assert_allclose(mean - 1e8, x.mean(axis=0), atol=2e-8)  # numbers near 1e8 are 1.5e-8 apart
    rounding = len(x) * np.finfo(np.float64).eps  # of a sum of so many numbers
    assert_allclose(lengths, np.linalg.norm(x - x.mean(axis=0), axis=0), rtol=rounding)


def test_a_constant_column_has_its_number_as_mean_and_no_distances():
    mean, lengths = column_moments(np.full((1000, 2), (0.1, -7e300)))
    assert_array_equal(mean, [0.1, -7e300])
    assert_array_equal(lengths, [0, 0])


def test_the_squares_of_distances_need_not_be_numbers():
    x = np.outer(np.arange(9.0), [1.0, 1e-200, 1e200, 1e-310])
    mean, lengths = column_moments(x)
    # Subnormal numbers near 1e-310 are 5e-324 apart.
    assert_allclose(mean, [4, 4e-200, 4e200, 4e-310], rtol=1e-13)
    assert_allclose(lengths, np.sqrt(60) * np.array([1, 1e-200, 1e200, 1e-310]), rtol=1e-13)


def test_the_largest_size_is_that_of_positive_and_negative_numbers():
    assert_array_equal(largest_sizes(np.array([[1.0, -2.0, 0.0], [-3.0, 1.0, 0.0]])), [3.0, 2.0, 0.0])

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.speech.channel_range import learn_range, scale_to_range


def test_the_range_is_that_of_all_series_together():
    low, high = learn_range([np.array([[1.0, 5.0], [2.0, 4.0]]), np.array([[-3.0, 4.5]])])
    assert_array_equal(low, [-3.0, 4.0])
    assert_array_equal(high, [2.0, 5.0])


def test_scaled_values_and_clipping():
    x = np.array([[-9.0], [2.0], [3.0], [4.0], [99.0]])
    assert_array_equal(scale_to_range(x, np.array([2.0]), np.array([4.0])), [[0.0], [0.0], [0.5], [1.0], [1.0]])


def test_a_channel_without_a_range_is_zero_whatever_comes():
    assert_array_equal(scale_to_range(np.array([[7.0], [1e300], [-5.0]]), np.array([7.0]), np.array([7.0])), 0.0)


@pytest.mark.parametrize("width", [5e-324, 1e-300, 1e307])
def test_extreme_ranges_give_finite_numbers(width):
    x = np.array([[0.0], [width], [1e308], [-1e308]])
    assert_array_equal(scale_to_range(x, np.array([0.0]), np.array([width])), [[0.0], [1.0], [1.0], [0.0]])


def test_a_range_that_overflows_is_refused():
    with pytest.raises(ValueError, match="'X' must have a finite range per feature; feature 1 goes from -1e\\+308"):
        learn_range([np.array([[0.0, -1e308], [1.0, 1e308]])])

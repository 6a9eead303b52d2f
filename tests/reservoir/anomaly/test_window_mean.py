"""Means over trailing windows, whole and in pieces."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.anomaly.window_mean import window_means

VALUES = np.random.RandomState(0).uniform(0, 9, 30)


@pytest.mark.parametrize("window", [1, 2, 4, 5, 29, 30, 31, 100])
def test_every_mean_is_that_of_the_last_values(window):
    before = np.random.RandomState(1).uniform(0, 9, window - 1)
    whole = np.r_[before, VALUES]
    assert_allclose(window_means(before, VALUES), [whole[t : t + window].mean() for t in range(30)], rtol=1e-14)


def test_a_long_window_takes_no_longer():
    long = np.ones(200_000)
    assert_array_equal(window_means(long[1:], long), long)  # 4e10 additions, if every window were summed by itself


def test_a_window_of_one_is_the_value_itself():
    assert_array_equal(window_means(np.empty(0), VALUES), VALUES)
    assert_array_equal(window_means(np.empty(0), VALUES[:1]), VALUES[:1])


def test_one_by_one_gives_what_the_whole_gives():
    before, means = np.zeros(4), window_means(np.zeros(4), VALUES)
    for t, value in enumerate(VALUES):
        assert_allclose(window_means(before, np.array([value])), means[t : t + 1], rtol=1e-14)
        before = np.r_[before, value][1:]


def test_a_huge_value_leaves_nothing_behind():
    for place in range(4):
        values = np.ones(12)
        values[place] = 1e200
        assert_array_equal(window_means(np.ones(3), values)[place + 4 :], 1.0)

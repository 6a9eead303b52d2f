"""Means over trailing windows, whole and in pieces."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.anomaly.window_mean import window_means

VALUES = np.random.RandomState(0).uniform(0, 9, 30)


def test_every_mean_is_that_of_the_last_values():
    before = np.array([5.0, 7.0, 1.0])
    whole = np.r_[before, VALUES]
    assert_allclose(window_means(before, VALUES), [whole[t : t + 4].mean() for t in range(30)], rtol=1e-14)


def test_a_window_of_one_is_the_value_itself():
    assert_array_equal(window_means(np.empty(0), VALUES), VALUES)
    assert_array_equal(window_means(np.empty(0), VALUES[:1]), VALUES[:1])


def test_one_by_one_gives_what_the_whole_gives():
    before, means = np.zeros(4), window_means(np.zeros(4), VALUES)
    for t, value in enumerate(VALUES):
        assert_allclose(window_means(before, np.array([value])), means[t : t + 1], rtol=1e-14)
        before = np.r_[before, value][1:]


def test_a_huge_value_leaves_nothing_behind():
    assert_array_equal(window_means(np.zeros(1), np.array([1e200, 1.0, 1.0, 1.0]))[2:], [1.0, 1.0])

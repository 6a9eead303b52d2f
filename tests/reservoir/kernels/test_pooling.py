import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.kernels.pooling import add_distances, add_rows, count_above, keep_largest

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
N_ROWS = pytest.mark.parametrize("n_rows", [1, 3, 4, 5, 50, 51])  # rows are taken four at a time


def states(n_rows, dtype):
    return np.random.RandomState(0).standard_normal((n_rows, 7)).astype(dtype)


def in_order(rows, start):
    """The sum of rows in double precision, one after the other."""
    return np.add.accumulate(np.vstack([start, rows]), axis=0)[-1]


@N_ROWS
@DTYPES
def test_sums_are_added_in_double_precision_and_in_order(n_rows, dtype):
    x, totals = 1e4 + states(n_rows, dtype), np.ones(7)
    add_rows(x, totals)
    assert_array_equal(totals, in_order(x.astype(np.float64), np.ones(7)))


@N_ROWS
@DTYPES
def test_distances_and_their_squares_are_added_in_double_precision_and_in_order(n_rows, dtype):
    x, first, sums, squares = states(n_rows, dtype), np.arange(7.0), np.ones(7), 2 * np.ones(7)
    add_distances(x, first, sums, squares)
    distances = x.astype(np.float64) - first
    assert_array_equal(sums, in_order(distances, np.ones(7)))
    assert_array_equal(squares, in_order(distances**2, 2 * np.ones(7)))


@N_ROWS
@DTYPES
def test_extremes_are_kept(n_rows, dtype):
    x = states(n_rows, dtype)
    for sign in (1, -1):
        largest = np.full(7, -0.5, dtype)
        keep_largest(x, dtype(sign), largest)
        assert_array_equal(largest, np.maximum((sign * x).max(axis=0), dtype(-0.5)), strict=True)


@N_ROWS
@DTYPES
def test_rows_above_a_threshold_are_counted(n_rows, dtype):
    x = np.round(states(n_rows, dtype) * 2)  # some are equal to a threshold
    thresholds = (np.array([[-1.0], [0.0], [2.0]]) * np.ones(7)).astype(dtype)
    counts = np.full((3, 7), 5, np.int32)
    count_above(x, thresholds, counts)
    assert_array_equal(counts, 5 + np.array([(x > level).sum(axis=0) for level in thresholds]))


def test_a_large_mean_takes_no_digits_from_squares():
    x = np.round(states(51, np.float64) * 2**10) / 2**10
    sums, squares = np.zeros((2, 7))
    add_distances(1e8 + x, 1e8 + x[0], sums, squares)
    assert_allclose(squares, ((x - x[0]) ** 2).sum(axis=0), rtol=1e-14)

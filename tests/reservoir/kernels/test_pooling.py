import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.kernels.pooling import add_rows, add_squares, count_above


def states(dtype, n_steps=50, n_units=7):
    return np.random.RandomState(0).standard_normal((n_steps, n_units)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_are_added_in_double_precision(dtype):
    x = 1e4 + states(dtype)
    totals = np.ones(7)
    add_rows(x, totals)
    np.testing.assert_allclose(totals, 1 + x.sum(axis=0, dtype=np.float64), rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_squared_distances_are_added_in_double_precision(dtype):
    x = states(dtype)
    means, totals = np.arange(7.0), np.ones(7)
    add_squares(x, means, totals)
    np.testing.assert_allclose(totals, 1 + ((x.astype(np.float64) - means) ** 2).sum(axis=0), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rows_above_a_threshold_are_counted(dtype):
    x = np.round(states(dtype) * 2)
    thresholds = np.array([[-1.0], [0.0], [2.0]]) * np.ones(7)
    counts = np.full((3, 7), 5)
    count_above(x, thresholds.astype(dtype), counts)
    assert_array_equal(counts, 5 + np.array([(x > level).sum(axis=0) for level in thresholds]))

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.kernels.transposing import take_lanes


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_units", [1, 7, 8, 9, 30])
@pytest.mark.parametrize("n_lanes", [1, 5, 16])
def test_lanes_become_rows_of_their_series_and_nothing_else_is_written(n_units, n_lanes, dtype):
    states = np.random.RandomState(0).standard_normal((4, n_units, 16)).astype(dtype)
    series = np.full((n_lanes, 9, n_units), 7, dtype)
    take_lanes(states, n_lanes, 3, series)
    assert_array_equal(series[:, 3:7], states.transpose(2, 0, 1)[:n_lanes])
    assert np.all(series[:, :3] == 7) and np.all(series[:, 7:] == 7)

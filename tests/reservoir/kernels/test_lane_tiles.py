import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.kernels.lane_tiles import project_eight
from reservoir.kernels.products import project_input


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_vectors", [1, 2, 3])
@pytest.mark.parametrize("n_sources", [1, 2, 9])
def test_eight_units_have_the_bits_of_one_series_and_no_other_is_written(n_sources, n_vectors, dtype):
    random, width = np.random.RandomState(0), 64 // np.dtype(dtype).itemsize
    weights, bias = random.standard_normal((n_sources, 20)).astype(dtype), random.standard_normal(20).astype(dtype)
    source = random.standard_normal((n_sources, 4 * width)).astype(dtype)
    n_lanes = n_vectors * width
    drive, alone = np.full((20, 4 * width), 7, dtype), np.empty(20, dtype)
    project_eight(weights, 5, 20, bias, 5, source, n_lanes - 1, drive)
    for lane in range(n_lanes):
        project_input(weights, bias, source[:, lane].copy(), alone)
        assert_array_equal(drive[5:13, lane], alone[5:13])
    expected = weights.T.astype(float) @ source.astype(float) + bias[:, None]
    assert_allclose(drive[5:13, :n_lanes], expected[5:13, :n_lanes], rtol=0, atol=50 * np.finfo(dtype).eps)
    assert (drive[:5] == 7).all()
    assert (drive[13:] == 7).all()
    assert (drive[:, n_lanes:] == 7).all()

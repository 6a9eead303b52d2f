import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.cfc.panel_lanes import project_lanes
from reservoir.cfc.panels import pack, project


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_vectors", [1, 2, 3, 4])
@pytest.mark.parametrize("n_units", [1, 17, 100, 160, 333])
def test_every_lane_has_the_bits_of_one_series(n_units, n_vectors, dtype):
    random, n_lanes = np.random.RandomState(0), n_vectors * 64 // np.dtype(dtype).itemsize
    weights, bias = random.standard_normal((n_units, 13)).astype(dtype), random.standard_normal(n_units).astype(dtype)
    source = random.standard_normal((13, n_lanes)).astype(dtype)
    packed, filled = pack(weights, bias)
    drive, alone = np.full((filled.size, n_lanes), np.nan, dtype), np.empty_like(filled)
    project_lanes(packed, filled, source, drive)
    for lane in range(n_lanes):
        project(packed, filled, source[:, lane].copy(), alone, False)
        assert_array_equal(drive[:, lane], alone)
    expected = weights.astype(float) @ source.astype(float) + bias[:, None]
    assert_allclose(drive[:n_units], expected, rtol=0, atol=50 * np.finfo(dtype).eps)

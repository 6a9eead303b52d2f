import naive_fields
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.kernels.alignment import aligned_zeros
from reservoir.local_forecaster.local_loop import run_readout_lanes


@pytest.mark.parametrize("n_lanes", [1, 8, 37])
def test_readouts_of_lanes_are_those_of_the_twin_whatever_lane_they_are_in(n_lanes):
    random = np.random.RandomState(0)
    weights, intercept = random.standard_normal((30, 5)), random.standard_normal(5)
    features, outputs = aligned_zeros((30, 40), float), aligned_zeros((5, 40), float)
    features[:, :n_lanes] = random.standard_normal((30, n_lanes))
    run_readout_lanes(weights, intercept, features, n_lanes, outputs)
    expected = naive_fields.read_out_lanes(weights, intercept, features[:, :n_lanes])
    assert_allclose(outputs[:, :n_lanes], expected, atol=1e-12)
    shifted, before = aligned_zeros((30, 40), float), outputs[:, 0].copy()
    shifted[:, 3] = features[:, 0]
    run_readout_lanes(weights, intercept, shifted, 4, outputs)
    assert_array_equal(outputs[:, 3], before)

import numpy as np
import pytest
from exactly import chain
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from reservoir.kernels.lane_products import add_recurrent_lanes, project_input_lanes
from reservoir.kernels.recurrence import Rows
from reservoir.kernels.vectors import width_of

N_UNITS = 5
MATRIX = csr_array(np.random.RandomState(0).standard_normal((N_UNITS, N_UNITS)) * np.tri(N_UNITS, k=-1))


@pytest.fixture(params=[np.float64, np.float32])
def dtype(request):
    return request.param


# Up to nine vectors, which are summed four at a time where there are as many.
@pytest.mark.parametrize("n_vectors", [1, 2, 3, 4, 5, 8, 9])
@pytest.mark.parametrize("left_out", [0, 1, -1])
def test_sums_of_every_lane_are_those_of_one_series(n_vectors, left_out, dtype):
    width = width_of(dtype)
    stride = n_vectors * width
    n_lanes = {0: stride, 1: stride - width + 1, -1: max(1, stride // 2)}[left_out]
    random = np.random.RandomState(n_vectors)
    input_weights, bias = random.standard_normal((3, N_UNITS)).astype(dtype), random.standard_normal(N_UNITS)
    inputs, x = random.standard_normal((3, stride)).astype(dtype), random.standard_normal((N_UNITS, stride))
    drive, x, bias = np.full((N_UNITS, stride), np.nan, dtype), x.astype(dtype), bias.astype(dtype)
    rows = Rows(MATRIX.indptr.astype(np.int64), MATRIX.indices.astype(np.int32), MATRIX.data.astype(dtype))

    project_input_lanes(input_weights, bias, inputs, drive, n_lanes)
    projected = drive.copy()
    add_recurrent_lanes(*rows, x, drive, n_lanes)
    for unit in range(N_UNITS):
        own = slice(rows.indptr[unit], rows.indptr[unit + 1])
        for lane in {0, 1, n_lanes // 2, n_lanes - 1} & set(range(n_lanes)):
            assert projected[unit, lane] == chain(bias[unit], input_weights[:, unit], inputs[:, lane])
            assert drive[unit, lane] == chain(projected[unit, lane], rows.weights[own], x[rows.sources[own], lane])


def test_lanes_do_not_mix(dtype):
    width = width_of(dtype)
    rows = Rows(MATRIX.indptr.astype(np.int64), MATRIX.indices.astype(np.int32), MATRIX.data.astype(dtype))
    x = np.random.RandomState(0).standard_normal((N_UNITS, 6 * width)).astype(dtype)
    expected = np.zeros((N_UNITS, 6 * width), dtype)
    add_recurrent_lanes(*rows, x, expected, 6 * width)
    for lane in (0, width - 1, width, 4 * width, 6 * width - 1):
        spoilt, got = x.copy(), np.zeros_like(expected)
        spoilt[:, lane] = np.nan
        add_recurrent_lanes(*rows, spoilt, got, 6 * width)
        others = np.arange(6 * width) != lane
        assert_array_equal(got[:, others], expected[:, others])
        assert np.isnan(got[1:, lane]).all() and got[0, lane] == 0

"""The skip matrix as kernels take it; the rule itself is compared with its twin beside the class."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array, eye_array

from reservoir.kernels.recurrence import rows_of
from reservoir.kernels.residual_step import arrange_skip, turn, turn_lanes
from reservoir.kernels.vectors import N_BYTES
from reservoir.topology import Orthogonal, Ring, SmallWorld

MATRICES = {
    "orthogonal": Orthogonal().draw(13, random_state=0),
    "cyclic": Ring().draw(13),
    "identity": csr_array(eye_array(13)),
    "scattered": SmallWorld().draw(30, 4, random_state=0),
    "half empty": csr_array(np.triu(np.random.RandomState(0).standard_normal((9, 9)))),
    "nothing": csr_array((7, 7)),
}


def turned(skip, x):
    n_wide = x.size + N_BYTES // x.itemsize
    wide = np.full(n_wide, np.nan, x.dtype)
    turn(tuple(part if isinstance(part, np.ndarray) else tuple(part) for part in skip), x, np.zeros_like(x),
         np.empty(2 * n_wide, x.dtype), wide)  # fmt: skip
    return wide[: x.size]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", MATRICES)
def test_turning_is_the_product_with_the_matrix(name, dtype):
    matrix = MATRICES[name].astype(dtype)
    x = np.random.RandomState(1).standard_normal(matrix.shape[0]).astype(dtype)
    assert_allclose(turned(arrange_skip(matrix), x), matrix @ x, rtol=0, atol=1e-14 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", MATRICES)
def test_every_lane_is_turned_to_the_same_bits(name, dtype):
    matrix = MATRICES[name].astype(dtype)
    n_units, skip = matrix.shape[0], arrange_skip(matrix)
    x = np.random.RandomState(1).standard_normal((n_units, 48)).astype(dtype)
    together = np.full_like(x, np.nan)
    rows = tuple(rows_of(skip.sparse, n_units))
    turn_lanes(skip.columns, rows, np.zeros(n_units, dtype), x, 48, together)
    for lane in range(48):
        assert_array_equal(together[:, lane], turned(skip, x[:, lane].copy()))


def test_only_matrices_with_many_entries_are_kept_as_columns():
    assert arrange_skip(MATRICES["orthogonal"]).columns.shape == (13, 13)
    assert arrange_skip(MATRICES["cyclic"]).columns.size == 0
    assert arrange_skip(MATRICES["cyclic"]).sparse.offsets.tolist() == [12]

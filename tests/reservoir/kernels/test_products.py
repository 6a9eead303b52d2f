import numpy as np
import pytest

from reservoir.kernels.products import add_csr_product, add_shift_product, project_input
from reservoir.topology import Shift
from reservoir.topology.shift_form import shift_form

DTYPES = [np.float64, np.float32]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_features", [1, 3, 4, 7, 8])
def test_project_input(n_features, dtype):
    random_state = np.random.RandomState(2)
    weights, u = random_state.standard_normal((n_features, 11)).astype(dtype), random_state.standard_normal(n_features)
    bias, drive = random_state.standard_normal(11).astype(dtype), np.empty(11, dtype)
    project_input(weights, bias, u.astype(dtype), drive)
    np.testing.assert_allclose(drive, weights.T @ u + bias, atol=1e-14 if dtype is np.float64 else 1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("degree", [1, 2, 4, 5, 8, 11, 23])
def test_both_sparse_products(degree, dtype):
    random_state = np.random.RandomState(degree)
    matrix = Shift().draw(23, degree, random_state)
    x, drive = random_state.standard_normal((2, 23)).astype(dtype)
    expected = matrix @ x.astype(float) + drive
    offsets, values = shift_form(matrix)
    by_shift, by_row = drive.copy(), drive.copy()
    add_shift_product(offsets, values.astype(dtype), np.concatenate([x, x]), by_shift)
    indptr, indices = matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32)
    add_csr_product(indptr, indices, matrix.data.astype(dtype), x, by_row)
    tolerance = 1e-14 if dtype is np.float64 else 1e-5
    np.testing.assert_allclose(by_shift, expected, atol=tolerance)
    np.testing.assert_allclose(by_row, expected, atol=tolerance)

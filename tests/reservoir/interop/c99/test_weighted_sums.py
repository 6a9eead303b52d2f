import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array, random_array

from reservoir.interop.c99.weighted_sums import Product, weighted_sums


def draw(shape, density):
    return random_array(shape, density=density, random_state=0, data_sampler=np.random.RandomState(0).standard_normal)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("density", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (300, 30)])
def test_sums_are_products_of_matrices(run_piece, shape, density, dtype):
    matrix, other = draw(shape, density).tocsr(), draw((shape[0], 2), 1.0).toarray()
    random = np.random.RandomState(1)
    x, z, bias = (random.standard_normal(size).astype(dtype) for size in (shape[1], 2, shape[0]))
    y = np.full(shape[0], np.nan, dtype)
    piece = weighted_sums("y", "bias[i]", [Product("first", matrix, "x"), Product("second", other, "z")])
    run_piece(piece, x=x, z=z, bias=bias, y=y)
    assert_allclose(y, matrix @ x + other @ z + bias, rtol=0, atol=100 * np.finfo(dtype).eps)


@pytest.mark.parametrize("n_sources", [4, 21])
@pytest.mark.parametrize("skip", ["first", "second", "last", "beyond"])
def test_a_place_without_a_column_is_passed_over(run_piece, n_sources, skip):
    skip = {"first": 0, "second": 1, "last": n_sources - 1, "beyond": n_sources}[skip]
    products = [
        Product("sparse", draw((6, n_sources), 0.3), "x", skip),
        Product("dense", draw((6, n_sources), 1), "x", skip),
    ]
    row, y = np.random.RandomState(1).standard_normal(n_sources), np.empty(6)
    run_piece(weighted_sums("y", "R(0.0)", products), x=np.insert(row, skip, np.nan), y=y)
    assert_allclose(y, sum(product.matrix @ row for product in products), rtol=0, atol=1e-13)


def test_only_a_matrix_that_is_mostly_zero_is_kept_sparse():
    sparse = weighted_sums("y", "R(0.0)", [Product("w", np.eye(300), "x")])
    assert {name: value.size for name, value in sparse.constants.items()} == {"w": 300, "w_source": 300, "w_end": 300}
    assert sparse.operations == 600
    dense = weighted_sums("y", "R(0.0)", [Product("w", np.triu(np.ones((3, 3))), "x")])
    assert dense.constants["w"].shape == (3, 3)
    assert dense.operations == 18


def test_more_weights_than_small_integers_count(run_piece):
    matrix, x, y = np.triu(np.ones((450, 450)), k=50), np.arange(450.0), np.empty(450)
    piece = weighted_sums("y", "R(0.0)", [Product("w", matrix, "x")])
    assert piece.constants["w"].size > 2**16
    run_piece(piece, x=x, y=y)
    assert_allclose(y, matrix @ x, rtol=1e-14)


def test_the_given_matrix_stays_as_it_is():
    matrix = csr_array(([0.0, 1.0], [0, 1], [0, 2]), shape=(1, 2))
    weighted_sums("y", "R(0.0)", [Product("w", matrix, "x")])
    assert matrix.nnz == 2

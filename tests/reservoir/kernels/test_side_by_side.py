"""Products of several vectors have the bits that each has alone."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.kernels.products import project_input
from reservoir.kernels.side_by_side import project_side_by_side


@pytest.mark.parametrize("n_vectors", [0, 1, 2, 3, 4, 5, 6, 7, 10])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_products_are_those_of_each_vector(n_vectors, dtype):
    random = np.random.RandomState(n_vectors)
    for n in (1, 2, 3, 4, 5, 7, 8, 20, 33):
        matrix, x = random.standard_normal((n, n)).astype(dtype), random.standard_normal((n_vectors, n)).astype(dtype)
        nothing, products = np.zeros(n, dtype), np.full((n_vectors, n), np.nan, dtype)
        project_side_by_side(matrix, nothing, x, products)
        assert_allclose(products, x.astype(float) @ matrix, rtol=0, atol=1e-12 if dtype == "float64" else 1e-4)
        for vector, product in zip(x, products, strict=True):
            alone = np.empty_like(product)
            project_input(matrix, nothing, vector, alone)
            assert_array_equal(product, alone)

import numpy as np
import pytest
from scipy.sparse import csr_array, diags_array

from reservoir.diagnostics.stability.linear_map import constant_exponents

rng = np.random.RandomState(0)


@pytest.mark.parametrize("density", [0.05, 0.3, 1.0])
def test_a_map_that_is_a_product_of_its_eigenvalues(density):
    matrix = rng.standard_normal((25, 25)) * (rng.uniform(size=(25, 25)) < density)
    np.fill_diagonal(matrix, 0.5)
    found = constant_exponents(csr_array(matrix))
    assert np.all(np.diff(found) <= 0)
    np.testing.assert_allclose(found.sum(), np.linalg.slogdet(matrix)[1], atol=1e-9)
    power = np.linalg.matrix_power(matrix / 5, 128)
    assert np.log(np.linalg.norm(power)) / 128 + np.log(5) == pytest.approx(found[0], abs=0.05)


def test_a_chain_has_what_its_units_keep():
    chain = diags_array([np.full(30, 0.7), np.full(29, 5.0)], offsets=[0, -1])
    np.testing.assert_allclose(np.exp(constant_exponents(chain)), 0.7, rtol=1e-15)
    np.testing.assert_array_equal(constant_exponents(csr_array((3, 3))), -np.inf)


def test_a_rotation_keeps_lengths():
    rotation = csr_array([[0.0, -2.0, 0.0], [2.0, 0.0, 0.0], [9.0, 0.0, 0.1]])
    np.testing.assert_allclose(np.exp(constant_exponents(rotation)), [2.0, 2.0, 0.1])

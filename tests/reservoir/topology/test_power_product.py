import numpy as np
import pytest

from reservoir.topology import CycleJump, Random, Shift
from reservoir.topology import power_product as module
from reservoir.topology.power_product import multiply_shifts, power_product


@pytest.mark.parametrize("topology", [CycleJump(), Random(), Shift()], ids=repr)
@pytest.mark.parametrize("n_units", [50, 2048, 2049, 5000])
def test_agrees_with_the_matrix(monkeypatch, topology, n_units):
    monkeypatch.setattr(module, "_FEWEST_UNITS", 1)
    matrix = topology.draw(n_units, None, 0)
    vector = np.random.RandomState(0).standard_normal(n_units)
    for square in (matrix, matrix.T.tocsr()):
        expected = square @ (square @ (square @ vector))
        np.testing.assert_allclose(power_product(square)(vector, 3), expected, atol=1e-12 * np.abs(expected).max())


def test_a_vector_is_left_as_it_was():
    vector = np.array([1.0, 2.0, 3.0])
    result = multiply_shifts(np.array([1]), np.ones((1, 3)), vector, 2)
    np.testing.assert_array_equal(result, [3.0, 1.0, 2.0])
    np.testing.assert_array_equal(vector, [1.0, 2.0, 3.0])

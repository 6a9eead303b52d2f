import numpy as np
from scipy.sparse import csr_array

from reservoir.topology import CycleJump
from reservoir.topology.perron import perron_eigenvalue


def test_ring_with_jumps_solves_its_characteristic_equation():
    # For jump length l dividing n: lambda = 2 j + lambda ** (1 - l), the mode in which all hubs agree.
    value = perron_eigenvalue(CycleJump(jump_length=3, jump_weight=0.5).draw(3000))
    assert abs(value - (1.0 + value**-2)) < 1e-11


def test_nearly_periodic_matrix():
    matrix = csr_array(np.roll(np.eye(50), 1, axis=0) + np.diag([1e-3] + [0.0] * 49))
    expected = np.abs(np.linalg.eigvals(matrix.toarray())).max()
    assert abs(perron_eigenvalue(matrix) - expected) < 1e-11

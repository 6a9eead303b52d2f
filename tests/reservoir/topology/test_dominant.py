import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir.topology import Orthogonal, Random, Shift
from reservoir.topology import dominant as module
from reservoir.topology.dominant import largest_modulus


def test_cycle_has_the_geometric_mean_of_its_weights():
    weights = np.random.RandomState(0).lognormal(0.0, 2.0, 400)
    cycle = csr_array((weights, (np.arange(400), (np.arange(400) - 1) % 400)), shape=(400, 400))
    assert largest_modulus(cycle, 0) == pytest.approx(np.exp(np.log(weights).mean()), rel=1e-13)


def test_rotation_is_seen_without_eigenvalues():
    assert largest_modulus(0.7 * Orthogonal().draw(500, random_state=0), 0) == pytest.approx(0.7, rel=1e-12)


@pytest.mark.parametrize("topology", [Random(), Shift()])
def test_iteration_agrees_with_the_dense_solver(topology):
    block = topology.draw(350, random_state=0)
    expected = np.abs(np.linalg.eigvals(block.toarray())).max()
    assert largest_modulus(block, 0) == pytest.approx(expected, rel=1e-11)


def test_dense_solver_takes_over_when_the_iteration_fails(monkeypatch):
    block = Random().draw(350, random_state=0)
    expected = largest_modulus(block, 0)
    monkeypatch.setattr(module, "_iterated", lambda *arguments: None)
    assert largest_modulus(block, 0) == pytest.approx(expected, rel=1e-11)


def test_cancelling_weights_give_zero():
    assert largest_modulus(csr_array(np.array([[1.0, -1.0], [1.0, -1.0]])), 0) == 0.0
    balanced = np.ones((20, 20))
    balanced[:, ::2] = -1.0
    assert largest_modulus(csr_array(balanced), 0) == 0.0

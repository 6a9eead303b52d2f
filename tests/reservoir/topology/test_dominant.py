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


@pytest.mark.parametrize(("n_units", "solved_densely"), [(350, True), (1001, False)])
def test_dense_solver_takes_over_in_small_matrices_only(monkeypatch, n_units, solved_densely):
    monkeypatch.setattr(module, "krylov_modulus", lambda block, rng, passes=4: (0.5, False))
    monkeypatch.setattr(module, "_densely", lambda block: 0.6)
    block = Random(weights="bernoulli").draw(n_units, random_state=0)
    assert largest_modulus(block, 0) == (0.6 if solved_densely else 0.5)


def test_cancelling_weights_give_zero():
    assert largest_modulus(csr_array(np.array([[1.0, -1.0], [1.0, -1.0]])), 0) == 0.0
    balanced = np.ones((20, 20))
    balanced[:, ::2] = -1.0
    assert largest_modulus(csr_array(balanced), 0) == 0.0


@pytest.mark.parametrize("factor", [1e-320, 5e-324, 1e-300, 1e300])
def test_matrices_as_small_or_large_as_numbers_go(factor):
    matrix = np.array([[3.0, 1.0, 0.0], [0.0, 3.0, 4.0], [1.0, 0.0, 3.0]]) * factor
    expected = np.abs(np.linalg.eigvals(np.ldexp(matrix, 900 if factor < 1 else -900))).max()
    assert largest_modulus(csr_array(matrix), 0) == pytest.approx(np.ldexp(expected, -900 if factor < 1 else 900))

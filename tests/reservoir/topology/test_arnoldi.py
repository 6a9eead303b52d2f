import numpy as np
import pytest
from scipy.sparse import csr_array, kron

from reservoir.topology import ErdosRenyi, Random, ScaleFree, Shift, SmallWorld
from reservoir.topology.arnoldi import krylov_modulus


def dense_radius(matrix):
    return np.abs(np.linalg.eigvals(matrix.toarray())).max()


@pytest.mark.parametrize("topology", [ErdosRenyi(), Random(), Shift(), SmallWorld(), ScaleFree()], ids=repr)
@pytest.mark.parametrize("inhibitory", [None, 0.2])
@pytest.mark.parametrize("seed", range(3))
def test_the_largest_is_not_missed(topology, inhibitory, seed):
    # Of random matrices of this kind, one in ten or so makes scipy.sparse.linalg.eigs(k=1) return a smaller one.
    law = ("normal", "lognormal", "bernoulli")[seed]
    matrix = type(topology)(weights=law, inhibitory=inhibitory).draw(300, 6, seed)
    modulus, certain = krylov_modulus(matrix, np.random.RandomState(seed))
    assert certain
    assert modulus == pytest.approx(dense_radius(matrix), rel=1e-11)


@pytest.mark.parametrize("law", ["bernoulli", "normal", "lognormal"])
@pytest.mark.parametrize("seed", range(3))
def test_rings_of_nearly_equal_eigenvalues(law, seed):
    # Up to 140 eigenvalues within 1 % of the edge, and several within 1e-8.
    matrix = Shift(weights=law).draw(500, 2, seed)
    modulus, certain = krylov_modulus(matrix, np.random.RandomState(0))
    assert modulus == pytest.approx(dense_radius(matrix), rel=1e-9 if certain else 1e-6)


def test_large_matrix_of_known_radius():
    # The eigenvalues of a Kronecker product are the products of the eigenvalues.
    first, second = Random().draw(150, 3, 0), Random().draw(80, 3, 1)
    modulus, certain = krylov_modulus(csr_array(kron(first, second)), np.random.RandomState(0))
    assert certain
    assert modulus == pytest.approx(dense_radius(first) * dense_radius(second), rel=1e-11)


def test_positive_matrix_has_the_perron_eigenvalue():
    matrix = ErdosRenyi(weights="constant").draw(400, 8, 0)
    assert krylov_modulus(matrix, np.random.RandomState(0)) == pytest.approx((dense_radius(matrix), True), rel=1e-12)


def test_weights_that_cancel_leave_nothing():
    signs = np.where(np.arange(350) % 2, 1.0, -1.0)
    modulus, certain = krylov_modulus(csr_array(np.outer(np.ones(350), signs)), np.random.RandomState(0))
    assert modulus < 1e-5
    assert certain


def test_same_seed_same_bits():
    matrix = Random().draw(400, 10, 0)
    first, second = (krylov_modulus(matrix, np.random.RandomState(3)) for _ in range(2))
    assert first == second

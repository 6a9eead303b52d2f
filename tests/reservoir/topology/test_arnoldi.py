import numpy as np
import pytest
from scipy.linalg import block_diag
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


class GivenVectors:
    """Stands for a RandomState whose draws are known."""

    def __init__(self, right, left):
        self.vectors = right, left

    def standard_normal(self, shape):
        return np.array(self.vectors).reshape(shape)


@pytest.mark.parametrize("blind", ["right", "left"])
def test_an_eigenvalue_that_one_space_cannot_see_is_not_overlooked(blind):
    # One start vector has nothing of the largest eigenvalue, and no product by a diagonal matrix brings it back.
    matrix = csr_array(np.diag(np.linspace(1.0, 0.1, 400)))
    right, left = np.random.RandomState(0).standard_normal((2, 400))
    (right if blind == "right" else left)[0] = 0.0
    modulus, certain = krylov_modulus(matrix, GivenVectors(right, left))
    assert not certain
    assert modulus == pytest.approx(1.0, rel=1e-11 if blind == "left" else 0.01)


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("turn", [np.pi, np.pi / 2, np.pi / 4])
def test_values_that_fall_together_in_the_power(gap, turn):
    # The eighth power, with which the iteration begins here, has nearly equal values where the matrix has 1 and -1.
    values = (turn, 1.0 - gap), (0.0, 1.0)
    blocks = [[[r * np.cos(a), -r * np.sin(a)], [r * np.sin(a), r * np.cos(a)]] for a, r in values]
    inner = np.random.RandomState(0).uniform(-0.9, 0.9, 316)
    rotation = np.linalg.qr(np.random.RandomState(1).standard_normal((320, 320)))[0]
    matrix = rotation @ block_diag(*blocks, np.diag(inner)) @ rotation.T
    modulus, _ = krylov_modulus(csr_array(matrix), np.random.RandomState(0))
    assert modulus == pytest.approx(1.0, rel=1e-11)


def test_strongly_non_normal_matrices():
    # A triangular part of 30 times the size of the eigenvalues leaves them as they are, but tilts the vectors.
    rng = np.random.RandomState(0)
    matrix = np.diag(rng.uniform(0.0, 1.0, 400)) + 0.3 * np.triu(rng.standard_normal((400, 400)), 1) / np.sqrt(400)
    matrix[0, 0] = -1.01
    modulus, certain = krylov_modulus(csr_array(matrix), np.random.RandomState(0))
    assert certain
    assert modulus == pytest.approx(1.01, rel=1e-11)


def test_same_seed_same_bits():
    matrix = Random().draw(400, 10, 0)
    first, second = (krylov_modulus(matrix, np.random.RandomState(3)) for _ in range(2))
    assert first == second

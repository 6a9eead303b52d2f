import numpy as np
import pytest
from scipy.linalg import block_diag
from scipy.sparse import csr_array

from reservoir.topology import (
    Column,
    CycleJump,
    DelayLine,
    ErdosRenyi,
    Orthogonal,
    Random,
    Ring,
    ScaleFree,
    Shift,
    SmallWorld,
    is_nilpotent,
    scale_to_spectral_radius,
    spectral_radius,
)

SCALABLE = [
    Column(),
    CycleJump(),
    ErdosRenyi(),
    ErdosRenyi(weights="lognormal", inhibitory=0.2),
    Orthogonal(),
    Random(),
    Random(weights="gamma", inhibitory=0.2),
    Ring(),
    ScaleFree(),
    Shift(),
    Shift(weights="constant"),
    SmallWorld(),
]


def dense_radius(matrix):
    return np.abs(np.linalg.eigvals(matrix.toarray())).max()


@pytest.mark.parametrize("topology", SCALABLE, ids=repr)
@pytest.mark.parametrize("n_units", [50, 200, 600])
def test_target_is_met(topology, n_units):
    scaled = scale_to_spectral_radius(topology.draw(n_units, random_state=n_units), 0.95)
    assert abs(dense_radius(scaled) - 0.95) < 1e-8


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_sparse_graphs_of_many_components(degree):
    matrix = ErdosRenyi().draw(300, degree, random_state=1)
    assert spectral_radius(matrix) == pytest.approx(dense_radius(matrix), rel=1e-8)


@pytest.mark.parametrize(
    "topology", [Random(), ScaleFree(), Shift(), SmallWorld(), ErdosRenyi(inhibitory=0.2)], ids=repr
)
def test_thousands_of_units(topology):
    matrix = topology.draw(1010, 8, random_state=5)
    assert spectral_radius(matrix) == pytest.approx(dense_radius(matrix), rel=1e-10)


@pytest.mark.parametrize("topology", [Random(), Shift()], ids=repr)
def test_large_graphs_have_the_radius_that_their_powers_grow_by(topology):
    # After 2000 products the growth of 400 more is that of the few eigenvalues on the edge.
    matrix = topology.draw(5000, 10, random_state=0)
    matrix = matrix / spectral_radius(matrix)
    vector, growth = np.random.RandomState(1).standard_normal(5000), 0.0
    for step in range(2400):
        vector = matrix @ vector
        length = np.linalg.norm(vector)
        growth += np.log(length) / 400 if step >= 2000 else 0.0
        vector /= length
    assert abs(growth) < 2e-3


def test_known_matrices():
    assert spectral_radius(np.diag([0.5, -3.0])) == 3.0
    assert spectral_radius([[1.0, 1.0], [1.0, 0.0]]) == pytest.approx((1 + np.sqrt(5)) / 2, rel=1e-14)
    assert spectral_radius([[0.0]]) == 0.0


def test_near_ties_on_the_edge_of_the_circle():
    # 160 conjugate pairs with moduli 1, 1 - 1e-5, 1 - 2e-5, ..., mixed by a rotation.
    rng = np.random.RandomState(0)
    moduli, angles = 1.0 - 1e-5 * np.arange(160), rng.uniform(0.1, 3.0, 160)
    cosines, sines = moduli * np.cos(angles), moduli * np.sin(angles)
    blocks = [[[c, -s], [s, c]] for c, s in zip(cosines, sines, strict=True)]
    mixing = np.linalg.qr(rng.standard_normal((320, 320)))[0]
    assert spectral_radius(mixing @ block_diag(*blocks) @ mixing.T) == pytest.approx(1.0, abs=1e-10)


def test_strongly_non_normal_matrix():
    # Feed-forward weights of 1e3 between two rings of radius 0.8 and 0.5 do not move an eigenvalue.
    ring = np.roll(np.eye(40), 1, axis=0)
    matrix = np.block([[0.8 * ring, 1e3 * np.ones((40, 40))], [np.zeros((40, 40)), 0.5 * ring]])
    assert spectral_radius(matrix) == pytest.approx(0.8, rel=1e-13)


def test_long_chains_bring_no_noise():
    # A self-loop of 1e-3 before a chain of 400: an Arnoldi iteration on the whole answers 0.56.
    chain = np.diag(np.ones(399), -1)
    chain[0, 0] = 1e-3
    assert spectral_radius(chain) == 1e-3


@pytest.mark.parametrize("matrix", [DelayLine().draw(40), np.zeros((5, 5)), np.triu(np.ones((6, 6)), 1)])
def test_nilpotent_matrices_are_recognised_and_not_scaled(matrix):
    assert is_nilpotent(matrix)
    assert spectral_radius(matrix) == 0.0
    with pytest.raises(ValueError, match="all eigenvalues .* zero .* Pass spectral_radius=None .* another topology"):
        scale_to_spectral_radius(matrix, 0.9)


def test_explicit_zeros_are_no_synapses():
    matrix = csr_array((np.array([1.0, 0.0]), ([0, 1], [1, 0])), shape=(2, 2))
    assert is_nilpotent(matrix)
    assert matrix.nnz == 2


def test_a_cycle_is_not_nilpotent():
    assert not is_nilpotent(Ring().draw(9))
    assert not is_nilpotent(np.eye(1))


def test_cancelling_weights_are_not_scaled():
    with pytest.raises(ValueError, match="'spectral_radius'=0.9 cannot be reached"):
        scale_to_spectral_radius([[1.0, -1.0], [1.0, -1.0]], 0.9)


@pytest.mark.parametrize("target", [-0.1, np.nan, np.inf, "0.9", None, True])
def test_bad_target_is_refused(target):
    with pytest.raises(ValueError, match="'spectral_radius' must be a number at least 0"):
        scale_to_spectral_radius(np.eye(2), target)


def test_target_zero_keeps_the_graph():
    scaled = scale_to_spectral_radius(DelayLine().draw(4), 0.0)
    assert scaled.nnz == 3
    assert not scaled.toarray().any()


def test_bad_matrices_are_refused():
    with pytest.raises(ValueError, match="'matrix' must be square"):
        spectral_radius(np.ones((2, 3)))
    with pytest.raises(ValueError, match="'matrix' must be finite"):
        spectral_radius([[np.nan]])


def test_same_matrix_same_result_bit_for_bit():
    matrix = Shift().draw(500, random_state=0)
    before = matrix.toarray()
    first, second = (scale_to_spectral_radius(matrix, 0.9) for _ in range(2))
    np.testing.assert_array_equal(first.data, second.data)
    np.testing.assert_array_equal(matrix.toarray(), before)

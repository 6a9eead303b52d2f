import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from reservoir import CTRNNLiquid, EchoStateReservoir, LTCLiquid
from reservoir.topology import (
    DelayLine,
    Random,
    Shift,
    known_radius,
    scale_to_spectral_radius,
    spectral_radius,
    spectrum,
)


@pytest.fixture
def solved(monkeypatch):
    """The matrices whose radius was computed, one after the other, where none is known before."""
    matrices = []

    def solve(matrix):
        matrices.append(matrix.copy())
        return spectral_radius(matrix)

    known_radius._place.cache_clear()
    monkeypatch.setattr(spectrum, "_largest_of_all", solve)
    monkeypatch.setattr("reservoir.ltc.draw.spectral_radius", solve)
    return matrices


@pytest.mark.parametrize("topology", [Shift(), Random(inhibitory=0.3), Random(weights="constant")])
def test_known_or_not_weights_are_those_of_scaling_bit_for_bit(topology, solved):
    for target in (0.9, 0.0, 3.3, 1e-300, 0.9):
        drawn = topology.draw(40, random_state=1)
        expected = drawn * (target / spectral_radius(drawn))
        scaled = scale_to_spectral_radius(drawn, target)
        for name in ("data", "indices", "indptr"):
            assert_array_equal(getattr(scaled, name), getattr(expected, name), strict=True)
        assert_array_equal(drawn.data, topology.draw(40, random_state=1).data)
    assert len(solved) == 1


def test_one_seed_is_solved_once_for_all_radii_scalings_and_leak_rates(solved):
    for seed in (0, 1, 0):
        for radius in (0.5, 0.9):
            for scaling in (0.1, 1.0):
                settings = {"spectral_radius": radius, "input_scaling": scaling, "random_state": seed}
                EchoStateReservoir(30, leak_rate=scaling, **settings).fit([[0.0]])
    assert len(solved) == 2
    CTRNNLiquid(30, random_state=0).fit([[0.0]])
    assert len(solved) == 2  # the same seed draws the same graph


def known(matrix):
    return known_radius.known_radius(matrix, spectrum._largest_of_all)


def test_any_number_that_differs_makes_another_matrix(solved):
    matrix = csr_array([[0.0, 2.0], [8.0, 0.0]])
    assert known(matrix) == 4
    matrix.data[0] = 8.0
    assert known(matrix) == 8
    assert known(csr_array([[2.0, 8.0], [0.0, 0.0]])) == 2  # the same data elsewhere
    assert known(csr_array([[0.0, 2.0, 0.0], [8.0, 0.0, 0.0], [0.0] * 3])) == 4
    assert known(csr_array([[0.0, 8.0], [8.0, 0.0]])) == 8
    assert len(solved) == 4


def test_radii_are_kept_and_matrices_are_not(solved):
    matrix = Shift().draw(10, random_state=0)
    kept = weakref.ref(matrix.data)
    known(matrix)
    solved.clear()
    del matrix
    gc.collect()
    assert kept() is None
    assert known_radius._place.cache_info().maxsize <= 10_000


def test_threads_find_the_same():
    known_radius._place.cache_clear()
    drawn = [Shift().draw(50, random_state=seed) for seed in range(5)] * 20
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda one: known_radius.known_radius(one, spectral_radius), drawn))
    assert found == [spectral_radius(matrix) for matrix in drawn]


def test_what_cannot_be_scaled_is_refused_each_time():
    for _ in range(2):
        with pytest.raises(ValueError, match="'spectral_radius'=0.9 cannot be reached by scaling"):
            scale_to_spectral_radius(DelayLine().draw(4), 0.9)
        with pytest.raises(ValueError, match="'spectral_radius' must be a number at least 0"):
            scale_to_spectral_radius(Shift().draw(4, random_state=0), -1)
    assert not np.any(scale_to_spectral_radius(DelayLine().draw(4), 0.0).data)


@pytest.mark.parametrize("synapse", ["conductance", "gate"])
def test_liquids_of_one_loop_are_solved_once_for_all_input_scalings(synapse, solved):
    for scaling in (0.1, 1.0):
        LTCLiquid(20, synapse=synapse, input_scaling=scaling, random_state=0).fit([[0.0]])
    assert len(solved) == 1

import numpy as np
import pytest

from reservoir.topology import SmallWorld
from reservoir.topology import small_world as module


@pytest.mark.parametrize("degree", [1, 2, 5, 10])
def test_without_rewiring_it_is_the_lattice(degree):
    graph = SmallWorld(rewiring=0.0).connect(21, degree, 0).toarray()
    right, left = (degree + 1) // 2, degree // 2
    for unit in range(21):
        expected = {(unit + k) % 21 for k in range(-left, right + 1)} - {unit}
        assert set(np.flatnonzero(graph[unit])) == expected


@pytest.mark.parametrize("rewiring", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize(("n_units", "degree"), [(1, 1), (2, 1), (8, 6), (8, 7), (8, 8), (200, 10)])
def test_in_degree_stays_exact_without_synapses_to_oneself(rewiring, n_units, degree):
    graph = SmallWorld(rewiring=rewiring).connect(n_units, degree, 0)
    assert (np.diff(graph.indptr) == degree).all()
    assert graph.diagonal().any() == (degree == n_units)


def test_share_of_lattice_synapses():
    n_units, degree, rewiring = 2000, 10, 0.3
    lattice = SmallWorld(rewiring=0.0).connect(n_units, degree, 0)
    graph = SmallWorld(rewiring=rewiring).connect(n_units, degree, 0)
    kept = lattice.multiply(graph).sum() / lattice.nnz
    # A dropped neighbour comes back with probability of about 3 / 1992.
    assert abs(kept - (1 - rewiring)) < 0.02


def test_blocks_of_rows_join_without_a_seam(monkeypatch):
    whole = SmallWorld(rewiring=0.0).connect(23, 4, 0)
    monkeypatch.setattr(module, "_CHUNK_ENTRIES", 70)
    np.testing.assert_array_equal(SmallWorld(rewiring=0.0).connect(23, 4, 0).toarray(), whole.toarray())


@pytest.mark.parametrize("rewiring", [-0.1, 1.1, np.nan, None, True])
def test_bad_rewiring_is_refused(rewiring):
    with pytest.raises(ValueError, match="'rewiring' must be a number at least 0 and at most 1"):
        SmallWorld(rewiring=rewiring)

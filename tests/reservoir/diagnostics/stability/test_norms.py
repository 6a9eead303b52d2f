import numpy as np
import pytest
from scipy.sparse import csr_array, diags_array, random_array

from reservoir.diagnostics.stability.norms import largest_singular_value, perron_root
from reservoir.topology import resolve_topology


@pytest.mark.parametrize("size", [3, 300, 301, 400])
@pytest.mark.parametrize("topology", ["shift", "small_world", "orthogonal", "ring", "delay_line", "scale_free"])
def test_largest_singular_value_is_that_of_all_singular_values(topology, size):
    degree = None if topology in ("orthogonal", "ring", "delay_line") else min(size, 4) - 1
    matrix = resolve_topology(topology).draw(size, degree, np.random.RandomState(0))
    assert largest_singular_value(matrix) == pytest.approx(np.linalg.norm(matrix.toarray(), 2), rel=1e-12)


def test_crowded_spectrum_of_a_lattice_in_closed_form():
    chain = csr_array(diags_array([1.0, 1.0], offsets=[-1, 1], shape=(2000, 2000)))
    assert largest_singular_value(chain) == pytest.approx(2 * np.cos(np.pi / 2001), rel=1e-12)


@pytest.mark.parametrize("size", [5, 400])
def test_matrices_without_entries_or_of_one_entry(size):
    for norm in (largest_singular_value, perron_root):
        assert norm(csr_array((size, size))) == 0
        assert norm(csr_array(([0.0], ([0], [1])), shape=(size, size))) == 0
    one = csr_array(([1e-200], ([0], [size - 1])), shape=(size, size))
    assert largest_singular_value(one) == pytest.approx(1e-200, rel=1e-12)
    assert perron_root(one) == 0


@pytest.mark.parametrize("density", [0.02, 0.1, 0.8])
@pytest.mark.parametrize("seed", range(3))
def test_perron_root_is_the_largest_eigenvalue(seed, density):
    matrix = csr_array(random_array((60, 60), density=density, random_state=np.random.default_rng(seed)))
    assert perron_root(matrix) == pytest.approx(np.abs(np.linalg.eigvals(matrix.toarray())).max(), rel=1e-9)


def test_perron_root_of_a_cycle_and_of_separate_parts():
    cycle = csr_array(np.roll(np.diag([1.0, 2.0, 4.0]), 1, axis=0))
    assert perron_root(cycle) == pytest.approx(2.0, rel=1e-12)
    parts = csr_array(np.array([[0.5, 0, 0], [7.0, 0, 1.0], [0, 0.01, 0]]))
    assert perron_root(parts) == pytest.approx(0.5, rel=1e-12)


def test_no_weights_give_a_smaller_maximum_norm():
    rng = np.random.RandomState(0)
    matrix = rng.uniform(size=(8, 8))
    norms = [((matrix @ p) / p).max() for p in rng.uniform(0.1, 1, (1000, 8))]
    assert perron_root(csr_array(matrix)) <= min(norms)

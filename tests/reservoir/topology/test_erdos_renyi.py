import numpy as np
import pytest

from reservoir.topology import ErdosRenyi


@pytest.mark.parametrize(("n_units", "degree"), [(1000, 10), (1000, 1), (200, 150), (20_000, 3)])
def test_number_of_synapses_is_binomial(n_units, degree):
    probability = degree / n_units
    deviation = np.sqrt(n_units**2 * probability * (1 - probability))
    assert abs(ErdosRenyi().connect(n_units, degree, 0).nnz - n_units * degree) < 4 * deviation


def test_full_degree_connects_everything():
    assert ErdosRenyi().connect(7, 7, 0).nnz == 49


def test_every_pair_is_equally_likely():
    counts = sum(ErdosRenyi().connect(5, 2, seed).toarray() for seed in range(1000))
    # Each pair is binomial(1000, 2/5): six standard deviations are 93.
    assert np.abs(counts - 400).max() < 93

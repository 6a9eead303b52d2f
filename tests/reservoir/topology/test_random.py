import numpy as np
import pytest

from reservoir.topology import Random
from reservoir.topology import random as module


@pytest.mark.parametrize(("n_units", "degree"), [(1, 1), (5, 5), (20, 19), (300, 10)])
def test_in_degree_is_exact(n_units, degree):
    graph = Random().connect(n_units, degree, 0)
    assert (np.diff(graph.indptr) == degree).all()


def test_every_pair_is_equally_likely():
    counts = sum(Random().connect(6, 2, seed).toarray() for seed in range(1000))
    # Each pair is binomial(1000, 1/3): six standard deviations are 89.
    assert np.abs(counts - 1000 / 3).max() < 89


def test_blocks_of_rows_join_without_a_seam(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK_ENTRIES", 70)
    graph = Random().connect(23, 4, 0)
    assert (np.diff(graph.indptr) == 4).all()

from math import gcd

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from reservoir.topology import Shift

PAIRS = [
    (n_units, degree)
    for n_units in (1, 2, 3, 4, 6, 30, 37, 64, 210)
    for degree in sorted({1, 2, 3, 10, n_units - 1, n_units})
    if 1 <= degree <= n_units
]


@pytest.mark.parametrize(("n_units", "degree"), PAIRS)
def test_strongly_connected_with_exact_degrees(n_units, degree):
    for seed in range(5):
        graph = Shift().connect(n_units, degree, seed)
        assert connected_components(graph, connection="strong")[0] == 1
        assert (graph.sum(axis=0) == degree).all()
        assert (graph.sum(axis=1) == degree).all()
        assert graph.diagonal().any() == (degree == n_units)


def test_all_units_share_the_offsets():
    offsets = Shift().offsets(50, 4, 7)
    assert gcd(50, *offsets.tolist()) == 1
    graph = Shift().connect(50, 4, 7).toarray()
    for unit in range(50):
        assert set(np.flatnonzero(graph[unit])) == set((unit + offsets) % 50)


def test_every_synapse_has_its_own_weight():
    assert np.unique(Shift().draw(40, 5, 0).data).size == 200

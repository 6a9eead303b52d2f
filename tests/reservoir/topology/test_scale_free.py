import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from reservoir.topology import ScaleFree


@pytest.mark.parametrize(
    ("n_units", "degree"), [(400, 2), (400, 3), (400, 5), (400, 10), (100, 60), (50, 49), (50, 50)]
)
def test_mean_in_degree_and_symmetry(n_units, degree):
    graph = ScaleFree().connect(n_units, degree, 0)
    assert abs(graph.nnz / n_units - min(degree, n_units - 1)) < 0.2
    assert (graph != graph.T).nnz == 0
    assert not graph.diagonal().any()
    assert connected_components(graph, connection="strong")[0] == 1


def test_degrees_have_a_power_law_tail_of_exponent_three():
    degrees = np.diff(ScaleFree().connect(5000, 6, 0).indptr)
    tail = degrees[degrees >= 10]
    exponent = 1 + tail.size / np.log(tail / 9.5).sum()  # maximum likelihood, Clauset et al. (2009)
    assert 2.6 < exponent < 3.4


def test_partners_are_chosen_in_proportion_to_their_partners():
    # One edge a unit: of the path a - b - c, the fourth unit chooses the middle one half of the time.
    stars = sum(np.diff(ScaleFree().connect(4, 1, seed).indptr).max() == 3 for seed in range(2000))
    assert abs(stars / 2000 - 0.5) < 4 * 0.5 / np.sqrt(2000)


def test_one_unit_has_no_partner():
    assert ScaleFree().connect(1, 1, 0).nnz == 0

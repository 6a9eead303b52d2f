import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnx_runs import computed
from scipy.sparse import csr_array, random_array

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.weighted_sum import add_weighted_sum, padded


def weights(n_units, degree, dtype=np.float64):
    dense = np.zeros((n_units, n_units), dtype)
    source = np.random.RandomState(0)
    for row in dense:
        row[source.choice(n_units, degree, replace=False)] = source.standard_normal(degree)
    return csr_array(dense)


def operators(matrix):
    graph = Graph()
    add_weighted_sum(graph, "drive", matrix, "state")
    return [node.op_type for node in graph.nodes]


@pytest.mark.parametrize(
    "matrix", [weights(10, 3), weights(300, 3), weights(40, 40)], ids=["small", "gathered", "full"]
)
@pytest.mark.parametrize("shape", [(), (4,)])
def test_the_sum_is_that_of_the_matrix(matrix, shape):
    source = np.random.RandomState(1)
    drive, state = source.standard_normal((2, *shape, matrix.shape[0]))
    (total,) = computed(lambda g, d, s: add_weighted_sum(g, d, matrix, s), d=drive, s=state)
    assert_allclose(total, drive + state @ matrix.toarray().T, rtol=0, atol=1e-13)


def test_sparse_weights_of_many_units_are_gathered_and_others_multiplied():
    assert "Gather" in operators(weights(300, 10))
    assert operators(weights(100, 10)) == ["MatMul", "Add"] == operators(weights(300, 150))
    assert operators(weights(300, 10, np.float32)) == ["MatMul", "Add"]  # whose vectors hold twice as many


def test_a_unit_without_sources_is_given_its_drive_alone():
    matrix = csr_array(([1.0, 2.0], ([2, 2], [0, 1])), shape=(300, 300))
    (total,) = computed(lambda g, d, s: add_weighted_sum(g, d, matrix, s), d=np.ones(300), s=np.full(300, 5.0))
    assert_array_equal(total, np.where(np.arange(300) == 2, 16.0, 1.0))


def test_without_entries_nothing_is_added():
    assert operators(csr_array((5, 5))) == []


def test_every_entry_has_one_place():
    matrix = csr_array(random_array((30, 20), density=0.2, random_state=np.random.RandomState(0)))
    places = padded(matrix)
    rebuilt = np.zeros(matrix.shape)
    np.add.at(rebuilt, (np.arange(30), places.sources), places.filled(matrix.data))
    assert_array_equal(rebuilt, matrix.toarray())

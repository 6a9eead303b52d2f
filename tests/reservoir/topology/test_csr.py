import numpy as np
import pytest
from scipy.sparse import coo_matrix, csc_array

from reservoir.topology import as_csr
from reservoir.topology.csr import graph_from_pairs, graph_from_rows

DENSE = np.array([[0.0, 2.0], [-1.0, 0.0]])


@pytest.mark.parametrize("kind", [np.asarray, csc_array, coo_matrix, np.ndarray.tolist, np.float32])
def test_every_format_becomes_canonical_float64(kind):
    result = as_csr(kind(DENSE), (2, 2), "recurrent_weights")
    np.testing.assert_array_equal(result.toarray(), DENSE)
    assert result.dtype == np.float64
    assert result.indices.dtype == result.indptr.dtype == np.int32
    assert result.has_sorted_indices


def test_duplicates_are_summed_and_the_original_is_untouched():
    source = coo_matrix((np.array([1.0, 2.0, 5.0]), ([0, 0, 0], [1, 1, 0])), shape=(2, 2))
    result = as_csr(source, (2, 2), "W")
    assert result.data.tolist() == [5.0, 3.0]
    result.data[:] = 0.0
    assert source.data.tolist() == [1.0, 2.0, 5.0]


@pytest.mark.parametrize("shape", [(2, 3), (3, 3)])
def test_wrong_shape_is_named(shape):
    with pytest.raises(ValueError, match=r"'W' must be a 2-D matrix of shape \(\d, 3\); got shape \(2, 2\)"):
        as_csr(DENSE, shape, "W")


def test_bad_entries_are_refused():
    with pytest.raises(ValueError, match="'W' must be finite"):
        as_csr([[np.nan]], (1, 1), "W")
    with pytest.raises(TypeError, match="'W' must hold real numbers"):
        as_csr([[1j]], (1, 1), "W")
    with pytest.raises(ValueError, match="'W' must be a 2-D matrix"):
        as_csr([1.0], (1, 1), "W")


def test_repeated_pairs_count_once():
    assert graph_from_pairs([1, 1], [0, 0], 2).toarray().tolist() == [[0.0, 0.0], [1.0, 0.0]]


def test_rows_that_are_in_order_make_the_graph_of_their_pairs():
    starts, sources = np.array([0, 2, 2, 5]), np.array([0, 2, 0, 1, 2], np.int32)
    graph, same = graph_from_rows(sources, starts), graph_from_pairs([0, 0, 2, 2, 2], sources, 3)
    np.testing.assert_array_equal(graph.toarray(), same.toarray())
    assert graph.indices.dtype == graph.indptr.dtype == np.int32
    assert graph.has_canonical_format

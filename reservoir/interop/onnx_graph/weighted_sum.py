"""The recurrent sum: a matrix product, or the entries gathered unit by unit where the weights are sparse enough."""

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.onnx_graph.graph import Graph

# onnxruntime has no sparse product on a CPU. To gather an entry takes so many times as long as to multiply one of a
# dense row, measured with 30 to 1000 units on x86-64: in single precision twice as many fit into a vector.
GATHERED = {8: 20, 4: 50}


class Padded(NamedTuple):
    """A CSR structure with as many places for every row: ``sources`` (n_places, n_rows), and which entry each holds.

    ``entries`` is -1 where a row has fewer.
    """

    sources: np.ndarray
    entries: np.ndarray

    def filled(self, values: np.ndarray) -> np.ndarray:
        """Return one number for every place, of values with one for every entry; 0 where there is none."""
        return np.where(self.entries < 0, values.dtype.type(0), values[self.entries.clip(0)])


def padded(matrix: csr_array) -> Padded:
    """Return the structure of a CSR matrix with at least one entry.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> from reservoir.interop.onnx_graph.weighted_sum import padded
    >>> padded(csr_array([[0, 5], [7, 9]])).entries.tolist()
    [[0, 1], [-1, 2]]
    """
    n_rows, degrees = matrix.shape[0], np.diff(matrix.indptr)
    rows = np.repeat(np.arange(n_rows), degrees)
    places = np.arange(matrix.nnz) - matrix.indptr[rows]
    sources, entries = (np.full((degrees.max(), n_rows), empty, np.int64) for empty in (0, -1))
    sources[places, rows], entries[places, rows] = matrix.indices, np.arange(matrix.nnz)
    return Padded(sources, entries)


def add_weighted_sum(graph: Graph, drive: str, matrix: Any, state: str) -> str:
    """Return ``drive + matrix @ state``, for one state or a batch of them.

    Parameters
    ----------
    graph : Graph
    drive, state : names of (..., n_rows) and (..., n_columns)
    matrix : csr_array (n_rows, n_columns)
    """
    if not matrix.nnz:
        return drive
    n_gathered = matrix.shape[0] * np.diff(matrix.indptr).max()
    if n_gathered * GATHERED[matrix.dtype.itemsize] >= matrix.shape[0] * matrix.shape[1]:
        return graph.add("Add", drive, graph.add("MatMul", state, np.ascontiguousarray(matrix.toarray().T)))
    places = padded(matrix)
    terms = graph.add("Mul", graph.add("Gather", state, places.sources, axis=-1), places.filled(matrix.data))
    return graph.add("Add", drive, graph.reduce("ReduceSum", terms, -2))

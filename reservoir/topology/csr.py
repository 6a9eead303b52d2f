"""The one storage format of recurrent weights: canonical CSR arrays, row = target, column = source."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, issparse

from readouts.types import Array, Matrix
from reservoir.checks.arguments import as_array, check_integer, check_memory, is_integer
from reservoir.checks.unit_selection import check_indices


def as_csr(matrix: Matrix, shape: tuple[int, int], name: str) -> csr_array:
    """Return a canonical float64 CSR copy of a dense or sparse matrix, checked.

    Canonical means: no duplicate entries, column indices sorted within each row, int32 indices. Explicit zeros of
    a sparse matrix are kept, because they may be synapses that have not grown yet.

    Parameters
    ----------
    matrix : array-like or SciPy sparse array or matrix
        Real, finite, two-dimensional.
    shape : tuple of two ints
        The shape it must have.
    name : str
        The parameter named in error messages.

    Returns
    -------
    csr_array of float64
        Never shares memory with `matrix`.

    Raises
    ------
    ValueError
        If the matrix is not 2-D, not of the given shape, or holds NaN or infinity.
    TypeError
        If its entries are not real numbers.

    Examples
    --------
    >>> from reservoir.topology import as_csr
    >>> as_csr([[0, 2], [1, 0]], (2, 2), "recurrent_weights").data
    array([2., 1.])
    """
    if not isinstance(name, str):
        raise TypeError(f"'name' must be a string; got {name!r}.")
    if not isinstance(shape, (tuple, list)) or len(shape) != 2 or not all(map(is_integer, shape)):
        raise ValueError(f"'shape' must be a tuple of two integers; got {shape!r}.")
    return read_matrix(name, matrix, (int(shape[0]), int(shape[1])))


def read_matrix(name: str, matrix: Matrix, shape: tuple[int, int] | None = None) -> csr_array:
    """Return a matrix as `as_csr` does, of any two-dimensional shape if that is None."""
    shown = f" of shape {shape}" if shape else ""
    source: Any = matrix if issparse(matrix) else as_array(name, matrix, f"a 2-D matrix{shown}")
    if source.dtype.kind not in "biuf":
        raise TypeError(f"'{name}' must hold real numbers; got dtype {source.dtype}. Pass a float array.")
    if source.ndim != 2 or source.shape != (shape or source.shape):
        raise ValueError(
            f"'{name}' must be a 2-D matrix{shown}; got shape {source.shape}. Row i holds the synapses onto unit i."
        )
    result = csr_array(source, dtype=np.float64, copy=True)
    result.sum_duplicates()
    if not np.isfinite(result.data).all():
        raise ValueError(f"'{name}' must be finite; got NaN or infinity among its entries. Replace or remove them.")
    _check_int32(name, f"shape {result.shape} with {result.nnz} entries", max(*result.shape, result.nnz))
    return _with_int32_indices(result)


def graph_from_pairs(targets: ArrayLike, sources: ArrayLike, n_units: int) -> csr_array:
    """Build the structure of a graph, data all ones, from pairs (target, source); repeated pairs count once.

    Parameters
    ----------
    targets, sources : integer arrays of equal size
        Unit ``targets[k]`` receives input from unit ``sources[k]``.
    n_units : int
        Number of units.

    Returns
    -------
    csr_array of shape (n_units, n_units)

    Raises
    ------
    ValueError
        If the pairs are not whole numbers in 0 ... n_units - 1, or not as many targets as sources.

    Examples
    --------
    >>> from reservoir.topology import graph_from_pairs
    >>> graph_from_pairs([1, 0, 1], [0, 1, 0], 2).toarray()
    array([[0., 1.],
           [1., 0.]])
    """
    n_units = check_integer("n_units", n_units)
    rows = check_indices("targets", as_array("targets", targets).ravel(), n_units)
    columns = check_indices("sources", as_array("sources", sources).ravel(), n_units)
    if rows.size != columns.size:
        raise ValueError(f"'targets' and 'sources' must be of equal size; got {rows.size} and {columns.size}.")
    _check_size(n_units, rows.size)
    graph = csr_array((np.ones(rows.size), (rows, columns)), shape=(n_units, n_units))
    graph.sum_duplicates()
    graph.data[:] = 1.0
    return _with_int32_indices(graph)


def graph_from_rows(sources: Array, starts: Array) -> csr_array:
    """Build the structure of a graph, data all ones, from sources that are already in its order, without a copy.

    Parameters
    ----------
    sources : int32 array (n_synapses,)
        The units that each unit receives input from, unit after unit, in ascending order and each once.
    starts : int array (n_units + 1,)
        Where those of each unit begin, and the end.

    Returns
    -------
    csr_array of shape (n_units, n_units)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.topology.csr import graph_from_rows
    >>> graph_from_rows(np.array([1, 0, 1], np.int32), np.array([0, 1, 3])).toarray()
    array([[0., 1.],
           [1., 1.]])
    """
    n_units = len(starts) - 1
    _check_size(n_units, len(sources))
    graph = csr_array((np.ones(len(sources)), sources, starts.astype(np.int32)), shape=(n_units, n_units))
    return _with_int32_indices(graph)


def _check_size(n_units, n_synapses):
    _check_int32("n_units", n_units, max(n_units, n_synapses))
    check_memory("n_units", n_units, 4 * n_units)


def _check_int32(name, value, largest):
    if largest > np.iinfo(np.int32).max:
        raise ValueError(f"'{name}' must leave units and synapses below 2**31 = 2147483648; got {value}.")


def _with_int32_indices(matrix):
    # SciPy chooses int64 for some inputs; kernels are compiled for one index type only.
    indices, indptr = matrix.indices.astype(np.int32, copy=False), matrix.indptr.astype(np.int32, copy=False)
    result = csr_array((matrix.data, indices, indptr), shape=matrix.shape)
    result.has_canonical_format = True
    return result

"""Sums of products of rows, added up in place while other threads go on."""

import numpy as np

from readouts.lapack import call
from readouts.types import Array

TILE = 64


def add_products(gram: Array, rows: Array) -> None:
    """Add ``rows^T rows`` to the lower triangle of ``gram``; entries above the diagonal are not changed.

    Parameters
    ----------
    gram : C-contiguous float64 array (n_columns, n_columns)
        Changed in place.
    rows : C-contiguous float64 array (n_rows, n_columns)

    References
    ----------
    The routine ``dsyrk`` of BLAS, with beta = 1. `scipy.linalg.blas.dsyrk` is the same, but no other thread of Python
    runs meanwhile; and a product in NumPy fills both triangles of a new array before it can be added.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.rank_update import add_products, mirror
    >>> gram = np.eye(2)
    >>> add_products(gram, np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> mirror(gram)
    >>> gram.tolist()
    [[11.0, 14.0], [14.0, 21.0]]
    """
    n_rows, n_columns = rows.shape
    if n_rows == 0:
        return
    # For BLAS, which counts along columns, the lower triangle is the upper one and rows are columns.
    call("cython_blas", "dsyrk", b"U", b"N", n_columns, n_rows, 1.0, rows, n_columns, 1.0, gram, n_columns)


def mirror(gram: Array) -> None:
    """Copy the lower triangle of ``gram`` to the upper one, in tiles, for columns are not contiguous."""
    for start in range(0, len(gram), TILE):
        stop = min(start + TILE, len(gram))
        gram[start:stop, stop:] = gram[stop:, start:stop].T
        tile = gram[start:stop, start:stop]
        tile[...] = np.where(np.tri(stop - start, dtype=bool), tile, tile.T)

"""The product of a constant matrix and a vector in C."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.c99.piece import Piece, each

# Up to this share of entries that are not 0 only these are kept. An entry then also needs its column, of a byte or two.
MOST_SPARSE = 0.5


def weighted_sums(name, matrix, source, target, skip=None):
    """Return a `Piece` that adds ``matrix @ source`` to ``target``.

    Parameters
    ----------
    name : str
        What the names of its constants begin with.
    matrix : array or csr_array (n_targets, n_sources)
        Kept column after column, for loops without a sum that waits for the last one; or row after row if sparse.
    source, target : str
        Two arrays of C that do not overlap.
    skip : int or None, default=None
        A place of ``source`` that no column belongs to, such as that of an elapsed time.
    """
    matrix = csr_array(matrix, copy=True)
    matrix.eliminate_zeros()
    n_targets, n_sources = matrix.shape
    if matrix.nnz == 0:
        return Piece()
    between = skip is not None and skip < n_sources
    if matrix.nnz > MOST_SPARSE * n_targets * n_sources:
        place = f"k + (k >= {skip})" if between else "k"
        product = f"{target}[i] += {name}[k * {n_targets} + i] * {source}[{place}];"
        body = each(n_sources, each(n_targets, product), "k")
        return Piece(body, {name: matrix.toarray().T.ravel()}, operations=2 * n_targets * n_sources)
    columns = matrix.indices + (matrix.indices >= skip) if between else matrix.indices
    constants = {name: matrix.data, f"{name}_source": columns.astype(np.int64), f"{name}_end": matrix.indptr[1:]}
    return Piece(row_by_row(n_targets, name, source, target), constants, operations=2 * matrix.nnz)


def row_by_row(n_targets, name, source, target):
    """Return the loops of a sparse product."""
    return f"""\
for (uint32_t i = 0, j = 0; i < {n_targets}; i++) {{
    real sum = {target}[i];
    for (; j < {name}_end[i]; j++) {{
        sum += {name}[j] * {source}[{name}_source[j]];
    }}
    {target}[i] = sum;
}}"""

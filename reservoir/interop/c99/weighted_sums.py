"""Products of constant matrices and vectors in C, whose sums are the drive of units."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.c99.piece import Piece, joined
from reservoir.interop.c99.sums import Terms, sum_over

# From this share of entries on, all are written, which takes less memory than writing where they are.
DENSE = 0.5


class Product(NamedTuple):
    """A matrix (n_targets, n_sources) times the array ``source`` of C, one of whose places may have no column."""

    name: str
    matrix: np.ndarray | csr_array
    source: str
    skip: int | None = None


def weighted_sums(target, first, products):
    """Return a `Piece` that writes ``target[i] = first`` plus all products, for every target i.

    Parameters
    ----------
    target : str
        An array of C that no source overlaps.
    first : str
        What the sum of target i begins with, such as ``"bias[i]"``.
    products : sequence of Product
        At least one, all with as many targets.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.weighted_sums import Product, weighted_sums
    >>> piece = weighted_sums("drive", "bias[i]", [Product("weights", np.ones((4, 2)), "u", skip=1)])
    >>> print(piece.body)
    for (int i = 0; i < 4; i++) {
        drive[i] = bias[i]
            + weights[0][i] * u[0]
            + weights[1][i] * u[2];
    }
    >>> piece.operations
    16
    """
    dense, sparse, constants = [], [], {}
    for product in products:
        matrix = csr_array(product.matrix, copy=True)
        matrix.eliminate_zeros()
        if matrix.nnz >= DENSE * matrix.shape[0] * matrix.shape[1]:
            constants[product.name] = matrix.toarray().T
            dense.append(_terms(product))
        elif matrix.nnz:
            sparse.append(_row_by_row(target, product, matrix))
    n_targets = products[0].matrix.shape[0]
    written = sum(terms.number for terms in dense)
    return joined(
        Piece(sum_over(target, n_targets, first, dense), constants, operations=2 * n_targets * written), *sparse
    )


def _terms(product):
    def term(j):
        return f"{product.name}[{j}][i] * {product.source}[{_place(j, product)}]"

    return Terms(product.matrix.shape[1], term)


def _place(j, product):
    """Return where in the source column j finds its number: j is a number, or the name of a variable."""
    if product.skip is None or product.skip >= product.matrix.shape[1]:
        return j
    return j + (j >= product.skip) if isinstance(j, int) else f"{j} + ({j} >= {product.skip})"


def _row_by_row(target, product, matrix):
    name = product.name
    columns = matrix.indices.astype(np.int64)
    if product.skip is not None:
        columns += columns >= product.skip
    body = f"""\
for (uint32_t i = 0, j = 0; i < {matrix.shape[0]}; i++) {{
    real sum = {target}[i];
    for (; j < {name}_end[i]; j++) {{
        sum += {name}[j] * {product.source}[{name}_source[j]];
    }}
    {target}[i] = sum;
}}"""
    constants = {name: matrix.data, f"{name}_source": columns, f"{name}_end": matrix.indptr[1:]}
    return Piece(body, constants, operations=2 * matrix.nnz)

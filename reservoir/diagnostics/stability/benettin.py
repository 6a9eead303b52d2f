"""Lyapunov exponents of any flow of small differences, by repeated orthogonalisation (Benettin et al. 1980)."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from reservoir.base import StateOverflowError
from reservoir.checks.progress import Progress

# Vectors that differ in length by more than this factor are taken to have lost their directions to each other.
_WIDEST = 1e6
# Vectors that are carried exactly may grow or shrink together by this factor, which leaves room for more in between.
_FURTHEST = 1e100
# Length of the first stretch of such vectors. Others begin with a single row.
_FIRST_ROWS = 50


class Flow(NamedTuple):
    """How small differences between trajectories are carried on. A place is a point of the trajectory, in any form.

    Parameters
    ----------
    push : callable
        ``push(place, vectors, n_rows)`` carries the columns of ``vectors`` (size, n) from a place some rows on; it
        returns them and the place where they are then.
    start : what ``push`` takes as its first place
    size : int
        Number of real numbers in a state.
    resolution : float
        A vector of length 1 that is carried to less than this is lost in rounding errors; 0 where that cannot be.
    most_rows : int
        How many rows are pushed at once at most.
    matrix : csr_array (size, size) or None
        The Jacobian of every row, where it is always the same.
    """

    push: Callable
    start: Any
    size: int
    resolution: float = 0.0
    most_rows: int = 50
    matrix: Any = None


def exponents_of(flow, n_rows, washout, n_exponents, random_state, verbose=False):
    """Return the largest exponents, mean logarithms of the growth per row after the washout.

    The vectors are orthogonalised before they lose their directions or overflow: a stretch of rows in which they do is
    repeated in two halves.

    Parameters
    ----------
    flow : Flow
    n_rows, washout, n_exponents : int
        With ``0 <= washout < n_rows`` and ``n_exponents`` at most the size of the flow, 0 for one of no size.
    random_state : RandomState
        Of the first vectors.
    verbose : bool, default=False
        Whether a line is printed after every tenth of the rows.

    Returns
    -------
    array (n_exponents,)
        From large to small; -inf for what vanished within rounding.

    References
    ----------
    G. Benettin, L. Galgani, A. Giorgilli and J.-M. Strelcyn, "Lyapunov characteristic exponents for smooth dynamical
    systems and for Hamiltonian systems; a method for computing all of them", Meccanica 15:9 and 15:21, 1980.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics.stability.benettin import Flow, exponents_of
    >>> halve = Flow(lambda place, vectors, n_rows: (vectors / 2**n_rows, place), None, size=3)
    >>> np.exp(exponents_of(halve, 100, 0, 2, np.random.RandomState(0))).round(9)
    array([0.5, 0.5])
    """
    if n_exponents == 0:
        return np.empty(0)
    vectors, _ = np.linalg.qr(random_state.standard_normal((flow.size, n_exponents)))
    total, row, place, length = np.zeros(n_exponents), 0, flow.start, min(_FIRST_ROWS, flow.most_rows)
    add = Progress("Lyapunov exponents", verbose).counting("rows", n_rows)
    widest, furthest = np.log(_WIDEST), np.log(_FURTHEST)
    if flow.resolution:
        widest = furthest = min(widest, -np.log(flow.resolution) / 3)
        length = 1
    while row < n_rows:
        last = min(row + length, washout if row < washout else n_rows)
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is repeated
            carried, after = flow.push(place, vectors, last - row)
        basis, growth = _orthogonalised(carried, flow.resolution)
        strain = _strain(growth, widest, furthest)
        if strain > 1 and last - row > 1:
            length = (last - row) // 2
            continue
        if np.isposinf(growth).any():
            raise StateOverflowError(
                f"Small differences grew past every finite number in row {row}: the exponents are infinite. "
                "Scale the recurrent weights down."
            )
        if row >= washout:
            total += growth
        add(last - row)
        vectors, place, row = basis, after, last
        if strain < 0.4:
            length = min(2 * length, flow.most_rows)
    return np.sort(total / (n_rows - washout))[::-1]


def _strain(growth, widest, furthest):
    """Return how close a stretch came to losing what its vectors tell, 1 being too close."""
    if np.isinf(growth).any():
        return np.inf
    return max(np.ptp(growth) / widest, np.abs(growth).max() / furthest)


def _orthogonalised(vectors, resolution):
    """Return an orthonormal basis, and the logarithms of the lengths that are new in each vector."""
    if not np.isfinite(vectors).all():
        return vectors, np.full(vectors.shape[1], np.inf)
    basis, triangle = np.linalg.qr(vectors)
    lengths = np.abs(np.diag(triangle))
    lengths[lengths <= max(resolution, len(vectors) * np.finfo(np.float64).eps * lengths.max())] = 0
    with np.errstate(divide="ignore"):
        return basis, np.log(lengths)

"""A series driven piece by piece, so that states of no more than a piece are held."""

from typing import Any, NamedTuple

import numpy as np

ROWS_AT_ONCE = 4096  # the size of a piece where it is no parameter


class Piece(NamedTuple):
    """Consecutive rows of a series, driven.

    Parameters
    ----------
    start : int
        Position of the first of the rows in their series.
    inputs : array (n_rows, n_features)
    states : array (n_rows, n_units)
        It may be a part of a larger array, which it keeps alive; see `own_states`.
    state : the state after the last row
    """

    start: int
    inputs: np.ndarray
    states: np.ndarray
    state: Any


def drive_pieces(reservoir, series, n_rows=None, *, state=None, skip=0):
    """Drive one series in pieces, and yield each as soon as it is driven.

    Parameters
    ----------
    reservoir : fitted reservoir
    series : 2-D array, or anything with a length whose slices are checked arrays
    n_rows : int or None, default=None
        Most rows of a piece; None is all of them at once.
    state : state before the first row, or None, default=None
        None is at rest.
    skip : int, default=0
        A piece ends after so many rows, such as those of a washout.

    Yields
    ------
    Piece

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.driving.pieces import drive_pieces
    >>> u = np.ones((5, 1))
    >>> reservoir = EchoStateReservoir(3).fit(u)
    >>> [(piece.start, len(piece.states)) for piece in drive_pieces(reservoir, u, 2, skip=1)]
    [(0, 1), (1, 2), (3, 2)]
    """
    length = len(series)
    if not skip and (n_rows is None or 0 < length <= n_rows):  # most series are short, and cutting takes time
        inputs = series if n_rows is None or type(series) is np.ndarray else series[:length]
        states, state = reservoir.drive(inputs, state)
        yield Piece(0, inputs, states, state)
        return
    state = reservoir.start_of(series, state)
    for start, stop in piece_bounds(length, n_rows, skip):
        inputs = series[start:stop]
        states, state = reservoir.drive(inputs, state)
        yield Piece(start, inputs, states, state)


def piece_bounds(length, n_rows, skip):
    """Return the first row of every piece of a series, and the row after its last.

    Examples
    --------
    >>> from reservoir.driving.pieces import piece_bounds
    >>> piece_bounds(5, 2, skip=1)
    [(0, 1), (1, 3), (3, 5)]
    """
    n_rows, skip = n_rows or max(length, 1), min(skip, length)
    cuts = [*range(0, skip, n_rows), *range(skip, length, n_rows), length]
    return list(zip(cuts[:-1], cuts[1:], strict=True))


def own_states(number, before, piece):
    """Return the states of a piece as an array of their own: a ``fold`` for states that outlive those of other series.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.driving.pieces import Piece, own_states
    >>> states = np.ones((2, 5, 3))
    >>> own_states(0, None, Piece(0, np.ones((5, 1)), states[0], states[0, -1])).base is None
    True
    """
    return piece.states if piece.states.base is None else piece.states.copy()

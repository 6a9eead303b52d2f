"""The chunks of one series that a stream is fitted to: a single one, or an iterator of many."""

import numpy as np


def read_chunks(X, y, read):
    """Yield what ``read(X, y)`` makes of every chunk, a pair of checked rows and their targets.

    An error names the chunk of an iterator by its number, counted from 0.

    Parameters
    ----------
    X : one chunk, or an iterator of pairs (X, y)
    y : the targets of the one chunk, or None
    read : callable

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.regressor.chunks import read_chunks
    >>> pairs = zip(np.arange(4).reshape(2, 2, 1), np.arange(4).reshape(2, 2))
    >>> [targets for _, targets in read_chunks(pairs, None, lambda X, y: (X, y))]
    [array([0, 1]), array([2, 3])]
    """
    if y is None and (hasattr(X, "shape") or not hasattr(X, "__iter__")):
        raise ValueError(
            f"'X' must be one 2-D series beside its y, or without y an iterator of pairs (X, y); got y=None with "
            f"{type(X).__name__}. Pass as 'y' a target for every step."
        )
    if y is not None:
        if hasattr(X, "__next__"):
            raise ValueError("'y' must be None where 'X' is an iterator, which yields pairs (X, y); got both.")
        yield read(X, y)
        return
    number = -1
    for number, chunk in enumerate(X):
        try:
            rows, targets = read(*_as_pair(chunk))
        except ValueError as error:
            raise ValueError(f"{error} (chunk {number})") from error
        # A copy, for the array may be refilled before the readout is fitted to it; rows of features are new anyway.
        yield rows, np.array(targets[:])
    if number < 0:
        raise ValueError("'X' as an iterator must yield at least one chunk (X, y); got none.")


def has_one_row(X):
    """Whether X, of which nothing is known yet, has a single row."""
    shape = getattr(X, "shape", None)
    return hasattr(X, "__len__") and len(X) == 1 if shape is None else shape[:1] == (1,)


def _as_pair(chunk):
    if not isinstance(chunk, (tuple, list)) or len(chunk) != 2:
        raise ValueError(f"'X' as an iterator must yield pairs (X, y); got {type(chunk).__name__}.")
    return chunk

"""The chunks of one series that a stream is fitted to: a single one, or an iterator of many."""


def read_chunks(X, y, sample_weight, read):
    """Yield what ``read(X, y, sample_weight)`` makes of every chunk, a pair of checked rows and their targets.

    An error names the chunk of an iterator by its number, counted from 0.

    Parameters
    ----------
    X : one chunk, or an iterator of (X, y) or (X, y, sample_weight)
    y, sample_weight : the targets of the one chunk and their weights, or None
    read : callable

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.regressor.chunks import read_chunks
    >>> pairs = zip(np.arange(4).reshape(2, 2, 1), np.arange(4).reshape(2, 2))
    >>> [targets for _, targets in read_chunks(pairs, None, None, lambda X, y, _: (X, y))]
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
        yield read(X, y, sample_weight)
        return
    if sample_weight is not None:
        raise ValueError(
            "'sample_weight' must be None where 'X' is an iterator, which may yield (X, y, sample_weight); got both."
        )
    number = -1
    for number, chunk in enumerate(X):
        try:
            rows, targets = read(*_parts_of(chunk))
        except ValueError as error:
            raise ValueError(f"{error} (chunk {number})") from error
        # A copy, for the array may be refilled before the readout is fitted to it; rows of features are new anyway.
        yield rows, targets.copy()
    if number < 0:
        raise ValueError("'X' as an iterator must yield at least one chunk (X, y); got none.")


def has_one_row(X):
    """Whether X, of which nothing is known yet, has a single row."""
    shape = getattr(X, "shape", None)
    return hasattr(X, "__len__") and len(X) == 1 if shape is None else shape[:1] == (1,)


def _parts_of(chunk):
    if not isinstance(chunk, (tuple, list)) or len(chunk) not in (2, 3):
        raise ValueError(
            "'X' as an iterator must yield pairs (X, y), or with weights (X, y, sample_weight); got "
            f"{type(chunk).__name__}."
        )
    return (*chunk, None)[:3]

"""Series in the layouts of other libraries, channels first, end to end or padded, made series of this library."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from readouts.masked import refuse_masked
from readouts.types import SeriesLike, SeriesOut
from reservoir.checks.naming import called
from reservoir.series.tables import (
    MISSING,
    is_column,
    is_frame,
    read_table,
    refuse_several,
    refuse_unless_two_dimensional,
    take_rows,
)


def from_channels_first(X: SeriesLike) -> SeriesOut:
    """Turn channels-first series, as aeon and sktime hold them (``numpy3D``, ``np-list``), into this library's shapes.

    Parameters
    ----------
    X : 3-D array (n_sequences, n_features, n_steps), or list of 2-D arrays (n_features, n_steps)
        Data frames are refused, for ``df-list`` names two things: sktime's (1.2.0) has steps in its rows, so pass it as
        it is; aeon's (1.6.0) has channels there, so pass ``[x.to_numpy().T for x in X]``.

    Returns
    -------
    3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays (n_steps, n_features)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import from_channels_first
    >>> from_channels_first(np.zeros((5, 2, 30))).shape
    (5, 30, 2)
    """
    if isinstance(X, np.ndarray) and X.dtype != object and X.ndim > 0:
        refuse_masked("X", X, MISSING)
        if X.ndim != 3:
            raise ValueError(f"'X' must be 3-D (n_sequences, n_features, n_steps) or a list of 2-D; got {X.ndim}-D.")
        return np.ascontiguousarray(X.transpose(0, 2, 1))
    with called("X"):
        series = _read_arrays(X)
    refuse_unless_two_dimensional(series, "(n_features, n_steps)")
    return [np.ascontiguousarray(x.T) for x in series]


def from_lengths(X: ArrayLike, lengths: ArrayLike) -> list[Any]:
    """Split rows that are concatenated, as hmmlearn holds them, into one series per length.

    Parameters
    ----------
    X : 2-D array or data frame (sum of lengths, n_features), or 1-D array or Series of a single feature
    lengths : 1-D array of positive integers, the number of steps of each series

    Returns
    -------
    list of 2-D arrays (n_steps, n_features), or of data frames or Series where X is one

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import from_lengths
    >>> [len(x) for x in from_lengths(np.zeros((7, 1)), [3, 4])]
    [3, 4]
    """
    rows = read_table(X, "(sum of lengths, n_features)")
    refuse_masked("lengths", lengths)
    with called("lengths"):
        lengths = np.asarray(lengths)
    if lengths.ndim != 1 or lengths.dtype.kind not in "iu" or np.any(lengths < 1):
        raise ValueError(f"'lengths' must be a 1-D array of positive integers; got {lengths!r}.")
    if lengths.sum() != len(rows):
        raise ValueError(f"'lengths' must sum to the number of rows of X, {len(rows)}; got a sum of {lengths.sum()}.")
    stops = np.cumsum(lengths).tolist()
    return [take_rows(rows, slice(start, stop)) for start, stop in zip([0, *stops[:-1]], stops, strict=True)]


def from_nan_padded(X: SeriesLike) -> list[Any]:
    """Drop the NaN rows that pad short series at their end, as tslearn holds them.

    Parameters
    ----------
    X : 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays or data frames, NaN after the end of each

    Returns
    -------
    list of 2-D arrays (n_steps, n_features), or of data frames where X holds such

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import from_nan_padded
    >>> [len(x) for x in from_nan_padded(np.array([[[1.0], [2.0]], [[3.0], [np.nan]]]))]
    [2, 1]
    """
    refuse_masked("X", X, remedy=".astype(float).filled(np.nan) if they are the padding")
    padded: Any = X
    with called("X"):
        _refuse_several_inside(X)
        frames = isinstance(X, (list, tuple)) and len(X) > 0 and all(map(is_frame, X))
        if not frames:
            padded = np.asarray(X)
            if padded.dtype.kind != "c" and padded.ndim != 3:
                raise ValueError(f"'X' must be 3-D (n_sequences, n_steps, n_features); got {padded.ndim}-D.")
        values = [_read_padded(x) for x in padded] if frames else _read_padded(padded)
    lengths = [_length_of(x, number) for number, x in enumerate(values)]
    if frames:
        return [take_rows(x, slice(0, length)) for x, length in zip(padded, lengths, strict=True)]
    return [x[:length].copy() for x, length in zip(values, lengths, strict=True)]


def _read_arrays(X):
    _refuse_tables(X)
    X = list(X)
    refuse_masked("X", X, MISSING)
    return [np.asarray(x) for x in X]


def _read_padded(x):
    values = np.asarray(x)
    if values.dtype.kind == "c":
        raise ValueError("'X' must hold real numbers; got complex ones.")
    return values.astype(float)


def _length_of(x, number):
    """Return the number of rows before those that are all NaN at the end."""
    filled = np.flatnonzero(~np.isnan(x).all(axis=1))
    length = filled[-1] + 1 if filled.size else 0
    if length == 0 or np.isnan(x[:length]).any():
        found = "NaN inside the series" if length else "no value at all"
        raise ValueError(f"'X' must hold NaN only in the rows after a series ends; X[{number}] has {found}.")
    return int(length)


def _refuse_several_inside(X):
    """Raise if X, or an entry of it as a list, is a table of several series."""
    refuse_several(X, "X")
    for number, x in enumerate(X if isinstance(X, (list, tuple)) else ()):
        refuse_several(x, f"X[{number}]")


def _refuse_tables(X):
    """Raise TypeError if X is or holds tables, whose rows are steps already."""
    _refuse_several_inside(X)
    if is_frame(X) or is_column(X):
        raise TypeError(
            f"'X' must be a 3-D array or a list of 2-D arrays, channels first; got one {type(X).__name__}, which has "
            "steps in its rows as this library has. Pass it as it is."
        )
    if isinstance(X, (list, tuple, np.ndarray)) and any(is_frame(x) or is_column(x) for x in X):
        raise TypeError(
            "'X' must hold arrays, channels first; got data frames. If their rows are steps, as in the df-list of "
            "sktime, give the list to the estimator as it is; if their rows are channels, as in that of aeon, give it "
            "[x.to_numpy().T for x in X]."
        )

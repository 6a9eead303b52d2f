"""Rows of counts with fewer steps or channels, or as differences of two polarities."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from readouts.types import SeriesLike, SeriesOut
from reservoir.checks.arguments import check_integer
from reservoir.series.sequences import Sequences, read_sequences, with_columns


def pool_steps(X: SeriesLike, factor: int) -> SeriesOut:
    """Add up every ``factor`` neighbouring rows, so that a row lasts that many periods.

    Row by row::

        Y[k] = X[k factor] + ... + X[k factor + factor - 1]

    Nothing is lost: if the number of rows is no multiple of ``factor``, the last row holds the sum of those that are
    left, and covers less time than the others.

    Parameters
    ----------
    X : array (n_steps, n_channels), array (n_sequences, n_steps, n_channels), or list of 2-D arrays
        Whole numbers of events, at least 0.
    factor : int
        At least 1.

    Returns
    -------
    Y : array (ceil(n_steps / factor), n_channels), float64, or several in the container of X
        With the same sum.

    Raises
    ------
    ValueError
        If `factor` is not valid, or X holds what is no number of events.

    Examples
    --------
    >>> from reservoir.events import pool_steps
    >>> pool_steps([[1, 0], [2, 0], [0, 4]], 2)
    array([[3., 0.],
           [0., 4.]])
    """
    return _pool(X, factor, 0)


def pool_channels(X: SeriesLike, factor: int) -> SeriesOut:
    """Add up every ``factor`` neighbouring channels, as is usual for the 700 of the Spiking Heidelberg Digits.

    Channel by channel::

        Y[:, c] = X[:, c factor] + ... + X[:, c factor + factor - 1]

    Nothing is lost: if the number of channels is no multiple of ``factor``, the last one is the sum of those that are
    left. Pixels are pooled by `pool_addresses`, as the neighbours of a pixel are not only those of the next numbers.

    Parameters
    ----------
    X : array (n_steps, n_channels), array (n_sequences, n_steps, n_channels), or list of 2-D arrays
        Whole numbers of events, at least 0.
    factor : int
        At least 1.

    Returns
    -------
    Y : array (n_steps, ceil(n_channels / factor)), float64, or several in the container of X
        With the same sum.

    Raises
    ------
    ValueError
        If `factor` is not valid, or X holds what is no number of events.

    Examples
    --------
    >>> from reservoir.events import pool_channels
    >>> pool_channels([[1, 2, 3], [0, 0, 4]], 2)
    array([[3., 3.],
           [0., 4.]])
    """
    return _pool(X, factor, 1)


def signed_rows(X: SeriesLike) -> SeriesOut:
    """Subtract the events of polarity OFF, the first half of the channels, from those of ON, the second half.

    Channel by channel::

        Y[:, c] = X[:, n + c] - X[:, c],    n = n_channels / 2

    They may be negative, so that they are a current and no spikes: for a liquid with ``input="current"``.

    Parameters
    ----------
    X : array (n_steps, 2 n), array (n_sequences, n_steps, 2 n), or list of 2-D arrays
        Whole numbers of events, at least 0, as of `address_channels` with a polarity.

    Returns
    -------
    Y : array (n_steps, n), float64, or several in the container of X

    Raises
    ------
    ValueError
        If the number of channels is odd, or X holds what is no number of events.

    Examples
    --------
    >>> from reservoir.events import signed_rows
    >>> signed_rows([[1, 0, 3, 0], [0, 2, 0, 0]])
    array([[ 2.,  0.],
           [ 0., -2.]])
    """
    counts = read_counts(X)
    n_channels = counts.series[0].shape[1]
    if n_channels % 2:
        raise ValueError(
            f"'X' must have a channel of each polarity for each address, an even number of channels; got {n_channels}."
        )
    half = n_channels // 2
    return counts.restore([x[:, half:] - x[:, :half] for x in counts.series])


def read_counts(X: Any) -> Sequences:
    """Return the checked series of X, each a float64 array of whole numbers of at least 0."""
    reader = BaseEstimator()
    reader.n_features_in_ = _width_of(X)
    sequences = read_sequences(reader, X, reset=False, dtype=np.float64)
    for x in sequences.series:
        if x.min() < 0 or x.max() > 2.0**53 or (np.rint(x) != x).any():
            wrong = x[(x < 0) | (x > 2.0**53) | (np.rint(x) != x)][0]
            raise ValueError(f"'X' must hold whole numbers of events, 0 to 2**53; got {wrong}.")
    return sequences


def _width_of(X):
    """Return the number of channels of what may be series; of a single axis, 0, as it may be a row or a column."""
    X = with_columns(X)
    several = isinstance(X, (list, tuple)) or (isinstance(X, np.ndarray) and X.dtype.kind == "O")
    try:
        shape = np.shape(X[0]) if several and len(X) else np.shape(X)[1:]
    except ValueError:  # rows of unequal length
        return 1
    return shape[-1] if shape else 0


def _pool(X, factor, axis):
    factor = check_integer("factor", factor)
    counts = read_counts(X)
    return counts.restore([np.add.reduceat(x, range(0, x.shape[axis], factor), axis=axis) for x in counts.series])

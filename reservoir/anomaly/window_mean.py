"""The mean over the last rows of a stream, the same whether the stream comes whole or in pieces."""

import numpy as np

from readouts.types import Array


def window_means(before: Array, values: Array) -> Array:
    """Return the mean of every value and of as many before it as ``before`` holds.

    Sums are taken anew for every row, not carried on, so that a large value leaves nothing behind.

    Parameters
    ----------
    before : array (window - 1,)
        The values before the first.
    values : array (n_rows,)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.anomaly.window_mean import window_means
    >>> window_means(np.array([1.0, 1.0]), np.array([1.0, 4.0, 7.0]))
    array([1., 2., 4.])
    """
    window = len(before) + 1
    if len(values) == 1:  # faster, for streams
        return np.array([(before.sum() + values[0]) / window])
    return np.lib.stride_tricks.sliding_window_view(np.concatenate([before, values]), window).mean(axis=1)

"""The mean over the last rows of a stream, the same whether the stream comes whole or in pieces."""

import numpy as np

from readouts.types import Array


def window_means(before: Array, values: Array) -> Array:
    """Return the mean of every value and of as many before it as ``before`` holds.

    A sum over a window is one from a row to the end of its block, plus one from the start of the next block on, where
    blocks are as long as windows. The time does not depend on the window, and a large value leaves nothing behind in
    later windows, as it would in a sum that is carried on.

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
    whole = np.concatenate([before, values])
    blocks = np.pad(whole, (0, -len(whole) % window)).reshape(-1, window)
    to_end = blocks[:, ::-1].cumsum(axis=1)[:, ::-1]
    to_end[:, 0] = 0  # a window that is a block is counted by the other sum
    sums = to_end.ravel()[: len(values)] + blocks.cumsum(axis=1).ravel()[window - 1 : len(whole)]
    return sums / window

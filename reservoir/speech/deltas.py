"""How fast the features of a frame change: the slope of a regression over its neighbours."""

import numpy as np

from readouts.types import Array


def append_deltas(frames: Array, orders: int, width: int) -> Array:
    """Append to every frame its slopes, the slopes of those, and so on.

    The slope at frame t is that of the least-squares line through the frames within ``width`` of it::

        d(t) = sum_n n [c(t+n) - c(t-n)] / (2 sum_n n^2),    n = 1, ..., width

    where the first and last frames count as repeated beyond the ends.

    Parameters
    ----------
    frames : array (n_frames, n_features)
    orders : int, at least 0
        How often to differentiate; 2 gives deltas and delta-deltas.
    width : int, at least 1
        Frames on each side.

    Returns
    -------
    array (n_frames, (orders + 1) * n_features)
        All features, then all their slopes, and so on.

    References
    ----------
    S. Young et al., "The HTK book", version 3.4, Cambridge University, 2006, section 5.9.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech.deltas import append_deltas
    >>> append_deltas(np.array([[0.0], [3.0], [6.0], [9.0]]), orders=1, width=1)
    array([[0. , 1.5],
           [3. , 3. ],
           [6. , 3. ],
           [9. , 1.5]])
    """
    parts = [frames]
    for _ in range(orders):
        parts.append(_slopes(parts[-1], width))
    return np.concatenate(parts, axis=1)


def _slopes(frames, width):
    padded = np.concatenate([frames[:1]] * width + [frames] + [frames[-1:]] * width)
    slopes = np.zeros_like(frames)
    for n in range(1, width + 1):
        slopes += n * (padded[width + n : width + n + len(frames)] - padded[width - n : width - n + len(frames)])
    return slopes / (2 * sum(n * n for n in range(1, width + 1)))

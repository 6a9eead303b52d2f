"""Series of any length as a few points each, on a smooth curve through their rows."""

import numpy as np

from readouts.types import Array


def resample(series: Array, n_points: int, degree: int | None) -> Array:
    """Return ``n_points`` rows, evenly from the first to the last, of a polynomial that is fitted to each column.

    Parameters
    ----------
    series : array (n_steps, n_features)
    n_points : int
        One point is the middle.
    degree : int or None
        Of the polynomial, at most ``n_steps`` - 1. None draws straight lines from row to row instead.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.sequence_models.resampling import resample
    >>> squares = np.arange(5.0)[:, None] ** 2
    >>> resample(squares, 1, 2)[:, 0].round(6).tolist(), resample(squares, 2, 0)[:, 0].round(6).tolist()
    ([4.0], [6.0, 6.0])
    >>> resample(squares, 4, None)[:, 0].round(6).tolist()
    [0.0, 2.0, 7.333333, 16.0]
    """
    return resampling(len(series), n_points, degree) @ series


def resampling(n_steps: int, n_points: int, degree: int | None) -> Array:
    """Return the matrix (n_points, n_steps) that `resample` multiplies series of so many steps by."""
    places = np.linspace(0, n_steps - 1, n_points) if n_points > 1 else np.array([(n_steps - 1) / 2])
    if degree is None:
        left = np.minimum(places.astype(int), max(n_steps - 2, 0))
        share = (places - left)[:, None]
        every = np.eye(n_steps)
        return (1 - share) * every[left] + share * every[np.minimum(left + 1, n_steps - 1)]
    degree = min(degree, n_steps - 1)
    middle, half = (n_steps - 1) / 2, max((n_steps - 1) / 2, 1.0)
    columns = np.polynomial.legendre.legvander((np.arange(n_steps) - middle) / half, degree)
    basis, triangle = np.linalg.qr(columns)
    wanted = np.polynomial.legendre.legvander((places - middle) / half, degree)
    return np.linalg.solve(triangle.T, wanted.T).T @ basis.T

"""The aperture at which a conceptor changes most: a choice that needs neither a loop nor labels."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from readouts.types import Array
from reservoir.checks.arguments import check_array
from reservoir.conceptors.matrices import correlation_eigenvalues

PER_DECADE = 20  # points of the grid on which the highest peak is looked for


def steepest_aperture(correlation: ArrayLike) -> float:
    """Return the aperture at which the squared norm of the conceptor grows fastest with the logarithm of the aperture.

    With the eigenvalues s of R and c = s / (s + a^-2) of the conceptor C at the aperture a, the criterion is::

        d |C|^2 / d log a = 4 sum_i  c_i^2 (1 - c_i)

    It is small where nearly all directions are closed, and where all are open: near its maximum, C tells the directions
    of a pattern from others best. Jaeger chooses apertures of classifiers by it.

    Parameters
    ----------
    correlation : array (n_units, n_units)
        R, such as ``correlation_`` of a `Conceptor`: symmetric, with an eigenvalue above 0.

    Returns
    -------
    float
        Above 0. If there are several peaks, that of the highest.

    Raises
    ------
    ValueError
        If the correlation is no such matrix.

    References
    ----------
    H. Jaeger, "Controlling recurrent neural networks by conceptors", Jacobs University Technical Report 31, 2014
    (arXiv:1403.3369), section 3.8.

    Examples
    --------
    A single direction of the energy s is best seen with sqrt(2 / s), where c is 2/3:

    >>> from reservoir.conceptors import steepest_aperture
    >>> round(steepest_aperture([[0.5, 0.0], [0.0, 0.0]]), 6)
    2.0
    """
    values, _ = correlation_eigenvalues(check_correlation("correlation", correlation))
    if not values.any():
        raise ValueError("'correlation' must have an eigenvalue above 0; got 0 alone. Give states that are not all 0.")
    return steepest_of(values)


def steepest_of(values: Array) -> float:
    """Return the aperture at which conceptors of correlations with these eigenvalues change most; one is above 0."""
    values = values[values > len(values) * np.finfo(np.float64).eps * values.max()]  # what is not but rounding error
    logarithms = np.log(values)  # of energies whose inverse may overflow

    def criterion(logarithm):
        opened = 1 / (1 + np.exp(-2 * logarithm - logarithms))
        return -np.sum(opened**2 * (1 - opened))

    # Beyond the peaks of the least and the largest eigenvalue, every term falls.
    lowest, highest = 0.5 * (np.log(2) - logarithms.max()), 0.5 * (np.log(2) - logarithms.min())
    grid = np.linspace(lowest, highest, 2 + int(PER_DECADE * (highest - lowest) / np.log(10)))
    place = int(np.argmin([criterion(point) for point in grid]))
    bounds = grid[max(place - 1, 0)] - 1e-3, grid[min(place + 1, len(grid) - 1)] + 1e-3
    return float(np.exp(minimize_scalar(criterion, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x))


def check_correlation(name: str, value: Any) -> Array:
    """Return a symmetric float64 matrix that a caller passed, or raise ValueError."""
    matrix = check_array(name, value, ("n_units", "n_units"))
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"'{name}' must have shape (n_units, n_units); got {matrix.shape}.")
    size = np.abs(matrix).max()
    if not np.allclose(matrix, matrix.T, rtol=0, atol=1e-6 * size):
        raise ValueError(f"'{name}' must be symmetric; got entries that differ from those across the diagonal.")
    return (matrix + matrix.T) / 2

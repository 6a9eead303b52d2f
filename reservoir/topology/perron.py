"""The dominant eigenvalue of a non-negative matrix, bracketed at every step."""

import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.linalg import splu

_TOLERANCE = 1e-12
_ITERATIONS = 60


def perron_eigenvalue(matrix: csr_array) -> float | None:
    """Return the spectral radius of an irreducible non-negative matrix, by Noda's inverse iteration.

    For a positive vector x the ratios (W x)_i / x_i bracket the spectral radius (Collatz & Wielandt). Each step solves
    ``(upper I - W) y = x`` and takes y for x, which closes the bracket quadratically, however close the other
    eigenvalues are. Of other matrices the triangular factors fill in, so this is for those near a ring or lattice.

    Parameters
    ----------
    matrix : csr_array of shape (n, n)
        Strongly connected graph, no negative entries.

    Returns
    -------
    float or None
        None if the bracket does not close to a relative width of 1e-12.

    References
    ----------
    Noda (1971), Numerische Mathematik 17:382.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology.perron import perron_eigenvalue
    >>> round(perron_eigenvalue(csr_array(np.array([[1.0, 1.0], [1.0, 0.0]]))), 12)
    1.61803398875
    """
    matrix = csc_array(matrix)
    identity = eye_array(matrix.shape[0], format="csc")
    vector = np.ones(matrix.shape[0])
    for _ in range(_ITERATIONS):
        ratios = (matrix @ vector) / vector
        lower, upper = ratios.min(), ratios.max()
        if upper - lower <= _TOLERANCE * upper:
            return float(0.5 * (lower + upper))
        # A hair above the bracket: exactly on the eigenvalue the system would be singular.
        shift = upper + 0.1 * _TOLERANCE * upper
        vector = splu(csc_array(shift * identity - matrix)).solve(vector)
        if not np.isfinite(vector).all() or vector.min() <= 0.0:
            return None
        vector /= vector.max()
    return None

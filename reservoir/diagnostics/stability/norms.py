"""How much a matrix stretches at most: in the 2-norm, and in the best weighted maximum norm."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import ArpackError, svds

from reservoir.topology import spectral_radius as largest_modulus

# For smaller matrices, computing all singular values is faster than the iteration.
_DENSE_SIZE = 300
_TOLERANCE = 1e-12
_ITERATIONS = 1000


def largest_singular_value(matrix):
    """Return the 2-norm of a square sparse matrix.

    Parameters
    ----------
    matrix : csr_array (n, n)

    Returns
    -------
    float

    References
    ----------
    Lehoucq, Sorensen & Yang (1998), ARPACK Users' Guide, SIAM, chapter 4.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> from reservoir.diagnostics.stability.norms import largest_singular_value
    >>> largest_singular_value(csr_array([[0.0, 3.0], [0.0, 0.0]]))
    3.0
    """
    size = matrix.shape[0]
    scale = abs(matrix).max() if matrix.nnz else 0.0
    if scale == 0:
        return 0.0
    matrix = matrix / scale
    if size > _DENSE_SIZE:
        start = np.random.RandomState(0).standard_normal(size)
        try:
            # A space this large finds the edge of crowded spectra too, such as those of lattices.
            found = svds(matrix, k=1, v0=start, ncv=100, maxiter=2000, tol=0, return_singular_vectors=False)
            return float(scale * found[0])
        except ArpackError:
            pass
    return float(scale * np.linalg.norm(matrix.toarray(), 2))


def perron_root(matrix):
    """Return the spectral radius of a non-negative matrix, from above.

    For any positive weights p, ``max_i (M p)_i / p_i`` is the norm of M in the maximum norm ``max_i |x_i| / p_i``, and
    its infimum over p is the spectral radius. Power iteration improves p until the smallest of these ratios closes
    in from below; where it cannot, as in graphs of several parts, the parts' eigenvalues are computed.

    Parameters
    ----------
    matrix : csr_array (n, n)
        No negative entries.

    Returns
    -------
    float

    References
    ----------
    R. Horn and C. Johnson, "Matrix analysis", 2nd edition, Cambridge 2013, corollary 8.1.31.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> from reservoir.diagnostics.stability.norms import perron_root
    >>> round(perron_root(csr_array([[0.5, 0.25], [1.0, 0.5]])), 12)
    1.0
    """
    weights = np.ones(matrix.shape[0])
    for _ in range(_ITERATIONS):
        stretched = matrix @ weights
        ratios = stretched / weights
        upper = ratios.max()
        if upper - ratios.min() <= _TOLERANCE * upper:
            return float(upper)
        # Half of the old weights are kept, or the iteration would oscillate on a cycle, and weights could become 0.
        weights += stretched / upper
        weights /= weights.max()
    return largest_modulus(csr_array(matrix))

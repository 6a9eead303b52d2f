"""Symmetric matrices with eigenvalues from 0 to 1: made of correlations, widened or narrowed, and joined by logic.

Which eigenvalues are 0, or 1, decides about limits of the aperture and about intersections, so that those within the
rounding errors of a decomposition count as such.
"""

import numpy as np

from readouts.types import Array

# What has gone through the logic is farther from 0 and 1 than one decomposition leaves it.
# Factors widen that with all else, but a limit would make whole directions of it.
LIMIT_ROUNDING = 1e-12


def rounding(matrix: Array) -> float:
    """Return how far a decomposition may leave an eigenvalue from 0 or 1, for a matrix of norm 1."""
    return len(matrix) * float(np.finfo(np.float64).eps)


def eigenvalues(matrix: Array) -> Array:
    """Return the eigenvalues of a conceptor's matrix, the largest first, none below 0 or above 1."""
    return np.clip(np.linalg.eigvalsh(matrix)[::-1], 0.0, 1.0)


def correlation_eigenvalues(correlation: Array) -> tuple[Array, Array]:
    """Return eigenvalues and eigenvectors of a correlation matrix; what is but rounding error is 0."""
    values, vectors = np.linalg.eigh(correlation)
    return np.where(values > rounding(correlation) * values[-1], values, 0.0), vectors


def conceptor_matrix(correlation: Array, aperture: float) -> Array:
    """Return ``C = R (R + aperture^-2 I)^-1``.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.conceptors.matrices import conceptor_matrix
    >>> conceptor_matrix(np.diag([1.0, 0.0]), 3.0).round(3).tolist()
    [[0.9, 0.0], [0.0, 0.0]]
    """
    values, vectors = correlation_eigenvalues(correlation)
    with np.errstate(over="ignore"):
        ratios = np.full_like(values, np.inf)
        np.divide(np.float64(1 / aperture) ** 2, values, out=ratios, where=values > 0)
    return _composed(1 / (1 + ratios), vectors)


def adapted(matrix: Array, factor: float) -> Array:
    """Return ``C (C + factor^-2 (I - C))^-1``, and its limits for the factors 0 and infinity.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.conceptors.matrices import adapted
    >>> [np.diag(adapted(np.diag([1.0, 0.5, 0.0]), factor)).round(3).tolist() for factor in (0.0, 3.0, np.inf)]
    [[1.0, 0.0, 0.0], [1.0, 0.9, 0.0], [1.0, 1.0, 0.0]]
    """
    values, vectors = np.linalg.eigh(matrix)
    near = rounding(matrix)
    if factor == 0 or factor == np.inf:
        near = max(near, LIMIT_ROUNDING)
    between = (values > near) & (values < 1 - near)
    inner = values[between]
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        ratios = np.exp(np.log1p(-inner) - np.log(inner) - 2 * np.log(np.float64(factor)))
    result = np.where(values > near, 1.0, 0.0)
    result[between] = 1 / (1 + ratios)
    return _composed(result, vectors)


def conjunction(first: Array, second: Array) -> Array:
    """Return ``(A^-1 + B^-1 - I)^-1``, of singular matrices the limit of this, on the intersection of their ranges.

    With the parallel sum ``M = A (A + B)^+ B``, which is ``(A^-1 + B^-1)^-1`` where both exist and has the intersection
    of the ranges for its range, it is ``M (I - M)^-1``. M has no eigenvalue above 1/2, so that nothing nearly singular
    is inverted but A + B. The parallel sum: W. N. Anderson and R. J. Duffin, Journal of Mathematical Analysis and
    Applications 26:576, 1969.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.conceptors.matrices import conjunction
    >>> np.diag(conjunction(np.diag([1.0, 0.5, 0.0]), np.diag([0.4, 0.5, 1.0]))).round(3).tolist()
    [0.4, 0.333, 0.0]
    """
    values, vectors = np.linalg.eigh(first + second)
    kept = values > 2 * rounding(first)
    left, right = first @ vectors[:, kept], second @ vectors[:, kept]
    parallel = (left / values[kept]) @ right.T
    values, vectors = np.linalg.eigh((parallel + parallel.T) / 2)
    values = np.clip(values, 0.0, 0.5)
    return _composed(values / (1 - values), vectors)


def clipped(matrix: Array) -> Array:
    """Return a symmetric matrix whose eigenvalues below 0 are 0, and those above 1 are 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.conceptors.matrices import clipped
    >>> clipped(np.diag([1.25, 0.5])).tolist()
    [[1.0, 0.0], [0.0, 0.5]]
    """
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= 0 and values[-1] <= 1:
        return matrix
    return _composed(np.clip(values, 0.0, 1.0), vectors)


def negation(matrix: Array) -> Array:
    """Return ``I - C``."""
    return np.eye(len(matrix)) - matrix


def disjunction(first: Array, second: Array) -> Array:
    """Return what de Morgan's law makes of conjunction and negation.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.conceptors.matrices import disjunction
    >>> np.diag(disjunction(np.diag([1.0, 0.5, 0.0]), np.diag([0.4, 0.5, 0.3]))).round(3).tolist()
    [1.0, 0.667, 0.3]
    """
    return negation(conjunction(negation(first), negation(second)))


def _composed(values, vectors):
    matrix = (vectors * values) @ vectors.T
    return (matrix + matrix.T) / 2

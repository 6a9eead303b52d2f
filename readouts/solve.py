"""Coefficients from statistics: by Cholesky where that keeps enough digits, else by QR or singular values."""

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpocon, dpotrf, dpotrs

from readouts.decomposition import spectrum_of
from readouts.single_thread import single_threaded

# Below, forming the Gram matrix has cost about half of the digits.
SAFE_RECIPROCAL_CONDITION = 1e-8


def solve(statistics, alpha):
    """Return the coefficients (n_features, n_targets) for a penalty per target.

    Parameters
    ----------
    statistics : RidgeStatistics
    alpha : array (n_targets,)

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.solve import solve
    >>> from readouts.statistics import gather
    >>> X = np.arange(10.0)[:, None]
    >>> solve(gather(X, 3 * X + 2), np.array([0.0])).round(12).tolist()
    [[3.0]]
    """
    if np.any(alpha != alpha[0]):
        return spectrum_of(statistics).coefficients(alpha[None, :])[:, 0]
    coefficients = _solve_scatter(statistics, alpha[0]) if statistics.factor is None else None
    if coefficients is None and statistics.factor is not None:
        coefficients = _solve_factor(statistics, alpha[0])
    return spectrum_of(statistics).coefficients(alpha[:1, None])[:, 0] if coefficients is None else coefficients


def loses_digits(statistics, alpha):
    """Tell whether a scatter plus this penalty is so ill-conditioned that the rows should be factorised instead."""
    return (
        statistics.factor is None and _factorise(statistics.gram_blocks()[0], alpha, SAFE_RECIPROCAL_CONDITION) is None
    )


def _solve_scatter(statistics, alpha):
    xx, xy = statistics.gram_blocks()
    factor = _factorise(xx, alpha, len(xx) * np.finfo(float).eps)
    return None if factor is None else dpotrs(factor, xy, lower=1)[0]


def _solve_factor(statistics, alpha):
    x, y = statistics.blocks()
    if alpha == 0:
        cutoff = np.finfo(float).eps * max(statistics.n_rows, x.shape[1])
        with single_threaded():
            return np.linalg.lstsq(x, y, rcond=cutoff)[0]
    if len(x) < x.shape[1]:
        factor = _factorise(x @ x.T, alpha, SAFE_RECIPROCAL_CONDITION)
        return None if factor is None else x.T @ dpotrs(factor, y, lower=1)[0]
    return _solve_by_reflections(x, y, alpha)


def _factorise(gram, alpha, least_reciprocal_condition):
    """Return the Cholesky factor of gram + alpha I, or None where too many digits would be lost."""
    gram = np.array(gram, order="F")
    gram.flat[:: len(gram) + 1] += alpha
    norm = np.abs(gram).sum(axis=0).max(initial=0.0)
    factor, failed = dpotrf(gram, lower=1)
    if failed or dpocon(factor, norm, uplo="L")[0] < least_reciprocal_condition:
        return None
    return factor


def _solve_by_reflections(x, y, alpha):
    """Solve by a QR decomposition of x over sqrt(alpha) I, whose condition number is not squared."""
    n_features = x.shape[1]
    penalty = np.sqrt(alpha) * np.eye(n_features)
    augmented = np.block([[x, y], [penalty, np.zeros((n_features, y.shape[1]))]])
    with single_threaded():
        triangle = np.linalg.qr(augmented, mode="r")
    return solve_triangular(triangle[:n_features, :n_features], triangle[:n_features, n_features:])

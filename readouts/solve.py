"""Coefficients from statistics: by Cholesky where that keeps enough digits, else by QR or singular values."""

import warnings
from contextlib import nullcontext

import numpy as np
from scipy.linalg import LinAlgWarning, solve_triangular

from readouts.decomposition import power_of_two, spectrum_of
from readouts.lapack import add_diagonal, cholesky, least_eigenvalue, reciprocal_condition, solve_cholesky, triangle_of
from readouts.single_thread import single_threaded
from readouts.statistics import RidgeStatistics
from readouts.types import Array

# Below this, for features scaled to length 1, forming their scatter has cost about half of the digits.
SAFE_RECIPROCAL_CONDITION = 1e-8

# From so many features on BLAS factorises in several threads, which wait for each other where the cores have other
# work: 8 ms became 800 (OpenBLAS 0.3, 1000 features). Fewer features do not pay for setting the limit.
THREADS_FROM = 200


def solve(statistics, alpha):
    """Return the coefficients (n_features, n_targets) for a penalty per target; constant features get 0.

    Parameters
    ----------
    statistics : RidgeStatistics
    alpha : array (n_targets,)

    Warns
    -----
    LinAlgWarning
        If the penalty is below the rounding of a scatter of nearly collinear features.

    References
    ----------
    N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, 2002, theorems 10.5 and 19.4: Cholesky
    and QR lose digits as the condition number of scaled columns says, whatever their scales.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.solve import solve
    >>> from readouts.statistics import statistics_of
    >>> X = np.arange(10.0)[:, None]
    >>> solve(statistics_of(X, 3 * X + 2), np.array([0.0])).round(12).tolist()
    [[3.0]]
    """
    varying = statistics.lengths > 0
    if not varying.all():
        coefficients = np.zeros((len(varying), len(alpha)))
        if varying.any():
            coefficients[varying] = solve(statistics.of_features(varying), alpha)
        return coefficients
    one_for_all = np.all(alpha == alpha[0])
    if statistics.factor is None:
        coefficients = _solve_scatter(statistics, alpha.min(), one_for_all)
    else:
        coefficients = _solve_factor(statistics, alpha[0]) if one_for_all else None
    return spectrum_of(statistics).coefficients(alpha[None, :])[:, 0] if coefficients is None else coefficients


def loses_digits(statistics: RidgeStatistics, alpha: float) -> bool:
    """Whether a scatter plus this penalty is so ill-conditioned that the rows should be factorised instead."""
    if statistics.factor is not None:
        return False
    varying = statistics.lengths > 0
    xx = statistics.gram_blocks()[0] if varying.all() else statistics.of_features(varying).gram_blocks()[0]
    return not Penalised(xx, alpha).keeps_digits


def _solve_scatter(statistics, least_alpha, one_for_all):
    xx, xy = statistics.gram_blocks()
    penalised = Penalised(xx, least_alpha)
    if penalised.rounding > 1:
        warnings.warn(
            "Nearly collinear columns of 'X' cannot be told from collinear ones by sums of their products, and 'alpha' "
            "is too small beside them to decide, so coefficients may be wrong. Give solver='qr', which keeps all "
            "digits in chunks and merges, or a larger 'alpha'.",
            LinAlgWarning,
            stacklevel=2,
        )
        return None
    return penalised.solve(xy) if one_for_all else None


def _solve_factor(statistics, alpha):
    x, y = statistics.blocks()
    if len(x) >= x.shape[1]:
        return solve_by_reflections(x, y, alpha)
    penalised = Penalised(x @ x.T, alpha)
    return x.T @ penalised.solve(y) if alpha > 0 and penalised.keeps_digits else None


class Penalised:
    """A Cholesky factor of gram + alpha I, scaled to a diagonal of about 1, and how well it is conditioned."""

    def __init__(self, gram: Array, alpha: float) -> None:
        self.shrink = 1 / power_of_two(np.sqrt(gram.diagonal() + alpha))
        self.factor = np.asfortranarray(gram.T * self.shrink)
        self.factor *= self.shrink[:, None]
        self.factor.flat[:: len(gram) + 1] += alpha * self.shrink * self.shrink
        self.norm = np.abs(self.factor).sum(axis=0).max(initial=0.0)
        with single_threaded() if len(gram) >= THREADS_FROM else nullcontext():
            self.positive = cholesky(self.factor)
        self.least = least_eigenvalue(self.factor) if self.positive else 0.0

    @property
    def reciprocal_condition(self) -> float:
        """An estimate of 1 over the condition number of the scaled matrix, in the 1-norm."""
        return self.least / self.norm

    @property
    def rounding(self) -> float:
        """A bound of the share of a solution that rounding errors of gram may change; infinity if all of it."""
        return len(self.factor) * np.finfo(float).eps / self.least if self.least > 0 else np.inf

    @property
    def keeps_digits(self) -> bool:
        """Whether rounding errors of gram cost no more than about half of the digits of a solution."""
        return bool(self.least >= SAFE_RECIPROCAL_CONDITION * self.norm)

    def solve(self, right: Array) -> Array:
        """Return the solution x of ``(gram + alpha I) x = right``."""
        return solve_cholesky(self.factor, right * self.shrink[:, None]) * self.shrink[:, None]


def solve_by_reflections(x: Array, y: Array, alpha: float) -> Array | None:
    """Solve by a QR decomposition of x over sqrt(alpha) I, whose condition number is not squared.

    Parameters
    ----------
    x : array (n_rows, n_features)
        Centred, at least as many rows as features.
    y : array (n_rows, n_targets)
    alpha : float

    Returns
    -------
    array (n_features, n_targets), or None if columns are too nearly collinear for it

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.solve import solve_by_reflections
    >>> x = np.array([[-1.0], [0.0], [1.0]])
    >>> solve_by_reflections(x, 6 * x, 1.0).round(9).tolist()
    [[4.0]]
    """
    n_features = x.shape[1]
    whole = np.hstack([x, y])
    with single_threaded():
        if len(whole) > whole.shape[1] or np.tril(whole, -1).any():  # else they are such a triangle already
            whole = triangle_of(whole)
        if alpha > 0:
            whole = add_diagonal(whole, np.sqrt(alpha), n_features)
    triangle, right = whole[:n_features, :n_features], whole[:n_features, n_features:]
    scale = power_of_two(np.linalg.norm(triangle, axis=0))
    triangle = triangle / scale
    if reciprocal_condition(triangle) < SAFE_RECIPROCAL_CONDITION:
        return None  # a singular value decomposition can leave out directions that are rounding errors
    return solve_triangular(triangle, right) / scale[:, None]

"""The principal directions of the scatter, in which every penalty is a division."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr, solve_triangular

from readouts.lapack import apply_reflections, pivoted_cholesky, relative_svd
from readouts.single_thread import single_threaded
from readouts.statistics import RidgeStatistics
from readouts.types import Array

# If the smallest feature is shorter than this share of the largest, a decomposition whose errors are relative to the
# largest would cost it digits. One with relative errors in every feature takes five times longer.
ALIKE = 1e-2


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Directions V and powers d of the scatter of x, with xx = V diag(d) V^T, and cross = V^T xy.

    The coefficients for a penalty alpha are V diag(1 / (d + alpha)) cross. Directions without power are left out, so
    that alpha = 0 gives the solution of smallest norm.

    Parameters
    ----------
    directions : array (n_features, rank)
    power : array (rank,)
    cross : array (rank, n_targets)

    References
    ----------
    T. Hastie, R. Tibshirani and J. Friedman, "The Elements of Statistical Learning", 2nd edition, 2009, equations
    3.47 and 3.50.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.decomposition import Spectrum
    >>> spectrum = Spectrum(np.eye(2), np.array([3.0, 1.0]), np.array([[4.0], [2.0]]))
    >>> spectrum.coefficients(np.array([[0.0], [1.0]]))[:, :, 0].round(6).tolist()
    [[1.333333, 1.0], [2.0, 1.0]]
    >>> spectrum.degrees_of_freedom(np.array([1.0])).tolist()
    [1.25]
    """

    directions: np.ndarray
    power: np.ndarray
    cross: np.ndarray

    def coefficients(self, alphas: Array) -> Array:
        """Return the coefficients (n_features, n_alphas, n_targets) for alphas (n_alphas, n_targets or 1)."""
        scaled = self.cross[:, None, :] / (self.power[:, None, None] + alphas)
        return np.tensordot(self.directions, scaled, 1)

    def degrees_of_freedom(self, alphas: Array) -> Array:
        """Return the effective number of coefficients, sum of d / (d + alpha), for each of some alphas."""
        return (self.power[:, None] / (self.power[:, None] + alphas)).sum(axis=0)


def spectrum_of(statistics: RidgeStatistics) -> Spectrum:
    """Return the spectrum of some statistics: by singular values of the factor, or by eigenvalues of the scatter.

    Constant features have no part in any direction.
    """
    lengths = statistics.lengths
    varying = lengths > 0
    if not varying.all():
        part = spectrum_of(statistics.of_features(varying))
        directions = np.zeros((len(varying), len(part.power)))
        directions[varying] = part.directions
        return Spectrum(directions, part.power, part.cross)
    if statistics.gram is None:
        x, y = statistics.blocks()
        left, singular, right = singular_directions(x, lengths, statistics.n_rows)
        return Spectrum(right, singular**2, singular[:, None] * (left.T @ y))
    if not alike(lengths):
        return _relative_spectrum(*statistics.gram_blocks(), lengths)
    xx, xy = statistics.gram_blocks()
    with single_threaded():
        power, directions = np.linalg.eigh(xx)
    kept = power > np.finfo(float).eps * len(power) * power.max(initial=0.0)
    return Spectrum(directions[:, kept], power[kept], directions[:, kept].T @ xy)


def singular_directions(x: Array, lengths: Array, n_rows: int) -> tuple[Array, Array, Array]:
    """Return left, singular values and right of ``x = left diag(singular) right^T``, without rounding errors.

    Parameters
    ----------
    x : array (m, n_features)
    lengths : array (n_features,) of positive numbers
        Of the columns of x.
    n_rows : int
        How many rows the factor x summarises: rounding errors grow with them.
    """
    cutoff = np.finfo(float).eps * max(n_rows, x.shape[1])
    with single_threaded():
        if alike(lengths):
            left, singular, right = _svd_within(x, _svd)
            kept = singular > cutoff * singular.max(initial=0.0)
            return left[:, kept], singular[kept], right[:, kept]
        scale = power_of_two(lengths)
        basis, triangle, order = qr(x / scale, mode="economic", pivoting=True)
        size = np.abs(triangle.diagonal())
        rank = int((size > cutoff * size[0]).sum())
        independent = np.empty((rank, len(scale)))
        independent[:, order] = triangle[:rank]
        left, singular, right = _graded_svd(independent, scale)
        return basis[:, :rank] @ left, singular, right


def power_of_two(lengths: Array) -> Array:
    """Return powers of two above positive numbers and at most twice as large; dividing by these is exact."""
    return np.ldexp(1.0, np.frexp(lengths)[1])


def _relative_spectrum(xx, xy, lengths):
    """Return the spectrum of a scatter whose features differ in scale.

    Collinearity shows in the scatter of scaled features, whose rounding errors are alike. A factor of it, scaled back,
    has independent rows, and its singular directions are as accurate in small features as in large ones.
    """
    scale = power_of_two(lengths)
    with single_threaded():
        factor, order = pivoted_cholesky(xx / scale[:, None] / scale, len(xx) * np.finfo(float).eps)
        rank = factor.shape[1]
        independent = np.empty((rank, len(scale)))
        independent[:, order] = factor.T
        within = solve_triangular(factor[:rank], (xy / scale[:, None])[order[:rank]], lower=True)
        left, singular, right = _graded_svd(independent, scale)
    return Spectrum(right, singular**2, singular[:, None] * (left.T @ within))


def _graded_svd(rows, scale):
    """Return left, singular values and right of ``rows * scale``, for independent rows of features of length about 1.

    The features are made a triangle in order of scale, the largest first, and entries that are rounding are set to 0.
    So a small feature is not mixed with the rounding errors of a large one, not even where large ones are collinear.
    """
    order = np.argsort(-scale, kind="stable")
    basis, triangle = _triangle_of(rows[:, order])
    while rows.shape[1] > len(rows) and not triangle.diagonal().all():
        # The largest independent features go first, so that each is eliminated by one that is no smaller.
        leads = np.ones(len(order), dtype=bool)
        leads[: len(rows)] = triangle.diagonal() != 0
        order = np.concatenate([order[leads], order[~leads]])
        basis, triangle = _triangle_of(rows[:, order])
    left, singular, right = _svd_within(triangle * scale[order], relative_svd)
    back = np.empty_like(right)
    back[order] = right
    return basis @ left, singular, back


def _triangle_of(rows):
    """Return the QR decomposition of rows of features of length about 1, without entries that are rounding."""
    basis, triangle = np.linalg.qr(rows)
    triangle[np.abs(triangle) <= 4 * rows.shape[1] * np.finfo(float).eps] = 0
    return basis, triangle


def _svd(matrix):
    left, singular, right = np.linalg.svd(matrix, full_matrices=False)
    return left, singular, right.T


def _svd_within(rows, svd):
    """Return left, singular values and right of rows, by those of a small triangle if features outnumber the rows.

    Reflections that start with the largest features keep the digits of small ones.

    References
    ----------
    A. J. Cox and N. J. Higham, "Stability of Householder QR factorization for weighted least squares problems", in
    "Numerical Analysis 1997", 1998: errors in every row of the matrix are relative to that row if large rows go first.
    """
    n_rows, n_features = rows.shape
    if n_features <= n_rows:
        return svd(rows)
    reflectors, lengths = np.linalg.qr(rows.T, mode="raw")
    left, singular, within = svd(np.tril(reflectors[:, :n_rows]))
    right = np.zeros((n_features, within.shape[1]), order="F")
    right[:n_rows] = within
    apply_reflections(reflectors, lengths, right)
    return left, singular, right


def alike(lengths: Array) -> bool:
    """Whether features of these lengths are so alike in scale that errors relative to the largest serve all."""
    return bool(lengths.min(initial=np.inf) >= ALIKE * lengths.max(initial=0.0))

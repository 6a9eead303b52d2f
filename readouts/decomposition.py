"""The principal directions of the scatter, in which every penalty is a division."""

from dataclasses import dataclass

import numpy as np

from readouts.single_thread import single_threaded


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

    def coefficients(self, alphas):
        """Return the coefficients (n_features, n_alphas, n_targets) for alphas (n_alphas, n_targets or 1)."""
        scaled = self.cross[:, None, :] / (self.power[:, None, None] + alphas)
        return np.tensordot(self.directions, scaled, 1)

    def degrees_of_freedom(self, alphas):
        """Return the effective number of coefficients, sum of d / (d + alpha), for each of some alphas."""
        return (self.power[:, None] / (self.power[:, None] + alphas)).sum(axis=0)


def spectrum_of(statistics):
    """Return the spectrum of some statistics: by singular values of the factor, or by eigenvalues of the scatter."""
    eps = np.finfo(float).eps
    with single_threaded():
        if statistics.gram is None:
            x, y = statistics.blocks()
            left, singular, right = np.linalg.svd(x, full_matrices=False)
            kept = singular > eps * max(statistics.n_rows, x.shape[1]) * singular.max(initial=0.0)
            singular = singular[kept]
            return Spectrum(right[kept].T, singular**2, singular[:, None] * (left[:, kept].T @ y))
        xx, xy = statistics.gram_blocks()
        power, directions = np.linalg.eigh(xx)
        kept = power > eps * len(power) * power[-1]
        return Spectrum(directions[:, kept], power[kept], directions[:, kept].T @ xy)

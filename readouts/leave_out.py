"""Errors of a whole grid of penalties with rows or groups of rows left out, in closed form from one decomposition."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from readouts.decomposition import singular_directions, spectrum_of
from readouts.single_thread import single_threaded
from readouts.statistics import RidgeStatistics
from readouts.types import Array
from readouts.wide import RowSpectrum


class LeaveOut:
    """Rows prepared so that leaving some of them out is a small linear system for every penalty.

    With hat matrix H(alpha) of the weighted rows, the intercept's part included, the errors e of the readout fitted
    without the rows S solve::

        (I - H)_SS e_S = (y - H y)_S

    Both sides are ``base + B diag(gain(alpha)) B^T``, so that a small alpha does not cancel where it matters.

    Parameters
    ----------
    X : array (n_rows, n_features)
    y : array (n_rows, n_targets)
    weight : array (n_rows,) of positive numbers or None
    statistics : RidgeStatistics
        Of all these rows.
    spectrum : RowSpectrum or None, default=None
        Of all these rows, accurate for all penalties to come, if it is known already.

    References
    ----------
    G. H. Golub, M. Heath and G. Wahba, "Generalized cross-validation as a method for choosing a good ridge parameter",
    Technometrics 21:215, 1979. For blocks: S. An, W. Liu and S. Venkatesh, "Fast cross-validation
    algorithms for least squares support vector machine and kernel ridge regression", Pattern Recognition 40:2154,
    2007.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.leave_out import LeaveOut
    >>> from readouts.statistics import statistics_of
    >>> X, y = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [1.0], [5.0]])
    >>> LeaveOut(X, y, None, statistics_of(X, y)).row_errors(np.array([1e-12]))[0].round(6).tolist()
    [20.25]
    """

    def __init__(
        self,
        X: Array,
        y: Array,
        weight: Array | None,
        statistics: RidgeStatistics,
        spectrum: RowSpectrum | None = None,
    ) -> None:
        root = np.ones(len(X)) if weight is None else np.sqrt(weight)
        mean, low, p = statistics.mean, statistics.mean_low, statistics.n_features
        self._y, self._root = y, root
        self._target = ((y - mean[p:]) - low[p:]) * root[:, None]
        self._intercept = root / np.sqrt(statistics.weight)
        if spectrum is not None:
            self._from_directions(spectrum.directions, spectrum.power)
            return
        rows = ((X - mean[:p]) - low[:p]) * root[:, None]
        # Where features can fit all rows, 1 - H is the penalty's share, which the spectrum gives as 1 - (1 - share).
        if statistics.factor is None and len(X) > p + 1:
            self._from_spectrum(rows, spectrum_of(statistics))
        else:
            varying = statistics.lengths > 0
            left, singular, _ = singular_directions(rows[:, varying], statistics.lengths[varying], len(rows))
            self._from_directions(left, singular**2)

    def _from_spectrum(self, rows, spectrum):
        self._basis, self._shrink = rows @ spectrum.directions, None
        self._power, self._cross = spectrum.power, spectrum.cross
        self._base_error = self._target

    def _from_directions(self, directions, power):
        self._basis, self._power = directions, power
        self._cross = self._basis.T @ self._target
        self._shrink = 1.0
        # The directions span all centred rows, so the part outside of them is exactly 0, without rounding.
        self._complete = len(power) >= len(directions) - 1
        self._base_error = 0 * self._target if self._complete else self._target - self._basis @ self._cross

    def _gain(self, alpha):
        return -1 / (self._power + alpha) if self._shrink is None else alpha / (self._power + alpha)

    def _base(self, rows):
        """Return the part of I - H that no alpha changes, for some rows."""
        if self._shrink is None:
            return np.eye(len(rows)) - np.outer(self._intercept[rows], self._intercept[rows])
        if self._complete:
            return np.zeros((len(rows), len(rows)))
        basis = self._basis[rows]
        return np.eye(len(rows)) - np.outer(self._intercept[rows], self._intercept[rows]) - basis @ basis.T

    def _base_diagonal(self):
        if self._shrink is not None and self._complete:
            return np.zeros(len(self._basis))
        diagonal = 1 - self._intercept**2
        return diagonal if self._shrink is None else diagonal - np.einsum("tr,tr->t", self._basis, self._basis)

    def _errors(self, gain):
        return self._base_error + self._basis @ (gain[:, None] * self._cross)

    def row_errors(self, alphas: Array) -> Array:
        """Return the sums of squared errors (n_alphas, n_targets), each row predicted by a fit without it."""
        base, squares = self._base_diagonal(), self._basis**2
        result = np.full((len(alphas), self._target.shape[1]), np.inf)
        for k, alpha in enumerate(alphas):
            gain = self._gain(alpha)
            kept = base + squares @ gain
            if kept.min() > 0:
                result[k] = ((self._errors(gain) / kept[:, None]) ** 2).sum(axis=0)
        return result

    def row_predictions(self, alpha: Array) -> Array:
        """Return the prediction of each row by a fit without it, (n_rows, n_targets), for one alpha per target."""
        base, squares = self._base_diagonal(), self._basis**2
        result = np.empty_like(self._target)
        for one in np.unique(alpha):
            gain, targets = self._gain(one), alpha == one
            result[:, targets] = self._errors(gain)[:, targets] / (base + squares @ gain)[:, None]
        return self._y - result / self._root[:, None]

    def group_errors(self, groups: list[Array], alphas: Array) -> Array:
        """Return the sums of squared errors (n_groups, n_alphas, n_targets) for groups given as arrays of rows."""
        result = np.full((len(groups), len(alphas), self._target.shape[1]), np.inf)
        with single_threaded():  # these are many small systems
            bases = [self._base(rows) for rows in groups]
            for k, alpha in enumerate(alphas):
                gain = self._gain(alpha)
                error = self._errors(gain)
                for g, rows in enumerate(groups):
                    basis = self._basis[rows]
                    try:
                        factor = cho_factor(bases[g] + (basis * gain) @ basis.T)
                    except np.linalg.LinAlgError:
                        continue  # the remaining rows do not determine the fit: the error of this alpha stays infinite
                    result[g, k] = (cho_solve(factor, error[rows]) ** 2).sum(axis=0)
        return result

"""Rows that features outnumber: every penalty from one small decomposition among the rows."""

from dataclasses import dataclass

import numpy as np

from readouts.computed_once import computed_once
from readouts.decomposition import Spectrum, singular_directions
from readouts.single_thread import single_threaded
from readouts.solve import SAFE_RECIPROCAL_CONDITION, Penalised
from readouts.statistics import RidgeStatistics
from readouts.types import Array

# Above this, products of rows cost coefficients no more than a digit.
WELL_CONDITIONED = 1e-2


@dataclass(frozen=True, eq=False)
class RowSpectrum:
    """Directions U among centred rows x and powers d along them, with ``x x^T = U diag(d) U^T``.

    Parameters
    ----------
    directions : array (n_rows, rank)
    power : array (rank,)
    """

    directions: np.ndarray
    power: np.ndarray


class WideRows:
    """Centred rows x, no more than there are features, prepared for the errors and coefficients of any penalty.

    Both follow from ``M = x x^T + alpha I``, without the direction of the intercept, in which centred rows have no
    part: the coefficients are ``x^T M^-1 y``, and the error of row t, left out, is ``(M^-1 y)_t / (M^-1)_tt``. Products
    of rows are quick to form, with rounding errors E of about eps d_max, for eigenvalues from d_min to d_max. They
    change ``M^-1 y`` by ``M^-1 E M^-1 y``, and ``(M^-1)_tt`` by at most ``|E| |M^-1 e_t|^2``, so that relative errors
    are about eps times::

        (d_max + alpha) / (d_min + alpha)

    whatever the scales of the features. Where that ratio counts, one correction by the residual, computed from the
    rows, leaves coefficients errors of eps times its square root, as a decomposition of the rows does. That is made
    instead where the ratio is above 1 / ``SAFE_RECIPROCAL_CONDITION``, as for nearly equal rows and a tiny alpha, and
    for the errors of rows where all digits are to be kept.

    Parameters
    ----------
    statistics : RidgeStatistics
        Of these rows, as `statistics_of` returns them, with the rows as their factor.
    weight : array (n_rows,) of positive numbers or None

    References
    ----------
    A. Bjorck, "Stability analysis of the method of seminormal equations for linear least squares problems", Linear
    Algebra and its Applications 88/89:31, 1987: the correction.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.statistics import statistics_of
    >>> from readouts.wide import WideRows
    >>> X = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 2.0], [3.0, 1.0, 1.0]])
    >>> rows = WideRows(statistics_of(X, X[:, :1]), None)
    >>> rows.spectrum(1.0).power.round(9).tolist()
    [4.0, 6.0]
    >>> np.abs(rows.solve(np.zeros(1))).round(9).tolist()
    [[1.0], [0.0], [0.0]]
    """

    def __init__(self, statistics: RidgeStatistics, weight: Array | None) -> None:
        self.statistics, self._varying = statistics, statistics.lengths > 0
        whole = bool(self._varying.all())
        self._x, self._y = (statistics if whole else statistics.of_features(self._varying)).blocks()
        root = np.ones(len(self._x)) if weight is None else np.sqrt(weight)
        self._intercept = root / np.linalg.norm(root)

    def spectrum(self, least_alpha: float) -> RowSpectrum:
        """Return the directions among the rows that keep the digits of every penalty from ``least_alpha`` on."""
        if not self.statistics.precise and self._reciprocal_condition(least_alpha) >= SAFE_RECIPROCAL_CONDITION:
            return self._by_products
        left, singular, _ = self._by_rows
        # The basis is completed by directions without power, so that none has to be found as what is left of others.
        with single_threaded():
            basis = np.hstack([left, np.linalg.qr(left, mode="complete")[0][:, len(singular) :]])
        return RowSpectrum(self._turned_back(basis), np.append(singular**2, np.zeros(len(basis) - len(singular))))

    def solve(self, alpha: Array) -> Array:
        """Return the coefficients (n_features, n_targets) for a penalty per target; constant features get 0."""
        solve_dual, reciprocal = self._dual_by_products(alpha)
        coefficients = np.zeros((len(self._varying), len(alpha)))
        if reciprocal >= SAFE_RECIPROCAL_CONDITION:
            coefficients[self._varying] = self._solve_by_products(solve_dual, alpha, reciprocal < WELL_CONDITIONED)
        else:
            coefficients[self._varying] = self._solve_by_rows(alpha)
        return coefficients

    def _dual_by_products(self, alpha):
        """Return the function that multiplies by M^-1, and 1 over the condition number of M."""
        if np.any(alpha != alpha[0]):
            directions, power = self._by_products.directions, self._by_products.power[:, None] + alpha
            return lambda right: directions @ ((directions.T @ right) / power), self._reciprocal_condition(alpha.min())
        # With some power of its own, the direction of the intercept does not look like a loss of digits.
        power = self._products.trace() / len(self._x)
        penalised = Penalised(self._products + power * np.outer(self._intercept, self._intercept), alpha[0])
        return penalised.solve, penalised.reciprocal_condition

    def _solve_by_products(self, solve_dual, alpha, corrected):
        dual = solve_dual(self._y)
        coefficients = self._x.T @ dual
        if not corrected:
            return coefficients
        residual = self._y - self._x @ coefficients - alpha * dual
        return coefficients + self._x.T @ solve_dual(residual)

    def _solve_by_rows(self, alpha):
        left, singular, right = self._by_rows
        cross = singular[:, None] * (left.T @ self._turned(self._y))
        return Spectrum(right, singular**2, cross).coefficients(alpha[None])[:, 0]

    def _reciprocal_condition(self, alpha):
        power = self._by_products.power + alpha
        return power.min() / power.max() if power.max() > 0 else 0.0

    @computed_once
    def _products(self):
        return self._x @ self._x.T

    @computed_once
    def _by_products(self):
        with single_threaded():
            power, directions = np.linalg.eigh(self._turned(self._turned(self._products).T))
        return RowSpectrum(self._turned_back(directions), np.maximum(power, 0))

    @computed_once
    def _by_rows(self):
        return singular_directions(self._turned(self._x), self.statistics.lengths[self._varying], len(self._x))

    def _turned(self, columns):
        """Return columns after a reflection among rows that makes the intercept the first axis, without that axis.

        Rounding errors would give the intercept a tiny power, and mix it with the direction in which rows nearly agree.
        """
        return self._reflected(columns)[1:]

    def _turned_back(self, columns):
        return self._reflected(np.vstack([np.zeros((1, columns.shape[1])), columns]))

    def _reflected(self, columns):
        normal = self._intercept.copy()
        normal[0] += 1
        return columns - np.outer(normal, normal @ columns) / normal[0]

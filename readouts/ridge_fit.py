"""A ridge regression on sufficient statistics, solved when a result is first needed."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from readouts.computed_once import computed_once
from readouts.cross_validation import choose, fold_errors
from readouts.decomposition import Spectrum, spectrum_of
from readouts.solve import solve
from readouts.statistics import RidgeStatistics, combine
from readouts.types import Array
from readouts.wide import WideRows

# The statistics of each fold by its label.
Folds: TypeAlias = dict[Any, RidgeStatistics]


@dataclass(frozen=True)
class Penalty:
    """One alpha per target, or a grid of alphas to choose from."""

    alpha: np.ndarray
    grid: np.ndarray | None
    per_target: bool

    @property
    def least(self) -> float:
        """The smallest alpha that may be used."""
        return float((self.alpha if self.grid is None else self.grid).min())


class RidgeFit:
    """Statistics of folds and a penalty; coefficients, errors and deviations are computed once, on first use.

    Parameters
    ----------
    folds : dict of label to RidgeStatistics
    kind : {"one", "blocks", "groups", "rows"}
        What the folds are; "rows" if rows were left out one by one, which statistics cannot continue.
    penalty : Penalty
    errors : array (n_folds, n_alphas, n_targets) or None, default=None
        Sums of squared errors, if they have been computed already.
    rows : WideRows or None, default=None
        All rows, if features outnumber them: then coefficients are computed from these at once.

    Attributes
    ----------
    left_out : array (n_rows, n_targets) or None
        The prediction of each row by a fit without it, if rows were left out one by one.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.ridge_fit import Penalty, RidgeFit
    >>> from readouts.statistics import statistics_of
    >>> X = np.arange(10.0)[:, None]
    >>> fit = RidgeFit({0: statistics_of(X, 3 * X + 2)}, "one", Penalty(np.zeros(1), None, False))
    >>> fit.coefficients.round(9).tolist(), fit.intercept.round(9).tolist()
    ([[3.0]], [2.0])
    """

    left_out: Array | None = None

    def __init__(
        self, folds: Folds, kind: str, penalty: Penalty, errors: Array | None = None, rows: WideRows | None = None
    ) -> None:
        self.folds, self.kind, self.penalty, self._errors = folds, kind, penalty, errors
        if rows is not None:  # what they prepared is not kept
            self.total = rows.statistics
            self.coefficients = _finite(rows.solve(self.alpha))

    def __getstate__(self):
        # As pairs: files make texts of the keys of a dict, and labels that are no texts or integers are lost.
        return vars(self) | {"folds": list(self.folds.items())}

    def __setstate__(self, state):
        vars(self).update(state | {"folds": dict(state["folds"])})

    @computed_once
    def total(self) -> RidgeStatistics:
        """The statistics of all folds."""
        return next(iter(self.folds.values())) if len(self.folds) == 1 else combine(self.folds.values())

    def _folds_with_weight(self):
        return {label: fold for label, fold in self.folds.items() if fold.weight > 0}

    @computed_once
    def results(self):
        """The cross-validated errors of the grid, as a dict of arrays."""
        folds = self._folds_with_weight()
        if self._errors is None and len(folds) < 2:
            raise ValueError(
                f"'alphas' needs at least 2 folds, of 'cv' or 'groups', to choose from; got {len(folds)}, in all of "
                f"{self.total.n_rows} samples. Give more."
            )
        errors = fold_errors(list(folds.values()), self.penalty.grid) if self._errors is None else self._errors
        results = {"alphas": self.penalty.grid, "mean_squared_error": errors.sum(axis=0) / self.total.weight}
        if self.kind != "rows":
            weights = np.array([fold.weight for fold in folds.values()])
            results |= {
                "folds": np.array(list(folds)),
                "fold_weight": weights,
                "fold_mean_squared_error": errors / weights[:, None, None],
            }
        return results

    @computed_once
    def alpha(self) -> Array:
        """The penalty of every target, (n_targets,)."""
        if self.penalty.grid is None:
            return self.penalty.alpha
        if self.total.n_rows == 1:  # nothing can be left out yet, and every penalty gives coefficients of 0
            return np.full(len(self.total.mean) - self.total.n_features, self.penalty.grid.max())
        return choose(self.results["mean_squared_error"], self.penalty.grid, self.penalty.per_target)

    @computed_once
    def coefficients(self) -> Array:
        """The coefficients, (n_features, n_targets)."""
        return _finite(np.ascontiguousarray(solve(self.total, self.alpha)))

    @computed_once
    def intercept(self) -> Array:
        """The intercepts, (n_targets,)."""
        return self.total.intercept(self.coefficients)

    @computed_once
    def _spectrum(self) -> Spectrum:
        return spectrum_of(self.total)

    @computed_once
    def noise_variance(self) -> Array:
        """The variance of the noise, (n_targets,): residuals over the degrees of freedom that the fit has left."""
        total, spectrum = self.total, self._spectrum
        if len(spectrum.power) < total.n_features and np.any(self.alpha == 0):
            raise ValueError("'return_std' needs alpha > 0 where features are collinear or outnumber the rows.")
        left = total.weight - 1 - spectrum.degrees_of_freedom(self.alpha)
        if np.any(left <= 0):
            raise ValueError(
                "'return_std' needs more rows, counted by their weights, than effective coefficients; give more, or a "
                "larger alpha."
            )
        return total.squared_error(self.coefficients) / left

    def deviation(self, X: Array) -> Array:
        """Return the predictive standard deviations (n_samples, n_targets)."""
        total, spectrum, variance = self.total, self._spectrum, self.noise_variance
        p = total.n_features
        step = (X - total.mean[:p]) - total.mean_low[:p]
        along = step @ spectrum.directions
        spread = along**2 @ (1 / (spectrum.power[:, None] + self.alpha))
        if len(spectrum.power) < p:
            across = step - along @ spectrum.directions.T
            spread += np.einsum("ti,ti->t", across, across)[:, None] / self.alpha
        return np.sqrt(variance * (1 + 1 / total.weight + spread))


def _finite(coefficients):
    if not np.all(np.isfinite(coefficients)):
        raise ValueError("The readout's coefficients overflow; scale 'X' and 'y', or use a larger 'alpha'.")
    return coefficients

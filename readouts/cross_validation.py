"""Errors of a whole grid of penalties on left-out folds, from the statistics of the folds alone."""

import numpy as np

from readouts.penalty_grid import grid_coefficients
from readouts.statistics import RidgeStatistics, combine
from readouts.types import Array


def fold_errors(folds: list[RidgeStatistics], alphas: Array) -> Array:
    """Return the squared errors on every fold of the readouts fitted without it.

    The statistics of the remaining rows are combined from the other folds, and serve the whole grid.

    Parameters
    ----------
    folds : list of RidgeStatistics
        At least two, each with positive weight.
    alphas : array (n_alphas,) of positive numbers

    Returns
    -------
    array (n_folds, n_alphas, n_targets) : weighted sums of squared errors

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.cross_validation import fold_errors
    >>> from readouts.statistics import statistics_of
    >>> X = np.arange(12.0)[:, None]
    >>> folds = [statistics_of(X[k : k + 4], 2 * X[k : k + 4]) for k in (0, 4, 8)]
    >>> fold_errors(folds, np.array([1e-9, 100.0]))[:, :, 0].round(3).tolist()
    [[0.0, 295.576], [0.0, 3.531], [0.0, 295.576]]
    """
    errors = []
    for k, fold in enumerate(folds):
        rest = combine(folds[:k] + folds[k + 1 :])
        coefficients = grid_coefficients(rest, alphas)
        step_x, step_y = fold.mean_from(rest)
        errors.append(fold.squared_error(coefficients, step_y - np.tensordot(step_x, coefficients, 1)))
    return np.array(errors)


def choose(mean_squared_error: Array, alphas: Array, per_target: bool) -> Array:
    """Return the alpha of least error for every target, or the one of least error over all of them."""
    error = mean_squared_error if per_target else mean_squared_error.mean(axis=1, keepdims=True)
    if not np.all(np.isfinite(error).any(axis=0)):
        raise ValueError("'alphas' must leave a finite cross-validated error; got none. Use larger alphas, or scale X.")
    best = np.nanargmin(error, axis=0)
    return np.broadcast_to(alphas[best], mean_squared_error.shape[1:]).copy()

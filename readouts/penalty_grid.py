"""Coefficients for a whole grid of penalties from the same statistics, by the quickest way that keeps their digits.

Factors by Cholesky for a dozen penalties take as long as the eigenvalues of the scatter, and a tenth of the time of the
decompositions that keep the digits of features of different scales, or those of a triangle.
"""

from functools import partial

import numpy as np

from readouts.decomposition import alike, spectrum_of
from readouts.solve import Penalised, solve_by_reflections
from readouts.statistics import RidgeStatistics
from readouts.types import Array

# Each correction by the residual divides the error of a solution by this at least, where the penalty is as far above
# the rounding errors of the scatter.
LEAST_GAIN = 10.0


def grid_coefficients(statistics: RidgeStatistics, alphas: Array) -> Array:
    """Return the coefficients (n_features, n_alphas, n_targets) for each of some penalties; constant features get 0.

    Where the statistics keep a triangle, Cholesky's solution is corrected by residuals of its rows until only their
    rounding errors are left, so that it has the digits of a decomposition of the triangle.

    Parameters
    ----------
    statistics : RidgeStatistics
    alphas : array (n_alphas,) of positive numbers

    References
    ----------
    A. Bjorck, "Stability analysis of the method of seminormal equations for linear least squares problems", Linear
    Algebra and its Applications 88/89:31, 1987.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.penalty_grid import grid_coefficients
    >>> from readouts.statistics import statistics_of
    >>> X = np.array([[-1.0], [0.0], [1.0]])
    >>> grid_coefficients(statistics_of(X, 6 * X), np.array([1.0, 2.0]))[0].round(9).tolist()
    [[4.0], [3.0]]
    """
    varying, n_targets = statistics.lengths > 0, len(statistics.mean) - statistics.n_features
    if not varying.all():
        result = np.zeros((len(varying), len(alphas), n_targets))
        if varying.any():
            result[varying] = grid_coefficients(statistics.of_features(varying), alphas)
        return result
    result, known = np.empty((statistics.n_features, len(alphas), n_targets)), np.zeros(len(alphas), dtype=bool)
    solve = _solver(statistics)
    for k in np.argsort(-alphas):
        solution = solve(alphas[k])
        if solution is None:  # nor is there one for a smaller penalty
            break
        result[:, k], known[k] = solution, True
    if not known.all():
        result[:, ~known] = spectrum_of(statistics).coefficients(alphas[~known, None])
    return result


def _solver(statistics):
    """Return the function that solves for a penalty, or returns None where a spectrum is to."""
    gram_serves = statistics.factor is None and alike(statistics.lengths)
    if gram_serves or statistics.factor is not None and len(statistics.factor) < statistics.n_features:
        return lambda alpha: None
    xx, xy = statistics.gram_blocks()
    if statistics.factor is None:
        return partial(_solve_scatter, xx, xy)
    return partial(_solve_triangle, xx, xy, *statistics.blocks())


def _solve_scatter(xx, xy, alpha):
    penalised = Penalised(xx, alpha)
    return penalised.solve(xy) if penalised.rounding <= 1 else None


def _solve_triangle(xx, xy, x, y, alpha):
    penalised = Penalised(xx, alpha)
    if penalised.rounding > 1 / LEAST_GAIN:
        return solve_by_reflections(x, y, alpha)
    solution = penalised.solve(xy)
    remaining, last = penalised.rounding, np.inf
    while remaining > np.finfo(float).eps ** 2:
        step = penalised.solve(x.T @ (y - x @ solution) - alpha * solution)
        solution += step
        size = _share(step, solution, penalised.shrink)
        if size > last / 2 or size <= np.finfo(float).eps:  # rounding errors of the residual are left
            break
        last, remaining = size, remaining * penalised.rounding
    return solution


def _share(step, solution, shrink):
    """Return the size of a step relative to the solution, of features scaled alike, the largest of all targets."""
    sizes, wholes = (np.linalg.norm(part / shrink[:, None], axis=0) for part in (step, solution))
    return (sizes / np.where(wholes > 0, wholes, 1)).max(initial=0.0)

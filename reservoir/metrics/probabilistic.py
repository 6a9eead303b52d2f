"""Scores of forecasts that state how sure they are: of sample paths and of intervals."""

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.checks.arguments import check_number
from reservoir.metrics.checked import as_columns, as_trials, check_pair
from reservoir.metrics.exact_scale import exponent_of, mean_of


def crps(y_true: ArrayLike, samples: ArrayLike) -> float:
    """Continuous ranked probability score of an ensemble of sample paths.

    With x_1, ..., x_m the samples of one output at one step, and y the truth::

        CRPS = 1/m sum_i |x_i - y| - 1 / (2 m (m - 1)) sum_ij |x_i - x_j|

    and the mean of that over steps and outputs. It has the unit of the data and is less for the better forecast; where
    all samples of a step are the same, it is the absolute error. This is the fair estimator: its expectation is the
    score of the distribution that the samples are drawn from, however few they are, and so ensembles of different sizes
    can be compared. (With m^2 in place of m (m - 1), small ensembles score worse than large ones of the same
    distribution.) A single step can score below 0. Computed by sorting, in O(m log m).

    Parameters
    ----------
    y_true : array-like of shape (n_steps,) or (n_steps, n_outputs)
        The target.
    samples : array-like of shape (n_samples, n_steps) or (n_samples, n_steps, n_outputs)
        The sample paths, at least two. A single output may come with or without an axis of its own.

    Returns
    -------
    score : float

    Raises
    ------
    TypeError
        If an argument is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, or there is one sample path only.

    References
    ----------
    Gneiting & Raftery (2007), Strictly proper scoring rules, prediction, and estimation, Journal of the American
    Statistical Association 102:359, section 4.2, equation 21. Ferro (2014), Fair scores for ensemble forecasts,
    Quarterly Journal of the Royal Meteorological Society 140:1917, for the estimator.

    Examples
    --------
    Two sample paths, of two steps: the first step scores 1.5 - 1.5, the second 1 - 0.

    >>> from reservoir.metrics import crps
    >>> crps([1, 2], [[0, 3], [3, 3]])
    0.5
    """
    y_true, samples = as_columns(y_true, "y_true"), as_trials(samples, "samples", "sample", at_least=2)
    n_samples = len(samples)
    if samples.shape[1:] != y_true.shape:
        raise ValueError(
            f"'samples' must have the shape of 'y_true', {y_true.shape}, in every path; got {samples.shape[1:]}. "
            "Drop the same rows from both."
        )
    exponent = np.maximum(exponent_of(y_true), exponent_of(samples.reshape(-1, y_true.shape[1])))
    # Sorted errors are as far from each other as sorted samples, and lose no digits to a common offset.
    errors = np.sort(np.ldexp(samples, -exponent) - np.ldexp(y_true, -exponent), axis=0)
    ranks = 2.0 * np.arange(n_samples) + 1 - n_samples
    half_spread = np.tensordot(ranks, errors, axes=1) / (n_samples * (n_samples - 1.0))
    return mean_of((np.abs(errors).mean(axis=0) - half_spread).mean(axis=0), exponent, "'samples'")


def interval_score(y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, interval: float) -> float:
    """Width of prediction intervals, and a penalty for what lies outside.

    With l and u the bounds of one output at one step, y the truth, and alpha = 1 - interval::

        S = (u - l) + 2 / alpha max(l - y, 0) + 2 / alpha max(y - u, 0)

    and the mean of that over steps and outputs. It has the unit of the data and is less for the better intervals; those
    between the quantiles alpha / 2 and 1 - alpha / 2 of the truth have the least expectation.

    Parameters
    ----------
    y_true : array-like of shape (n_steps,) or (n_steps, n_outputs)
        The target.
    lower, upper : array-like of the same shape
        The bounds, ``lower`` nowhere above ``upper``.
    interval : float, above 0 and below 1
        The share of the truth that the intervals are meant to hold, such as 0.9.

    Returns
    -------
    score : float, at least 0

    Raises
    ------
    TypeError
        If an array is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, a lower bound is above its upper bound, or ``interval`` is out of
        range.

    References
    ----------
    Gneiting & Raftery (2007), Strictly proper scoring rules, prediction, and estimation, Journal of the American
    Statistical Association 102:359, section 6.2, equation 43.

    Examples
    --------
    Two intervals of width 2, and one truth that is 0.5 above.

    >>> from reservoir.metrics import interval_score
    >>> interval_score([1.0, 2.5], [0, 0], [2, 2], interval=0.8)
    4.5
    """
    alpha = 1 - check_number("interval", interval, above=0, below=1)
    y_true, lower, upper = _check_bounds(y_true, lower, upper)
    exponent = exponent_of(np.concatenate([y_true, lower, upper]))
    y_true, lower, upper = (np.ldexp(array, -exponent) for array in (y_true, lower, upper))
    outside = np.maximum(lower - y_true, 0) + np.maximum(y_true - upper, 0)
    return mean_of((upper - lower + 2 / alpha * outside).mean(axis=0), exponent, "'lower' and 'upper'")


def interval_coverage(y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> float:
    """Share of the truth that lies inside its prediction intervals, the bounds included.

    Near the share that the intervals are meant to hold they are called calibrated. Coverage alone says nothing of their
    width, see `interval_score`.

    Parameters
    ----------
    y_true : array-like of shape (n_steps,) or (n_steps, n_outputs)
        The target.
    lower, upper : array-like of the same shape
        The bounds, ``lower`` nowhere above ``upper``.

    Returns
    -------
    coverage : float, from 0 to 1
        Of all steps and outputs.

    Raises
    ------
    TypeError
        If an argument is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, or a lower bound is above its upper bound.

    References
    ----------
    Gneiting, Balabdaoui & Raftery (2007), Probabilistic forecasts, calibration and sharpness, Journal of the Royal
    Statistical Society B 69:243.

    Examples
    --------
    >>> from reservoir.metrics import interval_coverage
    >>> interval_coverage([1.0, 2.5, 3.0, 9.0], [0, 0, 3, 4], [2, 2, 4, 5])
    0.5
    """
    y_true, lower, upper = _check_bounds(y_true, lower, upper)
    return float(np.mean((lower <= y_true) & (y_true <= upper)))


def _check_bounds(y_true: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> tuple[Array, Array, Array]:
    """Return all as columns, of the same shape, the bounds in order."""
    _, lower = check_pair(y_true, lower, "lower")
    y_true, upper = check_pair(y_true, upper, "upper")
    crossed = np.flatnonzero((lower > upper).any(axis=1))
    if len(crossed):
        raise ValueError(
            f"'lower' must be nowhere above 'upper'; got that first in row {crossed[0]}. Swap the two there."
        )
    return y_true, lower, upper

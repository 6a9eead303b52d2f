"""Squared errors of a predicted series, in units that can be compared across series and papers."""

import numpy as np
from numpy.typing import ArrayLike

from reservoir.checks.arguments import check_integer
from reservoir.metrics.checked import as_columns, as_trials, check_pair
from reservoir.metrics.exact_scale import exponent_of, mean_of


def nmse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Mean squared error divided by the variance of the target.

    For each output::

        NMSE = mean_t (y(t) - p(t))^2 / mean_t (y(t) - mean y)^2

    and the mean of that over the outputs. 0 is perfect, 1 is what the mean of `y_true` scores, and 1 - NMSE is R^2.

    Parameters
    ----------
    y_true : array-like of shape (n_steps,) or (n_steps, n_outputs)
        The target.
    y_pred : array-like of the same shape
        The prediction. A single column may come as 1-D or as 2-D.

    Returns
    -------
    error : float, at least 0

    Raises
    ------
    TypeError
        If an argument is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, or an output of `y_true` is constant, so that it has no scale.

    References
    ----------
    Lukosevicius & Jaeger (2009), Reservoir computing approaches to recurrent neural network training, Computer
    Science Review 3, section 2.1.

    Examples
    --------
    >>> from reservoir.metrics import nmse
    >>> nmse([1, 2, 3, 4], [1, 2, 3, 2])
    0.8
    """
    y_true, y_pred = check_pair(y_true, y_pred)
    ratio, exponent = _error_over_variance(y_true, y_pred, y_true, "y_true")
    return mean_of(ratio, 2 * exponent)


def nrmse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Root mean squared error divided by the standard deviation of the target.

    For each output::

        NRMSE = sqrt(mean_t (y(t) - p(t))^2) / sqrt(mean_t (y(t) - mean y)^2)

    and the mean of that over the outputs. 0 is perfect, 1 is what the mean of `y_true` scores. The divisor is the
    standard deviation (over n, not n - 1), neither the variance nor the range, and is taken from `y_true` itself.

    Parameters
    ----------
    y_true : array-like of shape (n_steps,) or (n_steps, n_outputs)
        The target.
    y_pred : array-like of the same shape
        The prediction. A single column may come as 1-D or as 2-D.

    Returns
    -------
    error : float, at least 0

    Raises
    ------
    TypeError
        If an argument is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, or an output of `y_true` is constant, so that it has no scale.

    References
    ----------
    Lukosevicius & Jaeger (2009), Reservoir computing approaches to recurrent neural network training, Computer
    Science Review 3, section 2.1.

    Examples
    --------
    >>> from reservoir.metrics import nrmse
    >>> round(nrmse([1, 2, 3, 4], [1, 2, 3, 2]), 4)
    0.8944
    """
    y_true, y_pred = check_pair(y_true, y_pred)
    ratio, exponent = _error_over_variance(y_true, y_pred, y_true, "y_true")
    return mean_of(np.sqrt(ratio), exponent)


def nrmse_horizon(y_true: ArrayLike, y_pred: ArrayLike, horizon: int, *, series: ArrayLike | None = None) -> float:
    """Root mean squared error a number of steps ahead, over many forecasts, by the deviation of the series.

    With N trials, each a forecast y_pred_i of the continuation y_true_i, and h the horizon::

        NRMSE_h = sqrt( mean_i (y_i(h) - p_i(h))^2 / variance of the series )

    for each output, and the mean of that over the outputs. With h = 84 it is the NRMSE84 of the Mackey-Glass
    literature, which takes 50 or 100 trials. 0 is perfect; the mean of the series as a forecast scores about 1, and
    does so at any horizon. Squares are averaged over trials, so a single forecast that fails can dominate the result.

    Parameters
    ----------
    y_true : array-like of shape (n_trials, n_steps) or (n_trials, n_steps, n_outputs)
        The true continuations, one per trial. The first step of each is one step ahead.
    y_pred : array-like of the same shape
        The forecasts. A single output may come with or without an axis of its own.
    horizon : int, from 1 to n_steps
        The step h of every trial that counts.
    series : array-like of shape (n_rows,) or (n_rows, n_outputs), default None
        Where the variance (over n, not n - 1) is taken from. None: all rows of `y_true`, which is near it if there are
        many trials.

    Returns
    -------
    error : float, at least 0

    Raises
    ------
    TypeError
        If an array is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, `horizon` is out of range, or an output of the series is constant.

    References
    ----------
    Jaeger (2001), The "echo state" approach to analysing and training recurrent neural networks, GMD Report 148,
    section 6, equation 25.

    Examples
    --------
    >>> from reservoir.metrics import nrmse_horizon
    >>> truth, forecast = [[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 9]]
    >>> round(nrmse_horizon(truth, forecast, 2, series=[1, 2, 3, 4, 5, 6]), 4)
    1.0142
    """
    y_true, y_pred = as_trials(y_true, "y_true"), as_trials(y_pred, "y_pred")
    if y_true.shape != y_pred.shape:
        raise ValueError(f"'y_pred' must have the shape of 'y_true', {y_true.shape}; got {y_pred.shape}.")
    n_trials, n_steps, n_outputs = y_true.shape
    if check_integer("horizon", horizon) > n_steps:
        raise ValueError(f"'horizon' must be at most the number of steps of a trial, {n_steps}; got {horizon}.")
    name = "y_true" if series is None else "series"
    series = as_columns(y_true.reshape(-1, n_outputs) if series is None else series, name, mend="Leave such rows out.")
    if series.shape[1] != n_outputs:
        raise ValueError(f"'series' must have the outputs of 'y_true', {n_outputs}; got {series.shape[1]}.")
    ratio, exponent = _error_over_variance(y_true[:, horizon - 1], y_pred[:, horizon - 1], series, name)
    return mean_of(np.sqrt(ratio), exponent)


def _error_over_variance(y_true, y_pred, series, name):
    """Return mean squared error over variance, one for each output, up to a power of four, and its exponents.

    Squares of very large and very small numbers would overflow and underflow. Division by a power of two is exact.
    """
    constant = np.flatnonzero(np.all(series == series[0], axis=0))
    if len(constant):
        raise ValueError(
            f"'{name}' must vary in every output; got a constant in output {constant[0]}, which has no scale. "
            "Leave that output out, or use sklearn.metrics.root_mean_squared_error."
        )
    own, common = exponent_of(series), exponent_of(np.concatenate([y_true, y_pred]))
    series = np.ldexp(series, -own)
    error = np.ldexp(y_true, -common) - np.ldexp(y_pred, -common)
    # One arithmetic for error and variance: the mean as predictor then scores 1 to the last bit.
    return np.square(error).mean(axis=0) / np.square(series - series.mean(axis=0)).mean(axis=0), common - own

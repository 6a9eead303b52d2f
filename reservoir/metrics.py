"""Errors of a predicted series, in units that can be compared across series and papers."""

import math

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import r2_score

from readouts.entries import refuse_times
from readouts.masked import refuse_masked
from readouts.types import Array
from reservoir.checks.arguments import check_integer, check_number

__all__ = ["nmse", "nrmse", "nrmse_horizon", "valid_prediction_time"]


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
    y_true, y_pred = _check_pair(y_true, y_pred)
    ratio, exponent = _error_over_variance(y_true, y_pred, y_true, "y_true")
    return _mean_of(ratio, 2 * exponent)


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
    y_true, y_pred = _check_pair(y_true, y_pred)
    ratio, exponent = _error_over_variance(y_true, y_pred, y_true, "y_true")
    return _mean_of(np.sqrt(ratio), exponent)


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
    y_true, y_pred = _as_trials(y_true, "y_true"), _as_trials(y_pred, "y_pred")
    if y_true.shape != y_pred.shape:
        raise ValueError(f"'y_pred' must have the shape of 'y_true', {y_true.shape}; got {y_pred.shape}.")
    n_trials, n_steps, n_outputs = y_true.shape
    if check_integer("horizon", horizon) > n_steps:
        raise ValueError(f"'horizon' must be at most the number of steps of a trial, {n_steps}; got {horizon}.")
    name = "y_true" if series is None else "series"
    series = _as_columns(y_true.reshape(-1, n_outputs) if series is None else series, name)
    if series.shape[1] != n_outputs:
        raise ValueError(f"'series' must have the outputs of 'y_true', {n_outputs}; got {series.shape[1]}.")
    ratio, exponent = _error_over_variance(y_true[:, horizon - 1], y_pred[:, horizon - 1], series, name)
    return _mean_of(np.sqrt(ratio), exponent)


def valid_prediction_time(
    y_true: ArrayLike, y_pred: ArrayLike, *, threshold: float = 0.4, step: float = 1.0, lyapunov_time: float = 1.0
) -> float:
    """How long a forecast stays near the truth, in Lyapunov times.

    The error of row t, over all outputs at once, is::

        e(t) = |y(t) - p(t)| / sqrt(mean_s |y(s) - mean y|^2)

    with Euclidean norms, and the time is k * step / lyapunov_time, where row k is the first with e(k) > threshold:
    the k rows before it are valid. A forecast that is wrong from its first row on scores 0; one that never leaves the
    threshold scores the whole length, n_steps * step / lyapunov_time, and then the true time may be longer.
    Some papers divide by the root mean square of y instead, without taking the mean off.

    Parameters
    ----------
    y_true : array-like of shape (n_steps,) or (n_steps, n_outputs)
        The true continuation, one row per forecast step.
    y_pred : array-like of the same shape
        The forecast. A single column may come as 1-D or as 2-D.
    threshold : float, above 0, default 0.4
        Largest error that counts as valid, in units of the target's overall standard deviation.
    step : float, above 0, default 1
        Time between two rows.
    lyapunov_time : float, above 0, default 1
        Inverse of the largest Lyapunov exponent, in the unit of `step`: about 1.104 for Lorenz's standard constants.
        The default leaves the result in the unit of `step`.

    Returns
    -------
    time : float, at least 0
        In Lyapunov times.

    Raises
    ------
    TypeError
        If an argument is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, `y_true` is constant, or a parameter is not above 0.

    References
    ----------
    Pathak et al. (2018), Hybrid forecasting of chaotic processes, Chaos 28, 041101 ("valid time", threshold 0.4).
    Vlachas et al. (2020), Backpropagation algorithms and reservoir computing in recurrent neural networks for the
    forecasting of complex spatiotemporal dynamics, Neural Networks 126 ("valid prediction time").

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.metrics import valid_prediction_time
    >>> y = np.array([1.0, -1.0, 1.0, -1.0])
    >>> valid_prediction_time(y, y + [0.0, 0.1, 0.3, 0.9], step=0.5)
    1.5
    """
    threshold = check_number("threshold", threshold, above=0)
    step = check_number("step", step, above=0)
    lyapunov_time = check_number("lyapunov_time", lyapunov_time, above=0)
    y_true, y_pred = _check_pair(y_true, y_pred)
    if np.all(y_true == y_true[0]):
        raise ValueError("'y_true' must vary in time; got a constant, which has no scale. Pass a longer stretch.")
    invalid = np.flatnonzero(forecast_errors(y_true, y_pred) > threshold)
    time = float(invalid[0] if len(invalid) else len(y_true)) * (step / lyapunov_time)
    if not math.isfinite(time):
        raise ValueError(f"'step' must be a finite number of 'lyapunov_time'; got {step!r} and {lyapunov_time!r}.")
    return time


def forecast_errors(y_true: Array, y_pred: Array) -> Array:
    """Return the Euclidean error of every row, in overall standard deviations of `y_true`, of checked columns.

    The error of a forecast that diverges is limited to the largest finite number.
    """
    exponent = _exponent(y_true).max()
    y_true = np.ldexp(y_true, -exponent)
    scale = math.sqrt(np.square(y_true - y_true.mean(axis=0)).sum(axis=1).mean())
    with np.errstate(over="ignore"):
        error = np.linalg.norm((y_true - np.ldexp(y_pred, -exponent)) / scale, axis=1)
    return np.minimum(error, np.finfo(np.float64).max)


def r_squared(y_true: Array, y_pred: Array, causes: str = "'X' and 'y'", weights: Array | None = None) -> float:
    """Return scikit-learn's R^2, the mean over the outputs, without overflow where the squares of numbers are infinite.

    Parameters
    ----------
    y_true, y_pred : array (n_steps,) or (n_steps, n_outputs), finite
    causes : str, default="'X' and 'y'"
        The data that predictions and truth depend on, for the message.
    weights : array (n_steps,) or None, default=None

    Examples
    --------
    >>> from reservoir.metrics import r_squared
    >>> r_squared([1e300, 2e300, 3e300], [1e300, 2e300, 2e300])
    0.5
    """
    truth, prediction = (np.asarray(one, np.float64).reshape(len(one), -1) for one in (y_true, y_pred))
    exponent = _exponent(truth)
    with np.errstate(over="ignore"):
        score = float(r2_score(np.ldexp(truth, -exponent), np.ldexp(prediction, -exponent), sample_weight=weights))
    if not math.isfinite(score):
        raise ValueError(
            f"The predictions are so far off that R^2 is larger than any number. Bring {causes} to the scale that they "
            "had in fit, or use a larger penalty in the readout."
        )
    return score


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
    own, common = _exponent(series), _exponent(np.concatenate([y_true, y_pred]))
    series = np.ldexp(series, -own)
    error = np.ldexp(y_true, -common) - np.ldexp(y_pred, -common)
    # One arithmetic for error and variance: the mean as predictor then scores 1 to the last bit.
    return np.square(error).mean(axis=0) / np.square(series - series.mean(axis=0)).mean(axis=0), common - own


def _exponent(columns):
    return np.frexp(np.abs(columns).max(axis=0))[1]


def _mean_of(errors, exponents):
    with np.errstate(over="ignore"):
        mean = float(np.mean(np.ldexp(errors, exponents)))
    if not math.isfinite(mean):
        raise ValueError("'y_pred' must be nearer to 'y_true': the error is larger than any number. Check the units.")
    return mean


def _check_pair(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
    y_true, y_pred = _as_columns(y_true, "y_true"), _as_columns(y_pred, "y_pred")
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"'y_pred' must have the shape of 'y_true', {y_true.shape}; got {y_pred.shape}. "
            "Drop the same rows (washout) from both."
        )
    return y_true, y_pred


def _as_columns(values: ArrayLike, name: str) -> Array:
    """Return a finite float64 array of shape (n_steps, n_outputs)."""
    refuse_masked(name, values)
    refuse_times(name, values)
    expected = f"'{name}' must be a real array of shape (n_steps,) or (n_steps, n_outputs)"
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{expected}; got sequences of different shapes. Join them by np.concatenate.") from error
    if array.dtype.kind not in "biuf":
        to_floats = "np.abs(...)" if array.dtype.kind == "c" else "np.asarray(..., dtype=float)"
        raise TypeError(f"{expected}; got dtype {array.dtype}. Convert it by {to_floats}.")
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{expected} with at least one row; got shape {array.shape}. Join series by np.concatenate.")
    array = array.astype(np.float64).reshape(len(array), -1)
    if not np.isfinite(array).all():
        row = np.flatnonzero(~np.isfinite(array).all(axis=1))[0]
        raise ValueError(
            f"'{name}' must be finite; got NaN or infinity first in row {row}. Drop such rows from both arguments."
        )
    return array


def _as_trials(values: ArrayLike, name: str) -> Array:
    """Return a finite float64 array of shape (n_trials, n_steps, n_outputs)."""
    refuse_masked(name, values)
    refuse_times(name, values)
    try:
        array = np.asarray(values)
    except ValueError:  # trials of unequal length
        array = np.empty(0)
    if array.ndim not in (2, 3) or array.size == 0:
        found = f"shape {array.shape}" if array.size else "nothing, or trials of different lengths"
        raise ValueError(
            f"'{name}' must be an array of shape (n_trials, n_steps) or (n_trials, n_steps, n_outputs); got {found}. "
            "Cut all trials to the same length; a single one goes in as [trial]."
        )
    return _as_columns(array.reshape(len(array), -1), name).reshape(*array.shape[:2], -1)

"""How long a forecast stays near the truth."""

import math

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.checks.arguments import check_number
from reservoir.metrics.checked import check_pair
from reservoir.metrics.exact_scale import exponent_of


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
    y_true, y_pred = check_pair(y_true, y_pred)
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
    exponent = exponent_of(y_true).max()
    y_true = np.ldexp(y_true, -exponent)
    scale = math.sqrt(np.square(y_true - y_true.mean(axis=0)).sum(axis=1).mean())
    with np.errstate(over="ignore"):
        error = np.linalg.norm((y_true - np.ldexp(y_pred, -exponent)) / scale, axis=1)
    return np.minimum(error, np.finfo(np.float64).max)

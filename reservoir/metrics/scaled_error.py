"""Absolute errors in units of those that a naive forecast made on the training data."""

import numpy as np
from numpy.typing import ArrayLike

from reservoir.checks.arguments import check_integer
from reservoir.metrics.checked import as_columns, check_pair
from reservoir.metrics.exact_scale import exponent_of, mean_of


def mase(y_true: ArrayLike, y_pred: ArrayLike, y_train: ArrayLike, *, period: int = 1) -> float:
    """Mean absolute error, scaled by that of the seasonal naive forecast on the training data.

    With m the period, and z the n rows of training data::

        MASE = mean_t |y(t) - p(t)| / mean_{t > m} |z(t) - z(t - m)|

    for each output, and the mean of that over the outputs. 0 is perfect; below 1 are forecasts better than the seasonal
    naive one, which repeats the season before, is one period ahead on the training data. It has no unit and needs no
    zero, so that series of all kinds can be averaged.

    Parameters
    ----------
    y_true : array-like of shape (n_steps,) or (n_steps, n_outputs)
        The target.
    y_pred : array-like of the same shape
        The prediction. A single column may come as 1-D or as 2-D.
    y_train : array-like of shape (n_rows,) or (n_rows, n_outputs)
        The data that the forecaster was fitted to, regular in time, more rows than ``period``.
    period : int, at least 1, default=1
        Steps of one season. 1: the last row is the naive forecast.

    Returns
    -------
    error : float, at least 0

    Raises
    ------
    TypeError
        If an array is not real-valued.
    ValueError
        If the shapes differ, a value is not finite, ``y_train`` has no more rows than ``period``, or repeats itself
        exactly, so that it has no scale.

    References
    ----------
    Hyndman & Koehler (2006), Another look at measures of forecast accuracy, International Journal of Forecasting
    22:679, section 3, for a period of 1. Hyndman & Athanasopoulos (2021), Forecasting: principles and practice,
    3rd edition, section 5.8, for others.

    Examples
    --------
    The naive forecast of the training data is off by 2 on average, and the prediction by 1.

    >>> from reservoir.metrics import mase
    >>> mase([5, 6], [6, 7], [1, 3, 1, 3, 5])
    0.5
    >>> mase([5, 6], [6, 7], [1, 3, 1, 3, 5], period=2)
    0.75
    """
    y_true, y_pred = check_pair(y_true, y_pred)
    fill = "Fill it in, as reservoir.ForwardFill().fit_transform(y_train) does."
    y_train, period = as_columns(y_train, "y_train", mend=fill), check_integer("period", period)
    if y_train.shape[1] != y_true.shape[1]:
        raise ValueError(f"'y_train' must have the outputs of 'y_true', {y_true.shape[1]}; got {y_train.shape[1]}.")
    if len(y_train) <= period:
        raise ValueError(
            f"'period' must be smaller than the number of rows of 'y_train', {len(y_train)}; got {period}."
        )
    own, common = exponent_of(y_train), exponent_of(np.concatenate([y_true, y_pred]))
    y_train = np.ldexp(y_train, -own)
    scale = np.abs(y_train[period:] - y_train[:-period]).mean(axis=0)
    constant = np.flatnonzero(scale == 0)
    if len(constant):
        raise ValueError(
            f"'y_train' must differ from itself one period before; got an exact repetition in output {constant[0]}, "
            "which has no scale. Leave that output out, or use sklearn.metrics.mean_absolute_error."
        )
    error = np.abs(np.ldexp(y_true, -common) - np.ldexp(y_pred, -common)).mean(axis=0)
    return mean_of(error / scale, common - own)

"""A warning of forecasts that leave the range of the training data."""

import warnings

import numpy as np

from reservoir.checks.stack_level import stack_level
from reservoir.series.lazy_series import blocks


def find_range(series):
    """Return the least and the largest value of every column of series, an array (2, n_features)."""
    lows, highs = zip(*((block.min(axis=0), block.max(axis=0)) for x in series for block in blocks(x)), strict=True)
    return np.array([np.min(lows, axis=0), np.max(highs, axis=0)])


def widths_beyond(rows, limits):
    """Return how far rows (..., n_features) are outside of their range, in widths of it; negative inside.

    The width of a constant is twice its magnitude, which is how far it would be to its negative.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.range_check import widths_beyond
    >>> widths_beyond(np.array([[3.0, 8.0]]), np.array([[0.0, 4.0], [2.0, 4.0]])).tolist()
    [[0.5, 0.5]]
    """
    low, high = limits.astype(np.float64)
    unit = np.abs(limits).max()  # rounding leaves a column of zeros by as little as this unit lets it
    constant = np.maximum(np.abs(high) + np.abs(low), 1e-9 * unit)
    width = np.where(high > low, high - low, constant)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.maximum(rows - high, low - rows) / width, nan=0.0, posinf=np.inf)


def mends_of(horizon, readout, plain_loop=False, passthrough=False):
    """Return what may keep forecasts near the data, of what has not been done yet: each of it, one after the other.

    ``plain_loop`` is whether it was asked for what only a closed loop has, a conceptor or an initial state.
    """
    mends = ["set 'horizon' for a direct forecast"] if horizon is None and not plain_loop else []
    if plain_loop and passthrough:
        mends.append("set passthrough=False")
    if getattr(readout, "alphas", None) is None:
        mends.append("let the readout choose a larger penalty by readout=None or RidgeReadout(alphas=[...], cv=5)")
    return mends or ["take fewer units, fewer differences, or longer series"]


def warn_if_out_of_range(rows, limits, factor, mends, columns):
    """Warn if a column of forecast rows is farther outside of its range than ``factor`` times the range's width.

    Parameters
    ----------
    rows : array (n_steps, n_features)
    limits : array (2, n_features)
        As `find_range` returns it.
    factor : float
    mends : list of str
        What to do, any of them.
    columns : list of str
        Names of the columns.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from reservoir.forecaster.range_check import find_range, warn_if_out_of_range
    >>> limits = find_range([np.array([[0.0], [2.0]])])
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     warn_if_out_of_range(np.array([[1.0], [4.5]]), limits, 1.0, ["change the model"], ["u"])
    >>> print(str(caught[0].message).split(",")[0])
    The forecast of u at step 1 is 4.5
    """
    low, high = limits.astype(np.float64)
    beyond = widths_beyond(rows, limits) > factor + 1e-9
    if not beyond.any():
        return
    step, column = np.argwhere(beyond)[0]
    warnings.warn(
        f"The forecast of {columns[column]} at step {step} is {rows[step, column]:.4g}, more than {factor} times the "
        f"width of the training data's range outside of it, {low[column]:.4g} to {high[column]:.4g}. To prevent it, "
        f"{', or '.join(mends)}. If such values are possible, raise 'range_factor', or set it to None.",
        UserWarning,
        stacklevel=stack_level(),
    )

"""A closed loop of a seasonal series, in which the row a season before the next one is known, an input of its own."""

from functools import partial

import numpy as np

from reservoir.forecaster.noisy_readout import with_noise
from reservoir.forecaster.predicted_rows import predict_in_loop
from reservoir.series.lazy_series import LazySeries


def beside_last_season(exogenous, series, periods):
    """Return the rows e(t) beside those of a series u(t - period) for every period, 0 where there are none.

    Parameters
    ----------
    exogenous, series : array or LazySeries (n_rows, n_exogenous) and (n_rows, n_features)
    periods : tuple of int

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.seasonal_loop import beside_last_season
    >>> beside_last_season(np.zeros((4, 1)), np.arange(1.0, 5.0)[:, None], (2,))[:].tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 1.0], [0.0, 2.0]]
    """
    if not periods:
        return exogenous
    shape = len(series), exogenous.shape[1] + len(periods) * series.shape[1]
    return LazySeries(shape, series.dtype, partial(_take, exogenous, series, periods))


def predict_by_seasons(reservoir, loop, row, following, season, periods, state, readout, passthrough, noise=None):
    """Return the outputs of a closed loop in which the outputs of a season before become inputs, too.

    It is run in parts as long as the shortest season, for whose inputs all outputs are known.

    Parameters
    ----------
    reservoir, loop, state, readout, passthrough : as `predict_in_loop` takes them
    row : array (n_features,)
        The last known row, which is the first input.
    following : array (n_steps, n_exogenous)
        The exogenous rows beside those that are predicted.
    season : array (n_rows, n_features)
        The last known rows, ``row`` among them; earlier ones count as 0.
    periods : tuple of int
    noise : array (n_steps, n_features) or None, default=None
        Is added to the outputs.
    """
    n_features, n_known, n_steps, at_once = len(row), len(season), len(following), min(periods)
    rows = np.concatenate([season, np.empty((n_steps, n_features), season.dtype)])
    for start in range(0, n_steps, at_once):
        known, until = following[start : start + at_once], n_known + start
        lags = [last_rows(rows[:until], len(known), period) for period in periods]
        inputs = np.hstack([np.zeros((len(known), n_features)), known, *lags], dtype=rows.dtype)
        inputs[0, :n_features] = rows[until - 1]
        part = loop if noise is None else with_noise(loop, noise[start : start + len(known)])
        outputs = predict_in_loop(reservoir, part, inputs, n_features, state, readout, passthrough, start, n_steps)
        if start + len(known) < n_steps:
            _, state = reservoir.drive(inputs, state)
        rows[until : until + len(outputs)] = outputs
    return rows[n_known:]


def last_rows(rows, n_ahead, period):
    """Return the rows a period before the next ``n_ahead`` ones after ``rows``, 0 where there are none."""
    numbers = len(rows) + np.arange(n_ahead) - period
    taken = rows[np.maximum(numbers, 0)]
    taken[numbers < 0] = 0.0
    return taken


def _take(exogenous, series, periods, start, stop):
    lags = []
    for period in periods:
        first = max(start - period, 0)
        lag = series[first : max(stop - period, 0)]
        lags.append(np.concatenate([np.zeros((stop - start - len(lag), series.shape[1]), series.dtype), lag]))
    return np.hstack([exogenous[start:stop], *lags])

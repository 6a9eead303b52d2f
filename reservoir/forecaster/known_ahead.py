"""What is known of the rows ahead beyond the next one, features of a direct forecast: last season's rows, exogenous."""

from functools import partial

import numpy as np

from reservoir.series.lazy_series import LazySeries


def known_ahead(series, exogenous, periods, n_ahead):
    """Return, beside every row, what is known of the ``n_ahead`` rows after it: a `LazySeries`, or None if nothing.

    For every period, these are the rows a season before those ahead, or as many seasons as it takes to be known, 0
    where there are none; then the exogenous rows ahead, from the second on. The first one is input of the reservoir.
    A closed loop, which predicts one row at a time, is given neither.

    Parameters
    ----------
    series, exogenous : array or LazySeries (n_rows, n_features) and (n_rows, n_exogenous)
        Prepared. Exogenous rows after the end are those of the last one.
    periods : tuple of int
    n_ahead : int

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.known_ahead import known_ahead
    >>> series = np.arange(1.0, 6.0)[:, None]
    >>> known_ahead(series, np.empty((5, 0)), (2,), 3)[:].tolist()
    [[0.0, 1.0, 0.0], [1.0, 2.0, 1.0], [2.0, 3.0, 2.0], [3.0, 4.0, 3.0], [4.0, 5.0, 4.0]]
    """
    width = series.shape[1] * len(periods) * n_ahead + exogenous.shape[1] * (n_ahead - 1)
    if width == 0:
        return None
    return LazySeries((len(series), width), series.dtype, partial(_take, series, exogenous, periods, n_ahead))


def last_season(series, period, n_ahead, start, stop):
    """Return the rows a season before those ahead of rows ``start`` to ``stop``, side by side."""
    ahead = np.arange(1, n_ahead + 1)
    numbers = np.arange(start, stop)[:, None] + ahead - period * -(-ahead // period)
    first = max(start + 1 - period, 0)
    rows = series[first:stop]
    taken = rows[np.maximum(numbers - first, 0)]
    taken[numbers < 0] = 0.0
    return taken.reshape(stop - start, -1)


def _take(series, exogenous, periods, n_ahead, start, stop):
    parts = [last_season(series, period, n_ahead, start, stop) for period in periods]
    if exogenous.shape[1] and n_ahead > 1:
        rows = exogenous[start : min(stop + n_ahead, len(exogenous))]
        numbers = np.arange(stop - start)[:, None] + np.arange(2, n_ahead + 1)
        parts.append(rows[np.minimum(numbers, len(rows) - 1)].reshape(stop - start, -1))
    return np.hstack(parts)

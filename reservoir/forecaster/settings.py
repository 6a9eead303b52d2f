"""What a forecaster's parameters mean: the differences that it takes, and its washout."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal

import numpy as np

from readouts import RidgeReadout
from reservoir.checks.arguments import check_integer
from reservoir.components import DEFAULT_ALPHAS
from reservoir.forecaster.differences import Differences

# The part of the level that a damped difference leaves to be forgotten, as damped trends do (E. S. Gardner and
# E. McKenzie, "Forecasting trends in time series", Management Science 31:1237, 1985).
DAMPING = 0.9

MOST_WASHOUT, SHARE_OF_WASHOUT = 100, 10


def check_differences(
    period: int | Sequence[int] | None, difference: Literal["damped"] | int | None, horizon: int | None
) -> tuple[tuple[int, ...], Differences]:
    """Return the seasons in rows, and the `Differences` that the parameters of a forecaster ask for.

    Examples
    --------
    >>> from reservoir.forecaster.settings import check_differences
    >>> check_differences(12, 1, None)
    ((12,), Differences(lags=(12, 1), coefficients=(1.0, 1.0)))
    """
    periods = _check_periods(period)
    if difference is None:
        difference = "damped" if periods else 0 if horizon is None else 1
    if isinstance(difference, str) and difference == "damped":
        ordinary = [DAMPING]
    elif isinstance(difference, Integral) and not isinstance(difference, bool | np.bool_) and 0 <= difference <= 2:
        ordinary = [1.0] * int(difference)
    else:
        raise ValueError(f"'difference' must be None, 'damped', 0, 1 or 2; got {difference!r}.")
    lags = (*periods, *[1] * len(ordinary))
    return periods, Differences(lags, (*[1.0] * len(periods), *ordinary))


def _check_periods(period):
    if period is None:
        return ()
    texts = str | bytes | bytearray
    several = isinstance(period, Sequence | np.ndarray) and not isinstance(period, texts) and getattr(period, "ndim", 1)
    periods = list(period) if several else [period]
    if not periods:
        raise ValueError("'period' must be None, an integer or several; got none. Set period=None.")
    periods = sorted({check_integer("period", one) for one in periods})
    return tuple(one for one in periods if one > 1)  # a season of one row is none


def find_washout(washout: int | None, shortest: int) -> int:
    """Return the number of rows of washout: as given, or by default a tenth of the shortest series, 100 at most."""
    if washout is None:
        return min(MOST_WASHOUT, max(shortest, 0) // SHARE_OF_WASHOUT)
    return check_integer("washout", washout, at_least=0)


def default_readout() -> RidgeReadout:
    """Return the readout, not fitted, of a forecaster that is given none.

    Its penalties begin lower than those of other composites, for series of dynamical systems have no noise.
    """
    return RidgeReadout(alphas=(1e-9, 1e-8, 1e-7, *DEFAULT_ALPHAS), cv=5)


def place_elapsed(reservoir: Any, n_columns: int) -> int | None:
    """Return the column that a reservoir, or a layer of it, is to take elapsed times from; None if none.

    The reservoir is not fitted yet, and is changed: it counts the column from the front, as others may be added behind.
    """
    columns = {
        name: int(value)
        for name, value in reservoir.get_params().items()
        if name.split("__")[-1] == "elapsed_column" and isinstance(value, Integral)
    }
    columns = {name: column for name, column in columns.items() if -n_columns <= column < n_columns}
    reservoir.set_params(**{name: column % n_columns for name, column in columns.items() if column < 0})
    return next((column % n_columns for column in columns.values()), None)

"""The centre and the scale of every column of series, little moved by outliers."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from readouts.types import Array
from reservoir.series.lazy_series import AT_ONCE, LazySeries
from reservoir.series.stacked_rows import stack_rows

TAIL = 0.01  # the share of values at either end that count as the quantile there
ROUNDING = 1e-12  # a column that varies by less than this share of its size is constant


@dataclass(frozen=True)
class ColumnScale:
    """Centre and scale of every column, by which series are standardised.

    Parameters
    ----------
    center, scale : arrays (n_features,)
        0 and 1 where a column is to stay as it is.
    """

    center: Array
    scale: Array

    def standardise(self, series: Array | LazySeries) -> Array | LazySeries:
        """Return a series with every column less its centre and divided by its scale; a long one lazily."""
        if type(series) is np.ndarray and series.size <= AT_ONCE:
            return self.standardise_rows(series, 0, len(series))
        return LazySeries(series.shape, series.dtype, partial(self.standardise_rows, series))

    def standardise_rows(self, series: Array | LazySeries, start: int, stop: int) -> Array:
        """Return rows of a series standardised, finite and far enough from overflow to be squared in float64."""
        rows = series[start:stop]
        most = 1e100 if rows.dtype == np.float64 else 1e30
        with np.errstate(over="ignore"):
            rows = (rows.astype(np.float64, copy=False) - self.center) / self.scale
        return np.ascontiguousarray(rows.clip(-most, most), dtype=series.dtype)


def find_column_scale(series: list[Array | LazySeries], kept: int | None = None) -> ColumnScale:
    """Return the winsorised mean and standard deviation of every column: those of values limited to two quantiles.

    Values below the quantile at 0.01 count as that quantile, and those above the one at 0.99 as that one. A column that
    is constant up to rounding between these is given its plain standard deviation, and scale 1 if that is 0 as well.

    Parameters
    ----------
    series : list of arrays or LazySeries (n_steps, n_features)
    kept : int or None, default=None
        A column that gets centre 0 and scale 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.anomaly.column_scale import find_column_scale
    >>> column = np.r_[np.tile([4.0, 6.0], 200), 1e9][:, None]
    >>> find_column_scale([column])
    ColumnScale(center=array([5.00249377]), scale=array([0.99999689]))
    """
    rows = stack_rows(series).astype(np.float64, copy=False)
    tails = np.quantile(rows, (TAIL, 1 - TAIL), axis=0, method="nearest")  # others could overflow between two values
    center, scale = _moments(rows.clip(*tails))
    _, plain = _moments(rows)
    scale = np.where(scale > 0, scale, np.where(plain > 0, plain, 1.0))
    if kept is not None:
        center[kept], scale[kept] = 0.0, 1.0
    return ColumnScale(center, scale)


def _moments(rows):
    """Return mean and standard deviation of every column, the latter 0 where it is no more than rounding."""
    size = np.abs(rows).max(axis=0)
    size[size == 0] = 1
    rows = rows / size  # so that no square overflows
    deviation = rows.std(axis=0)
    return rows.mean(axis=0) * size, np.where(deviation > ROUNDING, deviation, 0) * size

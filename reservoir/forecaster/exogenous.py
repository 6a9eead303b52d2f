"""Columns that are known in advance, such as a calendar or a control signal: read here, and laid beside a series."""

from functools import partial

import numpy as np

from readouts.masked import refuse_masked
from reservoir.checks.naming import called
from reservoir.series.lazy_series import LazySeries, read_rows
from reservoir.series.tables import as_single_feature, is_column, refuse_several


def read_exogenous(name, value, lengths, dtype, *, alone, n_columns=None, columns=None, rows="every row of 'X'"):
    """Return one checked 2-D array or `LazySeries` per series, of no columns if ``value`` is None.

    Parameters
    ----------
    name : str
        What messages call it.
    value : 2-D array if ``alone``, else 3-D array or list of 2-D arrays; or None
        1-D arrays and Series are a single column.
    lengths : list of int
        The number of rows that each array must have.
    dtype : dtype
    alone : bool
        Whether there is only one series.
    n_columns : int or None, default=None
        The number of columns that ``fit`` saw; None takes any.
    columns : list of str or None, default=None
        Their names, as `names_of` gave them; None takes any.
    rows : str, default="every row of 'X'"
        What each row stands beside, for the message.
    """
    if value is None:
        if n_columns:
            raise ValueError(
                f"'{name}' must hold the {n_columns} column{'s' * (n_columns > 1)} that fit saw; got None."
            )
        return [np.empty((length, 0), dtype) for length in lengths]
    if n_columns == 0:
        raise ValueError(f"'{name}' must be None, as fit saw no such columns. Give them to fit too.")
    if not alone and (not hasattr(value, "__iter__") or getattr(value, "ndim", 1) == 0):
        raise ValueError(f"'{name}' must hold one 2-D array for each series; got {value!r}.")
    refuse_several(value, name)
    parts = [value] if alone else list(value)
    refuse_masked(name, value if alone else parts)
    for part in parts:
        if columns is not None and names_of(part) not in (None, columns):
            raise ValueError(f"'{name}' must have the columns that fit saw, {columns}; got {names_of(part)}.")
    if len(parts) != len(lengths):
        raise ValueError(f"'{name}' must hold one array for each of the {len(lengths)} series; got {len(parts)}.")
    with called(name, value):
        parts = [_as_columns(part, length) for part, length in zip(parts, lengths, strict=True)]
        parts = [read_rows(part, dtype, lazy=True, input_name=name) for part in parts]
    n_columns = n_columns or parts[0].shape[1]
    for part, length in zip(parts, lengths, strict=True):
        if part.shape != (length, n_columns):
            raise ValueError(f"'{name}' must have a row for {rows}, shape {(length, n_columns)}; got {part.shape}.")
    return parts


def _as_columns(part, length):
    """Return a Series, or a 1-D array or list with a number for every row, as a column."""
    refuse_several(part, "X")
    if isinstance(part, list | tuple) and all(np.ndim(one) == 0 for one in part):
        part = np.asarray(part)
    flat = is_column(part) or isinstance(part, np.ndarray) and part.shape == (length,)
    return as_single_feature(part) if flat else part


def names_of(value):
    """Return the names of the columns of a data frame, of the first if there are several; None if they have none."""
    first = next(iter(value), None) if isinstance(value, (list, tuple)) else value
    columns = getattr(first, "columns", None)
    return None if columns is None else [str(name) for name in columns]


def lay_beside(series, exogenous):
    """Return ``[u(t), e(t+1)]``, one row fewer than the series: what is known just before u(t+1)."""
    shape = (len(series) - 1, series.shape[1] + exogenous.shape[1])
    return LazySeries(shape, series.dtype, partial(_beside, series, exogenous))


def _beside(series, exogenous, start, stop):
    if exogenous.shape[1] == 0:
        return series[start:stop]
    return np.hstack([series[start:stop], exogenous[start + 1 : stop + 1]])

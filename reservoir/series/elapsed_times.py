"""Times of samples, as tables have them, made the times between them that liquids are given, in a stated unit."""

import datetime
import sys
from collections.abc import Hashable
from typing import Literal, TypeAlias

import numpy as np

from readouts.entries import kind_of, refuse_lazy
from readouts.masked import refuse_masked
from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_choice
from reservoir.series.tables import column_of, is_column, is_frame, library_of, refuse_several

Unit: TypeAlias = Literal["W", "D", "h", "min", "s", "ms", "us", "ns"]
# What NumPy calls them.
CODES = {"W": "W", "D": "D", "h": "h", "min": "m", "s": "s", "ms": "ms", "us": "us", "ns": "ns"}
ELAPSED = "elapsed"
# NaT of pandas is one of these, too.
MAY_BE_MISSING = float, datetime.datetime, np.datetime64, np.timedelta64
# Months and years differ in length, and a duration without a unit may be of any.
NO_FIXED_LENGTH = "M", "Y", "generic"  # units of durations


def elapsed_times(X: SeriesLike, column: Hashable = None, unit: Unit = "s") -> SeriesOut:
    """Replace the times of samples by the times since the row before, which a liquid takes as its ``elapsed_column``.

    Times are dates, or durations since some start. Those with a time zone are compared as moments, so that a change of
    the clock does not count. The first row of a series has no row before, and gets 0. So does that of every piece where
    a stream comes in pieces: pass the last row of the piece before in front, and drop it again.

    Parameters
    ----------
    X : data frame, Series or index of pandas, data frame or Series of polars, array of times, or list of series
        Arrays of ``datetime64`` or ``timedelta64``, or of objects that are dates or durations, hold times alone.
    column : name of the column of a data frame that holds the times, default=None
        None is the index if it holds times, or else the only column that does.
    unit : {"W", "D", "h", "min", "s", "ms", "us", "ns"}, default="s"
        From weeks to nanoseconds; that of the time constants of the liquid. It is the same for all series.

    Returns
    -------
    data frame (n_steps, n_columns), list of these, or array of floats in the shape of the times
        A data frame without the column of times and with a last column ``"elapsed"``, and with text as names of the
        others; so is a Series with an index of times. A Series of times remains a Series, and anything else that holds
        times alone becomes an array.

    Raises
    ------
    TypeError
        If there are no times.
    ValueError
        If a time is missing, or is not later than that of the row before, or if only some have a time zone.

    Examples
    --------
    >>> import pandas as pd
    >>> from reservoir import CTRNNLiquid, elapsed_times
    >>> times = pd.to_datetime(["2026-03-01 08:00", "2026-03-01 08:30", "2026-03-01 20:00"])
    >>> frame = pd.DataFrame({"time": times, "pulse": [0.5, -1.0, 0.5]})
    >>> elapsed_times(frame, "time", unit="h")
       pulse  elapsed
    0    0.5      0.0
    1   -1.0      0.5
    2    0.5     11.5
    >>> liquid = CTRNNLiquid(20, elapsed_column="elapsed", random_state=0)
    >>> liquid.fit_transform(elapsed_times(frame.set_index("time"), unit="h")).shape
    (3, 20)
    """
    check_choice("unit", unit, CODES)
    return _convert("X", X, column, np.timedelta64(1, CODES[unit]))  # type: ignore[call-overload]


def _convert(name, X, column, unit):
    refuse_lazy(name, X)
    refuse_masked(name, X, ".filled(...) with the times that belong there")
    refuse_several(X, name)
    several = isinstance(X, (list, tuple)) or isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1
    if several and any(map(_is_series, X)):
        return [_convert(f"{name}[{number}]", x, column, unit) for number, x in enumerate(X)]
    if is_frame(X):
        return _convert_frame(name, X, column, unit)
    if column is not None:
        raise TypeError(f"'column' must be None where '{name}' is no data frame; got {column!r}.")
    if is_column(X) and not _holds_times(X) and _holds_times(_index_of(X)):
        return _convert_frame(name, X.to_frame(), None, unit)
    if getattr(X, "ndim", 1) == 3:
        return np.stack([_convert(f"{name}[{number}]", x, None, unit) for number, x in enumerate(X)])
    elapsed = _differences(name, X, unit)
    if library_of(X) == "polars":
        return sys.modules["polars"].Series(ELAPSED, elapsed)
    return sys.modules["pandas"].Series(elapsed, X.index, name=ELAPSED) if hasattr(X, "iloc") else elapsed


def _convert_frame(name, frame, column, unit):
    """Return a data frame with elapsed times in place of its times, from a column or from the index."""
    names = list(frame.columns)
    column = _column_of_times(name, frame, names, column)
    if ELAPSED in names and column != ELAPSED:
        raise ValueError(f"'{name}' must not have a column {ELAPSED!r} yet, for that is the new one. Rename it first.")
    if column is None:
        return _with_elapsed(frame, _differences(f"{name}.index", _index_of(frame), unit))
    elapsed = _differences(f"{name}[{column!r}]", column_of(frame, names.index(column)), unit)
    if library_of(frame) == "polars":
        return frame.drop(column).with_columns(sys.modules["polars"].Series(ELAPSED, elapsed))
    return _with_elapsed(frame.drop(columns=column), elapsed)


def _with_elapsed(frame, elapsed):
    """Return a data frame of pandas with one more column; names that are no text become such, as liquids need it."""
    if not all(isinstance(name, str) for name in frame.columns):
        frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    return frame.assign(**{ELAPSED: elapsed})


def _column_of_times(name, frame, names, column):
    """Return the name of the column that holds the times, None for the index."""
    if column is not None:
        if not (isinstance(column, Hashable) and column in set(names) and names.count(column) == 1):
            raise ValueError(f"'column' must be the name of one column of '{name}', which are {names}; got {column!r}.")
        return column
    if _holds_times(_index_of(frame)):
        return None
    found = [one for number, one in enumerate(names) if _holds_times(column_of(frame, number))]
    if len(found) != 1:
        raise TypeError(
            f"'column' must name the column of '{name}' that holds the times, unless its index or one column does; "
            f"got None, with times in {found} of the columns {names}."
        )
    return _column_of_times(name, frame, names, found[0])


def _differences(name, times, unit):
    """Return the time between each row and the one before, 0 for the first, as floats."""
    moments = _moments(name, times)
    missing = np.isnat(moments)
    if missing.any():
        raise ValueError(
            f"'{name}' must hold a time in every row; got NaT in row {_first(missing)}. Leave the row out, or put "
            "its time there."
        )
    steps = np.diff(moments, axis=0)
    backwards = steps.astype(np.int64) <= 0
    if backwards.any():
        _refuse_order(name, moments, _first(backwards) + 1)
    return np.concatenate([np.zeros_like(moments[:1], dtype=np.float64), steps / unit])


def _refuse_order(name, moments, row):
    before, now = (str(np.ravel(moments[number])[0]) for number in (row - 1, row))
    mend = "Sort the rows by time first" if (moments[row] < moments[row - 1]).any() else "Keep one row of each time"
    alike = "" if moments.dtype.kind == "M" else " If these are times between rows already, divide them by a duration."
    raise ValueError(
        f"'{name}' must hold times that grow from row to row; got {now} in row {row} after {before}. {mend}.{alike}"
    )


def _moments(name, times):
    """Return times as an array of dates or durations of NumPy, in universal time where they have a zone."""
    accessor = getattr(times, "dt", times)
    if "period" in str(getattr(times, "dtype", "")):
        return accessor.to_timestamp().to_numpy()
    if library_of(times) == "pandas" and getattr(getattr(times, "dtype", None), "tz", None) is not None:
        return accessor.tz_convert(None).to_numpy()
    try:
        array = np.asarray(times.to_numpy() if hasattr(times, "to_numpy") else times)
    except ValueError:
        array = np.empty(0)
    if array.dtype.kind == "O" and array.size:
        array = _of_objects(name, array)
    if array.dtype.kind not in "mM" or array.ndim not in (1, 2) or not array.size:
        mend = f"np.diff({name}, prepend={name}[0])" if array.dtype.kind in "fiu" else f"pandas.to_datetime({name})"
        raise TypeError(
            f"'{name}' must hold times, one for each row, of a type such as datetime64; got "
            f"{getattr(times, 'dtype', array.dtype)} of shape {array.shape}. See whether {mend} is what you want."
        )
    if array.dtype.kind == "m" and np.datetime_data(array.dtype)[0] in NO_FIXED_LENGTH:
        raise TypeError(
            f"'{name}' must hold durations of a fixed length; got {array.dtype}. Give them in days or a shorter unit, "
            f"such as {name}.astype(int) * np.timedelta64(1, 'D')."
        )
    return array.astype("datetime64[D]") if array.dtype in ("datetime64[M]", "datetime64[Y]") else array


def _of_objects(name, array):
    """Return objects as dates or durations if all are such, or missing; else as they are."""
    known = [entry for entry in array.flat if entry is not None and not _is_nat(entry)]
    if known and all(isinstance(entry, (datetime.timedelta, np.timedelta64)) for entry in known):
        missing = np.timedelta64("NaT", "s")
    elif known and all(isinstance(entry, (datetime.date, np.datetime64)) for entry in known):
        missing = np.datetime64("NaT", "s")
        if len({getattr(entry, "tzinfo", None) is None for entry in known}) > 1:
            raise ValueError(
                f"'{name}' must hold times that all have a time zone, or none that has one; got both. Give the others "
                "theirs, such as by time.replace(tzinfo=...)."
            )
    else:
        return array
    entries = [missing if entry is None or _is_nat(entry) else _as_numpy(entry) for entry in array.flat]
    return np.array(entries).reshape(array.shape)


def _as_numpy(entry):
    """Return a date or a duration as one of NumPy, in its own unit, in universal time if it has a time zone."""
    if isinstance(entry, (np.datetime64, np.timedelta64)):
        return entry
    if hasattr(entry, "asm8"):  # of pandas, which may count nanoseconds
        return entry.asm8
    if isinstance(entry, datetime.timedelta):
        return np.timedelta64(entry, "us")
    if getattr(entry, "tzinfo", None) is not None:
        entry = entry.astimezone(datetime.UTC).replace(tzinfo=None)
    return np.datetime64(entry, "us")


def _is_nat(entry):
    return type(entry).__name__ == "NAType" or isinstance(entry, MAY_BE_MISSING) and bool(entry != entry)


def _holds_times(column):
    """Whether a column or an index holds dates or durations, by its type or that of its first entry."""
    if column is None or kind_of(column.dtype) in ("m", "M"):
        return column is not None
    if not len(column):
        return False
    first = column.iloc[0] if hasattr(column, "iloc") else column[0]
    times = datetime.date, datetime.timedelta, np.datetime64, np.timedelta64
    return isinstance(first, times) or type(first).__name__ == "Period"


def _index_of(x):
    """Return the index of a table of pandas, of several levels the last, as `from_multiindex` has it; else None."""
    index = getattr(x, "index", None)
    return index.get_level_values(-1) if getattr(index, "nlevels", 1) > 1 else index


def _is_series(x):
    return is_frame(x) or is_column(x) or isinstance(x, np.ndarray) and x.ndim > 0 or isinstance(x, (list, tuple))


def _first(where: Array) -> int:
    """Return the first row that has a True."""
    return int(np.flatnonzero(where.reshape(len(where), -1).any(axis=1))[0])

"""Entries that are no numbers: found in arrays, tables and lists of these, and refused with advice to convert them."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

_DURATION = (
    "If they are counted from a start, reservoir.elapsed_times({times}) gives the times between them; if they are such "
    "times already, give seconds: {seconds}."
)
_TIME = (
    "Leave it out, as an index is (set_index); or make it the times since the row before, in seconds or another unit, "
    "for a liquid that has an elapsed_column: reservoir.elapsed_times({times})."
)
_HOUR = "Leave it out, or give the seconds since midnight."
_PERIOD = "Leave it out, or take its start: pandas.Series({place}).dt.to_timestamp()."
_TEXT = "Encode it as numbers first, as pandas.get_dummies does for tables, or leave it out."
_ABSENT = (
    "Make it NaN: {place} = pandas.to_numeric({place}, errors='coerce'). Or fill it, as reservoir.ForwardFill() does."
)
_REAL = "fiub"
_KINDS = {"Duration": "m", "Datetime": "M", "Date": "M", "Time": "t"}  # the types of polars have no letter
_OTHER = "Turn it into numbers first, or leave it out."


@contextmanager
def numbers_expected(name: str, X: object) -> Iterator[None]:
    """Refuse times, durations and lazy tables; make an error of the block name the entry that is no number.

    The message says how to turn the entry into a number. Times are refused in any case, because NumPy would read them
    as numbers of the unit that they happen to be stored in.

    Parameters
    ----------
    name : str
        The name of X in messages.
    X : array, data frame, or list of these
        Of anything else the error is raised as it is.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.entries import numbers_expected
    >>> with numbers_expected("X", [np.array([["1.5", "high"]], dtype=object)]):
    ...     np.array([["1.5", "high"]], dtype=object).astype(float)
    Traceback (most recent call last):
        ...
    ValueError: 'X[0][:, 1]' must hold numbers; got 'high' in row 0: could not convert string to float: 'high'. \
Encode it as numbers first, as pandas.get_dummies does for tables, or leave it out.
    """
    refuse_times(name, X)
    try:
        yield
    except (TypeError, ValueError):
        for place, times, dtype, take in _columns(name, X):
            kind = kind_of(dtype)
            if kind == "c":
                raise ValueError(
                    f"Complex data not supported: '{place}' must be real; got {dtype}. Give real and imaginary part as "
                    "columns of their own."
                ) from None
            if kind in "OSUT":
                _refuse_first(place, times, take())
        raise


def refuse_lazy(name: str, X: object) -> None:
    """Raise TypeError if X is a table of polars that is not computed yet."""
    if type(X).__name__ == "LazyFrame":
        raise TypeError(f"'{name}' must hold its rows; got a LazyFrame, which has none yet: pass {name}.collect().")


def refuse_times(name: str, X: object) -> None:
    """Raise TypeError if an array, or a column of a table, has a type of times or durations."""
    for place, times, dtype, take in _columns(name, X):
        _refuse_times(place, times, dtype, take)


def kind_of(dtype: Any) -> str:
    """Return the kind of a type, the letter that NumPy and pandas have for it, also for a type of polars."""
    kind = getattr(dtype, "kind", None)
    if kind is not None:
        return kind
    return _KINDS.get(str(dtype).partition("(")[0], "f" if getattr(dtype, "is_numeric", bool)() else "O")


def _columns(name, X):
    """Yield the columns of X whose type is not one of real numbers.

    They are a place, which is an expression for the column, the arguments by which `reservoir.elapsed_times` converts
    it, its type, and a getter. Tables and arrays of objects are searched column by column; any other array counts as
    one column.
    """
    if isinstance(X, np.ndarray) and X.dtype.kind in _REAL:
        return
    refuse_lazy(name, X)
    every = name.partition("[")[0]  # all series, if X is one of several
    if hasattr(X, "columns") and hasattr(X, "iloc"):
        for number, dtype in enumerate(X.dtypes.tolist()):
            if kind_of(dtype) not in _REAL:
                column = X.columns[number]
                yield f"{name}[{column!r}]", f"{every}, {column!r}", dtype, lambda number=number: X.iloc[:, number]
    elif hasattr(X, "column_names"):  # a table of pyarrow
        for column_name, column in zip(X.column_names, X.columns, strict=True):
            place, dtype = f"{name}[{column_name!r}]", np.asarray(column[:1]).dtype
            yield place, f"{place}.to_numpy()", dtype, lambda column=column: column
    elif hasattr(X, "columns") and hasattr(X, "get_column"):
        for column, dtype in zip(X.columns, X.dtypes, strict=True):
            if kind_of(dtype) not in _REAL:
                yield f"{name}[{column!r}]", f"{every}, {column!r}", dtype, lambda column=column: X.get_column(column)
    elif isinstance(X, (list, tuple)) or isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1:
        for number, part in enumerate(X):
            plain = type(part) is np.ndarray and part.dtype.kind in _REAL
            if plain:
                continue
            refuse_lazy(f"{name}[{number}]", part)  # the columns of a LazyFrame cannot be read without a warning
            if hasattr(part, "dtype") or hasattr(part, "columns"):
                yield from _columns(f"{name}[{number}]", part)
    elif isinstance(X, np.ndarray) and X.dtype == object and X.ndim > 1:
        for number in range(X.shape[-1]):
            place = f"{name}[{':, ' * (X.ndim - 1)}{number}]"
            yield place, place if X.ndim == 2 else f"list({place})", X.dtype, lambda number=number: X[..., number]
    elif hasattr(X, "dtype"):
        yield name, name, X.dtype, lambda: X
    elif type(X).__module__.startswith("pyarrow"):
        yield name, f"{name}.to_numpy()", np.asarray(X[:1]).dtype, lambda: X


def _refuse_times(place, times, dtype, take):
    """Raise TypeError if the type of a column is one of times or durations."""
    kind = kind_of(dtype)
    if kind not in ("m", "M", "t"):
        return
    column = take()
    if hasattr(column, "iloc"):
        seconds = f"{place}.dt.total_seconds()"
    elif hasattr(dtype, "is_temporal"):  # polars truncates seconds to whole ones
        seconds = f"{place}.dt.total_microseconds() / 1e6"
    else:
        seconds = f"{place}{'.to_numpy()' if hasattr(column, 'to_numpy') else ''} / np.timedelta64(1, 's')"
    advice = {"m": _DURATION.format(seconds=seconds, times=times), "M": _TIME.format(times=times), "t": _HOUR}
    raise TypeError(f"'{place}' must hold numbers; got {dtype}. {advice[kind]}")


def _refuse_first(place, times, column):
    """Raise an error about the first entry of a column of objects that is no number."""
    for row, entry in enumerate(np.asarray(column, dtype=object).reshape(len(column), -1)[:, 0]):
        if isinstance(entry, datetime.datetime) and entry != entry:  # NaT, a missing time or duration
            continue
        if isinstance(entry, (list, tuple)) or getattr(entry, "shape", ()):  # a series, which is another error
            return
        try:
            float("nan" if entry is None else entry)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            message = (
                f"'{place}' must hold numbers; got {entry!r} in row {row}: {error}. {_advice_on(entry, place, times)}"
            )
            raise kind(message) from None


def _advice_on(entry, place, times):
    if isinstance(entry, datetime.timedelta):
        seconds = f"pandas.Series(pandas.to_timedelta({place})).dt.total_seconds()"
        return _DURATION.format(seconds=seconds, times=times)
    if isinstance(entry, datetime.date):
        return _TIME.format(times=times)
    if isinstance(entry, datetime.time):
        return _HOUR
    if type(entry).__name__ == "Period":
        return _PERIOD.format(place=place)
    if type(entry).__name__ == "NAType":
        return _ABSENT.format(place=place)
    return _TEXT if isinstance(entry, (str, bytes)) else _OTHER

"""Entries that are no numbers: found in arrays, tables and lists of these, and refused with advice to convert them."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_DURATION = "Give seconds: {seconds}."
_TIME = "Leave it out, as an index is (set_index); or give the seconds since the row before: {seconds}."
_HOUR = "Leave it out, or give the seconds since midnight."
_PERIOD = "Leave it out, or take its start: pandas.Series({place}).dt.to_timestamp()."
_TEXT = "Encode it as numbers first, as pandas.get_dummies does for tables, or leave it out."
_ABSENT = "Make it NaN: {place} = pandas.to_numeric({place}, errors='coerce')."
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
        for place, dtype, take in _columns(name, X):
            kind = _kind_of(dtype)
            if kind == "c":
                raise ValueError(
                    f"Complex data not supported: '{place}' must be real; got {dtype}. Give real and imaginary part as "
                    "columns of their own."
                ) from None
            if kind in "OSUT":
                _refuse_first(place, take())
        raise


def refuse_lazy(name: str, X: object) -> None:
    """Raise TypeError if X is a table of polars that is not computed yet."""
    if type(X).__name__ == "LazyFrame":
        raise TypeError(f"'{name}' must hold its rows; got a LazyFrame, which has none yet: pass {name}.collect().")


def refuse_times(name: str, X: object) -> None:
    """Raise TypeError if an array, or a column of a table, has a type of times or durations."""
    for place, dtype, take in _columns(name, X):
        _refuse_times(place, dtype, take)


def _columns(name, X):
    """Yield the columns of X whose type is not one of real numbers: an expression for it, its type, and a getter.

    Tables and arrays of objects are searched column by column; any other array counts as one column.
    """
    if isinstance(X, np.ndarray) and X.dtype.kind in _REAL:
        return
    refuse_lazy(name, X)
    if hasattr(X, "columns") and hasattr(X, "iloc"):
        for number, dtype in enumerate(X.dtypes.tolist()):
            if _kind_of(dtype) not in _REAL:
                yield f"{name}[{X.columns[number]!r}]", dtype, lambda number=number: X.iloc[:, number]
    elif hasattr(X, "column_names"):  # a table of pyarrow
        for column_name, column in zip(X.column_names, X.columns, strict=True):
            yield f"{name}[{column_name!r}]", np.asarray(column[:1]).dtype, lambda column=column: column
    elif hasattr(X, "columns") and hasattr(X, "get_column"):
        for column, dtype in zip(X.columns, X.dtypes, strict=True):
            if _kind_of(dtype) not in _REAL:
                yield f"{name}[{column!r}]", dtype, lambda column=column: X.get_column(column)
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
            yield f"{name}[{':, ' * (X.ndim - 1)}{number}]", X.dtype, lambda number=number: X[..., number]
    elif hasattr(X, "dtype"):
        yield name, X.dtype, lambda: X
    elif type(X).__module__.startswith("pyarrow"):
        yield name, np.asarray(X[:1]).dtype, lambda: X


def _kind_of(dtype):
    """Return the kind of a type, the letter that NumPy and pandas have for it, also for a type of polars."""
    kind = getattr(dtype, "kind", None)
    if kind is not None:
        return kind
    return _KINDS.get(str(dtype).partition("(")[0], "f" if getattr(dtype, "is_numeric", bool)() else "O")


def _refuse_times(place, dtype, take):
    """Raise TypeError if the type of a column is one of times or durations."""
    kind = _kind_of(dtype)
    if kind not in ("m", "M", "t"):
        return
    column = take()
    if hasattr(column, "iloc"):
        duration = f"{place}.dt.total_seconds()"
        difference = f"{place}.diff().dt.total_seconds().fillna(0)"
    elif hasattr(dtype, "is_temporal"):  # polars truncates seconds to whole ones
        duration = f"{place}.dt.total_microseconds() / 1e6"
        difference = f"{place}.diff().dt.total_microseconds().fill_null(0) / 1e6"
    else:
        array = f"{place}.to_numpy()" if hasattr(column, "to_numpy") else place
        duration = f"{array} / np.timedelta64(1, 's')"
        difference = f"np.diff({array}, axis=0, prepend={array}[:1]) / np.timedelta64(1, 's')"
    advice = {"m": _DURATION.format(seconds=duration), "M": _TIME.format(seconds=difference), "t": _HOUR}
    raise TypeError(f"'{place}' must hold numbers; got {dtype}. {advice[kind]}")


def _refuse_first(place, column):
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
            message = f"'{place}' must hold numbers; got {entry!r} in row {row}: {error}. {_advice_on(entry, place)}"
            raise kind(message) from None


def _advice_on(entry, place):
    if isinstance(entry, datetime.timedelta):
        return _DURATION.format(seconds=f"pandas.Series(pandas.to_timedelta({place})).dt.total_seconds()")
    if isinstance(entry, datetime.date):
        seconds = f"pandas.Series(pandas.to_datetime({place})).diff().dt.total_seconds().fillna(0)"
        return _TIME.format(seconds=seconds)
    if isinstance(entry, datetime.time):
        return _HOUR
    if type(entry).__name__ == "Period":
        return _PERIOD.format(place=place)
    if type(entry).__name__ == "NAType":
        return _ABSENT.format(place=place)
    return _TEXT if isinstance(entry, (str, bytes)) else _OTHER

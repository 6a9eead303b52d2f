"""Indexes, labels and steps of pandas as plain values, for files that hold no objects of other libraries."""

import sys
from importlib import import_module
from typing import Any, TypeAlias

# None, numbers, texts, and dicts of one of the kinds below to a list of such.
Plain: TypeAlias = Any

_TIMES = ("DatetimeIndex", "TimedeltaIndex", "PeriodIndex")


class PlainStateMixin:
    """Objects whose attributes may be of pandas: a pickle of them, or a file, holds plain values instead."""

    def __getstate__(self):
        return {name: to_plain(value) for name, value in vars(self).items()}

    def __setstate__(self, state):
        vars(self).update({name: from_plain(value) for name, value in state.items()})


def to_plain(value: Any) -> Plain:
    """Return plain values in place of an index, label, step of time, or tuple of these; all else as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> from reservoir.series.plain_index import from_plain, to_plain
    >>> to_plain(pd.Timedelta("1h"))
    {'Timedelta': [3600000000000]}
    >>> from_plain(to_plain(pd.period_range("2024-01", periods=2, freq="M", name="month")))
    PeriodIndex(['2024-01', '2024-02'], dtype='period[M]', name='month')
    """
    if isinstance(value, tuple):
        return {"tuple": [to_plain(part) for part in value]}
    pd = sys.modules.get("pandas")
    if pd is None or not isinstance(value, pd.Index | pd.Timestamp | pd.Timedelta | pd.Period | pd.offsets.BaseOffset):
        return value
    plain = _parts(pd, value)
    back = from_plain(plain)
    if not (value.equals(back) if isinstance(value, pd.Index) else value == back):
        raise TypeError(f"The index of the series must be one that can be stored; got {value!r}. Number the rows.")
    return plain


def from_plain(plain: Plain) -> Any:
    """Return what `to_plain` was given."""
    if not isinstance(plain, dict):
        return plain
    ((kind, parts),) = plain.items()
    if kind == "tuple":
        return tuple(map(from_plain, parts))
    return _made(import_module("pandas"), kind, parts)


def _parts(pd, value):
    if isinstance(value, pd.Timestamp):
        return {"Timestamp": [to_plain(pd.DatetimeIndex([value]))]}
    if isinstance(value, pd.Timedelta):
        return {"Timedelta": [value.value]}
    if isinstance(value, pd.Period):
        return {"Period": [to_plain(pd.PeriodIndex([value]))]}
    if not isinstance(value, pd.Index):
        return {"offset": [value.freqstr]}
    kind, name = type(value).__name__, to_plain(value.name)
    if isinstance(value, pd.RangeIndex):
        return {kind: [value.start, value.stop, value.step, name]}
    if isinstance(value, pd.MultiIndex):
        return {kind: [to_plain(value.get_level_values(number)) for number in range(value.nlevels)]}
    if kind in _TIMES:
        zone = getattr(value, "tz", None)
        dtype = f"datetime64[{value.unit}, UTC]" if zone is not None else str(value.dtype)
        return {kind: [value.asi8.tolist(), dtype, None if zone is None else str(zone), name]}
    return {"Index": [[to_plain(label) for label in value.tolist()], str(value.dtype), name]}


def _made(pd, kind, parts):
    if kind in ("Timestamp", "Period"):
        return from_plain(*parts)[0]
    if kind == "Timedelta":
        return pd.Timedelta(*parts, unit="ns")
    if kind == "offset":
        return pd.tseries.frequencies.to_offset(*parts)
    if kind == "MultiIndex":
        return pd.MultiIndex.from_arrays(list(map(from_plain, parts)))
    *parts, name = parts
    if kind == "RangeIndex":
        return pd.RangeIndex(*parts, name=from_plain(name))
    if kind == "PeriodIndex":
        ordinals, dtype, _ = parts
        freq = pd.PeriodDtype(dtype.removeprefix("period[").removesuffix("]")).freq
        return pd.PeriodIndex([pd.Period(ordinal=one, freq=freq) for one in ordinals], name=from_plain(name))
    if kind in _TIMES:
        numbers, dtype, zone = parts
        index = pd.Index(numbers, dtype="int64").astype(dtype).rename(from_plain(name))
        return index if zone is None else index.tz_convert(zone)
    labels, dtype = parts
    return pd.Index(list(map(from_plain, labels)), dtype=dtype, name=from_plain(name))

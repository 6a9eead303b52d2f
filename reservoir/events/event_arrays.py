"""Times and channels of events as arrays, checked, of one recording or of several."""

from typing import Any

import numpy as np

from readouts.masked import refuse_masked
from readouts.types import Array
from reservoir.checks.arguments import as_array, as_list
from reservoir.events.units import Unit


def read_recordings(
    times: Any, channels: Any, n_channels: int, unit: Unit
) -> tuple[list[tuple[str, Array, Array]], bool]:
    """Return the name, the times and the channels of each recording, and whether there may be several."""
    for name, value in (("times", times), ("channels", channels)):
        refuse_masked(name, value)
    many = _are_several(times)
    if many != _are_several(channels):
        raise ValueError(
            "'times' and 'channels' must both be arrays, of one recording, or both be lists of arrays, of several; got "
            f"{'several' if many else 'one'} as 'times' and {'one' if many else 'several'} as 'channels'."
        )
    if not many:
        return [("times", *read_pair(times, channels, n_channels, unit))], False
    if len(times) != len(channels):
        raise ValueError(
            f"'times' and 'channels' must be lists of one length; got {len(times)} and {len(channels)} recordings."
        )
    pairs = enumerate(zip(times, channels, strict=True))
    return [(f"times[{i}]", *read_pair(one, other, n_channels, unit, f"[{i}]")) for i, (one, other) in pairs], True


def read_pair(times: Any, channels: Any, n_channels: int, unit: Unit, place: str = "") -> tuple[Array, Array]:
    """Return the checked times and channels of a recording, in the types that they have, where these are numbers.

    ``place`` is that of the recording in a list, for messages.
    """
    when = _read_times(f"times{place}", times, unit)
    which = _read_channels(f"channels{place}", channels, n_channels)
    if len(when) != len(which):
        raise ValueError(
            f"'times{place}' and 'channels{place}' must be of one length, an entry for each event; got {len(when)} and "
            f"{len(which)}."
        )
    return when, which


def _are_several(value):
    if not (isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object)):
        return False
    entries = as_list(value)
    return bool(entries) and all(as_list(entry) is not None for entry in entries)


def _read_times(name, times, unit):
    array = _read_one(name, times)
    if array.dtype.kind in "mM":
        since = f"({name} - {name}.min())" if array.dtype.kind == "M" else name
        raise ValueError(
            f"'{name}' must hold plain numbers; got {array.dtype}. Pass {since} / np.timedelta64(1, '{unit}')."
        )
    if array.size and array.dtype.kind not in "iuf":
        raise ValueError(f"'{name}' must hold integers or floats; got dtype {array.dtype}.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"'{name}' must be finite; got NaN or infinity. Leave those events out.")
    if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"'{name}' must be below 2**63; got {array.max()}.")
    return array if array.dtype.kind in "iuf" else np.zeros(0, np.int64)


def _read_channels(name, channels, n_channels):
    array = _read_one(name, channels)
    if array.dtype.kind not in "iuf" and array.size:
        raise ValueError(f"'{name}' must hold numbers of channels; got dtype {array.dtype}.")
    wrong = ~((array >= 0) & (array < n_channels))
    if array.dtype.kind == "f":
        wrong |= array != np.floor(array)
    if wrong.any():
        place = int(np.argmax(wrong))
        from_one = array.min() >= 1 and array.max() == n_channels
        raise ValueError(
            f"'{name}' must hold whole numbers from 0 to {n_channels - 1}, below 'n_channels'; got {array[place]} for "
            f"event {place}." + " Subtract 1 if channels are counted from 1." * bool(from_one)
        )
    # Numbers of channels are added to signed ones, which unsigned ones of 64 bits would turn into floats.
    narrow = array.dtype.kind == "i" or (array.dtype.kind == "u" and array.dtype.itemsize < 8)
    return array if narrow else array.astype(np.int64)


def _read_one(name, values):
    array = as_array(name, values, "1-D, an entry for each event")
    if array.ndim != 1:
        raise ValueError(
            f"'{name}' must be 1-D, an entry for each event; got shape {array.shape}. Of several recordings pass lists "
            "of 1-D arrays."
        )
    return array

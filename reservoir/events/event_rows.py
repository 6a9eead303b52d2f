"""Events become rows of whole numbers, the input of spiking liquids, and rows become events again."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from readouts.masked import refuse_masked
from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import (
    as_array,
    as_list,
    check_choice,
    check_flag,
    check_integer,
    check_memory,
    check_number,
    is_integer,
)
from reservoir.events.bins import rows_of
from reservoir.events.plausible_rate import check_plausible
from reservoir.events.pooled_rows import read_counts
from reservoir.events.units import Unit, check_period, check_unit, exactly

WHOLE = 2.0**53  # up to which floats represent every whole number


def from_events(
    times: ArrayLike | Sequence[ArrayLike],
    channels: ArrayLike | Sequence[ArrayLike],
    n_channels: int,
    period: float,
    *,
    unit: Unit,
    n_steps: int | None = None,
    start: float | Literal["first"] = 0,
    check_rate: bool = True,
) -> SeriesOut:
    """Count the events of each channel in rows of equal duration, for a liquid with ``input="spikes"``.

    Row k holds the events of ``[start + k period, start + (k + 1) period)``, and each event is counted once::

        X[k, c] = #{i: floor((times[i] - start) / period) = k and channels[i] = c},    sum(X) = n_events

    Integer times are treated exactly. A float that lies below an edge by no more than its own rounding counts as on
    it, so that 0.3 s is in row 3 of 100 ms, though the nearest float is below 3/10: 4 units in the last place of its
    type, and at most a thousandth of a row. ``period`` is taken as the decimal number that it prints as.

    A unit that cannot be right is refused, if another one can: if a channel had more than 2,000 events per second on
    average, or less than 0.02 while all together had less than 50, or if the recording were shorter than one period or
    longer than an hour; see ``check_rate``.

    Parameters
    ----------
    times : array (n_events,) of integers or floats, or list of such
        In any order. Of several recordings, a list with an array for each.
    channels : array (n_events,) of whole numbers, or list of such
        0 to ``n_channels - 1``.
    n_channels : int
        Number of channels, at least 1.
    period : float
        Duration of a row in ms, 1e-6 to 1e9: the ``input_period`` of the liquid.
    unit : {"s", "ms", "us"}
        Of ``times`` and ``start``: seconds, milliseconds or microseconds. It has no default: nothing in the numbers
        tells what was meant.
    n_steps : int or None, default=None
        Number of rows, at least 1. None is as many as are needed, for each recording.
    start : float or "first", default=0
        When row 0 begins, in ``unit``; or at the first event of each recording, whose clock may have begun long before.
    check_rate : bool, default=True
        Whether the unit is judged by the rate of events and the duration, in recordings of at least 20 events.
        Neurons and cochleae are below 200 Hz on average, and event cameras, whose bus carries 10^6 to 10^7 events per
        second, below 100 Hz a pixel. Pass False for recordings that are unlike any of these.

    Returns
    -------
    X : array (n_steps, n_channels), float64, or list of such
        Whole numbers of events.

    Raises
    ------
    ValueError
        If an argument is invalid, an event lies before ``start`` or behind the last row, a channel does not exist, or
        the unit is implausible.

    References
    ----------
    B. Cramer et al., "The Heidelberg spiking data sets for the systematic evaluation of spiking neural networks", IEEE
    Transactions on Neural Networks and Learning Systems 33:2744, 2022, section III; G. Gallego et al., "Event-based
    vision: A survey", IEEE Transactions on Pattern Analysis and Machine Intelligence 44:154, 2022, section 2.

    Examples
    --------
    >>> from reservoir.events import from_events
    >>> from_events([0, 400, 1000, 1001], [0, 2, 2, 2], n_channels=3, period=1.0, unit="us")
    array([[1., 0., 1.],
           [0., 0., 2.]])
    """
    unit, step, n_channels = check_unit(unit), check_period(period, unit), check_integer("n_channels", n_channels)
    n_steps = None if n_steps is None else check_integer("n_steps", n_steps)
    check_rate, start = check_flag("check_rate", check_rate), check_start(start)
    numbered, many = _recordings(times, channels)
    rows = []
    for (name, one), (other, two) in numbered:
        when, which = _read_times(name, one), _read_channels(other, two, n_channels)
        if len(when) != len(which):
            raise ValueError(
                f"'{name}' and '{other}' must be of one length, an entry for each event; got {len(when)} and "
                f"{len(which)}."
            )
        if check_rate and len(when):
            check_plausible(name, len(when), float(when.max()) - float(when.min()), n_channels, step, unit)
        rows.append(count(name, when, which, n_channels, step, n_steps, start))
    return rows if many else rows[0]


def count(
    name: str,
    times: Array,
    channels: Array,
    n_channels: int,
    period: Fraction,
    n_steps: int | None,
    start: float | Literal["first"],
) -> Array:
    """Return the rows of checked events; the period is in the unit of the times."""
    if len(times) == 0 and n_steps is None:
        raise ValueError(f"'{name}' must hold at least one event, or 'n_steps' be given; got none.")
    first = (times.min() if len(times) else 0) if isinstance(start, str) else start
    rows = rows_of(times, period, first)
    if len(rows) and rows.min() < 0:
        raise ValueError(
            f"'{name}' must not lie before 'start'; got {times.min()} with start={first!r}. Pass start='first', or "
            "leave out what was before."
        )
    if n_steps is not None and len(rows) and rows.max() >= n_steps:
        end = float(exactly(first) + n_steps * period)
        raise ValueError(
            f"'n_steps' must be enough for '{name}', whose last event is in row {int(rows.max())} by 'period' and "
            f"'start'; got {n_steps}. Leave out what comes later ({name} < {end:g}), or pass more rows."
        )
    wanted = n_steps or int(rows.max()) + 1
    _refuse_too_many(name, wanted, n_channels)
    counts = np.zeros(wanted * n_channels)  # of whose memory only the pages with events are touched
    np.add.at(counts, rows.astype(np.int64) * n_channels + channels, 1.0)
    return counts.reshape(wanted, n_channels)


def to_events(
    X: SeriesLike, period: float, *, unit: Unit, start: float = 0
) -> tuple[Array, Array] | tuple[list[Array], list[Array]]:
    """List the events of rows of counts: the inverse of `from_events`.

    An event of row k is given the time at which the row begins, as often as the row says::

        times = start + k period,    X[k, c] times with channels = c

    Parameters
    ----------
    X : array (n_steps, n_channels), array (n_sequences, n_steps, n_channels), or list of 2-D arrays
        Whole numbers of events, at least 0.
    period : float
        Duration of a row in ms, 1e-6 to 1e9.
    unit : {"s", "ms", "us"}
        Of ``times`` and ``start``.
    start : float, default=0
        When row 0 begins.

    Returns
    -------
    times : array (n_events,), or list of such
        Ascending; int64 if a period and ``start`` are whole numbers of ``unit``, else float64.
    channels : array (n_events,), int64, or list of such
        Ascending among equal times.

    Raises
    ------
    ValueError
        If an argument is invalid, or X holds what is no number of events.

    Examples
    --------
    >>> from reservoir.events import to_events
    >>> to_events([[1, 0, 1], [0, 0, 2]], period=1.0, unit="us")
    (array([   0,    0, 1000, 1000]), array([0, 2, 2, 2]))
    """
    unit = check_unit(unit)
    step, first = check_period(period, unit), exactly(_check_time("start", start))
    checked = read_counts(X)
    several = [_list_events(x, step, first) for x in checked.series]
    if checked.container == "series":
        return several[0]
    return [times for times, _ in several], [channels for _, channels in several]


def _list_events(X, step, start):
    rows, channels = np.nonzero(X)
    numbers = X[rows, channels]
    check_memory("X", numbers.sum(), 32 * numbers.sum())
    times = _clock(len(X), step, start)[rows]
    numbers = numbers.astype(np.int64)
    return np.repeat(times, numbers), np.repeat(channels, numbers)


def _clock(n_steps, step, start):
    """Return when each row begins: exactly if these are integers, else each rounded once, where numbers allow it."""
    common = lcm(step.denominator, start.denominator)
    a, b = int(step * common), int(start * common)
    if n_steps * a + abs(b) >= WHOLE:
        return np.arange(n_steps) * float(step) + float(start)
    clock = np.arange(n_steps) * a + b
    return clock if common == 1 else clock / common


def _recordings(times, channels):
    """Return the named arrays of each recording, and whether there are several."""
    for name, value in (("times", times), ("channels", channels)):
        refuse_masked(name, value)
    many = _are_several(times)
    if many != _are_several(channels):
        raise ValueError(
            "'times' and 'channels' must both be arrays, of one recording, or both be lists of arrays, of several; got "
            f"{'several' if many else 'one'} as 'times' and {'one' if many else 'several'} as 'channels'."
        )
    if not many:
        return [(("times", times), ("channels", channels))], False
    if len(times) != len(channels):
        raise ValueError(
            f"'times' and 'channels' must be lists of one length; got {len(times)} and {len(channels)} recordings."
        )
    pairs = enumerate(zip(times, channels, strict=True))
    return [((f"times[{i}]", one), (f"channels[{i}]", other)) for i, (one, other) in pairs], True


def _are_several(value):
    if not (isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object)):
        return False
    entries = as_list(value)
    return bool(entries) and all(as_list(entry) is not None for entry in entries)


def _read_times(name, times):
    array = _read_one(name, times)
    if array.dtype.kind in "mM":
        raise ValueError(f"'{name}' must hold plain numbers; got {array.dtype}. Divide by np.timedelta64(1, 'us').")
    if array.size and array.dtype.kind not in "iuf":
        raise ValueError(f"'{name}' must hold integers or floats; got dtype {array.dtype}.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"'{name}' must be finite; got NaN or infinity. Leave those events out.")
    if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"'{name}' must be below 2**63; got {array.max()}.")
    return array.astype(np.int64) if array.dtype.kind not in "f" else array


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
    return array.astype(np.int64)


def _read_one(name, values):
    array = as_array(name, values, "1-D, an entry for each event")
    if array.ndim != 1:
        raise ValueError(
            f"'{name}' must be 1-D, an entry for each event; got shape {array.shape}. Of several recordings pass lists "
            "of 1-D arrays."
        )
    return array


def check_start(start: Any) -> float | Literal["first"]:
    """Return ``start``, a number or "first"."""
    if isinstance(start, str):
        check_choice("start", start, ("first",))
        return "first"
    return _check_time("start", start)


def _check_time(name, value):
    # A whole number stays one: floats do not hold every number of microseconds.
    as_float = check_number(name, value, above=-WHOLE * 512, below=WHOLE * 512)
    return int(value) if is_integer(value) else as_float


def _refuse_too_many(name, n_steps, n_channels):
    try:
        check_memory("n_channels", n_channels, float(min(8 * n_steps * n_channels, 10**301)))
    except ValueError as error:
        raise ValueError(
            f"{error} There are {n_steps if n_steps < WHOLE else 'too many'} rows, by '{name}', 'start', 'period' "
            "and 'n_steps'. If the clock began long before the first event, pass start='first'; or take a longer "
            "period."
        ) from None

"""Events become rows of whole numbers, the input of spiking liquids, and rows become events again."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, lcm
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import (
    check_choice,
    check_flag,
    check_integer,
    check_memory,
    check_number,
    is_integer,
)
from reservoir.events.bins import rows_of
from reservoir.events.event_arrays import read_recordings
from reservoir.events.plausible_rate import check_plausible
from reservoir.events.pooled_rows import read_counts
from reservoir.events.units import Unit, check_period, check_unit, exactly

WHOLE = 2.0**53  # up to which floats represent every whole number
LAST = 2.0**62  # a row behind this one is no more impossible to hold


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
    average, or less than 0.02 while all together had less than 50, or if a recording were shorter than one period, or
    longer than an hour with less than 0.1 events per second and channel; see ``check_rate``.

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
        Whether the unit is judged by the rate of events and the duration, of at least 20 events in all recordings
        together. Neurons and cochleae are below 200 Hz on average, and event cameras, whose bus carries 10^6 to 10^7
        events per second, below 100 Hz a pixel. Pass False for recordings that are unlike any of these, such as those
        of a busy camera whose pixels were pooled to a few channels; `Events.to_rows` knows how many share one.

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
    recordings, many = read_recordings(times, channels, n_channels, unit)
    if check_rate:
        check_plausible("times", [when for _, when, _ in recordings], n_channels, step, unit)
    placed = [_place(name, when, step, n_steps, start) for name, when, _ in recordings]
    check_size(recordings, [wanted for _, wanted in placed], n_channels)
    filled = [
        _fill(rows, which, wanted, n_channels) for (rows, wanted), (_, _, which) in zip(placed, recordings, strict=True)
    ]
    return filled if many else filled[0]


def count(
    times: Array,
    channels: Array,
    n_channels: int,
    period: Fraction,
    n_steps: int | None,
    start: float | Literal["first"],
) -> Array:
    """Return the rows of the checked events of one recording; the period is in the unit of the times."""
    rows, wanted = _place("times", times, period, n_steps, start)
    check_size([("times", times, channels)], [wanted], n_channels)
    return _fill(rows, channels, wanted, n_channels)


def _place(name, times, period, n_steps, start):
    """Return the row of each event, and how many rows there are."""
    if len(times) == 0 and n_steps is None:
        raise ValueError(f"'{name}' must hold at least one event, or 'n_steps' be given; got none.")
    first = (times.min() if len(times) else 0) if isinstance(start, str) else start
    rows = rows_of(times, period, first)
    if len(rows) and rows.min() < 0:
        raise ValueError(
            f"'{name}' must not lie before 'start'; got {times.min().item()} with start={first}. Pass start='first', "
            f"or leave out what was before ({name} >= {times[rows >= 0].min().item() if (rows >= 0).any() else first})."
        )
    last = rows.max() if len(rows) else 0
    if n_steps is not None and last >= n_steps:
        end, late = exactly(first) + n_steps * period, times[rows >= n_steps].min().item()
        # By its rounding, a float that is too late may lie shortly before the end.
        end = min(float(end), late) if times.dtype.kind == "f" else ceil(end)
        raise ValueError(
            f"'n_steps' must be enough for '{name}', whose last event is in row {_shown(last)} by 'period' and "
            f"'start'; got {n_steps}. Leave out what comes later ({name} < {end}), or pass more rows."
        )
    return rows, n_steps or int(min(last, LAST)) + 1


def _fill(rows, channels, n_steps, n_channels):
    counts = np.zeros(n_steps * n_channels)  # of whose memory only the pages with events are touched
    np.add.at(counts, rows.astype(np.int64) * n_channels + channels, 1.0)
    return counts.reshape(n_steps, n_channels)


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
    check_memory("X", f"{numbers.sum():.0f} events", 32 * numbers.sum())
    clock = _clock(len(X), step, start)
    if not np.array_equal(rows_of(clock, step, start), np.arange(len(X))):
        raise ValueError(
            f"'period' must be long enough to tell the rows apart in times from 'start' on; got {float(step):g} with "
            f"start={float(start):g} and {len(X)} rows, in 'unit', whose float64 numbers are "
            f"{np.spacing(np.abs(clock).max()):.2g} apart there. Pass a 'start' nearer to 0, or the unit 'us'."
        )
    numbers = numbers.astype(np.int64)
    return np.repeat(clock[rows], numbers), np.repeat(channels, numbers)


def _clock(n_steps, step, start):
    """Return when each row begins: exactly if these are integers, else each rounded once, where numbers allow it."""
    common = lcm(step.denominator, start.denominator)
    a, b = int(step * common), int(start * common)
    if n_steps * a + abs(b) >= WHOLE:
        return np.arange(n_steps) * float(step) + float(start)
    clock = np.arange(n_steps) * a + b
    return clock if common == 1 else clock / common


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


def check_size(recordings: Any, n_steps: list[int], n_channels: int) -> None:
    """Raise ValueError if the rows of all recordings together take more memory than there is."""
    try:
        check_memory("n_channels", n_channels, float(min(8 * sum(n_steps) * n_channels, 10**301)))
    except ValueError as error:
        longest = int(np.argmax(n_steps))
        name, times, _ = recordings[longest]
        others = f", {_shown(sum(n_steps))} with those of the others" if len(n_steps) > 1 else ""
        latest = f", whose last event is at {times.max().item()}" if len(times) else ""
        raise ValueError(
            f"{error} '{name}'{latest}, has {_shown(n_steps[longest])} rows by 'start', 'period' and 'n_steps'"
            f"{others}. If the clock began long before the first event, pass start='first'; if the last events are an "
            "error, leave them out; else take a longer period, or fewer recordings at once."
        ) from None


def _shown(number):
    return int(number) if number < WHOLE else f"{min(number, 10**300):.3g}"

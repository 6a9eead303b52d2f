"""Whether the unit of times can be right, judged by the rates and durations that sensors have."""

from collections.abc import Sequence
from fractions import Fraction

from readouts.types import Array
from reservoir.checks.headline import number
from reservoir.events.units import NAMES, SECONDS, Unit

FEWEST = 20  # events; of fewer, a rate says nothing
FASTEST, SLOWEST = 2000.0, 0.02  # Hz, the mean of all channels
QUIETEST = 50.0  # events per second of all channels together
LONGEST = 3600.0  # seconds
MANY = 10**18  # channels; more are no less plausible
STEADY = 0.1  # Hz, the mean of all channels


def check_plausible(name: str, recordings: Sequence[Array], n_channels: int, period: Fraction, unit: Unit) -> None:
    """Raise ValueError if a unit is implausible while another is plausible.

    All recordings together are judged, as they have one unit. It is implausible if, with it,

    - a channel has more than 2,000 events per second, on average over the recordings and all channels. Neurons rest for
      a millisecond after a spike. The spoken digits of the Spiking Heidelberg Digits have some 8,000 events of 700
      channels in a second, 11 Hz. Event cameras are limited by their bus to some 10^6 to 10^7 events per second, of
      16,384 pixels and more: at most some 100 Hz.
    - a channel has less than 0.02 events per second, and all together less than 50. A camera in front of a scene at
      rest still has more by noise, and single neurons fire more often.
    - a recording is, on average, shorter than one period; or longer than an hour while a channel has less than 0.1
      events per second. Electrodes record neurons for hours, cameras do not.

    Recordings of a single event have no duration and are left aside; of fewer than 20 events nothing is said.

    Parameters
    ----------
    name : str
        That of the times in messages.
    recordings : sequence of arrays (n_events,)
        Their times, in ``unit``.
    n_channels : int
        Or the number of sensors, where a channel stands for several.
    period : Fraction
        Of a row, in ``unit``.
    unit : {"s", "ms", "us"}
    """
    spans = [float(times.max()) - float(times.min()) for times in recordings if len(times) > 1]
    n_events, span = sum(len(times) for times in recordings if len(times) > 1), sum(spans)
    n_channels = min(n_channels, MANY)
    rule = (n_channels, float(period) * float(SECONDS[unit]), len(spans))
    if n_events < FEWEST or not (fault := fault_of(n_events, span * float(SECONDS[unit]), *rule)):
        return
    others = {other: span * float(SECONDS[other]) for other in SECONDS if other != unit}
    others = {other: time for other, time in others.items() if not fault_of(n_events, time, *rule)}
    if not others:  # the recordings are unusual, and no unit would make them less so
        return
    hints = [
        f"unit='{other}' would mean {_rate(n_events, time, n_channels)} over {number(time)} s"
        for other, time in others.items()
    ]
    several = f" of {len(spans)} recordings" if len(spans) > 1 else ""
    raise ValueError(
        f"'unit' must be that of '{name}'; got {unit!r}, but {n_events} events of {n_channels} channels "
        f"within {number(span)} {NAMES[unit]}{several} {fault}. {' and '.join(hints)}. If {NAMES[unit]} are right, "
        "pass check_rate=False."
    )


def fault_of(n_events: int, span: float, n_channels: int, period: float, n_recordings: int = 1) -> str:
    """Return what is implausible, or nothing; span, of all recordings together, and period are in seconds.

    Examples
    --------
    >>> from reservoir.events.plausible_rate import fault_of
    >>> fault_of(8000, 1.0, 700, 0.001)
    ''
    >>> fault_of(8000, 1000.0, 700, 0.001)
    'are 0.01143 events per second and channel, and 8 of all'
    """
    if span < period * n_recordings:
        return f"are shorter than one period of {number(1000 * period)} ms{' each' * (n_recordings > 1)}"
    rate = n_events / span
    if rate / n_channels > FASTEST:
        return f"are {_rate(n_events, span, n_channels)}"
    if span > LONGEST * n_recordings and rate / n_channels < STEADY:
        return f"are {number(span / 3600)} hours of {_rate(n_events, span, n_channels)}"
    if rate / n_channels < SLOWEST and rate < QUIETEST:
        return f"are {_rate(n_events, span, n_channels)}, and {number(rate)} of all"
    return ""


def _rate(n_events, span, n_channels):
    rate = n_events / span / n_channels
    return f"{f'{rate:,.0f}' if rate >= 1000 else number(rate)} events per second and channel"

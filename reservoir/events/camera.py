"""What all readers of cameras do with addresses and polarities."""

from typing import Any, Literal, TypeAlias

from readouts.types import Array
from reservoir.checks.arguments import check_choice
from reservoir.events.addresses import address_channels, check_block, check_polarity, pool_addresses
from reservoir.events.recording import Events
from reservoir.events.units import Unit

Polarity: TypeAlias = Literal["separate", "merged", "on", "off"]
POLARITIES = ("separate", "merged", "on", "off")


def check_options(polarity: Any, pool: Any) -> tuple[int, int]:
    """Check what a reader is told of polarity and blocks of pixels before it reads; return the size of a block."""
    check_choice("polarity", polarity, POLARITIES)
    return check_block("pool", pool)


def camera_events(
    times: Array,
    x: Array,
    y: Array,
    on: Array,
    shape: tuple[int, int],
    unit: Unit,
    polarity: Polarity,
    pool: tuple[int, int],
) -> Events:
    """Return the events of a camera.

    Parameters
    ----------
    times, x, y : arrays (n_events,)
    on : array (n_events,)
        1 or True for ON, 0, False or -1 for OFF.
    shape : tuple (height, width)
    unit : {"s", "ms", "us"}
    polarity : {"separate", "merged", "on", "off"}
        A channel for each polarity, those of OFF first; one for both; or the events of one only.
    pool : tuple (vertical, horizontal)
        Size of a block of pixels.
    """
    on = check_polarity(on, len(x))
    if polarity in ("on", "off"):
        kept = on == (polarity == "on")
        times, x, y = times[kept], x[kept], y[kept]
    x, y, pooled = pool_addresses(x, y, shape=shape, factor=pool)
    separate = polarity == "separate"
    channels = address_channels(x, y, on if separate else None, shape=pooled)
    size = min(pool[0], shape[0]) * min(pool[1], shape[1])
    n_channels = (2 if separate else 1) * pooled[0] * pooled[1]
    return Events(times, channels, n_channels, unit, pooled, size)

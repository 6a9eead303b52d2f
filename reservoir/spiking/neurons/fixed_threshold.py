"""Units whose only variable is their voltage, which is reset to a fixed value at a fixed threshold."""

from typing import NamedTuple

from readouts.compiling import njit


class Voltage(NamedTuple):
    """The only variable of a unit, in mV."""

    voltage: float


class FixedThreshold(NamedTuple):
    """What a spike depends on, in mV."""

    threshold: float
    reset: float


@njit
def reaches_threshold(spike, state):
    """Return whether a unit is at or over its threshold."""
    return state.voltage >= spike.threshold


@njit
def to_reset(spike, state):
    """Return the variables of a unit after its spike."""
    return Voltage(spike.reset)

"""Refractory units in the spiking kernel: held far below threshold, they need no test of the clock in every step.

While a unit is refractory, its voltage is kept elsewhere and `far_below` stands in its place. Lists hold the
units that are released in a step: a list is a first unit, and for each unit the next one.

A unit that spikes in step k is released in step ``k + max(refractory steps, 1)``, in which it moves and may spike;
its refractory steps are rounded down as `steps.refractory_steps` does.
"""

import numpy as np

from readouts.compiling import njit

N_LISTS = 1024  # a power of two; a step's list is that of its last bits


@njit
def far_below(voltage):
    """Return a voltage from which no unit reaches its threshold while it is refractory."""
    return -voltage.dtype.type(1e-8) * np.finfo(voltage.dtype).max


@njit
def schedule_release(unit, release, first_units, next_units):
    """In place: put a unit on the list of those that are released at its step."""
    slot = release[unit] & (first_units.size - 1)
    next_units[unit] = first_units[slot]
    first_units[slot] = unit


@njit
def release_units(step, release, first_units, next_units, held, voltage):
    """In place: give the units that are released in this step the voltages that they were held at.

    Units of the list whose refractory period ends later stay in it.
    """
    slot = step & (first_units.size - 1)
    unit, first_units[slot] = first_units[slot], -1
    while unit >= 0:
        following = next_units[unit]
        if release[unit] > step:
            schedule_release(unit, release, first_units, next_units)
        else:
            voltage[unit] = held[unit]
        unit = following

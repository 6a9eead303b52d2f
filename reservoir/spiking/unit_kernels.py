"""What the spiking kernel does with units of one model, compiled for it: move them, find spikes, reset."""

import numpy as np

from readouts.compiling import njit
from reservoir.spiking.records import either, put, replaced, select, take
from reservoir.spiking.refractory import far_below

BLOCK = 64


@njit
def held_at_reset(spike, state):
    """Return the voltage at which a refractory unit is held, where a spike resets it to a given one."""
    return spike.reset


@njit
def held_where_reset(spike, state):
    """Return the voltage at which a refractory unit is held, where it depends on the one before."""
    return state.voltage


def move_kernels(Variables, Membrane, step, on_voltage, held_step=None):
    """Return the compiled pass over all units: one step of their variables, and the decay of their currents.

    The first is for constants, ``membrane`` and the two decays, that have one value for all units, the second for those
    that have one for each. ``held`` are the voltages of refractory units. The step is given them only if other
    variables depend on the voltage, ``on_voltage``; ``held_step``, if any, is that of refractory units.

    They are two functions, each with a single loop: in one with two, Numba would count references to arrays in every
    step, which takes longer than to move a hundred units. Nor is the body of the loop a function that is given arrays,
    for there Numba would count them for every unit.
    """
    advance = advance_kernel(Variables, step, held_step) if on_voltage else step_kernel(Variables, step)

    @njit
    def move_alike(membrane, decays_e, decays_k, drive, variables, excitatory, inhibitory, held):
        constants, decay_e, decay_k, away = Membrane(*take(membrane, 0)), decays_e[0], decays_k[0], far_below(held)
        for i in range(held.size):
            e, k = excitatory[i], inhibitory[i]
            put(variables, i, advance(constants, take(variables, i), held[i], away, drive[i], e, k))
            excitatory[i] = decay_e * e
            inhibitory[i] = decay_k * k

    @njit
    def move_each(membrane, decays_e, decays_k, drive, variables, excitatory, inhibitory, held):
        away = far_below(held)
        for i in range(held.size):
            e, k = excitatory[i], inhibitory[i]
            constants = Membrane(*take(membrane, i))
            put(variables, i, advance(constants, take(variables, i), held[i], away, drive[i], e, k))
            excitatory[i] = decays_e[i] * e
            inhibitory[i] = decays_k[i] * k

    return move_alike, move_each


def step_kernel(Variables, step):
    """Return a compiled function of one unit: the step, whose other variables do not depend on the voltage.

    The voltage that stands in for that of a refractory unit is moved, too. It stays far below.
    """

    @njit
    def advance(constants, own, held, away, drive, excitatory, inhibitory):
        return step(constants, Variables(*own), drive, excitatory, inhibitory)

    return advance


def advance_kernel(Variables, step, held_step):
    """Return a compiled function of one unit: its step, or that of a refractory unit with the voltage that is held.

    It has no branch: in one, LLVM would repeat much of the loop around it, and write with masks.
    """
    place = Variables._fields.index("voltage")

    @njit
    def advance(constants, own, held, away, drive, excitatory, inhibitory):
        is_away = own[place] == away
        before = Variables(*replaced(own, place, select(is_away, held, own[place])))
        after = step(constants, before, drive, excitatory, inhibitory)
        return replaced(after, place, select(is_away, away, after[place]))

    @njit
    def advance_or_hold(constants, own, held, away, drive, excitatory, inhibitory):
        is_away = own[place] == away
        before = Variables(*replaced(own, place, select(is_away, held, own[place])))
        after = step(constants, before, drive, excitatory, inhibitory)
        after = either(is_away, held_step(constants, before, drive, excitatory, inhibitory), after)
        return replaced(after, place, select(is_away, away, after[place]))

    return advance if held_step is None else advance_or_hold


def find_spikes_kernel(Variables, Spike, crosses):
    """Return the compiled search for the units that cross their threshold and are not refractory.

    Few units spike in a step, so blocks of units are tested by SIMD, and searched only if one of their units spikes.
    """

    @njit
    def crosses_at(unit, spike, variables):
        return crosses(Spike(*take(spike, unit)), Variables(*take(variables, unit)))

    @njit
    def count_crossing(first, last, spike, variables):
        count = 0
        # Unsigned, because an index that may be negative keeps a loop from being SIMD.
        for unit in range(np.uint64(first), np.uint64(last)):
            count += crosses_at(unit, spike, variables)
        return count

    @njit
    def find_spikes(spike, variables, release, step, spiking):
        count = 0
        for first in range(0, release.size, BLOCK):
            last = min(first + BLOCK, release.size)
            if count_crossing(first, last, spike, variables):
                for unit in range(first, last):
                    if crosses_at(unit, spike, variables) and release[unit] <= step:
                        spiking[count] = unit
                        count += 1
        return count

    return find_spikes


def reset_kernels(Variables, Spike, reset, hold):
    """Return two compiled functions: the reset of a unit, in place, and the voltage at which it is held.

    The first returns the voltage at which the unit is held after its reset.
    """

    @njit
    def reset_unit(unit, spike, variables):
        constants = Spike(*take(spike, unit))
        after = reset(constants, Variables(*take(variables, unit)))
        put(variables, unit, after)
        return hold(constants, after)

    @njit
    def held_voltage(unit, spike, variables):
        return hold(Spike(*take(spike, unit)), Variables(*take(variables, unit)))

    return reset_unit, held_voltage

"""The rule of `leaky` for many series in lockstep: each lane has the bits of a series that is driven alone."""

from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.functions import exp, expm1, sigmoid, smallest, tanh
from reservoir.kernels.lane_products import add_sources, project_units
from reservoir.kernels.leaky import EXPONENTIAL, FIXED, UNDAMPED, Pace
from reservoir.kernels.program import arguments
from reservoir.kernels.recurrence import Rows, rows_of
from reservoir.kernels.vectors import N_BYTES, flush_all, load, splat, store, take, times
from reservoir.series.elapsed import split_elapsed

# Units up to which lanes gain more time than it takes to write their states series by series.
MOST_SHIFTED, MOST_GENERAL = 150, 800
UNITS_AT_ONCE = 16  # whose sums are in the nearest cache together, for one pass of the activation


class LeakyLanes(NamedTuple):
    """What `run_leaky_lanes` is given of a reservoir: a `leaky.LeakyProgram` with the recurrent weights as rows."""

    rows: Rows
    input_weights: np.ndarray
    bias: np.ndarray
    activation: int
    pace: Pace


def leaky_lanes(program, elapsed_column, pieces):
    """Return what drives many series in lockstep, a `driving.lanes.Lanes`; None if each by itself takes less time.

    Parameters
    ----------
    program : LeakyProgram
    elapsed_column : int or None
        Column of X with the duration of every row.
    pieces : bool
        Whether states are asked for, which must be written series by series.
    """
    shifted = len(program.recurrence.offsets) > 0
    if pieces and len(program.bias) > (MOST_SHIFTED if shifted else MOST_GENERAL):
        return None
    rows = rows_of(program.recurrence, len(program.bias))
    given = arguments(LeakyLanes(rows, *program[1:]))

    def drive(X, active, state, states):
        run_leaky_lanes(*given, *split_elapsed(X, elapsed_column), active, state, states)

    return drive


@njit
def run_leaky_lanes(rows, input_weights, bias, activation, pace, inputs, elapsed, active, state, states):
    """Drive the units in every lane; the first arguments are those of `LeakyLanes`.

    Parameters
    ----------
    inputs : array (n_steps, n_features, n_lanes)
    elapsed : array (n_steps, n_lanes), or empty
    active : int array (n_steps,), never increasing
        How many lanes, from the first, are advanced in a step.
    state : array (n_units, n_lanes)
        Left as it is after the last step of each lane.
    states : array (n_steps, n_units, n_lanes)
        Written; without meaning after the last step of a lane.
    """
    n_units, n_lanes = state.shape
    indptr, sources, weights = rows
    rule, fixed_keep, fixed_gain, rate, scale = pace
    # Zeros, because lanes that are not advanced are computed, too, and subnormal numbers there would take long.
    room = np.zeros(UNITS_AT_ONCE * n_lanes + N_BYTES // state.itemsize, state.dtype)
    line = -room.ctypes.data % N_BYTES // state.itemsize  # where the first cache line begins
    sums = room[line : line + UNITS_AT_ONCE * n_lanes].reshape((UNITS_AT_ONCE, n_lanes))
    keep, gain = np.zeros_like(state[0]), np.zeros_like(state[0])
    before, floor = state, smallest(state)
    for t in range(inputs.shape[0]):
        after, u, n_active = states[t], inputs[t], active[t]
        for start in range(0, n_units, UNITS_AT_ONCE):
            stop = min(start + UNITS_AT_ONCE, n_units)
            project_units(start, stop, input_weights, bias, u, n_active, sums)
            add_sources(start, stop, indptr, sources, weights, before, n_active, sums)
            activate(activation, sums)
            if rule == FIXED:
                blend(start, stop, fixed_keep, fixed_gain, sums, before, floor, n_active, after)
                continue
            for i in range(start, stop):
                set_paces(rule, elapsed[t], rate[i], scale[i], n_active, keep, gain)
                blend_each(i, keep, gain, sums, (i - start) * n_lanes, before, floor, n_active, after)
        n_going = active[t + 1] if t + 1 < active.size else 0
        for i in range(n_units):
            for lane in range(n_going, n_active):
                state[i, lane] = after[i, lane]
        before = after


@njit
def activate(activation, sums):
    """In place: the activation of every number."""
    flat, zero = sums.reshape(sums.size), sums.dtype.type(0)
    if activation == 0:
        for k in range(flat.size):
            flat[k] = tanh(flat[k])
    elif activation == 2:
        for k in range(flat.size):
            flat[k] = zero if flat[k] < zero else flat[k]
    elif activation == 3:
        for k in range(flat.size):
            flat[k] = sigmoid(flat[k])


@njit
def blend(start, stop, keep, gain, drive, before, floor, n_lanes, after):
    """Write after = keep * before + gain * drive, flushed, for the units from ``start`` to ``stop``."""
    width, stride, floors = N_BYTES // after.itemsize, np.int64(after.shape[1]), splat(floor)
    for unit in range(start, stop):
        kept, gained, at, lane = splat(take(keep, unit)), splat(take(gain, unit)), unit * stride, 0
        while lane < n_lanes:
            fed = times(gained, load(drive, (unit - start) * stride + lane))
            store(flush_all(fma(kept, load(before, at + lane), fed), floors), after, at + lane)
            lane += width


@njit
def blend_each(unit, keep, gain, drive, place, before, floor, n_lanes, after):
    """Do as `blend` does for one unit, with factors of its own for every lane."""
    width, lane, floors, at = N_BYTES // after.itemsize, 0, splat(floor), unit * np.int64(after.shape[1])
    while lane < n_lanes:
        fed = times(load(gain, lane), load(drive, place + lane))
        store(flush_all(fma(load(keep, lane), load(before, at + lane), fed), floors), after, at + lane)
        lane += width


@njit
def set_paces(rule, elapsed, rate, scale, n_lanes, keep, gain):
    """Write what a unit keeps and gains in every lane, as `leaky.set_pace` does for a row of one series."""
    one = keep.dtype.type(1)
    if rule == EXPONENTIAL:
        for lane in range(n_lanes):
            keep[lane] = exp(-elapsed[lane] * rate)
            gain[lane] = -scale * expm1(-elapsed[lane] * rate)
        return
    for lane in range(n_lanes):
        step = min(elapsed[lane] * rate, one)
        keep[lane] = one if rule == UNDAMPED else one - step
        gain[lane] = scale * step

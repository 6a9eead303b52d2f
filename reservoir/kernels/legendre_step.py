"""Legendre memories: Legendre coefficients of the past window of every input, advanced exactly from row to row.

With u held, the coefficients m of a channel follow ``dm/dt = A (m - u e_0)``, whose solution after the time h is
``u e_0 + exp(h A) (m - u e_0)``: the window of a constant input is that constant.

A row changes little of a long window, and in single precision ``exp(h A)`` keeps few digits of that; all of them are in
``exp(h A) - I``, by which such a memory is advanced: ``m + (exp(h A) - I) (m - u e_0)``.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import expm

from readouts.compiling import njit
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import flush, smallest
from reservoir.kernels.lane_products import project_units
from reservoir.kernels.program import arguments
from reservoir.kernels.side_by_side import project_side_by_side

# Windows after which nothing is left of a state: the slowest memory, of order 1, has decayed by exp(-1024).
FORGOTTEN = 1024
# Terms of the exponential series of a grain, which is so short that the norm of its generator is 1/2 at most: what is
# left out is below 2**-15 / 15!, a fraction of the precision.
N_TERMS = 14


class LegendreProgram(NamedTuple):
    """What `run_legendre` is given of a reservoir.

    ``powers`` (n_powers, order, order) are transposed: for rows that all last as long, the one matrix ``exp(A)``; else
    ``exp(A 2^j / finest)`` for every j, where ``1 / finest`` is the grain of time, a power of two, ``generator`` is A,
    transposed, and rows of the duration ``longest`` or more leave nothing of the state. With ``changes``, all powers
    are less the identity.
    """

    powers: np.ndarray
    generator: np.ndarray
    finest: float
    longest: float
    changes: bool = False


def generator_of(order, window):
    """Return A (order, order): how the coefficients of a window change in time without an input.

    Examples
    --------
    >>> from reservoir.kernels.legendre_step import generator_of
    >>> generator_of(3, 2.0)
    array([[-0.5, -0.5, -0.5],
           [ 1.5, -1.5, -1.5],
           [-2.5,  2.5, -2.5]])
    """
    degree = np.arange(order)
    later = degree[:, None] < degree
    signs = np.where(later | ((degree[:, None] - degree) % 2 == 0), -1.0, 1.0)
    return signs * (2 * degree[:, None] + 1) / window


def after_one(generator, window):
    """Return ``exp(A)``, what a row of duration 1 does to a state."""
    return np.zeros_like(generator) if window * FORGOTTEN <= 1 else expm(generator)


def largest_grain_rate(generator):
    """Return a bound of how many grains one unit of time may have, see `irregular_program`.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.kernels.legendre_step import generator_of, irregular_program, largest_grain_rate
    >>> generator = generator_of(3, 2.0)
    >>> float(largest_grain_rate(generator)), float(irregular_program(generator, 2.0, np.dtype(float)).finest)
    (18.0, 16.0)
    """
    return 4 * np.abs(generator).sum(axis=0).max()


def regular_program(transition, dtype):
    """Return the program of rows that all do the same to a state, given ``exp(A)``."""
    changes = dtype == np.float32
    powers = np.ascontiguousarray((transition - changes * np.eye(len(transition))).T, dtype)[None]
    return LegendreProgram(powers, np.empty((0, 0), dtype), dtype.type(1), dtype.type(1), changes)


def irregular_program(generator, window, dtype):
    """Return the program of rows of any duration.

    A duration is a number of grains, of whose binary digits each takes one matrix, and a rest shorter than a grain, of
    which a series of products with A makes the exponential. Whole numbers of small value have no rest.
    """
    norm = np.abs(generator).sum(axis=0).max()
    exponent = max(0, int(np.ceil(np.log2(2 * norm))))
    n_powers = max(exponent + int(np.ceil(np.log2(FORGOTTEN * window))), 0) + 1
    powers = np.stack([expm(generator * 2.0 ** (j - exponent)).T for j in range(n_powers)])
    number, changes = dtype.type, dtype == np.float32
    powers -= changes * np.eye(len(generator))
    generator = np.ascontiguousarray(generator.T).astype(dtype)
    return LegendreProgram(powers.astype(dtype), generator, number(2.0**exponent), number(FORGOTTEN * window), changes)


def legendre_lanes(program):
    """Return what drives many series in lockstep whose rows last 1, a `driving.lanes.Lanes`."""
    powers, *_, changes = arguments(program)
    transition = powers[0].copy()

    def drive(X, active, state, states):
        run_legendre_lanes(transition, changes, X, active, state, states)

    return drive


@njit
def run_legendre(powers, generator, finest, longest, changes, inputs, elapsed, state, states):
    """Drive the memories: one row of ``states`` for every row of ``inputs``; ``elapsed`` may be empty."""
    nothing, rooms = rooms_for(powers, inputs, state)
    for t in range(inputs.shape[0]):
        step_memories(powers, generator, finest, longest, changes, inputs, elapsed, t, nothing, rooms, state, states[t])
        state = states[t]


@njit
def run_legendre_closed(powers, generator, finest, longest, changes, weights, inputs, elapsed, state, outputs):
    """Drive the memories by their own outputs, which go into the leading columns of the next row of ``inputs``.

    ``outputs`` holds what is known before, see ``closed_loop.open_loop``. ``state`` is advanced in place. Nothing is
    allocated in a step.
    """
    nothing, rooms = rooms_for(powers, inputs, state)
    for t in range(inputs.shape[0]):
        step_memories(powers, generator, finest, longest, changes, inputs, elapsed, t, nothing, rooms, state, state)
        read_out(weights, state, t, inputs, outputs)


@njit
def rooms_for(powers, inputs, state):
    """Return zeros, as many as the order, and what `step_memories` needs room for: (3, n_channels, order)."""
    order = powers.shape[1]
    return np.zeros(order, state.dtype), np.zeros((3, inputs.shape[1], order), state.dtype)


@njit
def step_memories(powers, generator, finest, longest, changes, inputs, elapsed, t, nothing, rooms, before, after):
    """Write the state after row t; ``rooms`` (3, n_channels, order) are buffers, and ``nothing`` holds zeros."""
    (n_channels, order), floor = rooms[0].shape, smallest(after)
    distance, result = rooms[0], rooms[1]
    if elapsed.size and elapsed[t] == 0:
        for i in range(after.size):  # to the bit, which the sum and difference below would not
            after[i] = before[i]
        return
    for channel in range(n_channels):
        for i in range(order):
            distance[channel, i] = before[channel * order + i]
        distance[channel, 0] -= inputs[t, channel]
    if elapsed.size:
        advance(powers, generator, finest, longest, changes, elapsed[t], nothing, rooms)
        result = distance
    else:
        project_side_by_side(powers[0], nothing, distance, result)
    for channel in range(n_channels):
        first = channel * order
        if changes and not elapsed.size:
            for i in range(order):
                after[first + i] = flush(before[first + i] + result[channel, i], floor)
            continue
        for i in range(order):
            after[first + i] = flush(result[channel, i], floor)
        after[first] += inputs[t, channel]


@njit
def add_to(x, result):
    """In place: ``result += x``."""
    for channel in range(x.shape[0]):
        for i in range(x.shape[1]):
            result[channel, i] += x[channel, i]


@njit
def advance(powers, generator, finest, longest, changes, time, nothing, rooms):
    """In place: what a duration leaves of ``rooms[0]``; the others are buffers, and ``nothing`` holds zeros."""
    x, product, term = rooms[0], rooms[1], rooms[2]
    if time >= longest:
        x[:] = 0
        return
    n_grains = np.int64(time * finest)
    rest = time - x.dtype.type(n_grains / finest)
    if rest > 0:
        add_series(generator, rest, nothing, x, product, term)
    power = 0
    while n_grains > 0:
        if n_grains & 1:
            project_side_by_side(powers[power], nothing, x, product)
            if changes:
                add_to(product, x)
            else:
                x[:] = product
        n_grains >>= 1
        power += 1


@njit
def add_series(generator, time, nothing, x, product, term):
    """In place: ``x <- exp(time A) x`` by the exponential series, for a time of a grain at most."""
    term[:] = x
    for number in range(1, N_TERMS + 1):
        project_side_by_side(generator, nothing, term, product)
        share = time / x.dtype.type(number)
        for channel in range(x.shape[0]):
            for i in range(x.shape[1]):
                term[channel, i] = share * product[channel, i]
                x[channel, i] += term[channel, i]


@njit
def run_legendre_lanes(transition, changes, inputs, active, state, states):
    """Drive the memories in every lane; ``transition`` is that of a row, transposed, less the identity if ``changes``.

    The others are as in `leaky_lanes.run_leaky_lanes`: inputs (n_steps, n_features, n_lanes), active (n_steps,), state
    (n_units, n_lanes), states (n_steps, n_units, n_lanes).
    """
    order, (n_units, n_lanes) = transition.shape[0], state.shape
    distance, nothing = np.zeros((order, n_lanes), state.dtype), np.zeros(order, state.dtype)
    before, floor = state, smallest(state)
    for t in range(inputs.shape[0]):
        after, n_active = states[t], active[t]
        for channel in range(inputs.shape[1]):
            first, u = channel * order, inputs[t, channel]
            subtract_input(before[first : first + order], u, distance)
            block = after[first : first + order]
            project_units(0, order, transition, nothing, distance, n_active, block)
            if changes:
                add_change(before[first : first + order], block, floor)
            else:
                finish_lanes(block, u, floor)
        n_going = active[t + 1] if t + 1 < active.size else 0
        for i in range(n_units):
            for lane in range(n_going, n_active):
                state[i, lane] = after[i, lane]
        before = after


@njit
def subtract_input(before, u, distance):
    """Write the coefficients of a channel without those of a window of its present input."""
    for i in range(before.shape[0]):
        for lane in range(before.shape[1]):
            distance[i, lane] = before[i, lane]
    for lane in range(before.shape[1]):
        distance[0, lane] -= u[lane]


@njit
def add_change(before, block, floor):
    """In place: the flushed coefficients before a row and what it changes of them, instead of the latter."""
    for i in range(block.shape[0]):
        for lane in range(block.shape[1]):
            block[i, lane] = flush(before[i, lane] + block[i, lane], floor)


@njit
def finish_lanes(block, u, floor):
    """In place: the flushed coefficients and those of a window of the present input."""
    for i in range(block.shape[0]):
        for lane in range(block.shape[1]):
            block[i, lane] = flush(block[i, lane], floor)
    for lane in range(block.shape[1]):
        block[0, lane] += u[lane]

"""Legendre memories: Legendre coefficients of the past window of every input, advanced exactly from row to row.

With u held, the coefficients m of a channel follow ``dm/dt = A (m - u e_0)``, whose solution after the time h is
``u e_0 + exp(h A) (m - u e_0)``: the window of a constant input is that constant.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import expm

from readouts.compiling import njit
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import flush, smallest
from reservoir.kernels.lane_products import project_units
from reservoir.kernels.products import project_input
from reservoir.kernels.program import arguments

# Windows after which nothing is left of a state: the slowest memory, of order 1, has decayed by exp(-1024).
FORGOTTEN = 1024
# Terms of the exponential series of a grain, which is so short that the norm of its generator is 1/2 at most: what is
# left out is below 2**-15 / 15!, a fraction of the precision.
N_TERMS = 14


class LegendreProgram(NamedTuple):
    """What `run_legendre` is given of a reservoir.

    ``powers`` (n_powers, order, order) are transposed: for rows that all last as long, the one matrix ``exp(A)``; else
    ``exp(A 2^j / finest)`` for every j, where ``1 / finest`` is the grain of time, a power of two, ``generator`` is A,
    transposed, and rows of the duration ``longest`` or more leave nothing of the state.
    """

    powers: np.ndarray
    generator: np.ndarray
    finest: float
    longest: float


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


def regular_program(transition):
    """Return the program of rows that all do the same to a state."""
    dtype = transition.dtype.type
    powers = np.ascontiguousarray(transition.T)[None]
    return LegendreProgram(powers, np.empty((0, 0), dtype), dtype(1), dtype(1))


def irregular_program(generator, window, dtype):
    """Return the program of rows of any duration.

    A duration is a number of grains, of whose binary digits each takes one matrix, and a rest shorter than a grain, of
    which a series of products with A makes the exponential. Whole numbers of small value have no rest.
    """
    norm = np.abs(generator).sum(axis=0).max()
    exponent = max(0, int(np.ceil(np.log2(2 * norm))))
    n_powers = max(exponent + int(np.ceil(np.log2(FORGOTTEN * window))), 0) + 1
    powers = np.stack([expm(generator * 2.0 ** (j - exponent)).T for j in range(n_powers)])
    number = dtype.type
    generator = np.ascontiguousarray(generator.T).astype(dtype)
    return LegendreProgram(powers.astype(dtype), generator, number(2.0**exponent), number(FORGOTTEN * window))


def legendre_lanes(program):
    """Return what drives many series in lockstep whose rows last 1, a `driving.lanes.Lanes`."""
    (powers, *_) = arguments(program)
    transition = powers[0].copy()

    def drive(X, active, state, states):
        run_legendre_lanes(transition, X, active, state, states)

    return drive


@njit
def run_legendre(powers, generator, finest, longest, inputs, elapsed, state, states):
    """Drive the memories: one row of ``states`` for every row of ``inputs``; ``elapsed`` may be empty."""
    rooms = np.zeros((4, powers.shape[1]), state.dtype)
    for t in range(inputs.shape[0]):
        step_memories(powers, generator, finest, longest, inputs, elapsed, t, rooms, state, states[t])
        state = states[t]


@njit
def run_legendre_closed(powers, generator, finest, longest, weights, inputs, elapsed, state, outputs):
    """Drive the memories by their own outputs, which go into the leading columns of the next row of ``inputs``.

    ``outputs`` holds what is known before, see ``closed_loop.open_loop``. ``state`` is advanced in place. Nothing is
    allocated in a step.
    """
    rooms = np.zeros((4, powers.shape[1]), state.dtype)
    for t in range(inputs.shape[0]):
        step_memories(powers, generator, finest, longest, inputs, elapsed, t, rooms, state, state)
        read_out(weights, state, t, inputs, outputs)


@njit
def step_memories(powers, generator, finest, longest, inputs, elapsed, t, rooms, before, after):
    """Write the state after row t; ``rooms`` (4, order) are buffers, of which the first holds zeros."""
    order, floor = rooms.shape[1], smallest(after)
    distance, result = rooms[1], rooms[2]
    if elapsed.size and elapsed[t] == 0:
        for i in range(after.size):  # to the bit, which the sum and difference below would not
            after[i] = before[i]
        return
    for channel in range(inputs.shape[1]):
        first, u = channel * order, inputs[t, channel]
        for i in range(order):
            distance[i] = before[first + i]
        distance[0] -= u
        if elapsed.size:
            advance(powers, generator, finest, longest, elapsed[t], rooms)
            result = distance
        else:
            project_input(powers[0], rooms[0], distance, result)
        for i in range(order):
            after[first + i] = flush(result[i], floor)
        after[first] += u


@njit
def advance(powers, generator, finest, longest, time, rooms):
    """In place: what a duration leaves of ``rooms[1]``; the others are buffers, of which the first holds zeros."""
    nothing, x, product, term = rooms[0], rooms[1], rooms[2], rooms[3]
    if time >= longest:
        for i in range(x.size):
            x[i] = 0
        return
    n_grains = np.int64(time * finest)
    rest = time - x.dtype.type(n_grains / finest)
    if rest > 0:
        add_series(generator, rest, nothing, x, product, term)
    power = 0
    while n_grains > 0:
        if n_grains & 1:
            project_input(powers[power], nothing, x, product)
            for i in range(x.size):
                x[i] = product[i]
        n_grains >>= 1
        power += 1


@njit
def add_series(generator, time, nothing, x, product, term):
    """In place: ``x <- exp(time A) x`` by the exponential series, for a time of a grain at most."""
    for i in range(x.size):
        term[i] = x[i]
    for number in range(1, N_TERMS + 1):
        project_input(generator, nothing, term, product)
        share = time / x.dtype.type(number)
        for i in range(x.size):
            term[i] = share * product[i]
            x[i] += term[i]


@njit
def run_legendre_lanes(transition, inputs, active, state, states):
    """Drive the memories in every lane; ``transition`` is that of a row, transposed.

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
def finish_lanes(block, u, floor):
    """In place: the flushed coefficients and those of a window of the present input."""
    for i in range(block.shape[0]):
        for lane in range(block.shape[1]):
            block[i, lane] = flush(block[i, lane], floor)
    for lane in range(block.shape[1]):
        block[0, lane] += u[lane]

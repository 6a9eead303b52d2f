"""The virtual nodes of a single node with delayed feedback, one series at a time, in a closed loop, or in lockstep."""

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import flush, smallest
from reservoir.kernels.lane_products import project_input_lanes
from reservoir.kernels.products import project_input

# The nonlinearity of the node travels into kernels as a code, as activations do.
MACKEY_GLASS, SINE_SQUARED, IDENTITY, MACKEY_GLASS_OF_SIZE = 0, 1, 2, 3
NODES = {"mackey_glass": MACKEY_GLASS, "sine_squared": SINE_SQUARED, "identity": IDENTITY}


@njit
def run_delay_line(input_weights, bias, node, exponent, constants, inputs, line, states):
    """Drive the node through all rows of ``inputs``, and advance ``line``, its past, the oldest value first."""
    drive = np.empty_like(bias)
    for t in range(inputs.shape[0]):
        project_input(input_weights, bias, inputs[t], drive)
        pass_once(node, exponent, constants, line, drive)
        for i in range(drive.size):
            states[t, i] = drive[i]


@njit
def run_delay_line_closed(
    input_weights, bias, node, exponent, constants, weights, inputs, elapsed, line, outputs
):  # fmt: skip
    """Drive the node by its own outputs, which go into the leading columns of the next row of ``inputs``.

    ``outputs`` holds what is known before, see ``closed_loop.open_loop``. ``elapsed`` has no meaning here.
    """
    drive = np.empty_like(bias)
    for t in range(inputs.shape[0]):
        project_input(input_weights, bias, inputs[t], drive)
        pass_once(node, exponent, constants, line, drive)
        read_out(weights, drive, t, inputs, outputs)


@njit
def pass_once(node, exponent, constants, line, drive):
    """In place: make the input of every virtual node its state, and take these into the line.

    What the delayed value of node i is comes from the row before, or with a desynchronization even earlier, so that F
    is known for all nodes before the first of them moves.
    """
    keep, n, spare, floor = constants[0], drive.size, line.size - drive.size, smallest(drive)
    respond(node, exponent, constants, line[:n], drive)
    last = line[line.size - 1]
    for i in range(n):
        last = flush(fma(keep, last, drive[i]), floor)
        drive[i] = last
    for i in range(spare):
        line[i] = line[n + i]
    for i in range(n):
        line[spare + i] = drive[i]


@njit
def respond(node, exponent, constants, delayed, fed):
    """In place: what F makes of the delayed values and what is fed to them, times the gain, instead of the latter."""
    gain, power, phase, one = constants[1], constants[2], constants[3], constants.dtype.type(1)
    if node == IDENTITY:
        for i in range(fed.size):
            fed[i] = gain * (delayed[i] + fed[i])
    elif node == SINE_SQUARED:
        for i in range(fed.size):
            sine = np.sin(delayed[i] + fed[i] + phase)
            fed[i] = gain * (sine * sine)
    elif node == MACKEY_GLASS and exponent == 1:  # without an inner loop, and so in vectors
        for i in range(fed.size):
            z = delayed[i] + fed[i]
            fed[i] = gain * (z / (one + z))
    elif node == MACKEY_GLASS:
        for i in range(fed.size):
            z = delayed[i] + fed[i]
            fed[i] = gain * (z / (one + whole_power(z, exponent)))
    else:
        for i in range(fed.size):
            z = delayed[i] + fed[i]
            fed[i] = gain * (z / (one + abs(z) ** power))


@njit
def whole_power(z, exponent):
    """Return z to a power of at least 1, by squaring."""
    result, square, left = z, z, exponent - 1
    while left > 0:
        if left & 1:
            result = result * square
        square = square * square
        left >>= 1
    return result


@njit
def run_delay_line_lanes(input_weights, bias, node, exponent, constants, inputs, active, line, states):
    """Drive a node in every lane, the last axis of every array, each with the bits of a series that is driven alone.

    ``active[t]`` lanes, from the first, are advanced in row t. ``line`` is left as it is after the last row of each.
    """
    keep, n, spare, floor = constants[0], bias.size, line.shape[0] - bias.size, smallest(line)
    last = np.empty_like(line[0])
    for t in range(inputs.shape[0]):
        after, n_active = states[t], active[t]
        project_input_lanes(input_weights, bias, inputs[t], after, n_active)
        for lane in range(n_active):
            last[lane] = line[line.shape[0] - 1, lane]
        for i in range(n):
            row = after[i]
            respond(node, exponent, constants, line[i, :n_active], row[:n_active])
            for lane in range(n_active):
                last[lane] = flush(fma(keep, last[lane], row[lane]), floor)
                row[lane] = last[lane]
        for i in range(spare):
            for lane in range(n_active):
                line[i, lane] = line[n + i, lane]
        for i in range(n):
            for lane in range(n_active):
                line[spare + i, lane] = after[i, lane]

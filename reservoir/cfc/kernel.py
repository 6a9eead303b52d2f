"""Kernel of the closed-form continuous-time liquid."""

import math
from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit
from reservoir.cfc.panels import project
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import exp, sigmoid, tanh
from reservoir.kernels.memory_cell import step_memory_cell
from reservoir.kernels.memory_cell_lanes import whole_vectors

DEFAULT, PURE, NO_GATE = 0, 1, 2
MODES = {"default": DEFAULT, "pure": PURE, "no_gate": NO_GATE}
LECUN_TANH, TANH, RELU, SILU, GELU = 0, 1, 2, 3, 4
BACKBONE_ACTIVATIONS = {"lecun_tanh": LECUN_TANH, "tanh": TANH, "relu": RELU, "silu": SILU, "gelu": GELU}


class Cells(NamedTuple):
    """A chain of cells.

    ``plan`` (n_cells, 2) holds the number of units and of matrices of each cell, ``shapes`` that of sources and of
    units of each matrix. The matrices lie end to end in ``weights``, in panels (see `panels`), and so do their
    biases, filled up alike; the last one of a cell holds its heads one below the other. ``pure`` (2, n_units) holds
    rate and amplitude.
    """

    plan: np.ndarray
    shapes: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    pure: np.ndarray


class CfCProgram(NamedTuple):
    """What `run_cfc` is given of a liquid: ``mode``, a code of `MODES`; ``activation``, of `BACKBONE_ACTIVATIONS`."""

    cells: Cells
    mode: int
    activation: int
    memory: tuple[np.ndarray, np.ndarray] | None


@njit
def run_cfc(cells, mode, activation, memory, inputs, elapsed, state, states):
    """Drive a chain of cells: one row of ``states``, the cells' side by side, for every row of ``inputs``.

    The first arguments are those of `CfCProgram`. ``state`` has a second row if there is a memory cell.
    """
    plan, shapes, weights, biases, pure = cells
    h = state[0]
    n_inputs, widest = inputs.shape[1], shapes.max()
    source, drive = np.empty(widest, h.dtype), np.empty(whole_vectors(widest, h.itemsize), h.dtype)
    if memory is not None:
        joined, gates = np.empty(n_inputs + h.size, h.dtype), np.empty(memory[1].size, h.dtype)
    for t in range(inputs.shape[0]):
        time = elapsed[t] if elapsed.size else h.dtype.type(1)
        if memory is not None:
            step_memory_cell(memory[0], memory[1], inputs[t], joined, gates, state)
        incoming, start, matrix, at, bias_at = inputs[t], 0, 0, 0, 0
        for cell in range(plan.shape[0]):
            own = h[start : start + plan[cell, 0]]
            size = incoming.size + own.size
            source[: incoming.size] = incoming
            source[incoming.size : size] = own
            for layer in range(plan[cell, 1]):
                columns = shapes[matrix, 1]
                filled = whole_vectors(columns, h.itemsize)
                block, offset = weights[at : at + size * filled], biases[bias_at : bias_at + filled]
                project(block, offset, source[:size], drive, t % 2 == 1)
                matrix, at, bias_at, size = matrix + 1, at + size * filled, bias_at + filled, columns
                if layer < plan[cell, 1] - 1:
                    activate(activation, drive[:columns], source[:columns])
            step(mode, time, drive[:size], pure[:, start : start + own.size], own)
            incoming, start = own, start + own.size
        states[t] = h


@njit
def run_cfc_closed(cells, mode, activation, memory, weights, inputs, elapsed, state, states, outputs):
    """Drive the cells by their own outputs (see ``closed_loop.open_loop``); ``states`` is a buffer of one row."""
    for t in range(inputs.shape[0]):
        run_cfc(cells, mode, activation, memory, inputs[t : t + 1], elapsed[t : t + 1], state, states)
        read_out(weights, states[0], t, inputs, outputs)


@njit
def step(mode, time, drive, pure, h):
    """Write the next state h, from the outputs of the heads, which lie side by side in ``drive``.

    If there are three heads, the third is ``time_a + time_b``, for rows that all last 1.
    """
    n = h.size
    if mode == PURE:
        pure_step(time, drive, pure[0], pure[1], h)
        return
    timing = drive[2 * n : 3 * n]
    if drive.size == 4 * n:
        add_time(time, drive[3 * n :], timing)
    if mode == DEFAULT:
        gated_step(drive[:n], drive[n : 2 * n], timing, h)
    else:
        ungated_step(drive[:n], drive[n : 2 * n], timing, h)


@njit
def add_time(time, constant, timing):
    """In place: timing = timing * time + constant."""
    for i in range(timing.size):
        timing[i] = fma(timing[i], time, constant[i])


@njit
def gated_step(first, second, timing, h):
    """Write h = (1 - gate) tanh(first) + gate tanh(second)."""
    one = h.dtype.type(1)
    for i in range(h.size):
        gate = sigmoid(timing[i])
        h[i] = fma(gate, tanh(second[i]), tanh(first[i]) * (one - gate))


@njit
def ungated_step(first, second, timing, h):
    """Write h = tanh(first) + gate tanh(second)."""
    for i in range(h.size):
        h[i] = fma(sigmoid(timing[i]), tanh(second[i]), tanh(first[i]))


@njit
def pure_step(time, drive, rate, amplitude, h):
    """Write h = A - A exp(-t (|w_tau| + |f|)) f."""
    for i in range(h.size):
        h[i] = amplitude[i] - amplitude[i] * exp(-time * (abs(rate[i]) + abs(drive[i]))) * drive[i]


@njit
def activate(activation, drive, source):
    """Write the activation of the backbone over ``drive`` into ``source``."""
    zero, half = drive.dtype.type(0), drive.dtype.type(0.5)
    high, slope, root = drive.dtype.type(1.7159), drive.dtype.type(0.666), drive.dtype.type(math.sqrt(0.5))
    if activation == LECUN_TANH:
        for i in range(drive.size):
            source[i] = high * tanh(slope * drive[i])
    elif activation == TANH:
        for i in range(drive.size):
            source[i] = tanh(drive[i])
    elif activation == RELU:
        for i in range(drive.size):
            source[i] = zero if drive[i] < zero else drive[i]
    elif activation == SILU:
        for i in range(drive.size):
            source[i] = drive[i] * sigmoid(drive[i])
    else:
        for i in range(drive.size):
            source[i] = half * drive[i] * (drive.dtype.type(1) + math.erf(root * drive[i]))

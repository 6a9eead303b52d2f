"""Kernel of the gate form: one sigmoid per unit gates its conductance towards one potential."""

from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import sigmoid
from reservoir.kernels.memory_cell import step_memory_cell
from reservoir.kernels.products import add_shift_product, project_input, repeat
from reservoir.kernels.recurrence import Recurrence, add_sliced_product
from reservoir.kernels.vectors import N_BYTES
from reservoir.ltc.solver import RUNGE_KUTTA, Solving, advance, copy, set_charge


class GateProgram(NamedTuple):
    """What `run_gate` is given of a liquid.

    ``units`` (5, n_units) holds capacitance, leak conductance, leak current, gate conductance and reversal.
    """

    recurrence: Recurrence
    input_weights: np.ndarray
    bias: np.ndarray
    units: np.ndarray
    solving: Solving
    memory: tuple[np.ndarray, np.ndarray] | None


@njit
def run_gate(recurrent, input_weights, bias, units, solving, memory, inputs, elapsed, state, states):
    """Drive the liquid: one row of ``states`` for every row of ``inputs``.

    The first arguments are those of `GateProgram`. ``state`` has a second row if there is a memory cell.
    """
    offsets, values, order, starts, sources, recurrent_weights = recurrent
    solver, n_substeps, stiffness = solving
    v = state[0]
    n, n_stages = v.size, 4 if solver == RUNGE_KUTTA else 1
    n_wide = n + N_BYTES // v.itemsize
    wide, fixed_drive = np.zeros(n_wide, v.dtype), np.empty_like(v)
    drive = wide[:n]
    current, conductance = np.empty_like(v), np.empty_like(v)
    charge, at, total = np.empty_like(v), np.empty_like(v), np.zeros_like(v)
    buffer = np.empty(2 * n_wide, v.dtype)
    if memory is not None:
        joined, gates = np.empty(inputs.shape[1] + n, v.dtype), np.empty(memory[1].size, v.dtype)
    n_steps = set_charge(units[0], v.dtype.type(1), n_substeps, stiffness, charge)
    for t in range(inputs.shape[0]):
        if elapsed.size:
            n_steps = set_charge(units[0], elapsed[t], n_substeps, stiffness, charge)
        if memory is not None:
            step_memory_cell(memory[0], memory[1], inputs[t], joined, gates, state)
        project_input(input_weights, bias, inputs[t], fixed_drive)
        copy(v, at)
        for step in range(n_steps * n_stages):
            copy(fixed_drive, drive)
            if offsets.size:
                repeat(at, buffer)
                add_shift_product(offsets, values, buffer, drive)
            else:
                add_sliced_product(order, starts, sources, recurrent_weights, at, buffer, wide)
            open_gates(units, drive, current, conductance)
            advance(solver, step % n_stages, charge, current, conductance, v, at, total)
        copy(v, states[t])


@njit
def open_gates(units, drive, current, conductance):
    """Write the current and the conductance of leak and gate."""
    for i in range(drive.size):
        f = units[3, i] * sigmoid(drive[i])
        current[i] = fma(f, units[4, i], units[2, i])
        conductance[i] = units[1, i] + f


@njit
def run_gate_closed(
    recurrent, input_weights, bias, units, solving, memory, weights, inputs, elapsed, state, states, outputs
):
    """Drive the liquid by its own outputs (see ``closed_loop.open_loop``); ``states`` is a buffer of one row."""
    for t in range(inputs.shape[0]):
        row, time = inputs[t : t + 1], elapsed[t : t + 1]
        run_gate(recurrent, input_weights, bias, units, solving, memory, row, time, state, states)
        read_out(weights, states[0], t, inputs, outputs)

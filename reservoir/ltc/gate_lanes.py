"""Kernel of the gate form for many series in lockstep; the weights are read once for all lanes."""

from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.functions import sigmoid
from reservoir.kernels.lane_products import add_recurrent_lanes, project_input_lanes
from reservoir.kernels.memory_cell_lanes import step_memory_cell_lanes, whole_vectors
from reservoir.kernels.program import arguments
from reservoir.kernels.recurrence import Rows, rows_of
from reservoir.ltc.solver import RUNGE_KUTTA, Solving, advance
from reservoir.ltc.solver_lanes import copy_lanes, end_lanes, finish_lanes, set_charge_lanes
from reservoir.series.elapsed import split_elapsed

# Of the state of one series. All arrays of many lanes are read and written in every sub-step, and with more units they
# leave the caches; weights by offsets leave less to save.
MOST_BYTES_BY_OFFSETS, MOST_BYTES_WITH_PIECES, MOST_BYTES = 1200, 5000, 8000


class GateLanes(NamedTuple):
    """What `run_gate_lanes` is given of a liquid: a `GateProgram`, its recurrent weights as rows."""

    recurrence: Rows
    input_weights: np.ndarray
    bias: np.ndarray
    units: np.ndarray
    solving: Solving
    memory: tuple[np.ndarray, np.ndarray] | None


def gate_lanes(program, elapsed_column, pieces):
    """Return what drives many series in lockstep, a `driving.lanes.Lanes`; None where that takes more time.

    Parameters
    ----------
    program : GateProgram
    elapsed_column : int or None
        Column of X with the duration of every row.
    pieces : bool
        Whether states are written series by series afterwards.
    """
    general = MOST_BYTES_WITH_PIECES if pieces else MOST_BYTES
    if program.bias.nbytes > (MOST_BYTES_BY_OFFSETS if program.recurrence.offsets.size else general):
        return None
    rows = rows_of(program.recurrence, len(program.bias))
    given = arguments(GateLanes(rows, *program[1:]))

    def drive(X, active, state, states):
        with_memory = state.reshape(-1, *states.shape[1:])
        run_gate_lanes(*given, *split_elapsed(X, elapsed_column), active, with_memory, states)

    return drive


@njit
def run_gate_lanes(recurrence, input_weights, bias, units, solving, memory, inputs, elapsed, active, state, states):
    """Drive many series: every lane gets the bits that `gate.run_gate` gives that series alone.

    The first arguments are those of `GateLanes`. ``inputs`` is (n_steps, n_inputs, n_lanes), ``elapsed`` (n_steps,
    n_lanes) or without rows, ``state`` (1 or 2, n_units, n_lanes), ``states`` (n_steps, n_units, n_lanes). Row t
    advances the first ``active[t]`` lanes, a number that never grows.
    """
    indptr, sources, weights = recurrence
    solver, n_substeps, stiffness = solving
    n, n_inputs, n_lanes, n_stages = state.shape[1], inputs.shape[1], state.shape[2], 4 if solver == RUNGE_KUTTA else 1
    shape = n, whole_vectors(n_lanes, state.itemsize)
    own = np.zeros((state.shape[0], *shape), state.dtype)
    for part in range(len(own)):
        copy_lanes(state[part], own[part], n_lanes)
    v = own[0]
    at, total, charge = v.copy(), np.zeros_like(v), np.ones_like(v)
    current, conductance = np.zeros_like(v), np.ones_like(v)
    drive, fixed_drive = np.zeros_like(v), np.zeros_like(v)
    u = np.zeros((n_inputs, shape[1]), v.dtype)
    if memory is not None:
        joined = np.zeros((n_inputs + n, shape[1]), v.dtype)
        gates = np.zeros((memory[1].size, shape[1]), v.dtype)
    durations, n_steps, n_most = np.ones(n_lanes, v.dtype), np.empty(n_lanes, np.int64), 0
    for t in range(inputs.shape[0]):
        width = active[t]
        if elapsed.size:
            durations = elapsed[t]
        if elapsed.size or t == 0:
            n_most = set_charge_lanes(units[0], durations, n_substeps, stiffness, charge, n_steps, width)
        copy_lanes(inputs[t], u, width)
        if memory is not None:
            step_memory_cell_lanes(memory[0], memory[1], u, joined, gates, own, width)
        project_input_lanes(input_weights, bias, u, fixed_drive, width)
        copy_lanes(v, at, width)
        for step in range(n_most):
            for stage in range(n_stages):
                copy_lanes(fixed_drive, drive, width)
                add_recurrent_lanes(indptr, sources, weights, at, drive, width)
                open_gates_lanes(units, drive, current, conductance, width)
                load_now, open_now, at_now = current.ravel(), conductance.ravel(), at.ravel()
                advance(solver, stage, charge.ravel(), load_now, open_now, v.ravel(), at_now, total.ravel())
            finish_lanes(step + 1, n_steps, v, states[t], width)
        copy_lanes(states[t], v, width)
    end_lanes(active, states, own, state)


@njit
def open_gates_lanes(units, drive, current, conductance, width):
    """Write the current and the conductance of leak and gate, as `gate.open_gates` does in one series."""
    for i in range(drive.shape[0]):
        leak, leak_current, gate, reversal = units[1, i], units[2, i], units[3, i], units[4, i]
        for lane in range(width):
            f = gate * sigmoid(drive[i, lane])
            current[i, lane] = fma(f, reversal, leak_current)
            conductance[i, lane] = leak + f

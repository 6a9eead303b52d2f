"""Closed-form cells for many series in lockstep: each lane has the bits of a series that is driven alone."""

import numpy as np

from readouts.compiling import fma, njit
from reservoir.cfc.kernel import DEFAULT, PURE, activate, gated_step, ungated_step
from reservoir.cfc.panel_lanes import project_lanes
from reservoir.kernels.functions import exp
from reservoir.kernels.memory_cell_lanes import step_memory_cell_lanes, whole_vectors
from reservoir.kernels.program import arguments
from reservoir.series.elapsed import split_elapsed


def cfc_lanes(program, elapsed_column):
    """Return what drives many series in lockstep, a `driving.lanes.Lanes`.

    Parameters
    ----------
    program : CfCProgram
    elapsed_column : int or None
        Column of X with the duration of every row.
    """
    given, n_units = arguments(program), program.cells.pure.shape[1]

    def drive(X, active, state, states):
        rows = state.reshape(-1, n_units, state.shape[-1])
        run_cfc_lanes(*given, *split_elapsed(X, elapsed_column), active, rows, states)

    return drive


@njit
def run_cfc_lanes(cells, mode, activation, memory, inputs, elapsed, active, state, states):
    """Drive a chain of cells in every lane; the first arguments are those of `kernel.CfCProgram`.

    Parameters
    ----------
    inputs : array (n_steps, n_features, n_lanes)
    elapsed : array (n_steps, n_lanes), or empty
    active : int array (n_steps,), never increasing
        How many lanes, from the first, are advanced in a step.
    state : array (1, n_units, n_lanes)
        Left as it is after the last step of each lane. With a second row if there is a memory cell.
    states : array (n_steps, n_units, n_lanes)
        Written in the lanes that are advanced.
    """
    plan, shapes, weights, biases, pure = cells
    h, n_wide = state[0], whole_vectors(state.shape[2], state.itemsize)
    widest = whole_vectors(shapes.max(), state.itemsize)
    # Zeros, because lanes that are there only to fill vectors are computed too.
    source_room, drive_room = np.zeros(widest * n_wide, h.dtype), np.zeros(widest * n_wide, h.dtype)
    if memory is not None:
        joined, gates = np.zeros((len(memory[0]), n_wide), h.dtype), np.zeros((memory[1].size, n_wide), h.dtype)
    times = np.ones(n_wide, h.dtype)
    for t in range(inputs.shape[0]):
        n_active = active[t]
        n_lanes = whole_vectors(n_active, h.itemsize)
        if elapsed.size:
            times[:n_active] = elapsed[t, :n_active]
        if memory is not None:
            step_memory_cell_lanes(memory[0], memory[1], inputs[t], joined, gates, state, n_active)
        incoming, start, matrix, at, bias_at = inputs[t], 0, 0, 0, 0
        for cell in range(plan.shape[0]):
            own = h[start : start + plan[cell, 0]]
            size = incoming.shape[0] + own.shape[0]
            gather_sources(incoming, own, n_active, source_room[: size * n_lanes].reshape((size, n_lanes)))
            for layer in range(plan[cell, 1]):
                columns = shapes[matrix, 1]
                filled = whole_vectors(columns, h.itemsize)
                source = source_room[: size * n_lanes].reshape((size, n_lanes))
                drive = drive_room[: filled * n_lanes].reshape((filled, n_lanes))
                project_lanes(weights[at : at + size * filled], biases[bias_at : bias_at + filled], source, drive)
                matrix, at, bias_at, size = matrix + 1, at + size * filled, bias_at + filled, columns
                if layer < plan[cell, 1] - 1:
                    activate(activation, drive_room[: columns * n_lanes], source_room[: columns * n_lanes])
            part = pure[:, start : start + own.shape[0]]
            after = source_room[: own.shape[0] * n_lanes]
            step_lanes(mode, times[:n_lanes], drive_room[: size * n_lanes], part, after)
            hand_on(after.reshape((own.shape[0], n_lanes)), n_active, own, states[t, start : start + own.shape[0]])
            incoming, start = own, start + own.shape[0]


@njit
def gather_sources(incoming, own, n_active, source):
    """Write what a cell is driven by, one below the other, into the lanes that are advanced."""
    n_incoming = incoming.shape[0]
    for k in range(n_incoming):
        for lane in range(n_active):
            source[k, lane] = incoming[k, lane]
    for k in range(own.shape[0]):
        for lane in range(n_active):
            source[n_incoming + k, lane] = own[k, lane]


@njit
def hand_on(after, n_active, own, states):
    """Write the next state of a cell to both of its places, in the lanes that are advanced."""
    for i in range(own.shape[0]):
        for lane in range(n_active):
            own[i, lane] = after[i, lane]
            states[i, lane] = after[i, lane]


@njit
def step_lanes(mode, times, drive, pure, after):
    """Write the next states of a cell, unit after unit and within it lane after lane; see `kernel.step`.

    If there are two heads of timing, they are the third and fourth.
    """
    n, n_lanes = after.size, times.size
    if mode == PURE:
        pure_lanes(times, drive.reshape((-1, n_lanes)), pure[0], pure[1], after.reshape((-1, n_lanes)))
        return
    timing = drive[2 * n : 3 * n]
    if drive.size == 4 * n:
        add_times(times, drive[3 * n :].reshape((-1, n_lanes)), timing.reshape((-1, n_lanes)))
    if mode == DEFAULT:
        gated_step(drive[:n], drive[n : 2 * n], timing, after)
    else:
        ungated_step(drive[:n], drive[n : 2 * n], timing, after)


@njit
def add_times(times, constant, timing):
    """In place: timing = timing * time + constant, each lane with its own time."""
    for i in range(timing.shape[0]):
        for lane in range(times.size):
            timing[i, lane] = fma(timing[i, lane], times[lane], constant[i, lane])


@njit
def pure_lanes(times, drive, rate, amplitude, h):
    """Write h = A - A exp(-t (|w_tau| + |f|)) f, each lane with its own time."""
    for i in range(h.shape[0]):
        speed, scale = abs(rate[i]), amplitude[i]
        for lane in range(times.size):
            f = drive[i, lane]
            h[i, lane] = scale - scale * exp(-times[lane] * (speed + abs(f))) * f

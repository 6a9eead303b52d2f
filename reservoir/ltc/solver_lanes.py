"""What the solvers need beside `solver.advance` to take many series in lockstep; lanes are the last axis of arrays.

A sub-step acts on every number by itself, so `advance` takes the states of all lanes as one long array. Lanes that are
done, with their row or with their series, are taken along, which is cheaper than to leave them out: a lane is written
down where its own last sub-step ends, and what is done to it afterwards counts for nothing.
"""

import numpy as np

from readouts.compiling import njit
from reservoir.ltc.solver import count_steps


@njit
def copy_lanes(source, target, width):
    """Write the first ``width`` lanes of ``source`` into ``target``."""
    for i in range(target.shape[0]):
        for lane in range(width):
            target[i, lane] = source[i, lane]


@njit
def repeat_lanes(values, target, width):
    """Write the number of every unit into its first ``width`` lanes."""
    for i in range(target.shape[0]):
        for lane in range(width):
            target[i, lane] = values[i]


@njit
def set_charge_lanes(capacitance, times, n_substeps, stiffness, charge, n_steps, width):
    """Write C / h and the number of sub-steps of every lane, for a row of the given durations; return the most."""
    most = 0
    for lane in range(width):
        n_steps[lane] = count_steps(times[lane], n_substeps, stiffness)
        most = max(most, n_steps[lane])
    for i in range(charge.shape[0]):
        for lane in range(width):
            charge[i, lane] = capacitance[i] / (times[lane] / charge.dtype.type(n_steps[lane]))
    return most


@njit
def finish_lanes(n_done, n_steps, state, row, width):
    """Write into ``row`` the states of those lanes that are through this row after ``n_done`` sub-steps."""
    for i in range(row.shape[0]):
        for lane in range(width):
            if n_steps[lane] == n_done:
                row[i, lane] = state[i, lane]


@njit
def end_lanes(active, states, own, state):
    """Write the state of every lane after its own last row: the last of its states, and its memory cell in ``own``."""
    n_rows = np.zeros(state.shape[2], np.int64)
    for t in range(active.size):
        for lane in range(active[t]):
            n_rows[lane] = t + 1
    for i in range(state.shape[1]):
        for lane in range(n_rows.size):
            if n_rows[lane] > 0:
                state[0, i, lane] = states[n_rows[lane] - 1, i, lane]
                if state.shape[0] == 2:
                    state[1, i, lane] = own[1, i, lane]

"""Units with a residual connection: each step adds a nonlinear drive to the state as a matrix has turned it.

Row by row, ``x <- keep (O x) + gain f(W x + W_in u + b)``, the rule of `leaky` with O x in place of the unit's own
state.
"""

from typing import NamedTuple

import numpy as np

from readouts.compiling import njit
from reservoir.kernels.alignment import aligned
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import smallest
from reservoir.kernels.lane_products import add_sources, project_units
from reservoir.kernels.lane_tiles import UNITS_AT_ONCE as EIGHT
from reservoir.kernels.lane_tiles import project_eight
from reservoir.kernels.leaky import leaky_update
from reservoir.kernels.leaky_lanes import UNITS_AT_ONCE, activate, blend
from reservoir.kernels.products import add_shift_product, project_input, repeat
from reservoir.kernels.program import arguments
from reservoir.kernels.recurrence import Recurrence, Rows, add_sliced_product, arrange, rows_of
from reservoir.kernels.vectors import N_BYTES

# From this share of entries on, reading whole columns takes less time than gathering the sources of each unit.
DENSE = 0.25
# Units up to which lanes gain more time than it takes to write their states series by series, if O is sparse.
MOST_SPARSE = 150


class Skip(NamedTuple):
    """The matrix O of a residual connection: by columns where most entries are not 0, else as a `Recurrence`.

    ``columns`` is (n_units, n_units), row j with the weights from unit j, and then the arrays of ``sparse`` are empty;
    or it has no entries.
    """

    columns: np.ndarray
    sparse: Recurrence


class ResidualProgram(NamedTuple):
    """What `run_residual` is given of a reservoir.

    ``input_weights`` is (n_features, n_units), ``activation`` a code of `functions.ACTIVATIONS`; ``keep`` and ``gain``
    (n_units,) are the factors of the skip path and of the drive.
    """

    recurrence: Recurrence
    skip: Skip
    input_weights: np.ndarray
    bias: np.ndarray
    activation: int
    keep: np.ndarray
    gain: np.ndarray


class ResidualLanes(NamedTuple):
    """What `run_residual_lanes` is given: a `ResidualProgram` with sparse matrices as rows."""

    rows: Rows
    columns: np.ndarray
    skip_rows: Rows
    input_weights: np.ndarray
    bias: np.ndarray
    activation: int
    keep: np.ndarray
    gain: np.ndarray


def arrange_skip(matrix):
    """Return a canonical CSR matrix as a `Skip`."""
    n_units = matrix.shape[0]
    if matrix.nnz < DENSE * n_units**2:
        return Skip(np.empty((0, n_units), matrix.dtype), arrange(matrix))
    nothing = [np.empty(0, kind) for kind in (np.int64, matrix.dtype, np.int64, np.int64, np.int32, matrix.dtype)]
    nothing[1] = nothing[1].reshape(0, 0)
    return Skip(aligned(np.ascontiguousarray(matrix.toarray().T)), Recurrence(*nothing))


def residual_lanes(program, pieces):
    """Return what drives many series in lockstep, a `driving.lanes.Lanes`; None if each by itself takes less time."""
    n_units, skip = len(program.bias), program.skip
    if pieces and n_units > MOST_SPARSE and not skip.columns.size:
        return None
    rows, skip_rows = rows_of(program.recurrence, n_units), rows_of(skip.sparse, n_units)
    given = arguments(ResidualLanes(rows, skip.columns, skip_rows, *program[2:]))

    def drive(X, active, state, states):
        run_residual_lanes(*given, X, active, state, states)

    return drive


@njit
def run_residual(recurrent, skip, input_weights, bias, activation, keep, gain, inputs, state, states):
    """Drive the units: one row of ``states`` for every row of ``inputs``."""
    n_wide = state.size + N_BYTES // state.itemsize
    buffer, wide = np.empty(2 * n_wide, state.dtype), np.empty(n_wide, state.dtype)
    wide_turned, nothing = np.empty(n_wide, state.dtype), np.zeros_like(state)
    drive, turned = wide[: state.size], wide_turned[: state.size]
    for t in range(inputs.shape[0]):
        project_input(input_weights, bias, inputs[t], drive)
        add_recurrent(recurrent, state, buffer, wide)
        turn(skip, state, nothing, buffer, wide_turned)
        leaky_update(activation, gain, keep, drive, turned, states[t])
        state = states[t]


@njit
def run_residual_closed(
    recurrent, skip, input_weights, bias, activation, keep, gain, weights, inputs, elapsed, state, outputs
):
    """Drive the units by their own outputs, which go into the leading columns of the next row of ``inputs``.

    ``outputs`` holds what is known before, see ``closed_loop.open_loop``; ``elapsed`` is empty. ``state`` is advanced
    in place. Nothing is allocated in a step.
    """
    n_wide = state.size + N_BYTES // state.itemsize
    buffer, wide = np.empty(2 * n_wide, state.dtype), np.empty(n_wide, state.dtype)
    wide_turned, nothing = np.empty(n_wide, state.dtype), np.zeros_like(state)
    drive, turned = wide[: state.size], wide_turned[: state.size]
    for t in range(inputs.shape[0]):
        project_input(input_weights, bias, inputs[t], drive)
        add_recurrent(recurrent, state, buffer, wide)
        turn(skip, state, nothing, buffer, wide_turned)
        leaky_update(activation, gain, keep, drive, turned, state)
        read_out(weights, state, t, inputs, outputs)


@njit
def add_recurrent(recurrent, x, buffer, wide):
    """In place: add ``W @ x`` to the leading numbers of ``wide``, with W as `recurrence.Recurrence`.

    ``wide`` is longer than x by a vector, and ``buffer`` twice as long as that: what is beyond has no meaning.
    """
    offsets, values, order, starts, sources, weights = recurrent
    if offsets.size:
        repeat(x, buffer)
        add_shift_product(offsets, values, buffer, wide[: x.size])
    else:
        add_sliced_product(order, starts, sources, weights, x, buffer, wide)


@njit
def turn(skip, x, nothing, buffer, wide):
    """Write ``O @ x`` into the leading numbers of ``wide``, with O as `Skip` and ``nothing`` zeros, as many as x."""
    columns, sparse = skip
    if columns.size:
        project_input(columns, nothing, x, wide[: x.size])
        return
    for i in range(x.size):
        wide[i] = nothing[i]
    add_recurrent(sparse, x, buffer, wide)


@njit
def run_residual_lanes(
    rows, columns, skip_rows, input_weights, bias, activation, keep, gain, inputs, active, state, states
):
    """Drive the units in every lane; the first arguments are those of `ResidualLanes`.

    The others are as in `leaky_lanes.run_leaky_lanes`: inputs (n_steps, n_features, n_lanes), active (n_steps,), state
    (n_units, n_lanes), states (n_steps, n_units, n_lanes).
    """
    n_units, n_lanes = state.shape
    indptr, sources, weights = rows
    # Zeros, because lanes that are not advanced are computed, too, and subnormal numbers there would take long.
    sums, turned = np.zeros((UNITS_AT_ONCE, n_lanes), state.dtype), np.zeros((n_units, n_lanes), state.dtype)
    before, floor, nothing = state, smallest(state), np.zeros(n_units, state.dtype)
    for t in range(inputs.shape[0]):
        after, u, n_active = states[t], inputs[t], active[t]
        turn_lanes(columns, skip_rows, nothing, before, n_active, turned)
        for start in range(0, n_units, UNITS_AT_ONCE):
            stop = min(start + UNITS_AT_ONCE, n_units)
            project_units(start, stop, input_weights, bias, u, n_active, sums)
            add_sources(start, stop, indptr, sources, weights, before, n_active, sums)
            activate(activation, sums)
            blend(start, stop, keep, gain, sums, turned, floor, n_active, after)
        n_going = active[t + 1] if t + 1 < active.size else 0
        for i in range(n_units):
            for lane in range(n_going, n_active):
                state[i, lane] = after[i, lane]
        before = after


@njit
def turn_lanes(columns, skip_rows, nothing, x, n_lanes, turned):
    """Write ``O @ x`` in every lane, with O by columns if these have entries, else by rows."""
    n_units = nothing.size
    indptr, sources, weights = skip_rows
    if columns.size == 0:
        for i in range(n_units):
            for lane in range(turned.shape[1]):
                turned[i, lane] = nothing[i]
        add_sources(0, n_units, indptr, sources, weights, x, n_lanes, turned)
        return
    whole = n_units - n_units % EIGHT
    for unit in range(0, whole, EIGHT):
        project_eight(columns, unit, n_units, nothing, unit, x, n_lanes, turned)
    if whole < n_units:
        project_units(whole, n_units, columns, nothing, x, n_lanes, turned[whole:])

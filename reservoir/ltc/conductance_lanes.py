"""Kernel of the conductance form for many series in lockstep; what a synapse is, is read once for all lanes."""

from typing import NamedTuple

import numpy as np
from numba.extending import intrinsic

from readouts.compiling import fma, njit
from reservoir.kernels.memory_cell_lanes import step_memory_cell_lanes, whole_vectors
from reservoir.kernels.program import arguments
from reservoir.kernels.vectors import N_BYTES, load, splat, store, times
from reservoir.ltc.one_plus_exp2 import one_plus_exp2, over
from reservoir.ltc.solver import RUNGE_KUTTA, Solving, advance
from reservoir.ltc.solver_lanes import copy_lanes, end_lanes, finish_lanes, repeat_lanes, set_charge_lanes
from reservoir.series.elapsed import split_elapsed

MOST_BYTES = 6000  # of the state of one series, in a circuit by offsets, which leaves little to save in more units


class Rows(NamedTuple):
    """Synapses unit by unit, in the order of their sum: those of unit i are from ``indptr[i]`` on.

    ``values`` is (n_synapses, 4), of conductance, factor, offset and reversal, see `conductance.in_powers_of_two`.
    """

    indptr: np.ndarray
    sources: np.ndarray
    values: np.ndarray


class ConductanceLanes(NamedTuple):
    """What `run_conductance_lanes` is given of a liquid: a `ConductanceProgram`, its synapses as rows."""

    circuit: Rows
    sensory: Rows
    units: np.ndarray
    solving: Solving
    memory: tuple[np.ndarray, np.ndarray] | None


def conductance_lanes(program, elapsed_column, pieces):
    """Return what drives many series in lockstep, a `driving.lanes.Lanes`; None where that takes more time.

    Parameters
    ----------
    program : ConductanceProgram
    elapsed_column : int or None
        Column of X with the duration of every row.
    pieces : bool
        Whether states are written series by series afterwards.
    """
    circuit = program.circuit
    if pieces and circuit.offsets.size and program.units[0].nbytes > MOST_BYTES:
        return None
    rows = rows_by_offsets(circuit.offsets, circuit.shifted) if circuit.offsets.size else rows_of(*circuit[2:])
    given = arguments(ConductanceLanes(rows, rows_of(*program.sensory), *program[2:]))

    def drive(X, active, state, states):
        with_memory = state.reshape(-1, *states.shape[1:])
        run_conductance_lanes(*given, *split_elapsed(X, elapsed_column), active, with_memory, states)

    return drive


def rows_of(indptr, indices, synapses):
    """Return synapses in a CSR structure as `Rows`."""
    n_synapses = indptr[-1]  # what is beyond fills a vector
    values = np.ascontiguousarray(synapses[:, :n_synapses].T)
    return Rows(indptr.astype(np.int64), indices[:n_synapses].astype(np.int64), values)


def rows_by_offsets(offsets, shifted):
    """Return synapses whose sources are at the same offsets for all units as `Rows`."""
    degree, _, n_units = shifted.shape
    sources = (np.arange(n_units)[:, None] + offsets) % n_units
    values = np.ascontiguousarray(shifted.transpose(2, 0, 1)).reshape(-1, 4)
    return Rows(degree * np.arange(n_units + 1), sources.ravel(), values)


@njit
def run_conductance_lanes(circuit, sensory, units, solving, memory, inputs, elapsed, active, state, states):
    """Drive many series: every lane gets the bits that `conductance.run_conductance` gives that series alone.

    The first arguments are those of `ConductanceLanes`. ``inputs`` is (n_steps, n_inputs, n_lanes), ``elapsed``
    (n_steps, n_lanes) or without rows, ``state`` (1 or 2, n_units, n_lanes), ``states`` (n_steps, n_units, n_lanes).
    Row t advances the first ``active[t]`` lanes, a number that never grows.
    """
    solver, n_substeps, stiffness = solving
    n, n_inputs, n_lanes, n_stages = state.shape[1], inputs.shape[1], state.shape[2], 4 if solver == RUNGE_KUTTA else 1
    shape = n, whole_vectors(n_lanes, state.itemsize)
    own = np.zeros((state.shape[0], *shape), state.dtype)
    for part in range(len(own)):
        copy_lanes(state[part], own[part], n_lanes)
    v = own[0]
    at, total, charge = v.copy(), np.zeros_like(v), np.ones_like(v)
    current, conductance = np.zeros_like(v), np.ones_like(v)
    fixed_current, fixed_conductance = np.zeros_like(v), np.ones_like(v)
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
        repeat_lanes(units[2], current, width)
        repeat_lanes(units[1], conductance, width)
        load_lanes(sensory, u, current, conductance, fixed_current, fixed_conductance, width)
        copy_lanes(v, at, width)
        for step in range(n_most):
            for stage in range(n_stages):
                load_lanes(circuit, at, fixed_current, fixed_conductance, current, conductance, width)
                load_now, open_now, at_now = current.ravel(), conductance.ravel(), at.ravel()
                advance(solver, stage, charge.ravel(), load_now, open_now, v.ravel(), at_now, total.ravel())
            finish_lanes(step + 1, n_steps, v, states[t], width)
        copy_lanes(states[t], v, width)
    end_lanes(active, states, own, state)


@njit
def load_lanes(rows, potential, first_current, first_conductance, current, conductance, n_lanes):
    """Write current and conductance of all units: what they are at first, and those of all synapses added to them.

    They are added in the order of `conductance.sum_synapses`, in vectors of lanes. Every array has lanes for whole
    vectors.
    """
    indptr, sources, s = rows
    n_wide, width = current.shape[1], N_BYTES // current.itemsize
    for i in range(current.shape[0]):
        first, stop = indptr[i], indptr[i + 1]
        for lane in range(0, n_lanes, width):
            place, k = i * n_wide + lane, first
            total, opening = load(first_current, place), load(first_conductance, place)
            while k + 4 <= stop:
                a0, a1 = opened(s, k, sources, potential, lane), opened(s, k + 1, sources, potential, lane)
                a2, a3 = opened(s, k + 2, sources, potential, lane), opened(s, k + 3, sources, potential, lane)
                pair = fma(a1, splat(s[k + 1, 3]), times(a0, splat(s[k, 3])))
                other = fma(a3, splat(s[k + 3, 3]), times(a2, splat(s[k + 2, 3])))
                total, opening = plus(total, plus(pair, other)), plus(opening, plus(plus(a0, a1), plus(a2, a3)))
                k += 4
            while k < stop:
                a = opened(s, k, sources, potential, lane)
                total, opening = fma(a, splat(s[k, 3]), total), plus(opening, a)
                k += 1
            store(total, current, place)
            store(opening, conductance, place)


@njit
def opened(values, k, sources, potential, lane):
    """Return the conductance of synapse k in the vector of lanes from ``lane`` on."""
    p = load(potential, sources[k] * potential.shape[1] + lane)
    return over(splat(values[k, 0]), one_plus_exp2(fma(splat(values[k, 1]), p, splat(values[k, 2]))))


@intrinsic
def plus(typing_context, a, b):
    """Return the sums of the numbers of two vectors."""
    return a(a, b), lambda context, builder, signature, arguments: builder.fadd(*arguments)

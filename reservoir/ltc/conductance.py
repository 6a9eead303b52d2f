"""Kernel of the conductance form: every synapse opens with its source and pulls towards its own potential."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from readouts.compiling import fma, njit, njit_sum
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.functions import sigmoid
from reservoir.kernels.memory_cell import step_memory_cell
from reservoir.kernels.products import repeat, shift_form
from reservoir.ltc.solver import RUNGE_KUTTA, Solving, advance, copy, set_charge


class Recurrent(NamedTuple):
    """The synapses between units, ``(4, n_synapses)`` of conductance, slope, midpoint and reversal.

    Where all units have presynaptic units at the same ``offsets`` (degree,), ``shifted`` (degree, 4, n_units) holds
    them and the other three are empty; else those two are empty and the CSR structure counts.
    """

    offsets: np.ndarray
    shifted: np.ndarray
    indptr: np.ndarray
    indices: np.ndarray
    synapses: np.ndarray


class Sensory(NamedTuple):
    """The synapses from the inputs, as in `Recurrent`, behind their CSR structure."""

    indptr: np.ndarray
    indices: np.ndarray
    synapses: np.ndarray


class ConductanceProgram(NamedTuple):
    """What `run_conductance` is given of a liquid.

    ``units`` (3, n_units) holds capacitance, leak conductance and leak current.
    """

    circuit: Recurrent
    sensory: Sensory
    units: np.ndarray
    solving: Solving
    memory: tuple[np.ndarray, np.ndarray]


def arrange_recurrent(synapses, dtype):
    """Return the synapses between units as the kernel takes them, by offsets or as a CSR structure."""
    matrix, properties = synapses.conductance, synapses.properties(dtype)
    numbers = csr_array((np.arange(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
    shifts = shift_form(numbers)
    if shifts is None:
        return Recurrent(np.empty(0, np.int64), np.empty((0, 4, 0), dtype), *arrange_sensory(synapses, dtype))
    shifted = np.ascontiguousarray(properties[:, shifts[1]].transpose(1, 0, 2))
    return Recurrent(shifts[0], shifted, np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty((4, 0), dtype))


def arrange_sensory(synapses, dtype):
    """Return synapses from any sources as the kernel takes them."""
    matrix = synapses.conductance
    return Sensory(matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32), synapses.properties(dtype))


@njit
def run_conductance(circuit, sensory, units, solving, memory, inputs, elapsed, state, states):
    """Drive the liquid: one row of ``states`` for every row of ``inputs``.

    The first arguments are those of `ConductanceProgram`. ``state`` has a second row if there is a memory cell.
    """
    offsets, shifted, indptr, indices, synapses = circuit
    in_indptr, in_indices, in_synapses = sensory
    solver, n_substeps, stiffness = solving
    memory_weights, memory_bias = memory
    v = state[0]
    n, n_stages = v.size, 4 if solver == RUNGE_KUTTA else 1
    current, conductance = np.empty_like(v), np.empty_like(v)
    fixed_current, fixed_conductance = np.empty_like(v), np.empty_like(v)
    charge, at, total = np.empty_like(v), np.empty_like(v), np.zeros_like(v)
    twice, opened, in_opened = np.empty(2 * n, v.dtype), np.empty_like(synapses[0]), np.empty_like(in_synapses[0])
    joined, gates = np.empty(inputs.shape[1] + n, v.dtype), np.empty(memory_bias.size, v.dtype)
    n_steps = set_charge(units[0], v.dtype.type(1), n_substeps, stiffness, charge)
    for t in range(inputs.shape[0]):
        if elapsed.size:
            n_steps = set_charge(units[0], elapsed[t], n_substeps, stiffness, charge)
        if memory_bias.size:
            step_memory_cell(memory_weights, memory_bias, inputs[t], joined, gates, state)
        copy(units[2], fixed_current)
        copy(units[1], fixed_conductance)
        add_synapses(in_indptr, in_indices, in_synapses, inputs[t], in_opened, fixed_current, fixed_conductance)
        copy(v, at)
        for step in range(n_steps * n_stages):
            copy(fixed_current, current)
            copy(fixed_conductance, conductance)
            if offsets.size:
                repeat(at, twice)
                for k in range(offsets.size):
                    add_shifted_synapses(shifted[k], twice[offsets[k] : offsets[k] + n], current, conductance)
            else:
                add_synapses(indptr, indices, synapses, at, opened, current, conductance)
            advance(solver, step % n_stages, charge, current, conductance, v, at, total)
        states[t] = v


@njit
def add_synapses(indptr, indices, synapses, potential, opened, current, conductance):
    """In place: add the current and the conductance of every synapse of a CSR structure to its unit.

    First every synapse reads the potential of its source, then come all sigmoids in one pass that vectorises (it would
    not with the gather inside), then the short sums over every unit's synapses.
    """
    for k in range(opened.size):
        opened[k] = potential[indices[k]]
    for k in range(opened.size):
        opened[k] = synapses[0, k] * sigmoid(synapses[1, k] * (opened[k] - synapses[2, k]))
    for i in range(current.size):
        sums = sum_synapses(indptr[i], indptr[i + 1], opened, synapses, current[i], conductance[i])
        current[i], conductance[i] = sums


@njit_sum
def sum_synapses(first, last, opened, synapses, current, conductance):
    """Return a unit's current and conductance with its synapses from ``first`` to ``last`` added."""
    for k in range(first, last):
        current += opened[k] * synapses[3, k]
        conductance += opened[k]
    return current, conductance


@njit
def add_shifted_synapses(synapses, potential, current, conductance):
    """In place: add one synapse per unit, its source at the same distance for all of them."""
    for i in range(current.size):
        a = synapses[0, i] * sigmoid(synapses[1, i] * (potential[i] - synapses[2, i]))
        current[i] = fma(a, synapses[3, i], current[i])
        conductance[i] += a


@njit
def run_conductance_closed(circuit, sensory, units, solving, memory, weights, inputs, elapsed, state, states, outputs):
    """Drive the liquid by its own outputs (see ``closed_loop.open_loop``); ``states`` is a buffer of one row."""
    for t in range(inputs.shape[0]):
        row, time = inputs[t : t + 1], elapsed[t : t + 1]
        run_conductance(circuit, sensory, units, solving, memory, row, time, state, states)
        read_out(weights, states[0], t, inputs, outputs)

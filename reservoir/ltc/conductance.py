"""Kernel of the conductance form: every synapse opens with its source and pulls towards its own potential."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from readouts.compiling import fma, njit
from reservoir.kernels.closed_loop import read_out
from reservoir.kernels.memory_cell import step_memory_cell
from reservoir.kernels.products import repeat
from reservoir.kernels.vectors import N_BYTES, gather, load, store, width_of
from reservoir.ltc.one_plus_exp2 import one_plus_exp2, over
from reservoir.ltc.solver import RUNGE_KUTTA, Solving, advance, copy, set_charge
from reservoir.topology.shift_form import shift_form


class Recurrent(NamedTuple):
    """The synapses between units, ``(4, n_synapses)`` of conductance, factor, offset and reversal.

    A source at potential p opens a synapse to ``conductance / (1 + 2^(factor p + offset))``, see `in_powers_of_two`.
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
    memory: tuple[np.ndarray, np.ndarray] | None


def arrange_recurrent(synapses, dtype):
    """Return the synapses between units as the kernel takes them, by offsets or as a CSR structure."""
    matrix, properties = synapses.conductance, in_powers_of_two(synapses, dtype)
    numbers = csr_array((np.arange(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
    shifts = shift_form(numbers)
    if shifts is None:
        return Recurrent(np.empty(0, np.int64), np.empty((0, 4, 0), dtype), *arrange_sensory(synapses, dtype))
    shifted = np.ascontiguousarray(properties[:, shifts[1]].transpose(1, 0, 2))
    return Recurrent(shifts[0], shifted, np.empty(0, np.uint32), np.empty(0, np.int32), np.empty((4, 0), dtype))


def arrange_sensory(synapses, dtype):
    """Return synapses from any sources as the kernel takes them."""
    matrix, properties = synapses.conductance, in_powers_of_two(synapses, dtype)
    beyond = -matrix.nnz % width_of(dtype)
    indices = np.pad(matrix.indices.astype(np.int32), (0, beyond))
    return Sensory(matrix.indptr.astype(np.uint32), indices, np.pad(properties, ((0, 0), (0, beyond))))


def in_powers_of_two(synapses, dtype):
    """Return conductance, factor, offset and reversal of every synapse, an array (4, n_synapses).

    A synapse as steep as a switch may be too steep for the precision; one of the same midpoint that is not is as steep.
    """
    properties, most = synapses.properties(np.float64), np.finfo(dtype).max
    midpoint = properties[2]
    steepest = most / (np.log2(np.e) * np.maximum(np.abs(midpoint), 1)) / (1 + np.finfo(dtype).eps)
    slope = np.clip(properties[1], -steepest, steepest)
    properties[1:3] = -np.log2(np.e) * slope, np.log2(np.e) * slope * midpoint
    return properties.astype(dtype)


@njit
def run_conductance(circuit, sensory, units, solving, memory, inputs, elapsed, state, states):
    """Drive the liquid: one row of ``states`` for every row of ``inputs``.

    The first arguments are those of `ConductanceProgram`. ``state`` has a second row if there is a memory cell.
    """
    offsets, shifted, indptr, indices, synapses = circuit
    in_indptr, in_indices, in_synapses = sensory
    solver, n_substeps, stiffness = solving
    v = state[0]
    n, n_stages = v.size, 4 if solver == RUNGE_KUTTA else 1
    current, conductance = np.empty_like(v), np.empty_like(v)
    fixed_current, fixed_conductance = np.empty_like(v), np.empty_like(v)
    charge, at, total = np.empty_like(v), np.empty_like(v), np.zeros_like(v)
    twice, opened, in_opened = np.empty(2 * n, v.dtype), np.empty_like(synapses[0]), np.empty_like(in_synapses[0])
    four = np.empty((4, n), v.dtype)
    if memory is not None:
        joined, gates = np.empty(inputs.shape[1] + n, v.dtype), np.empty(memory[1].size, v.dtype)
    n_steps = set_charge(units[0], v.dtype.type(1), n_substeps, stiffness, charge)
    for t in range(inputs.shape[0]):
        if elapsed.size:
            n_steps = set_charge(units[0], elapsed[t], n_substeps, stiffness, charge)
        if memory is not None:
            step_memory_cell(memory[0], memory[1], inputs[t], joined, gates, state)
        copy(units[2], fixed_current)
        copy(units[1], fixed_conductance)
        open_synapses(in_indices, in_synapses, inputs[t], in_opened)
        sum_synapses(in_indptr, in_opened, in_synapses, fixed_current, fixed_conductance)
        copy(v, at)
        for step in range(n_steps * n_stages):
            copy(fixed_current, current)
            copy(fixed_conductance, conductance)
            if offsets.size:
                repeat(at, twice)
                add_shifted_synapses(offsets, shifted, twice, four, current, conductance)
            else:
                open_synapses(indices, synapses, at, opened)
                sum_synapses(indptr, opened, synapses, current, conductance)
            advance(solver, step % n_stages, charge, current, conductance, v, at, total)
        copy(v, states[t])


# Not one function with the sums: Numba would count references to all arrays, which takes as long as a few units.
@njit
def open_synapses(indices, synapses, potential, opened):
    """Write the conductance of every synapse of a CSR structure, in whole vectors; this is most of the work."""
    n, width = opened.size, N_BYTES // opened.itemsize
    for k in range(0, n, width):
        y = fma(load(synapses, n + k), gather(potential, indices, k), load(synapses, 2 * n + k))
        store(over(load(synapses, k), one_plus_exp2(y)), opened, k)


@njit
def sum_synapses(indptr, opened, synapses, current, conductance):
    """In place: add to every unit its open synapses, four at a time while there are as many, then one by one.

    The order is fixed, for the sums of many series at once to have the same bits. In groups of four, a sum need not
    wait for the last one; one by one would take a third longer with a hundred synapses.
    """
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)  # a signed index is tested for < 0
    for i in range(current.size):
        k, end = np.uint64(indptr[i]), np.uint64(indptr[i + 1])
        total, opening = current[i], conductance[i]
        while k + four <= end:
            pair = fma(opened[k + one], synapses[3, k + one], opened[k] * synapses[3, k])
            other = opened[k + two] * synapses[3, k + two]
            total += pair + fma(opened[k + three], synapses[3, k + three], other)
            opening += (opened[k] + opened[k + one]) + (opened[k + two] + opened[k + three])
            k += four
        while k < end:
            total = fma(opened[k], synapses[3, k], total)
            opening += opened[k]
            k += one
        current[i], conductance[i] = total, opening


@njit
def add_shifted_synapses(offsets, synapses, twice, opened, current, conductance):
    """In place: add the synapses of a circuit by offsets, in the order of `sum_synapses`.

    ``twice`` is the potentials and again the potentials, ``opened`` (4, n_units) a buffer.
    """
    n, k = current.size, 0
    while k < offsets.size:
        n_together = 4 if k + 4 <= offsets.size else 1
        for j in range(n_together):
            part, p, slot = synapses[k + j], twice[offsets[k + j] : offsets[k + j] + n], opened[j]
            for i in range(n):
                slot[i] = part[0, i] / one_plus_exp2(fma(part[1, i], p[i], part[2, i]))
        s, a = synapses[k : k + n_together], opened
        if n_together == 4:
            for i in range(n):
                pair, other = fma(a[1, i], s[1, 3, i], a[0, i] * s[0, 3, i]), a[2, i] * s[2, 3, i]
                current[i] += pair + fma(a[3, i], s[3, 3, i], other)
                conductance[i] += (a[0, i] + a[1, i]) + (a[2, i] + a[3, i])
        else:
            for i in range(n):
                current[i] = fma(a[0, i], s[0, 3, i], current[i])
                conductance[i] += a[0, i]
        k += n_together


@njit
def run_conductance_closed(circuit, sensory, units, solving, memory, weights, inputs, elapsed, state, states, outputs):
    """Drive the liquid by its own outputs (see ``closed_loop.open_loop``); ``states`` is a buffer of one row."""
    for t in range(inputs.shape[0]):
        row, time = inputs[t : t + 1], elapsed[t : t + 1]
        run_conductance(circuit, sensory, units, solving, memory, row, time, state, states)
        read_out(weights, states[0], t, inputs, outputs)

"""The liquid time-constant reservoir in C."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.c99.activations import SIGMOID, SIGMOID_OPERATIONS
from reservoir.interop.c99.ltc_solver import sub_steps
from reservoir.interop.c99.mixed_memory import memory_cell
from reservoir.interop.c99.piece import Piece, each, joined, liquid_rule
from reservoir.interop.c99.rule import c_rule
from reservoir.interop.c99.weighted_sums import Product, weighted_sums
from reservoir.kernels.recurrence import rows_of
from reservoir.ltc.conductance import ConductanceProgram
from reservoir.ltc.liquid import LTCLiquid

OPEN_SYNAPSES = """\
for (int j = 0; j < {size}; j++) {{
    const real exponent = {name}_factor[j] * {potential}[{name}_source[j]] + {name}_offset[j];
    opened[j] = {name}_weight[j] / (R(1.0) + EXP(exponent));
}}
for (uint32_t i = 0, j = 0; i < {n}; i++) {{
    real current = {base}_current[i], conductance = {base}_conductance[i];
    for (; j < {name}_end[i]; j++) {{
        current += opened[j] * {name}_reversal[j];
        conductance += opened[j];
    }}
    {target}_current[i] = current;
    {target}_conductance[i] = conductance;
}}"""
NO_SYNAPSES = """\
{target}_current[i] = {base}_current[i];
{target}_conductance[i] = {base}_conductance[i];"""
OPEN_GATES = """\
const real opened = gate_conductance[i] * sigmoid(drive[i]);
total_current[i] = leak_current[i] + opened * reversal[i];
total_conductance[i] = leak_conductance[i] + opened;"""


@c_rule.register(LTCLiquid)
def _of_ltc(reservoir, dtype):
    program, column = reservoir.program_, reservoir.elapsed_column_
    if isinstance(program, ConductanceProgram):
        once, conductances = _synapses(program, column, dtype)
    else:
        once, conductances = _gates(program, column)
    step = joined(
        memory_cell(program.memory, "v", column),
        Piece("/* What the inputs do is the same all through the row. */"),
        Piece(constants={"leak_conductance": program.units[1], "leak_current": program.units[2]}),
        once,
        sub_steps(program, conductances, column),
    )
    return liquid_rule(reservoir, "v", step)


def _synapses(program, elapsed_column, dtype):
    """Return the `Piece` of the synapses from the inputs, and what makes that of those between units.

    The latter is called with the name of the array of potentials, as `sub_steps` does.
    """
    n, sensory = program.units.shape[1], program.sensory
    sources = sensory.indices
    if elapsed_column is not None:
        sources = sources + (sources >= elapsed_column)
    once = _opened("input", (sensory.indptr, sources, sensory.synapses), dtype, "u", "leak", "fixed")
    between = _between_units(program.circuit, n)

    def conductances(potential):
        return _opened("recurrent", between, dtype, potential, "fixed", "total")

    return joined(Piece(scratch={"fixed_current": n, "fixed_conductance": n}), once), conductances


def _between_units(circuit, n):
    """Return indptr, sources and properties of the synapses between units, unit by unit."""
    if not circuit.offsets.size:
        return circuit.indptr, circuit.indices, circuit.synapses
    degree = len(circuit.offsets)
    sources = (np.arange(n)[:, None] + circuit.offsets) % n
    return degree * np.arange(n + 1), sources.ravel(), circuit.shifted.transpose(1, 2, 0).reshape(4, n * degree)


def _opened(name, synapses, dtype, potential, base, target):
    """Return the `Piece` that opens synapses by potentials of their sources.

    It writes current and conductance of every unit, those of ``base`` and of these synapses, to the arrays of
    ``target``.
    """
    indptr, sources, properties = synapses
    n, size = len(indptr) - 1, int(indptr[-1])
    if size == 0:
        return Piece(each(n, NO_SYNAPSES.format(base=base, target=target)))
    weight, factor, offset, reversal = properties[:, :size].astype(np.float64)
    # Less steep if the precision asks for that, with the same midpoint. EXP is what vectorises, so it is of e, not 2.
    largest = np.maximum(np.abs(factor), np.abs(offset))
    scale = np.log(2) * np.minimum(1, np.finfo(dtype).max / np.maximum(largest, 1))
    factor, offset = scale * factor, scale * offset
    values = {"weight": weight, "factor": factor, "offset": offset, "reversal": reversal}
    constants = {f"{name}_{what}": numbers for what, numbers in values.items()}
    constants |= {f"{name}_source": np.array(sources[:size], np.int64), f"{name}_end": np.array(indptr[1:], np.int64)}
    body = OPEN_SYNAPSES.format(name=name, n=n, size=size, potential=potential, base=base, target=target)
    return Piece(body, constants, {"opened": size}, operations=8 * size)


def _gates(program, elapsed_column):
    """Return the `Piece` of the drive from the inputs, and what makes that of the gates, as `_synapses` does."""
    n, (indptr, sources, weights) = len(program.bias), rows_of(program.recurrence, len(program.bias))
    inputs = Product("input_weights", program.input_weights.T, "u", elapsed_column)
    once = joined(
        Piece(constants={"bias": program.bias}, scratch={"fixed_drive": n, "drive": n}),
        weighted_sums("fixed_drive", "bias[i]", [inputs]),
    )
    recurrent = csr_array((weights, sources, indptr), shape=(n, n))
    units = {"gate_conductance": program.units[3], "reversal": program.units[4]}

    def conductances(potential):
        return joined(
            weighted_sums("drive", "fixed_drive[i]", [Product("recurrent_weights", recurrent, potential)]),
            Piece(each(n, OPEN_GATES), units, helpers=SIGMOID, operations=(4 + SIGMOID_OPERATIONS) * n),
        )

    return once, conductances

"""The liquid time-constant reservoir in C."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.c99.ltc_solver import sub_steps
from reservoir.interop.c99.memory_cell import memory_cell
from reservoir.interop.c99.piece import Piece, each, joined
from reservoir.interop.c99.rule import CRule, c_rule
from reservoir.interop.c99.sigmoid import SIGMOID, SIGMOID_OPERATIONS
from reservoir.interop.c99.weighted_sums import weighted_sums
from reservoir.kernels.recurrence import rows_of
from reservoir.ltc.conductance import ConductanceProgram
from reservoir.ltc.liquid import LTCLiquid

OPEN_SYNAPSES = """\
for (uint32_t i = 0, j = 0; i < {n}; i++) {{
    real total = {base_current}[i], opening = {base_conductance}[i];
    for (; j < {name}_end[i]; j++) {{
        const real exponent = {name}_factor[j] * {potential}[{name}_source[j]] + {name}_offset[j];
        const real opened = {name}_weight[j] / (R(1.0) + EXP(exponent));
        total += opened * {name}_reversal[j];
        opening += opened;
    }}
    {current}[i] = total;
    {conductance}[i] = opening;
}}"""
OPEN_GATES = """\
const real opened = gate_conductance[i] * sigmoid(drive[i]);
current[i] = leak_current[i] + opened * reversal[i];
conductance[i] = leak[i] + opened;"""
# The names of the arrays of current and conductance: of the leaks, with the inputs, and with the other units too.
LEAK = {"base_current": "leak_current", "base_conductance": "leak"}
FIXED = {"current": "fixed_current", "conductance": "fixed_conductance"}
FIXED_BASE = {"base_current": "fixed_current", "base_conductance": "fixed_conductance"}
TOTAL = {"current": "current", "conductance": "conductance"}


@c_rule.register(LTCLiquid)
def _of_ltc(reservoir, dtype):
    program, column, n = reservoir.program_, reservoir.elapsed_column_, reservoir.n_units_
    if isinstance(program, ConductanceProgram):
        once, rates = _synapses(program, column, dtype)
    else:
        once, rates = _gates(program, column)
    step = joined(
        Piece("real *const v = s->v;"),
        memory_cell(program.memory, "v", column),
        Piece(constants={"leak": program.units[1], "leak_current": program.units[2]}),
        once,
        sub_steps(program, rates, column),
        Piece(each(n, "y[i] = v[i];")),
    )
    state = dict(zip(("v", "memory"), np.reshape(reservoir.rest(), (-1, n)), strict=False))
    return CRule(
        reservoir.n_features_in_, n, state,
        step.constants, step.scratch, step.helpers, step.body, step.operations,
    )  # fmt: skip


def _synapses(program, elapsed_column, dtype):
    """Return the `Piece` of the synapses from the inputs, done once a row, and what makes that of those between units.

    The latter is called with the name of the array of potentials.
    """
    n, sensory = program.units.shape[1], program.sensory
    sources = sensory.indices
    if elapsed_column is not None:
        sources = sources + (sources >= elapsed_column)
    once = _opened("input", n, (sensory.indptr, sources, sensory.synapses), dtype, potential="u", **LEAK, **FIXED)
    between = _between_units(program.circuit, n)

    def rates(potential):
        return _opened("recurrent", n, between, dtype, potential=potential, **FIXED_BASE, **TOTAL)

    return once._replace(scratch={"fixed_current": n, "fixed_conductance": n}), rates


def _between_units(circuit, n):
    """Return indptr, sources and properties of the synapses between units, unit by unit."""
    if not circuit.offsets.size:
        return circuit.indptr, circuit.indices, circuit.synapses
    degree = len(circuit.offsets)
    sources = (np.arange(n)[:, None] + circuit.offsets) % n
    return degree * np.arange(n + 1), sources.ravel(), circuit.shifted.transpose(1, 2, 0).reshape(4, n * degree)


def _opened(name, n, synapses, dtype, **names):
    """Return the `Piece` that adds open synapses to the current and the conductance of every unit."""
    indptr, sources, properties = synapses
    size = int(indptr[-1])
    if size == 0:
        return Piece(each(n, "{current}[i] = {base_current}[i];\n{conductance}[i] = {base_conductance}[i];".format(**names)))
    weight, factor, offset, reversal = properties[:, :size]
    # The largest number is as steep as any larger one. There is no exp2 to be had cheaply on a microcontroller.
    most = np.finfo(dtype).max
    factor, offset = (np.clip(np.log(2) * values.astype(np.float64), -most, most) for values in (factor, offset))
    values = {"weight": weight, "factor": factor, "offset": offset, "reversal": reversal}
    constants = {f"{name}_{what}": numbers for what, numbers in values.items()}
    constants |= {f"{name}_source": sources[:size].astype(np.int64), f"{name}_end": indptr[1:].astype(np.int64)}
    return Piece(OPEN_SYNAPSES.format(name=name, n=n, **names), constants, operations=8 * size)


def _gates(program, elapsed_column):
    """Return the `Piece` of the drive from the inputs, done once a row, and what makes that of the gates."""
    n, (indptr, sources, weights) = len(program.bias), rows_of(program.recurrence, len(program.bias))
    once = joined(
        Piece(each(n, "fixed_drive[i] = bias[i];"), {"bias": program.bias}, {"fixed_drive": n, "drive": n}),
        weighted_sums("input_weights", program.input_weights.T, "u", "fixed_drive", elapsed_column),
    )
    recurrent = csr_array((weights, sources, indptr), shape=(n, n))
    units = {"gate_conductance": program.units[3], "reversal": program.units[4]}

    def rates(potential):
        return joined(
            Piece(each(n, "drive[i] = fixed_drive[i];")),
            weighted_sums("recurrent_weights", recurrent, potential, "drive"),
            Piece(each(n, OPEN_GATES), units, helpers=SIGMOID, operations=(4 + SIGMOID_OPERATIONS) * n),
        )

    return once, rates

"""Leaky integration in C: echo states and continuous-time recurrent networks."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.ctrnn import CTRNNLiquid
from reservoir.echo_state import EchoStateReservoir
from reservoir.interop.c99.literals import literal
from reservoir.interop.c99.rule import CRule, c_rule
from reservoir.interop.c99.sums import Terms, sum_over
from reservoir.interop.c99.weighted_sums import DENSE
from reservoir.kernels.functions import ACTIVATIONS, smallest
from reservoir.kernels.leaky import EXPONENTIAL, FIXED, UNDAMPED
from reservoir.kernels.recurrence import rows_of

# Of the entries of a sparse matrix, how many may be written so that each unit has as many.
MOST_PADDED = 1.2
# Of the drive of a unit.
FUNCTIONS = {
    "tanh": "TANH(drive[i])",
    "identity": "drive[i]",
    "relu": "(drive[i] < R(0.0) ? R(0.0) : drive[i])",
    "sigmoid": "R(1.0) / (R(1.0) + EXP(-drive[i]))",
}
COST = {"tanh": 1, "identity": 0, "relu": 1, "sigmoid": 3}


@c_rule.register(EchoStateReservoir)
@c_rule.register(CTRNNLiquid)
def leaky_rule(reservoir, dtype):
    """Return the `CRule` of leaky units, ``x <- keep x + gain f(W x + W_in u + b)``."""
    program, n_units = reservoir.program_, reservoir.n_units_
    constants = {"bias": program.bias, "input_weights": program.input_weights}
    inputs, copies, scratch = _inputs(reservoir)
    recurrent, after, n_copies = _recurrence(program.recurrence, n_units, constants)
    sums = sum_over("drive", n_units, "bias[i]", [inputs, *recurrent])
    pace, keep, gain, cost = _pace(program.pace, reservoir.elapsed_column_, constants, dtype)
    (activation,) = (name for name, code in ACTIVATIONS.items() if code == program.activation)
    floor = literal(dtype.type(smallest(np.empty(0, dtype))))
    stores = "".join(
        f"    s->x[i + {copy * n_units}] = x;\n" if copy else "    s->x[i] = x;\n" for copy in range(n_copies)
    )
    update = (
        f"for (int i = 0; i < {n_units}; i++) {{\n{pace}"
        f"    real x = {keep} * s->x[i] + {gain} * {FUNCTIONS[activation]};\n"
        f"    x = FABS(x) < {floor} ? R(0.0) : x; /* a denormal number would be slow */\n{stores}    y[i] = x;\n}}"
    )
    n_weights = constants["input_weights"].size + constants.get("weights", np.empty(0)).size
    return CRule(
        reservoir.n_features_in_, n_units, {"x": np.zeros(n_copies * n_units, dtype)}, constants,
        {"drive": n_units, **scratch}, {}, "\n".join(filter(None, [copies, sums, after, update])),
        2 * n_weights + n_units * (3 + cost + COST[activation]),
    )  # fmt: skip


def _inputs(reservoir):
    """Return the terms of the input, statements that set it apart from elapsed times, and an array for that."""
    n_features, elapsed = reservoir.n_features_in_, reservoir.elapsed_column_
    if elapsed is None:
        return Terms(n_features, lambda j: f"input_weights[{j}][i] * u[{j}]"), "", {}
    columns = [column for column in range(n_features) if column != elapsed]
    copies = "\n".join(f"given[{j}] = u[{column}];" for j, column in enumerate(columns))
    return Terms(len(columns), lambda j: f"input_weights[{j}][i] * given[{j}]"), copies, {"given": len(columns)}


def _recurrence(recurrence, n_units, constants):
    """Return the terms of the recurrent sum, statements after it, and how often the state is kept."""
    rows = rows_of(recurrence, n_units)
    matrix = csr_array((rows.weights, rows.sources, rows.indptr), shape=(n_units, n_units))
    matrix.eliminate_zeros()
    if matrix.nnz == 0:
        return [], "", 1
    if matrix.nnz >= DENSE * n_units**2:
        constants["weights"] = matrix.toarray().T
        return [Terms(n_units, lambda j: f"weights[{j}][i] * s->x[{j}]")], "", 1
    if recurrence.offsets.size:
        return [_shifts(recurrence, constants)], "", 2
    if n_units * np.diff(matrix.indptr).max() <= MOST_PADDED * matrix.nnz:
        return [_columns(matrix, constants)], "", 1
    constants |= {"weights": matrix.data, "sources": matrix.indices, "starts": matrix.indptr}
    after = (
        f"for (int i = 0; i < {n_units}; i++) {{\n    real sum = drive[i];\n"
        "    for (uint32_t k = starts[i]; k < starts[i + 1]; k++) {\n"
        "        sum += weights[k] * s->x[sources[k]];\n    }\n"
        "    drive[i] = sum;\n}"
    )
    return [], after, 1


def _columns(matrix, constants):
    """Return the terms of units with about as many sources each: term j is the j-th of each, or 0."""
    degrees = np.diff(matrix.indptr)
    unit = np.repeat(np.arange(len(degrees)), degrees)
    place = np.arange(matrix.nnz) - matrix.indptr[unit], unit
    shape = int(degrees.max()), len(degrees)
    constants["weights"], constants["sources"] = np.zeros(shape, matrix.dtype), np.zeros(shape, np.int64)
    constants["weights"][place], constants["sources"][place] = matrix.data, matrix.indices
    return Terms(shape[0], lambda j: f"weights[{j}][i] * s->x[sources[{j}][i]]")


def _shifts(recurrence, constants):
    offsets = recurrence.offsets
    constants["weights"] = recurrence.values

    def term(j):
        shift = offsets[j] if isinstance(j, int) else f"offsets[{j}]"
        if not isinstance(j, int):
            constants["offsets"] = offsets
        return f"weights[{j}][i] * s->x[i + {shift}]"

    return Terms(len(offsets), term)


def _pace(pace, elapsed, constants, dtype):
    """Return statements that make what a unit keeps and gains of a row, both by name, and operations for them."""
    if pace.rule == FIXED:
        return "", _per_unit("keep", pace.keep, constants, dtype), _per_unit("gain", pace.gain, constants, dtype), 0
    rate = _per_unit("rate", pace.rate, constants, dtype)
    scale = _per_unit("scale", pace.scale, constants, dtype)
    if pace.rule == EXPONENTIAL:
        step = f"    const real gone = -EXPM1(-u[{elapsed}] * {rate});\n"
    else:
        step = f"    real gone = u[{elapsed}] * {rate};\n    gone = gone < R(1.0) ? gone : R(1.0);\n"
    keep = "R(1.0)" if pace.rule == UNDAMPED else "(R(1.0) - gone)"
    gain = "gone" if scale in ("1.0", "1.0f") else f"{scale} * gone"
    return step, keep, gain, 4


def _per_unit(name, values, constants, dtype):
    """Return what stands for a constant of unit i: one number where it is that of all units."""
    values = np.asarray(values, dtype)
    if np.all(values == values[0]):
        return literal(values[0])
    constants[name] = values
    return f"{name}[i]"

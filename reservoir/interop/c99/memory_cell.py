"""The memory cell of a mixed-memory liquid in C."""

import numpy as np

from reservoir.interop.c99.piece import Piece, each, joined
from reservoir.interop.c99.sigmoid import SIGMOID
from reservoir.interop.c99.weighted_sums import weighted_sums


def memory_cell(memory, state, elapsed_column):
    """Return a `Piece` that rewrites the array ``state`` of the units, and the field ``memory`` of the struct.

    Parameters
    ----------
    memory : pair of arrays (n_inputs + n_units, 4 n_units) and (4 n_units,), or None
        As in the program of a liquid; None for no memory cell.
    state : str
        The array of C that holds the state of the units.
    elapsed_column : int or None
    """
    if memory is None:
        return Piece()
    weights, bias = memory
    n = len(bias) // 4
    update = f"""\
const real candidate = TANH(gates[i]), enter = sigmoid(gates[{n} + i]);
const real keep = sigmoid(gates[{2 * n} + i]), show = sigmoid(gates[{3 * n} + i]);
s->memory[i] = keep * s->memory[i] + enter * candidate;
{state}[i] = show * TANH(s->memory[i]);"""
    start = Piece(each(4 * n, "gates[i] = memory_bias[i];"), {"memory_bias": np.asarray(bias)}, {"gates": 4 * n})
    return joined(
        start,
        weighted_sums("memory_input", weights[:-n].T, "u", "gates", elapsed_column),
        weighted_sums("memory_recurrent", weights[-n:].T, state, "gates"),
        Piece(each(n, update), helpers=SIGMOID, operations=18 * n),
    )

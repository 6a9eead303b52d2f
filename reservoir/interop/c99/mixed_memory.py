"""The memory cell of a mixed-memory liquid in C."""

from reservoir.interop.c99.activations import SIGMOID, SIGMOID_OPERATIONS
from reservoir.interop.c99.piece import Piece, each, joined
from reservoir.interop.c99.weighted_sums import Product, weighted_sums


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
    products = [
        Product("memory_input", weights[:-n].T, "u", elapsed_column),
        Product("memory_recurrent", weights[-n:].T, state),
    ]
    sums = weighted_sums("gates", "memory_bias[i]", products)
    own = Piece(each(n, update), {"memory_bias": bias}, {"gates": 4 * n}, SIGMOID, (3 * SIGMOID_OPERATIONS + 6) * n)
    return joined(Piece("/* The memory cell goes first, and the units start from what it leaves. */"), sums, own)

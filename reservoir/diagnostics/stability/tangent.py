"""How a leaky reservoir carries small differences between states on, exactly: products with its Jacobians."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, diags_array

from reservoir.diagnostics.stability.benettin import Flow
from reservoir.diagnostics.stability.tangent_kernel import linearize_rows, run_tangents
from reservoir.kernels.functions import ACTIVATIONS
from reservoir.kernels.leaky import FIXED
from reservoir.kernels.program import arguments
from reservoir.kernels.recurrence import arrange
from reservoir.series.elapsed import split_elapsed

# A matrix with a larger share of nonzero entries is multiplied faster as a dense one.
_DENSE = 0.2
# Small differences are carried through so many rows at most before they are orthogonalised, if they stay apart.
_MOST_ROWS = 500


class LeakyMap(NamedTuple):
    """Some rows of a leaky reservoir, linear in small differences: ``d <- keep d + gain (W d + W_in e)``.

    ``keep`` and ``gain``, which contains the slope of the activation, are ``(n_rows, n_units)``; e is the difference of
    the inputs.
    """

    keep: np.ndarray
    gain: np.ndarray


def linearize(reservoir, rows, state):
    """Return the `LeakyMap` of some rows and the state after them.

    Parameters
    ----------
    reservoir : fitted EchoStateReservoir or CTRNNLiquid
    rows : checked 2-D array
    state : array (n_units,)
        Linear units are not driven, as their slopes are 1 wherever they are: their state comes back as it was.

    Returns
    -------
    LeakyMap, state
    """
    trajectory, end = _trajectory(reservoir, rows, state)
    keep, gain = np.empty((2, len(rows), reservoir.n_units_))
    linearize_rows(*_equations(reservoir), *trajectory, keep, gain)
    return LeakyMap(keep, gain), end


def recurrent_matrix(reservoir):
    """Return W in double precision, as an array where it is dense, else as CSR."""
    weights = reservoir.recurrent_weights_.astype(np.float64)
    return weights.toarray() if weights.nnz > _DENSE * np.prod(weights.shape) else weights


def recurrent_arguments(reservoir):
    """Return W in double precision, as kernels take it that multiply a single vector by it."""
    return arguments(arrange(reservoir.recurrent_weights_.astype(np.float64)))


def driven_flow(reservoir, X):
    """Return the `Flow` of small differences along X from rest; its places are (row, state).

    Parameters
    ----------
    reservoir : fitted EchoStateReservoir or CTRNNLiquid
    X : checked 2-D array

    Returns
    -------
    Flow
    """
    equations, recurrent = _equations(reservoir), recurrent_arguments(reservoir)

    def push(place, vectors, n_rows):
        row, state = place
        trajectory, state = _trajectory(reservoir, X[row : row + n_rows], state)
        carried = np.array(vectors.T, order="C")
        run_tangents(*equations, *trajectory, recurrent, carried)
        return carried.T, (row + n_rows, state)

    constant = None
    if reservoir.activation_ == "identity" and reservoir.program_.pace.rule == FIXED:
        linear, _ = linearize(reservoir, X[:1], reservoir.rest())
        weights = reservoir.recurrent_weights_.astype(np.float64)
        constant = csr_array(diags_array(linear.keep[0]) + diags_array(linear.gain[0]) @ weights)
    return Flow(push, (0, reservoir.rest()), reservoir.n_units_, most_rows=_MOST_ROWS, matrix=constant)


def _equations(reservoir):
    """Return what the kernels are given of a reservoir, in double precision but for the pace of its units."""
    weights = reservoir.recurrent_weights_
    # Copies, because Numba would compile the kernels once more for read-only arrays, as those of fitted weights are.
    weights = weights.indptr.astype(np.uint32), weights.indices.astype(np.uint32), weights.data.astype(np.float64)
    input_weights, bias = reservoir.input_weights_.astype(np.float64), reservoir.bias_.astype(np.float64)
    rule, *numbers = reservoir.program_.pace
    if rule == FIXED:  # else the pace of each row is rounded as the reservoir rounds it
        numbers = [part.astype(np.float64) for part in numbers]
    return weights, input_weights, bias, ACTIVATIONS[reservoir.activation_], (rule, *numbers)


def _trajectory(reservoir, rows, state):
    """Return inputs, elapsed times, the state before and the states after the rows, and the state at the end."""
    inputs, elapsed = split_elapsed(rows, reservoir.elapsed_column_)
    if reservoir.elapsed_column_ is None:
        elapsed = np.empty(0)  # in double precision, so that nothing is compiled once more for other reservoirs
    if reservoir.activation_ == "identity":
        states, end = np.zeros((len(rows), reservoir.n_units_)), state
    else:
        states, end = reservoir.drive(rows, state)
    return (inputs.astype(np.float64), elapsed, state.astype(np.float64), states.astype(np.float64, copy=False)), end

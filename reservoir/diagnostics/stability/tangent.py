"""How a leaky reservoir carries small differences between states on, exactly: products with its Jacobians."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.special import expit

from readouts.compiling import fma, njit
from reservoir.diagnostics.stability.benettin import Flow
from reservoir.kernels.leaky import FIXED, set_pace
from reservoir.kernels.products import add_csr_product
from reservoir.series.elapsed import split_elapsed

# A matrix with a larger share of nonzero entries is multiplied faster as a dense one.
_DENSE = 0.2


class LeakyMap(NamedTuple):
    """Some rows of a leaky reservoir, linear in small differences: ``d <- keep d + gain (W d + W_in e)``.

    ``keep`` and ``gain``, which contains the slope of the activation, are ``(n_rows, n_units)``; e is the difference of
    the inputs.
    """

    keep: np.ndarray
    gain: np.ndarray


def linearize(reservoir, weights, rows, state):
    """Return the `LeakyMap` of some rows and the state after them.

    Parameters
    ----------
    reservoir : fitted EchoStateReservoir or CTRNNLiquid
    weights : matrix (n_units, n_units)
        W in double precision, such as `recurrent_matrix` returns.
    rows : checked 2-D array
    state : array (n_units,)
        Linear units are not driven, as their slopes are 1 wherever they are: their state comes back as it was.

    Returns
    -------
    LeakyMap, state
    """
    inputs, elapsed = split_elapsed(rows, reservoir.elapsed_column_)
    keep, gain = _pace(reservoir, elapsed, len(rows))
    if reservoir.activation_ == "identity":
        return LeakyMap(keep, gain), state
    states, end = reservoir.drive(rows, state)
    before = np.vstack([state, states[:-1]]).astype(np.float64)
    with np.errstate(over="ignore"):
        drive = (weights @ before.T).T + inputs.astype(np.float64) @ reservoir.input_weights_.T + reservoir.bias_
    return LeakyMap(keep, gain * _slope(reservoir.activation_, drive)), end


def recurrent_matrix(reservoir):
    """Return W in double precision, as an array where it is dense, else as CSR."""
    weights = reservoir.recurrent_weights_.astype(np.float64)
    return weights.toarray() if weights.nnz > _DENSE * np.prod(weights.shape) else weights


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
    weights = reservoir.recurrent_weights_.astype(np.float64)
    arranged = weights.indptr.astype(np.uint32), weights.indices.astype(np.uint32), weights.data

    def push(place, vectors, n_rows):
        row, state = place
        linear, state = linearize(reservoir, weights, X[row : row + n_rows], state)
        carried = np.array(vectors.T, order="C")
        run_tangents(*arranged, linear.keep, linear.gain, carried)
        return carried.T, (row + n_rows, state)

    constant = None
    if reservoir.activation_ == "identity" and reservoir.program_.pace.rule == FIXED:
        linear, _ = linearize(reservoir, weights, X[:1], reservoir.rest())
        constant = csr_array(diags_array(linear.keep[0]) + diags_array(linear.gain[0]) @ weights)
    return Flow(push, (0, reservoir.rest()), reservoir.n_units_, matrix=constant)


@njit
def run_tangents(indptr, indices, data, keep, gain, vectors):
    """In place: carry every row of ``vectors`` on, ``d <- keep d + gain W d``, through all rows of keep and gain."""
    recurrent = np.empty(vectors.shape[1])
    for t in range(keep.shape[0]):
        for k in range(vectors.shape[0]):
            for i in range(recurrent.size):
                recurrent[i] = 0
            add_csr_product(indptr, indices, data, vectors[k], recurrent)
            for i in range(recurrent.size):
                vectors[k, i] = fma(keep[t, i], vectors[k, i], gain[t, i] * recurrent[i])


def _pace(reservoir, elapsed, n_rows):
    """Return what every unit keeps and gains in every row, without the slope of its activation."""
    rule, keep, gain, rate, scale = reservoir.program_.pace
    if rule == FIXED:
        return tuple(np.tile(part.astype(np.float64), (n_rows, 1)) for part in (keep, gain))
    keeps, gains = np.empty((2, n_rows, keep.size), keep.dtype)
    for row, time in enumerate(elapsed):
        set_pace(rule, time, rate, scale, keeps[row], gains[row])
    return keeps.astype(np.float64), gains.astype(np.float64)


def _slope(activation, drive):
    if activation == "relu":
        return (drive > 0).astype(np.float64)
    drive = np.clip(drive, -1e300, 1e300)
    # 1 - tanh^2 would lose the small slopes of saturated units.
    return expit(drive) * expit(-drive) if activation == "sigmoid" else 4 * expit(2 * drive) * expit(-2 * drive)

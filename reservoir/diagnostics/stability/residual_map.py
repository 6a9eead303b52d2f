"""How a residual reservoir carries small differences between states on, exactly: products with its Jacobians."""

import numpy as np
from scipy.sparse import csr_array, diags_array

from reservoir.diagnostics.stability.benettin import Flow
from reservoir.diagnostics.stability.tangent_kernel import linearize_rows
from reservoir.kernels.functions import ACTIVATIONS
from reservoir.kernels.leaky import regular_pace
from reservoir.kernels.program import arguments

# Rows whose gains are held at once, and that vectors are carried through before they are orthogonalised at most.
_MOST_ROWS = 500


def linearize(reservoir, rows, state):
    """Return the gains of some rows, and the state after them.

    In row t small differences of states d and of inputs e follow ``d <- K O d + diag(gains[t]) (W d + W_in e)``, with K
    the gains of the skip path.

    Parameters
    ----------
    reservoir : fitted ResidualReservoir
    rows : checked 2-D array
    state : array (n_units,)

    Returns
    -------
    gains : array (n_rows, n_units)
        Proximity times the slope of the activation.
    end : array (n_units,)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import ResidualReservoir
    >>> from reservoir.diagnostics.stability.residual_map import linearize
    >>> alone = ResidualReservoir(recurrent_weights=[[2.0]], proximity=0.25, bias=0.0, random_state=0).fit([[0.0]])
    >>> linearize(alone, np.zeros((1, 1)), np.zeros(1))[0]
    array([[0.25]])
    """
    states, end = reservoir.drive(rows, state)
    # Copies, because Numba would compile the kernel once more for read-only arrays, as those of fitted weights are.
    weights = reservoir.recurrent_weights_
    weights = weights.indptr.astype(np.uint32), weights.indices.astype(np.uint32), weights.data.astype(np.float64)
    parts = reservoir.input_weights_, reservoir.bias_, reservoir.skip_gain_, reservoir.proximity_, rows, state, states
    inputs_to, bias, kept, gained, inputs, before, after = (part.astype(np.float64) for part in parts)
    pace = arguments(regular_pace(kept, gained))
    keep, gains = np.empty((2, len(rows), reservoir.n_units_))
    code = ACTIVATIONS[reservoir.activation_]
    linearize_rows(weights, inputs_to, bias, code, pace, inputs, np.empty(0), before, after, keep, gains)
    return gains, end


def jacobian_of(reservoir, row, state):
    """Return the derivative of the state after one row by the state before it, a csr_array (n_units, n_units).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import ResidualReservoir
    >>> from reservoir.diagnostics.stability.residual_map import jacobian_of
    >>> settings = {"recurrent_weights": [[2.0]], "proximity": 0.25, "bias": 0.0, "skip": "identity"}
    >>> jacobian_of(ResidualReservoir(**settings).fit([[0.0]]), np.zeros((1, 1)), np.zeros(1)).toarray()
    array([[1.25]])
    """
    gains, _ = linearize(reservoir, row, state)
    skip, weights = _matrices(reservoir)
    return csr_array(skip + diags_array(gains[0]) @ weights)


def residual_flow(reservoir, X):
    """Return the `Flow` of small differences along X from rest; its places are (row, state).

    Parameters
    ----------
    reservoir : fitted ResidualReservoir
    X : checked 2-D array

    Returns
    -------
    Flow
    """
    skip, weights = _matrices(reservoir)

    def push(place, vectors, n_rows):
        row, state = place
        gains, state = linearize(reservoir, X[row : row + n_rows], state)
        for gain in gains:
            vectors = skip @ vectors + gain[:, None] * (weights @ vectors)
        return vectors, (row + n_rows, state)

    linear = reservoir.activation_ == "identity"
    constant = jacobian_of(reservoir, X[:1], reservoir.rest()) if linear else None
    return Flow(push, (0, reservoir.rest()), reservoir.n_units_, most_rows=_MOST_ROWS, matrix=constant)


def _matrices(reservoir):
    """Return O times the gains of the skip path, and W, in double precision."""
    kept = diags_array(reservoir.skip_gain_.astype(np.float64))
    return csr_array(kept @ reservoir.skip_.astype(np.float64)), reservoir.recurrent_weights_.astype(np.float64)

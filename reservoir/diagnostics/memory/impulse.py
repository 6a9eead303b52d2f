"""The memory of linear reservoirs without sampling: from their response to an impulse."""

from functools import singledispatch

import numpy as np

from reservoir.ctrnn import CTRNNLiquid
from reservoir.delay_node import DelayNodeReservoir
from reservoir.diagnostics.memory.random_drive import input_direction, regular
from reservoir.diagnostics.memory.state_basis import precise_directions
from reservoir.dispatch import held_by
from reservoir.echo_state import EchoStateReservoir
from reservoir.legendre_memory import LegendreMemory
from reservoir.nvar import NVAR
from reservoir.residual import ResidualReservoir

_IMPULSE = 2.0**20  # size of the impulse relative to the effect of biases, which it makes negligible
_NUMBERS, _ROWS = 2**24, 2**17  # largest size of a response


@singledispatch
def is_linear(reservoir):
    """Whether the states are known to be a linear function of the inputs so far, and constants.

    Parameters
    ----------
    reservoir : fitted reservoir
        A class of one's own can be registered with ``is_linear.register``, as singledispatch functions are.

    Returns
    -------
    bool
        Of a stack, whether all layers are.
    """
    parts = held_by(reservoir)
    return bool(parts) and all(map(is_linear, parts))


@is_linear.register(EchoStateReservoir)
@is_linear.register(CTRNNLiquid)
@is_linear.register(ResidualReservoir)
def _of_leaky(reservoir):
    return reservoir.activation_ == "identity"


@is_linear.register(LegendreMemory)
def _of_memory(memory):
    return True


@is_linear.register(DelayNodeReservoir)
def _of_delay_node(reservoir):
    return reservoir.nonlinearity_ == "identity"


@is_linear.register(NVAR)
def _of_nvar(nvar):
    return nvar.degrees_ == (1,)


def exact_capacities(reservoir, max_delay, column):
    """Return the memory function of a linear reservoir, and how many directions of its states count.

    With h(k) the response after k steps to an impulse, a row of n numbers, and H the matrix of these rows until they
    have died away, delay k has the capacity ::

        h(k) (H' H)^-1 h(k)'    =  squared norm of row k of U,    H = U S V'

    For ``x(t) = A x(t-1) + b u(t)``, the rows of H are ``A^k b``, the Krylov vectors of the controllability matrix.
    H' H, proportional to the covariance of the states, squares a condition number that soon exceeds what floats can
    hold, so that it is the singular vectors of H itself, its columns scaled to norm 1, that are computed.

    Parameters
    ----------
    reservoir : what `as_reservoir` returns for a reservoir of which `is_linear` holds
    max_delay : int
    column : int or None
        As in `random_drive`.

    Returns
    -------
    capacity : array (max_delay + 1,)
    rank : int
        As many singular values as stand out from rounding errors, which is what the capacities sum to over all
        delays.

    Raises
    ------
    ValueError
        If the response does not die away.
    """
    response = _impulse_response(reservoir, max_delay, column)
    size = np.linalg.norm(response, axis=0)
    vectors, singular_values, _ = np.linalg.svd(response[:, size > 0] / size[size > 0], full_matrices=False)
    rank = precise_directions(singular_values, np.finfo(reservoir.dtype_).eps)
    capacity = (vectors[: max_delay + 1, :rank] ** 2).sum(axis=1)
    # Rows beyond the end of the response are zero.
    return np.pad(capacity, (0, max_delay + 1 - len(capacity))), rank


def _impulse_response(reservoir, max_delay, column):
    """Return the rows of H, up to a factor, until the last half adds nothing to the norms of its columns."""
    n_rows, most = 256, max(min(_NUMBERS // reservoir.n_features_out_, _ROWS), 4 * max_delay + 4, 1024)
    while n_rows < 2 * (max_delay + 1):
        n_rows *= 2
    while n_rows <= most:
        response = _response(reservoir, n_rows, column)
        energy = (response**2).sum(axis=0)
        # Whatever follows the last half is smaller by the same factor again.
        if np.all((response[n_rows // 2 :] ** 2).sum(axis=0) <= np.finfo(reservoir.dtype_).eps * energy):
            return response
        n_rows *= 2
    raise ValueError(
        f"The response of 'reservoir' to an impulse must die away within {n_rows // 2} steps for an exact result; it "
        "does not. Use a smaller spectral radius or shorter time constants, or method='simulated'."
    )


def _response(reservoir, n_rows, column):
    quiet = regular(reservoir, np.zeros((n_rows, reservoir.n_features_in_)))
    resting, size = reservoir.run(quiet)[0].astype(np.float64), 1.0
    background = max(np.abs(resting).max(), np.sqrt(np.finfo(reservoir.dtype_).tiny))
    for _ in range(2):  # the second impulse outweighs the biases by the factor above
        struck = quiet.copy()
        struck[0] += size * input_direction(reservoir, column)
        response = reservoir.run(regular(reservoir, struck))[0].astype(np.float64) - resting
        most = np.abs(response).max()
        if most == 0:
            raise ValueError(
                "The states must depend on the input to remember it; got none that does. Use larger input weights."
            )
        if np.abs(response[n_rows // 2 :]).max() >= most / 2:  # the response does not die away at any strength
            break
        size *= _IMPULSE * background / most
    return response / most

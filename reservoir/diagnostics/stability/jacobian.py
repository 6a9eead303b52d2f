"""The derivative of a reservoir's state by the state before."""

import numpy as np
from scipy.sparse import csr_array, diags_array

from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.stability import residual_map, tangent, twin_flow
from reservoir.diagnostics.state_vector import to_vector, with_vector
from reservoir.dispatch import for_fitted, held_by
from reservoir.echo_state import EchoStateReservoir
from reservoir.legendre_memory import LegendreMemory
from reservoir.residual import ResidualReservoir


@for_fitted
def jacobian(reservoir, row, state):
    """Return the derivative of the state after one row by the state before it.

    Exact for `EchoStateReservoir`, `CTRNNLiquid`, `ResidualReservoir` and `LegendreMemory`; else by differences, from
    as many runs of one row as the state has numbers and one more, each number changed by the root of the precision. A
    class of one's own can be registered with ``jacobian.register``.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    row : checked 2-D array (1, n_features)
    state : what ``run`` returns

    Returns
    -------
    csr_array (n_numbers, n_numbers)
        Of all continuous numbers of the state; of a spiking liquid, of voltages and currents.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.stability.jacobian import jacobian
    >>> alone = EchoStateReservoir(recurrent_weights=[[2.0]], leak_rate=0.25, bias=0.0).fit([[0.0]])
    >>> jacobian(alone, np.zeros((1, 1)), np.zeros(1)).toarray()
    array([[1.25]])
    """
    parts = held_by(reservoir)
    if len(parts) == 1:  # the state of an adapted reservoir, for example, is that of its only part
        return jacobian(parts[0], row, next(iter(reservoir.parts(row, state))).state)
    moving, _ = twin_flow.twins_of(reservoir)
    flow = twin_flow.close_flow(_one_row(reservoir, row, moving), state)
    changed, _ = flow.push(state, np.eye(flow.size), 1)
    return csr_array(changed.reshape(flow.size, flow.size))


@jacobian.register(EchoStateReservoir)
@jacobian.register(CTRNNLiquid)
def _of_leaky(reservoir, row, state):
    weights = csr_array(reservoir.recurrent_weights_, dtype=np.float64)
    linear, _ = tangent.linearize(reservoir, row, state)
    return csr_array(diags_array(linear.keep[0]) + diags_array(linear.gain[0]) @ weights)


@jacobian.register(ResidualReservoir)
def _of_residual(reservoir, row, state):
    return residual_map.jacobian_of(reservoir, row, state)


@jacobian.register(LegendreMemory)
def _of_memory(memory, row, state):
    if memory.elapsed_column_ is None:
        return csr_array(memory.recurrent_weights_, dtype=np.float64, copy=True)
    silent = np.zeros_like(row)
    silent[0, memory.elapsed_column_] = row[0, memory.elapsed_column_]
    ends = [memory.drive(silent, unit)[1] for unit in np.eye(memory.n_units_, dtype=memory.dtype_)]
    return csr_array(np.transpose(ends), dtype=np.float64)


def jacobian_at_rest(reservoir):
    """Return the Jacobian at rest, in a row without input that lasts 1."""
    return jacobian(reservoir, silent_row(reservoir), reservoir.rest())


def silent_row(reservoir):
    """Return a row without input, an array (1, n_features); where there is an elapsed column it lasts 1."""
    row = np.zeros((1, reservoir.n_features_in_), reservoir.dtype_)
    elapsed = reservoir.elapsed_column_
    if elapsed is not None:
        row[0, elapsed] = 1
    return row


def _one_row(reservoir, row, moving):
    def follow(state, n_rows):
        return reservoir.drive(row, state)[1]

    def read(state):
        return to_vector(state)[moving]

    def write(state, vector):
        whole = to_vector(state)
        whole[moving] = vector
        return with_vector(state, whole)

    return twin_flow.System(follow, read, write)

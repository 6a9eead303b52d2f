"""Derivatives of states by the inputs of one step: from the equations where they are simple, else by differences."""

from functools import singledispatch

import numpy as np

from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.input_kind import is_spiking, takes_spikes
from reservoir.diagnostics.stability.tangent import linearize, recurrent_matrix
from reservoir.echo_state import EchoStateReservoir


@singledispatch
def derivative_rule(reservoir, X, moments, furthest, step):
    """Return the function that gives, for one of the moments, the derivatives of the following states by its input.

    A class without a rule of its own is driven on from before the moment with a changed input, one column at a time,
    and the difference of the states is divided by that of the input: on both sides for smooth reservoirs, and on one
    side by a spike more, or a longer time, where the input is spikes or elapsed time.

    Parameters
    ----------
    reservoir : fitted reservoir
    X : checked 2-D array (n_steps, n_features)
    moments : sorted array of int
        Rows of X, each with at least ``furthest`` more behind it.
    furthest : int
        The longest lag.
    step : float or None
        Size of the change, in standard deviations of its column; None is chosen by precision.

    Returns
    -------
    function of a moment
        Giving a float64 array ``(furthest + 1, n_units, n_features)``: entry (k, i, j) is the derivative of state i at
        row ``moment + k`` by column j of row ``moment``.

    Examples
    --------
    >>> from reservoir import NVAR
    >>> from reservoir.diagnostics.explanation.derivative import derivative_rule
    >>> X = [[1.0], [2.0], [5.0]]
    >>> lagged = NVAR(delay=2, order=1).fit(X)
    >>> derivative_rule(lagged, lagged.transform(X)[:, :1], [1], 1, 0.5)(1)[:, :, 0]
    array([[1., 0.],
           [0., 1.]])
    """
    before = _states_before(reservoir, X, moments)
    up, down = _changes(reservoir, X, step)

    def by_differences(moment):
        rows, state = X[moment : moment + furthest + 1], before[moment]
        columns = [_quotient(reservoir, rows, state, j, up[j], down[j]) for j in range(X.shape[1])]
        return np.stack(columns, axis=2)

    return by_differences


@derivative_rule.register(EchoStateReservoir)
@derivative_rule.register(CTRNNLiquid)
def _of_leaky(reservoir, X, moments, furthest, step):
    if reservoir.elapsed_column_ is not None:  # the rate of every row is an input then, too
        return derivative_rule.dispatch(object)(reservoir, X, moments, furthest, step)
    weights, into = recurrent_matrix(reservoir), reservoir.input_weights_.astype(np.float64)
    before = _states_before(reservoir, X, moments)

    def chain(moment):
        linear, _ = linearize(reservoir, X[moment : moment + furthest + 1], before[moment])
        keeps, gains = linear.keep[:, :, None], linear.gain[:, :, None]
        results = np.empty((furthest + 1, *into.shape))
        results[0] = gains[0] * into
        for lag in range(1, furthest + 1):
            results[lag] = keeps[lag] * results[lag - 1] + gains[lag] * (weights @ results[lag - 1])
        return results

    return chain


def _states_before(reservoir, X, moments):
    """Return the state before each of the sorted moments."""
    states, state, row = {}, reservoir.rest(), 0
    for moment in moments:
        if moment > row:
            state = reservoir.drive(X[row:moment], state)[1]
        states[moment], row = state, moment
    return states


def _changes(reservoir, X, step):
    """Return by how much every column is raised, and by how much lowered."""
    if takes_spikes(reservoir):
        return np.ones(X.shape[1]), np.zeros(X.shape[1])
    if step is None:
        # The cube root balances the errors of rounding and of curvature. Spiking units only jump.
        step = 0.5 if is_spiking(reservoir) else np.finfo(X.dtype).eps ** (1 / 3)
    scale = X.std(axis=0, dtype=np.float64)
    scale[scale == 0] = 1.0
    up = np.maximum(step * scale, 4 * np.spacing(np.abs(X).max(axis=0)))
    down = up.copy()
    if reservoir.elapsed_column_ is not None:
        down[reservoir.elapsed_column_] = 0  # an elapsed time cannot be below 0
    return up, down


def _quotient(reservoir, rows, state, column, up, down):
    raised, lowered = rows.copy(), rows.copy()
    raised[0, column] += up
    lowered[0, column] -= down
    high, low = (reservoir.drive(changed, state)[0].astype(np.float64) for changed in (raised, lowered))
    return (high - low) / (float(raised[0, column]) - float(lowered[0, column]))

"""With feedback: outputs that are heard at the next step, free-running, or while the readout adapts (FORCE)."""

import numpy as np

from reservoir.base import StateOverflowError
from reservoir.closed_loop import AffineReadout, find_affine
from reservoir.regressor.targets import known_rows


def run_free(listener, readout, X, state, n_targets):
    """Return the outputs, each heard at the next step, and the state after the last."""
    state, output = state
    reservoir = listener.reservoir
    inputs = np.hstack([np.zeros((len(X), n_targets), X.dtype), X])
    inputs[0, :n_targets] = output
    outputs = reservoir._close_loop(_as_loop(listener, readout, inputs, state), inputs, n_targets, state)
    if not np.isfinite(outputs).all():
        overflowed = np.flatnonzero(~np.isfinite(outputs).all(axis=1))[0]
        raise StateOverflowError(
            f"The output that is fed back overflowed at step {overflowed} of {len(X)}. "
            f"Use a larger penalty in the readout. {reservoir._remedy()}"
        )
    for start in range(0, len(inputs), listener.chunk_size):
        state = reservoir._states(inputs[start : start + listener.chunk_size], state)[1]
    return outputs, (state, outputs[-1].copy())


def run_force(listener, readout, X, y, state, skip):
    """Let ``readout`` learn row by row while its own a-priori output is heard; return the state after the last.

    Rows before ``skip``, and rows without a target, are heard but teach nothing.
    """
    state, output = state
    known = known_rows(y)
    known[:skip] = False
    for t in range(len(X)):
        row = np.hstack([output, X[t]])[None].astype(X.dtype)
        states, state = listener.reservoir._states(row, state)
        features = np.hstack([states, row]) if listener.passthrough else states
        if known[t]:
            output = readout.partial_fit_predict(features, y[t : t + 1]).reshape(-1)
        elif hasattr(readout, "coef_"):
            output = readout.predict(features).reshape(-1)
    return state, output


def _as_loop(listener, readout, inputs, state):
    """Return the readout as ``_close_loop`` takes it: affine, if it is, or else a function."""
    n_units = listener.reservoir._n_features_out
    states = listener.reservoir._states(inputs[:20], state)[0]
    features = np.hstack([states, inputs[:20]]) if listener.passthrough else states
    affine = find_affine(readout, features)
    if affine is None:
        width = features.shape[1]
        return lambda rows: readout.predict(rows[:, :width]).reshape(len(rows), -1)
    weights = np.zeros((len(affine.weights), n_units + inputs.shape[1]))
    weights[:, : affine.weights.shape[1]] = affine.weights
    return AffineReadout(weights, affine.intercept)

"""With feedback: outputs that are heard at the next step, free-running, or while the readout adapts (FORCE)."""

from functools import partial

import numpy as np

from reservoir.base import StateOverflowError
from reservoir.driving.runaway import explain_runaway, find_runaway
from reservoir.kernels.closed_loop import AffineReadout, find_affine
from reservoir.regressor.targets import known_rows
from reservoir.series.lazy_series import LazySeries


def run_free(listener, readout, X, state, n_targets):
    """Return the outputs, each heard at the next step, and the state after the last."""
    (state, output), reservoir = state, listener.reservoir
    loop, answers = None, []
    for start in range(0, len(X), listener.chunk_size):
        heard = X[start : start + listener.chunk_size]
        inputs = np.hstack([np.zeros((len(heard), n_targets), heard.dtype), heard])
        inputs[0, :n_targets] = output
        loop = loop or _as_loop(listener, readout, inputs, state)
        outputs = reservoir.close_loop(loop, inputs, n_targets, state)
        row = find_runaway(outputs, inputs.dtype)
        if row is not None:
            raise StateOverflowError(
                f"The output that is fed back overflowed at step {start + row} of {len(X)}. "
                + explain_runaway(reservoir, X, inputs[: row + 1], state, readout, listener.passthrough)
            )
        state, output = reservoir.drive(inputs, state)[1], outputs[-1].copy()
        answers.append(outputs)
    return np.concatenate(answers), (state, output)


def run_force(listener, readout, X, y, state, skip):
    """Let ``readout`` learn row by row while its own a-priori output is heard; return the state after the last.

    Rows before ``skip``, and rows without a target, are heard but teach nothing.
    """
    for start in range(0, len(X), listener.chunk_size):
        rows = slice(start, start + listener.chunk_size)
        state = _run_force(listener, readout, X[rows], y[rows], state, max(skip - start, 0))
    return state


def _run_force(listener, readout, X, y, state, skip):
    state, output = state
    known = known_rows(y)
    known[:skip] = False
    for t in range(len(X)):
        row = np.hstack([output, X[t]])[None].astype(X.dtype)
        states, state = listener.reservoir.drive(row, state)
        features = np.hstack([states, row]) if listener.passthrough else states
        if known[t]:
            output = readout.partial_fit_predict(features, y[t : t + 1]).reshape(-1)
        elif hasattr(readout, "coef_"):
            output = readout.predict(features).reshape(-1)
    return state, output


def beside_last(X, target):
    """Return X behind the targets of the step before, of which those that are missing count as 0."""
    n_targets = target[:1].size
    return LazySeries((len(X), n_targets + X.shape[1]), X.dtype, partial(_beside_last, X, target, n_targets))


def _beside_last(X, target, n_targets, start, stop):
    before = target[max(start - 1, 0) : max(stop - 1, 0)].reshape(-1, n_targets)
    before = np.vstack([np.zeros((int(start == 0), n_targets)), np.nan_to_num(before)])
    return np.hstack([before[: stop - start], X[start:stop]]).astype(X.dtype)


def _as_loop(listener, readout, inputs, state):
    """Return the readout as ``_close_loop`` takes it: affine, if it is, or else a function."""
    n_units = listener.reservoir.n_features_out_
    states = listener.reservoir.drive(inputs[:20], state)[0]
    features = np.hstack([states, inputs[:20]]) if listener.passthrough else states
    affine = find_affine(readout, features)
    if affine is None:
        width = features.shape[1]
        return lambda rows: readout.predict(rows[:, :width]).reshape(len(rows), -1)
    weights = np.zeros((len(affine.weights), n_units + inputs.shape[1]))
    weights[:, : affine.weights.shape[1]] = affine.weights
    return AffineReadout(weights, affine.intercept)

"""With feedback: outputs that are input in the next step, of a free run or while the readout is updated (FORCE)."""

from functools import partial

import numpy as np

from reservoir.base import StateOverflowError
from reservoir.driving.runaway import explain_runaway, find_runaway
from reservoir.kernels.closed_loop import AffineReadout, find_affine
from reservoir.series.lazy_series import LazySeries

# Neither loop goes through `BaseReservoir.drive_many`: each input needs the output of the step before.


def run_free(rows, readout, X, state, n_targets):
    """Return the outputs of a free run, in which each is input in the next step, and the state after the last."""
    (state, output), reservoir = state, rows.reservoir
    loop, blocks = None, []
    for start in range(0, len(X), rows.chunk_size):
        given = X[start : start + rows.chunk_size]
        inputs = np.hstack([np.zeros((len(given), n_targets), given.dtype), given])
        inputs[0, :n_targets] = output
        loop = loop or _as_loop(rows, readout, inputs, state)
        outputs = reservoir.close_loop(loop, inputs, n_targets, state)
        row = find_runaway(outputs, inputs.dtype)
        if row is not None:
            raise StateOverflowError(
                f"The output that is fed back overflowed at step {start + row} of {len(X)}. "
                + explain_runaway(reservoir, X, inputs[: row + 1], state, readout, rows.passthrough)
            )
        state, output = reservoir.drive(inputs, state)[1], outputs[-1].copy()
        blocks.append(outputs)
    return np.concatenate(blocks), (state, output)


def run_force(rows, readout, X, wanted, state, skip):
    """Update ``readout`` row by row while its own a-priori output is fed back.

    Rows before ``skip``, and rows that `StepTargets` do not keep, drive the reservoir but do not update the readout.

    Returns
    -------
    outputs : array (n_steps, n_targets)
        What is fed back: of every row the output from before the update with it.
    state : the state after the last row
    """
    outputs = np.empty((len(X), len(state[1])))
    for start in range(0, len(X), rows.chunk_size):
        block = slice(start, min(start + rows.chunk_size, len(X)))
        state = _run_force(rows, readout, X[block], wanted, block, state, skip, outputs[block])
    return outputs, state


def _run_force(rows, readout, X, wanted, block, state, skip, outputs):
    state, output = state
    kept, y = wanted.kept(block), wanted.values[block]
    kept[: max(skip - block.start, 0)] = False
    weights = None if wanted.weights is None else wanted.weights[block]
    for t in range(len(X)):
        inputs = np.hstack([output, X[t]])[None].astype(X.dtype)
        states, state = rows.reservoir.drive(inputs, state)
        features = np.hstack([states, inputs]) if rows.passthrough else states
        if kept[t]:
            beside = {} if weights is None else {"sample_weight": weights[t : t + 1]}
            output = readout.partial_fit_predict(features, y[t : t + 1], **beside).reshape(-1)
        elif hasattr(readout, "coef_"):
            output = readout.predict(features).reshape(-1)
        outputs[t] = output
    return state, output


def behind_targets(X, targets, before=None):
    """Return X behind the targets of the step before, of which those that are missing count as 0.

    Parameters
    ----------
    X : array or LazySeries (n_steps, n_features)
    targets : array or LazySeries (n_steps,) or (n_steps, n_targets)
    before : array (n_targets,) or None, default=None
        The output before the first step; None is zero.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.regressor.feedback import behind_targets
    >>> behind_targets(np.ones((3, 1)), np.array([5.0, 6.0, 7.0]))[:]
    array([[0., 1.],
           [5., 1.],
           [6., 1.]])
    """
    n_targets = targets[:1].size
    before = np.zeros(n_targets) if before is None else before
    take = partial(_behind_targets, X, targets, before)
    return LazySeries((len(X), n_targets + X.shape[1]), X.dtype, take)


def _behind_targets(X, targets, before, start, stop):
    last = targets[max(start - 1, 0) : max(stop - 1, 0)].reshape(-1, len(before))
    if start == 0:
        last = np.vstack([before, last])
    return np.hstack([np.nan_to_num(last[: stop - start]), X[start:stop]]).astype(X.dtype)


def _as_loop(rows, readout, inputs, state):
    """Return the readout as ``close_loop`` takes it: an `AffineReadout`, if it is affine, or else a function."""
    n_units = rows.reservoir.n_features_out_
    states = rows.reservoir.drive(inputs[:20], state)[0]
    features = np.hstack([states, inputs[:20]]) if rows.passthrough else states
    affine = find_affine(readout, features)
    if affine is None:
        width = features.shape[1]
        return lambda features: np.asarray(readout.predict(features[:, :width])).reshape(len(features), -1)
    weights = np.zeros((len(affine.weights), n_units + inputs.shape[1]))
    weights[:, : affine.weights.shape[1]] = affine.weights
    return AffineReadout(weights, affine.intercept)

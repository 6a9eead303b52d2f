"""Rows that a forecaster predicts: each from the true rows before it, or from its own predictions in a closed loop."""

import numpy as np

from reservoir.base import StateOverflowError
from reservoir.driving.pieces import ROWS_AT_ONCE
from reservoir.driving.runaway import explain_runaway, find_runaway
from reservoir.kernels.closed_loop import COMPILED


def predict_rows(reservoir, readout, task, inputs, known, n_jobs):
    """Return the row predicted after every row of each series of inputs, driven from rest.

    Parameters
    ----------
    reservoir, readout : fitted reservoir and readout
    task : NextRows
        What the readout was fitted to.
    inputs : list of LazySeries
    known : list of LazySeries or of None
        What is known of the rows ahead beyond the next one.
    n_jobs : int or None
    """

    def write(number, predictions, piece):
        ahead = None if known[number] is None else known[number][piece.start : piece.start + len(piece.states)]
        rows = task.predict(readout, np.hstack([piece.states, piece.inputs], dtype=np.float64), ahead)
        rows = as_finite(rows[:, : task.n_features], reservoir.dtype_, readout)  # rows after the next one are left out
        if predictions is None:
            predictions = np.empty((len(inputs[number]), task.n_features), reservoir.dtype_)
        predictions[piece.start : piece.start + len(rows)] = rows
        return predictions

    return reservoir.drive_many(inputs, write, n_rows=ROWS_AT_ONCE, n_jobs=n_jobs)


def predict_in_loop(reservoir, loop, inputs, n_features, state, readout, passthrough, first=0, n_steps=None):
    """Return the outputs of a closed loop; it cannot go through ``drive_many``, as each input needs the output before.

    Parameters
    ----------
    reservoir, loop, inputs, n_features, state : as `BaseReservoir.close_loop` takes them
    readout : the fitted readout
    passthrough : bool
        Whether inputs are among its features, for the message of a loop that runs away.
    first : int, default=0
        Number of steps that have been predicted before.
    n_steps : int or None, default=None
        Number of all steps; None is the number of inputs.
    """
    outputs = reservoir.close_loop(loop, inputs, n_features, state)
    row = find_runaway(outputs, inputs.dtype)
    if row is not None:
        raise StateOverflowError(
            f"The forecast overflowed at step {first + row} of {n_steps or len(inputs)}. "
            + explain_runaway(reservoir, inputs[:, n_features:], inputs[: row + 1], state, readout, passthrough)
        )
    return outputs.astype(inputs.dtype)


def watched(loop, progress, n_steps):
    """Return what makes the outputs of a closed loop, with a line at every tenth of its steps.

    A compiled loop, which takes seconds for millions of steps, is returned as it is.

    Parameters
    ----------
    loop : callable
    progress : Progress
    n_steps : int

    Examples
    --------
    >>> from reservoir.checks.progress import Progress
    >>> from reservoir.forecaster.predicted_rows import watched
    >>> loop = watched(lambda rows: rows, Progress("Forecaster", True), 2)
    >>> loop([[1.0]])
    [Forecaster] 1 of 2 steps
    [[1.0]]
    """
    if isinstance(loop, COMPILED):
        return loop
    add = progress.counting("steps", n_steps)

    def step(rows):
        add(len(rows))
        return loop(rows)

    return step


def as_finite(predictions, dtype, readout, *, restored=False):
    """Return what a readout has predicted, outside any loop, in the precision of the states.

    There may be axes before that of the steps. ``restored`` rows were finite as predicted, and are of the data again,
    transformed back and integrated.
    """
    with np.errstate(over="ignore"):
        predictions = predictions.astype(dtype)
    finite = np.isfinite(predictions).all(axis=-1)
    if finite.all():
        return predictions
    if restored:
        first = np.argwhere(~finite)[0]
        raise StateOverflowError(
            f"The forecast overflowed at step {first[-1]} of {finite.shape[-1]}, where it leads back to "
            f"{predictions[tuple(first)].tolist()}. Use a larger penalty in the readout, fewer differences, or a "
            "'transformer' whose inverse_transform is finite everywhere."
        )
    raise StateOverflowError(f"{type(readout).__name__} predicted NaN or infinity. Scale the series to that of fit.")

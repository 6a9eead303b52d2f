"""The closed loop: after every step a readout computes the next input from the state and the present input."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import issparse

from readouts.compiling import dot, njit, njit_sum
from readouts.slices import slices
from reservoir.series.elapsed import split_elapsed

FAR = 1e6


class AffineReadout(NamedTuple):
    """A readout that compiled loops can follow: ``features @ weights.T + intercept``, always in double precision.

    ``weights`` is ``(n_outputs, n_units + n_inputs)``: a row of features is the state and the input that led to it.
    ``intercept`` is ``(n_outputs,)``, or ``(n_steps, n_outputs)`` with another one for every step of a loop.
    """

    weights: np.ndarray
    intercept: np.ndarray

    def at(self, t):
        """Return the readout of step t of a loop."""
        return self if self.intercept.ndim == 1 else AffineReadout(self.weights, self.intercept[t])

    def __call__(self, features):
        """Return the outputs, one row for every row of features."""
        return features @ self.weights.T + self.intercept


class SquaringReadout(NamedTuple):
    """An `AffineReadout` that adds ``states**2 @ squares.T``, which compiled loops can follow as well.

    ``squares`` is ``(n_outputs, n_units)``; the states are the leading columns of the features.
    """

    weights: np.ndarray
    intercept: np.ndarray
    squares: np.ndarray

    def at(self, t):
        """Return the readout of step t of a loop."""
        return self if self.intercept.ndim == 1 else self._replace(intercept=self.intercept[t])

    def __call__(self, features):
        """Return the outputs, one row for every row of features."""
        states = features[:, : self.squares.shape[1]]
        return features @ self.weights.T + states**2 @ self.squares.T + self.intercept


COMPILED = AffineReadout, SquaringReadout


def find_affine(readout, features):
    """Return the `AffineReadout` that predicts as a fitted scikit-learn regressor does on ``features``, or None.

    Predictions are compared, because the prediction of some models is more than ``coef_`` and ``intercept_``. Features
    far from the given ones are compared too, because some models clip predictions there.
    """
    weights, intercept = getattr(readout, "coef_", None), getattr(readout, "intercept_", None)
    if weights is None or intercept is None or issparse(weights):
        return None
    features = np.vstack([features, FAR * features, -FAR * features])
    with np.errstate(over="ignore", invalid="ignore"):
        expected = np.asarray(readout.predict(features)).reshape(len(features), -1)
    shape = expected.shape[1], features.shape[1]
    if np.size(weights) != shape[0] * shape[1] or np.size(intercept) not in (1, shape[0]):
        return None
    weights = np.array(weights, dtype=np.float64).reshape(shape)
    affine = AffineReadout(weights, np.broadcast_to(np.ravel(intercept), shape[:1]).astype(np.float64))
    size = np.abs(features) @ np.abs(weights).T + np.abs(affine.intercept)  # rounding errors are relative to this
    return affine if np.all(np.abs(affine(features) - expected) <= 1e-9 * size) else None


def compiles(readout, elapsed, n_outputs):
    """Whether a loop can be compiled: it knows the readout's kind, and times (column ``elapsed``) are no outputs."""
    return isinstance(readout, COMPILED) and (elapsed is None or elapsed >= n_outputs)


def open_loop(readout, inputs, n_outputs):
    """Return what a compiled loop takes: the weights it needs, and the part of the outputs that is known before it.

    The loop fills the leading ``n_outputs`` columns of ``inputs``. The other columns are known, and so is what they and
    the intercept add to the outputs. The weights of squares are columns behind the others.
    """
    n_looped = readout.weights.shape[1] - (inputs.shape[1] - n_outputs)
    outputs = np.array(np.broadcast_to(readout.intercept, (len(inputs), len(readout.weights))))
    # Column by column, because the sums of a matrix product would depend on how many rows it is given.
    for column, weights in zip(inputs[:, n_outputs:].T, readout.weights[:, n_looped:].T, strict=True):
        outputs += column[:, None] * weights
    looped = readout.weights[:, :n_looped]
    if isinstance(readout, SquaringReadout):
        looped = np.hstack([looped, readout.squares])
    return np.array(looped, order="C"), outputs


def run_closed(kernel, arguments, readout, inputs, n_outputs, elapsed_column, state):
    """Let a compiled loop drive on by the outputs of a readout of a kind in ``COMPILED``, and return them.

    Parameters
    ----------
    kernel : compiled loop
        ``kernel(*arguments, weights, inputs, elapsed, *state, outputs)``
    arguments : tuple
        The program of the reservoir.
    readout : AffineReadout or SquaringReadout
    inputs : array (n_steps, n_features), n_outputs, elapsed_column
        As `BaseReservoir.close_loop` takes them; changed.
    state : tuple of arrays
        Advanced in place.
    """
    weights, outputs = open_loop(readout, inputs, n_outputs)
    fed, elapsed = split_elapsed(inputs, elapsed_column)
    follow_loop(kernel, (*arguments, weights), fed, elapsed, state, outputs)
    if fed is not inputs:
        with np.errstate(over="ignore"):
            inputs[1:, :n_outputs] = outputs[:-1]
    return outputs


def follow_loop(kernel, weights, inputs, elapsed, state, outputs):
    """Let a compiled loop, ``kernel(*weights, inputs, elapsed, *state, outputs)``, fill all outputs, slice by slice.

    The kernel advances the arrays of ``state`` and writes every row of outputs into the next of its inputs; what
    follows the last one of a slice is written here.
    """
    for rows in slices(len(inputs), state[0].shape[-1]):
        kernel(*weights, inputs[rows], elapsed[rows], *state, outputs[rows])
        with np.errstate(over="ignore"):  # a loop that runs away is found later, by its outputs
            inputs[rows.stop : rows.stop + 1, : outputs.shape[1]] = outputs[rows.stop - 1]


@njit
def read_out(weights, state, t, inputs, outputs):
    """Complete row t of the outputs, and write it into the next row of the inputs."""
    for k in range(outputs.shape[1]):
        total = outputs[t, k]
        row = weights[k]
        total += dot(row[: state.size], state)
        for j in range(outputs.shape[1]):
            total += row[state.size + j] * inputs[t, j]
        if row.size > state.size + outputs.shape[1]:
            total += dot_squares(row[state.size + outputs.shape[1] :], state)
        outputs[t, k] = total
    if t + 1 < inputs.shape[0]:
        for k in range(outputs.shape[1]):
            inputs[t + 1, k] = outputs[t, k]


@njit_sum
def dot_squares(weights, state):
    """Return the sum of the products of weights and squared states, in lanes of SIMD."""
    total = weights[0] * 0.0
    for i in range(state.size):
        total += weights[i] * (state[i] * state[i])
    return total

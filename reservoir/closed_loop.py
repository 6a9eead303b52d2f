"""The closed loop: after every step a readout makes the next input out of the state and the present one."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import issparse

from readouts.slices import slices
from reservoir.numerics import dot, njit

FAR = 1e6
ROWS_AT_ONCE = 4096


class AffineReadout(NamedTuple):
    """A readout that compiled loops can follow: ``features @ weights.T + intercept``, always in double precision.

    ``weights`` is ``(n_outputs, n_units + n_inputs)``: a row of features is the state and the input that led to it.
    """

    weights: np.ndarray
    intercept: np.ndarray

    def __call__(self, features):
        """Return the outputs, one row for every row of features."""
        return features @ self.weights.T + self.intercept


def find_affine(readout, features):
    """Return the `AffineReadout` that predicts as a fitted scikit-learn regressor does on ``features``, or None.

    Tried, not believed: to some models ``coef_`` and ``intercept_`` are not the whole of their prediction. They are
    tried far away too, where those that clip would.
    """
    weights, intercept = getattr(readout, "coef_", None), getattr(readout, "intercept_", None)
    if weights is None or intercept is None or issparse(weights):
        return None
    features = np.vstack([features, FAR * features, -FAR * features])
    with np.errstate(over="ignore", invalid="ignore"):
        expected = readout.predict(features).reshape(len(features), -1)
    shape = expected.shape[1], features.shape[1]
    if np.size(weights) != shape[0] * shape[1] or np.size(intercept) not in (1, shape[0]):
        return None
    weights = np.array(weights, dtype=np.float64).reshape(shape)
    affine = AffineReadout(weights, np.broadcast_to(np.ravel(intercept), shape[:1]).astype(np.float64))
    size = np.abs(features) @ np.abs(weights).T + np.abs(affine.intercept)  # what rounding errors are relative to
    return affine if np.all(np.abs(affine(features) - expected) <= 1e-9 * size) else None


def compiles(readout, elapsed, n_outputs):
    """Whether a compiled loop can follow: through an affine readout, by times (column ``elapsed``) known before."""
    return isinstance(readout, AffineReadout) and (elapsed is None or elapsed >= n_outputs)


def open_loop(readout, inputs, n_outputs):
    """Return what a compiled loop takes: the weights it needs, and the outputs as far as they are known before.

    Of ``inputs``, the leading ``n_outputs`` columns are the loop's own to fill; what the others add to the outputs is
    known, as the intercept is.
    """
    n_looped = readout.weights.shape[1] - (inputs.shape[1] - n_outputs)
    outputs = np.tile(readout.intercept, (len(inputs), 1))
    # Column by column, because the sums of a matrix product would depend on how many rows it is given.
    for column, weights in zip(inputs[:, n_outputs:].T, readout.weights[:, n_looped:].T, strict=True):
        outputs += column[:, None] * weights
    return np.array(readout.weights[:, :n_looped], order="C"), outputs


def follow_loop(kernel, weights, inputs, elapsed, state, outputs):
    """Let a compiled loop, ``kernel(*weights, inputs, elapsed, *state, outputs)``, fill all outputs, slice by slice.

    The kernel advances the arrays of ``state`` and writes every row of outputs into the next of its inputs; what
    follows the last one of a slice is written here.
    """
    for rows in slices(len(inputs), state[0].shape[-1]):
        kernel(*weights, inputs[rows], elapsed[rows], *state, outputs[rows])
        with np.errstate(over="ignore"):  # a loop that runs away is found out by its outputs
            inputs[rows.stop : rows.stop + 1, : outputs.shape[1]] = outputs[rows.stop - 1]


def find_runaway(outputs, dtype):
    """Return the first row of outputs that is not finite or whose square is not, in ``dtype``; None if all are.

    A loop that has come so far never returns, and no error of it can be measured.
    """
    within = np.abs(outputs) <= np.sqrt(np.finfo(dtype).max)
    return None if within.all() else int(np.flatnonzero(~within.all(axis=1))[0])


def explain_runaway(reservoir, known, inputs, state, readout, passthrough):
    """Return what made the outputs run away that are fed back in the last row of ``inputs``, and what cures it.

    Parameters
    ----------
    reservoir : BaseReservoir
        Is driven once more, with and without the loop: what it says of itself would be no evidence.
    known : array or LazySeries (n_steps, n_known)
        The columns beside the outputs, in all rows that the loop was to go through: states that grow by themselves may
        take longer than the outputs.
    inputs : array (n_rows, n_outputs + n_known)
        What was heard since ``state``.
    state : the state before the first row of ``inputs``
    readout : scikit-learn regressor
    passthrough : bool
    """
    if len(inputs) == 1:
        limit = np.sqrt(np.finfo(inputs.dtype).max)
        return (
            f"It is that large before it is fed back, and numbers beyond {limit:.2g} have no square in {inputs.dtype}. "
            "Scale what is predicted to about unit variance, before fit."
        )
    far = np.sqrt(np.sqrt(np.finfo(inputs.dtype).max))
    penalty = _stronger_penalty(readout)
    if any(_grows_alone(reservoir, known, inputs, start, far) for start in (reservoir._rest(), state)):
        return f"The states grow without the loop, too. {reservoir._remedy()}"
    if _most(reservoir, inputs, state)[0] > far:
        return (
            f"Outputs and states drive each other up, for these states are not bounded. {penalty}; or a reservoir of "
            "bounded states, such as EchoStateReservoir(activation='tanh'), with passthrough=False."
        )
    if passthrough:
        return (
            f"The states are bounded: outputs drive themselves by the passthrough. {penalty}, or set passthrough=False."
        )
    return f"The states are bounded: the coefficients of the readout are too large. {penalty}."


def _stronger_penalty(readout):
    """Return the advice to penalise large coefficients, by the name and value of the readout's own parameter."""
    parameters = readout.get_params() if hasattr(readout, "get_params") else {}
    for own in ("alphas", "alpha"):  # which is what a readout that has both goes by
        for name, value in parameters.items():
            if name.rpartition("__")[2] == own and value is not None:
                return f"Use a larger {name!r} in the readout, ten times as large until it is enough (now {value!r})"
    return "Use a readout with a penalty, such as RidgeReadout(alpha=1.0), ten times as large until it is enough"


def _grows_alone(reservoir, known, inputs, state, factor):
    """Whether constant outputs of 1 let states grow by a large factor, from a state on, in the rows of ``known``.

    Where states are not bounded, it depends on where they start: from rest they may settle, and grow from elsewhere.
    """
    n_outputs, limit = inputs.shape[1] - known.shape[1], None
    for start in range(0, len(known), ROWS_AT_ONCE):
        rows = known[start : start + ROWS_AT_ONCE]
        rows = np.hstack([np.ones((len(rows), n_outputs)), rows]).astype(inputs.dtype)
        limit = limit or factor * max(1.0, _most(reservoir, rows[:1], state)[0])
        most, state = _most(reservoir, rows, state)
        if most > limit:
            return True
    return False


def _most(reservoir, inputs, state):
    """Return the largest magnitude of the states, infinity if they overflow, and the state after them."""
    try:
        states, state = reservoir._states(inputs, state)
    except FloatingPointError:
        return np.inf, None
    return np.abs(states).max(), state


@njit
def read_out(weights, state, t, inputs, outputs):
    """Complete row t of the outputs, and write it into the next row of the inputs."""
    for k in range(outputs.shape[1]):
        total = outputs[t, k]
        row = weights[k]
        total += dot(row[: state.size], state)
        for j in range(outputs.shape[1]):
            total += row[state.size + j] * inputs[t, j]
        outputs[t, k] = total
    if t + 1 < inputs.shape[0]:
        for k in range(outputs.shape[1]):
            inputs[t + 1, k] = outputs[t, k]

"""A closed loop that has run away: from which step on, what made it, and what cures it."""

import numpy as np

from reservoir.driving.pieces import ROWS_AT_ONCE


def find_runaway(outputs, dtype):
    """Return the first row of outputs that is not finite or whose square is not, in ``dtype``; None if all are.

    Such a loop never returns to small outputs, and its error cannot be measured.
    """
    within = np.abs(outputs) <= largest_square_root(dtype)
    return None if within.all() else int(np.flatnonzero(~within.all(axis=1))[0])


def largest_square_root(dtype):
    """Return the largest number whose square is finite."""
    return np.sqrt(np.finfo(dtype).max)


def explain_runaway(reservoir, known, inputs, state, readout, passthrough):
    """Return what made the outputs run away that are fed back in the last row of ``inputs``, and what cures it.

    Parameters
    ----------
    reservoir : BaseReservoir
        It is driven once more, with and without the loop, because its parameters alone do not tell the cause.
    known : array or LazySeries (n_steps, n_known)
        The columns beside the outputs, in all rows that the loop was to go through: states that grow by themselves may
        take longer than the outputs.
    inputs : array (n_rows, n_outputs + n_known)
        The inputs since ``state``.
    state : the state before the first row of ``inputs``
    readout : scikit-learn regressor
    passthrough : bool
    """
    if len(inputs) == 1:
        limit = largest_square_root(inputs.dtype)
        return (
            f"It is that large before it is fed back, and numbers beyond {limit:.2g} have no square in {inputs.dtype}. "
            "Scale what is predicted to about unit variance, before fit."
        )
    far = np.sqrt(np.sqrt(np.finfo(inputs.dtype).max))
    penalty = _stronger_penalty(readout)
    if any(_grows_alone(reservoir, known, inputs, start, far) for start in (reservoir.rest(), state)):
        return f"The states grow without the loop, too. {reservoir.remedy()}"
    # Of a readout with squares, states that are not bounded have grown by the root of that only.
    if _most(reservoir, inputs, state)[0] > np.sqrt(far):
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
    for own in ("alphas", "alpha"):  # in this order, because a readout that has both uses alphas
        for name, value in parameters.items():
            if name.rpartition("__")[2] != own or value is None:
                continue
            if own == "alpha":
                return f"Use a larger {name!r} in the readout, ten times as large until it is enough (now {value!r})"
            tried = np.max(getattr(readout, "alpha_", value))  # those below it, and itself, are not enough
            return f"Let {name!r} of the readout begin above {tried:g}, ten times as high until it is enough"
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
        states, state = reservoir.drive(inputs, state)
    except FloatingPointError:
        return np.inf, None
    return np.abs(states).max(), state

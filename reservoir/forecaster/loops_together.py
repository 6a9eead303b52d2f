"""Closed loops from many states, followed step by step together, so that the readout predicts all in one call."""

import numpy as np

from reservoir.driving.runaway import largest_square_root
from reservoir.forecaster.expert_reservoir import drive_together


def loop_together(reservoir, loop, inputs, n_features, periods, states, noise=None):
    """Return the outputs (n_loops, n_steps, n_features) of closed loops, or None if one of them runs away.

    Readouts that are not affine, such as forests, take nearly as long for one row as for many, and so do experts.

    Parameters
    ----------
    reservoir : fitted reservoir
    loop : callable
        Returns rows of outputs for rows of states and inputs.
    inputs : array (n_loops, n_steps, n_inputs)
        The leading columns of the first step are given, and so is all else that is known; outputs go into the leading
        columns of the next step, and into those of the season after. Changed in place.
    n_features : int
    periods : tuple of int
        Seasons, whose columns are the last ones.
    states : list
        The state before the first row of each.
    noise : array (n_loops, n_steps, n_features) or None, default=None
        Is added to the outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.forecaster.loops_together import loop_together
    >>> reservoir = EchoStateReservoir(3).fit([[0.0]])
    >>> inputs = np.array([[[1.0], [0.0]], [[8.0], [0.0]]])
    >>> outputs = loop_together(reservoir, lambda rows: rows[:, -1:] / 2, inputs, 1, (), 2 * [reservoir.rest()])
    >>> outputs[..., 0].tolist()
    [[0.5, 0.25], [4.0, 2.0]]
    """
    n_loops, n_steps, n_inputs = inputs.shape
    first, states = n_inputs - len(periods) * n_features, list(states)
    outputs, limit = np.empty((n_loops, n_steps, n_features)), largest_square_root(inputs.dtype)
    for t in range(n_steps):
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                reached, states = drive_together(reservoir, inputs[:, t], states)
        except FloatingPointError:  # a state has overflowed
            return None
        outputs[:, t] = loop(np.hstack([reached, inputs[:, t]], dtype=np.float64))
        if noise is not None:
            outputs[:, t] += noise[:, t]
        if not (np.abs(outputs[:, t]) <= limit).all():
            return None
        inputs[:, t + 1 : t + 2, :n_features] = outputs[:, t : t + 1]
        for number, period in enumerate(periods):
            columns = slice(first + number * n_features, first + (number + 1) * n_features)
            inputs[:, t + period : t + period + 1, columns] = outputs[:, t : t + 1]
    return outputs

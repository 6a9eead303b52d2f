"""The closed loop of any reservoir and any readout, one row after the other."""

import numpy as np

from reservoir.driving.runaway import largest_square_root


def loop_by_rows(reservoir, readout, inputs, n_outputs, state):
    """Drive a reservoir on by the outputs of a readout, and return them; see `BaseReservoir.close_loop`.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.driving.loop_by_rows import loop_by_rows
    >>> reservoir = EchoStateReservoir(3).fit([[0.0]])
    >>> inputs = np.array([[1.0], [0.0], [0.0]])
    >>> loop_by_rows(reservoir, lambda row: row[:, -1:] / 2, inputs, 1, reservoir.rest()).ravel()
    array([0.5  , 0.25 , 0.125])
    """
    outputs = np.full((len(inputs), n_outputs), np.nan)
    limit = largest_square_root(inputs.dtype)
    at = getattr(readout, "at", None)  # of readouts that change from step to step
    for t in range(len(inputs)):
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                states, state = reservoir.drive(inputs[t : t + 1], state)
            except FloatingPointError:  # the state has overflowed
                break
            now = at(t) if at else readout
            outputs[t] = now(np.hstack([states, inputs[t : t + 1]], dtype=np.float64))[0]
            inputs[t + 1 : t + 2, :n_outputs] = outputs[t]
        if not (np.abs(outputs[t]) <= limit).all():  # it has run away; readouts may refuse what becomes of it
            break
    return outputs

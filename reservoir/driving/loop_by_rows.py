"""The closed loop of any reservoir and any readout, one row after the other."""

import numpy as np


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
    for t in range(len(inputs)):
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                states, state = reservoir.drive(inputs[t : t + 1], state)
            except FloatingPointError:  # the state has overflowed
                break
            outputs[t] = readout(np.hstack([states, inputs[t : t + 1]], dtype=np.float64))[0]
            inputs[t + 1 : t + 2, :n_outputs] = outputs[t]
        if not np.isfinite(inputs[t + 1 : t + 2]).all():
            break
    return outputs

"""Waves, small forecasters of them, and the loop by hand, for several test files."""

import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster

WAVES = np.column_stack([np.sin(0.2 * np.arange(420)), np.cos(0.31 * np.arange(420))])
KNOWN = np.sin(0.05 * np.arange(420) ** 1.3)[:, None]


def small(cls=EchoStateReservoir, **settings):
    return cls(**({"n_units": 20, "random_state": 0} | settings))


def forecaster(reservoir=None, readout=None, **settings):
    """A forecaster of the rows as they are, neither transformed nor differenced, so that a loop by hand is simple."""
    reservoir = small() if reservoir is None else reservoir
    return Forecaster(
        reservoir,
        RidgeReadout(1e-4) if readout is None else readout,
        **({"washout": 50, "transformer": None, "difference": 0} | settings),
    )


def stepwise(fitted, n_steps, context, known=None, context_known=None):
    """The loop by public calls alone: run one row, predict, feed the prediction back."""
    reservoir, readout, row, state = fitted.reservoir_, fitted.readout_, context[-1], None
    rows = context if context_known is None else np.hstack([context[:-1], context_known[1:]])
    if len(context) > 1:
        _, state = reservoir.run(rows[: len(context) - 1], state)
    rows = []
    for t in range(n_steps):
        given = row if known is None else np.hstack([row, known[t]])
        inputs = given[None].astype(reservoir.dtype)
        states, state = reservoir.run(inputs, state)
        features = np.hstack([states, inputs] if fitted.passthrough else [states])
        prediction = readout.predict(features.astype(np.float64)).reshape(-1)
        row = prediction + row.astype(reservoir.dtype) if fitted.target == "increment" else prediction
        rows.append(row)
    return np.array(rows)

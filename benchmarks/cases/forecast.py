"""Close the loop: a step of ``forecast`` after a Lorenz series, whose last output is the next input.

reservoirpy closes the loop as its documentation shows: a trained model is called with its own last output. The second
of its rows has its default of 10 % connections, the others ten a unit.
"""

import numpy as np

from benchmarks.comparison import Comparison
from benchmarks.networks import Network

N_TRAIN, N_STEPS, ALPHA = 1500, 1000, 1e-4


def comparisons(quick):
    for n_units in (20,) if quick else (100, 500, 1000):
        network, tenth = Network(n_units), Network(n_units, max(1, n_units // 10))
        yield Comparison(
            f"{n_units} units",
            "us a step",
            N_STEPS,
            ours={
                "this library": lambda network=network: _here(network.here_by_default()),
                "this library, general graph": lambda network=network: _here(network.here()),
            },
            peers={
                "reservoirpy, NumPy": lambda network=network: _reservoirpy(network),
                "reservoirpy, NumPy: 10 % connections": lambda network=tenth: _reservoirpy(network),
                "rclib, C++: its own weights": lambda network=network: _rclib(network),
            },
        )


def _series():
    from reservoir.datasets import make_lorenz

    return make_lorenz(N_TRAIN) / 10


def _here(reservoir):
    from readouts import RidgeReadout
    from reservoir import Forecaster

    forecaster = Forecaster(reservoir, RidgeReadout(ALPHA)).fit(_series())
    return lambda: forecaster.forecast(N_STEPS)


def _reservoirpy(network):
    from reservoirpy.nodes import Ridge

    series = _series()
    model = network.in_reservoirpy() >> Ridge(ridge=ALPHA)
    model.fit(series[:-1], series[1:], warmup=100)

    def run():
        row, rows = series[-1], np.empty((N_STEPS, series.shape[1]))
        for t in range(N_STEPS):
            row = model(row)
            rows[t] = row
        return rows

    return run


def _rclib(network):
    series, model = _series(), network.in_rclib()
    model.fit(series[:-1], series[1:], 100)
    return lambda: model.predict_generative(series[-1:], N_STEPS)

"""Fit a ridge to the states: ``ReservoirRegressor.fit`` of many short series, and of a long one.

Memory matters here: a long series whose states are all held takes gigabytes.
"""

import numpy as np

from benchmarks.comparison import Comparison
from benchmarks.networks import Network, uniform_series

ALPHA, WASHOUT = 1e-3, 20
LONG = [(500, 20_000), (1000, 20_000), (1000, 200_000)]


def comparisons(quick):
    yield _compare(*((20, (3, 50)) if quick else (300, (200, 200))))
    for n_units, n_steps in [] if quick else LONG:
        yield _compare(n_units, (n_steps,), long=n_steps > 100_000)


def _compare(n_units, shape, long=False):
    network = Network(n_units)
    peers = {"reservoirpy, NumPy": lambda: _reservoirpy(network, shape)}
    if len(shape) == 1 and not long:
        peers["rclib, C++: its own weights"] = lambda: _rclib(network, shape)
    name = f"{shape[0]} series of {shape[1]} steps" if len(shape) == 2 else f"{shape[0]:,} steps"
    return Comparison(
        f"{name}, {n_units} units of degree {network.degree}, general graph",
        "s",
        1,
        ours={
            "this library": lambda: _here(network, shape),
            "this library, default topology": lambda: _here(network, shape, default=True),
        },
        peers=peers,
        equal={} if long else {"reservoirpy, NumPy": 1e-6},
        long=long,
    )


def _task(shape):
    """Return series, and the product of two inputs before as targets."""
    X = uniform_series(*shape)
    return X, np.roll(X[..., :1], 3, axis=-2) * X[..., 1:2]


def _warm_up(shape):
    return _task((*shape[:-1], 50) if len(shape) == 2 else (5000,))


def _here(network, shape, default=False):
    from readouts import RidgeReadout
    from reservoir import ReservoirRegressor

    reservoir = network.here_by_default() if default else network.here()
    model = ReservoirRegressor(reservoir, RidgeReadout(ALPHA), washout=WASHOUT, passthrough=False, n_jobs=1)
    model.fit(*_warm_up(shape))
    X, y = _task(shape)
    return lambda: model.fit(X, y).readout_.coef_.ravel()


def _reservoirpy(network, shape):
    from reservoirpy.nodes import Ridge

    def fit(X, y):
        readout = Ridge(ridge=ALPHA)
        (network.in_reservoirpy() >> readout).fit(X, y, warmup=WASHOUT)
        return readout.Wout.ravel()

    fit(*_warm_up(shape))
    X, y = _task(shape)
    return lambda: fit(X, y)


def _rclib(network, shape):
    X, y = _task(shape)
    model = network.in_rclib()
    return lambda: model.fit(X, y, WASHOUT)

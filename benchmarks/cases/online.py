"""Learn online: one row of a stream that is predicted before a readout of recursive least squares learns from it."""

import numpy as np

from benchmarks.comparison import Comparison

N_TRAIN, N_ROWS = 1000, 50


def comparisons(quick):
    n_units = 20 if quick else 100
    yield Comparison(
        f"{n_units} units, one target",
        "us a row",
        N_ROWS,
        ours={
            "this library: partial_fit_predict": lambda: _at_once(n_units),
            "this library: predict, then partial_fit": lambda: _one_after_the_other(n_units),
            "this library: run alone": lambda: _run(n_units),
        },
    )


def _model(n_units):
    from readouts import RLSReadout
    from reservoir import EchoStateReservoir, ReservoirRegressor

    X = np.random.default_rng(0).uniform(-1, 1, (N_TRAIN + N_ROWS, 1))
    y = np.roll(X[:, 0], 3) * X[:, 0]
    model = ReservoirRegressor(EchoStateReservoir(n_units, random_state=0), RLSReadout(forgetting=0.999))
    rows = [(X[t : t + 1], y[t : t + 1]) for t in range(N_TRAIN, N_TRAIN + N_ROWS)]
    return model.partial_fit(X[:N_TRAIN], y[:N_TRAIN]), rows


def _at_once(n_units):
    model, rows = _model(n_units)

    def run():
        for x, y in rows:
            model.partial_fit_predict(x, y)

    return run


def _one_after_the_other(n_units):
    model, rows = _model(n_units)

    def run():
        for x, y in rows:
            model.predict(x, state=model.state_)
            model.partial_fit(x, y)

    return run


def _run(n_units):
    model, rows = _model(n_units)
    reservoir, state = model.reservoir_, model.state_

    def run():
        for x, _ in rows:
            reservoir.run(x, state)

    return run

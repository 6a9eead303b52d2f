"""Backtest: forecasts from every tenth row in one pass, beside ``forecast`` with the rows before each as context."""

import numpy as np

from benchmarks.comparison import Comparison

N_TRAIN, N_ROWS, HORIZON, STRIDE = 2000, 4000, 20, 10


def comparisons(quick):
    for n_units in (20,) if quick else (100, 300):
        for horizon in (None, HORIZON):
            make = {"n_units": n_units, "horizon": horizon}
            mode = "in a loop" if horizon is None else "each step by a readout of its own"
            yield Comparison(
                f"{n_units} units, {N_ROWS} rows, {HORIZON} steps {mode}",
                "ms",
                1,
                ours={
                    "this library: backtest": lambda make=make: _backtest(*_model(**make)),
                    "this library: forecast of each": lambda make=make: _forecast_each(*_model(**make)),
                },
            )


def _model(n_units, horizon):
    from reservoir import EchoStateReservoir, Forecaster
    from reservoir.datasets import make_mackey_glass

    series = make_mackey_glass(N_ROWS, random_state=0)
    reservoir = EchoStateReservoir(n_units, random_state=0)
    return Forecaster(reservoir, horizon=horizon).fit(series[:N_TRAIN]), series


def _backtest(forecaster, series):
    return lambda: forecaster.backtest(series, HORIZON, STRIDE)


def _forecast_each(forecaster, series):
    def run():
        origins = range(N_TRAIN, N_ROWS - HORIZON + 1, STRIDE)
        return np.array([forecaster.forecast(HORIZON, series[:origin]) for origin in origins])

    return run

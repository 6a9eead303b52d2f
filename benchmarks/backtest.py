"""Backtest: one pass over a series, beside ``forecast`` with the rows before every origin as context.

``python benchmarks/backtest.py``; both lead to the same numbers.
"""

import time
from functools import partial

import numpy as np

from reservoir import EchoStateReservoir, Forecaster
from reservoir.datasets import make_mackey_glass

N_TRAIN, N_ROWS, HORIZON, STRIDE, REPEATS = 2000, 4000, 20, 10, 3


def seconds(run):
    """Return what ``run`` returns, and the best of its times."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    return result, min(times)


def forecast_each(forecaster, series, origins):
    return [forecaster.forecast(HORIZON, series[:origin]) for origin in origins]


def main():
    series = make_mackey_glass(N_ROWS, random_state=0)
    print(f"ms for {(N_ROWS - N_TRAIN - HORIZON) // STRIDE + 1} origins of {N_TRAIN} to {N_ROWS} rows")
    print("units  mode      one pass   every context    ratio")
    for n_units in (100, 300):
        for horizon in (None, HORIZON):
            reservoir = EchoStateReservoir(n_units, random_state=0)
            forecaster = Forecaster(reservoir, horizon=horizon).fit(series[:N_TRAIN])
            result, once = seconds(partial(forecaster.backtest, series, HORIZON, STRIDE))
            each, often = seconds(partial(forecast_each, forecaster, series, result.origins))
            assert np.allclose(result.forecasts, each, rtol=0, atol=1e-10)
            mode = "loop" if horizon is None else "direct"
            print(f"{n_units:5d}  {mode:6s} {1e3 * once:11.1f} {1e3 * often:15.1f} {often / once:8.1f}")


if __name__ == "__main__":
    main()

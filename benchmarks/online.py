"""Online learning: microseconds for one step of a stream that is predicted before the readout is updated with it.

Run ``python benchmarks/online.py``. An `EchoStateReservoir` of 100 units and an `RLSReadout` follow one target, row by
row: ``predict`` and ``partial_fit``, which drive the reservoir twice, and ``partial_fit_predict``, beside ``run`` of
one row alone. All are measured in turn, many times, and the least time of each counts.
"""

import time

import numpy as np

from readouts import RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor

N_UNITS, N_STEPS, N_ROUNDS = 100, 50, 300  # short rounds, some of which nothing else disturbs


def model_of(X, y):
    readout = RLSReadout(forgetting=0.999)
    return ReservoirRegressor(EchoStateReservoir(N_UNITS, random_state=0), readout).partial_fit(X, y)


def microseconds(step, rows):
    start = time.perf_counter()
    for t in rows:
        step(t)
    return 1e6 * (time.perf_counter() - start) / len(rows)


def main():
    X = np.random.default_rng(0).uniform(-1, 1, (1000 + N_STEPS, 1))
    y = np.roll(X[:, 0], 3) * X[:, 0]
    model, twice = model_of(X[:1000], y[:1000]), model_of(X[:1000], y[:1000])
    reservoir, state = model.reservoir_, model.state_

    def run(t):
        reservoir.run(X[t : t + 1], state)

    def predict_and_fit(t):
        twice.predict(X[t : t + 1], state=twice.state_)
        twice.partial_fit(X[t : t + 1], y[t : t + 1])

    def both(t):
        model.partial_fit_predict(X[t : t + 1], y[t : t + 1])

    ways = {"run": run, "predict, then partial_fit": predict_and_fit, "partial_fit_predict": both}
    least = dict.fromkeys(ways, np.inf)
    for _ in range(N_ROUNDS):
        for name, step in ways.items():
            least[name] = min(least[name], microseconds(step, range(1000, 1000 + N_STEPS)))
    print(f"one step, {N_UNITS} units, one target, float64")
    for name, took in least.items():
        print(f"{name:26s} {took:7.1f} us   {took / least['run']:5.1f} times one row of run")


if __name__ == "__main__":
    main()

"""Close the loop: microseconds a step of ``forecast``, this library and reservoirpy side by side in one run.

Needs the extra ``bench``: ``pip install -e ".[bench]"``, then ``python benchmarks/forecast.py``. reservoirpy closes the
loop as its documentation shows: a trained model is called with its own last output.
"""

import time

import numpy as np
from reservoirpy.nodes import Reservoir, Ridge

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_lorenz
from reservoir.forecaster import Forecaster

DEGREE, N_TRAIN, N_STEPS, ALPHA, REPEATS = 10, 1500, 1000, 1e-4, 15


def measure(*runs):
    """Best time of each run, taken in turns so that all see the same machine."""
    best = np.full(len(runs), np.inf)
    for run in runs:
        run()
    for _ in range(REPEATS):
        for number, run in enumerate(runs):
            start = time.perf_counter()
            run()
            best[number] = min(best[number], time.perf_counter() - start)
    return best


def peer_forecast(model, row):
    """Return N_STEPS rows of reservoirpy's closed loop."""
    rows = np.empty((N_STEPS, row.size))
    for t in range(N_STEPS):
        row = model(row)
        rows[t] = row
    return rows


def main():
    series = make_lorenz(N_TRAIN) / 10
    print("Lorenz, float64, one thread, us a step; same W: reservoirpy's own matrix in both, 10 synapses a unit")
    print("    n    reservoirpy: 10 %    10 a unit    this library    ratios         same W   ratio")
    for n_units in (100, 500, 1000):
        compare(n_units, series)


def train_peer(series, n_units, connectivity):
    """Return reservoirpy's reservoir and its trained model."""
    peer = Reservoir(n_units, lr=0.3, sr=0.9, rc_connectivity=connectivity, seed=1)
    model = peer >> Ridge(ridge=ALPHA)
    model.fit(series[:-1], series[1:], warmup=100)
    return peer, model


def compare(n_units, series):
    """Print one line: reservoirpy by default and at our degree, our default, and reservoirpy's own weights here."""
    _, default_peer = train_peer(series, n_units, 0.1)
    peer, sparse_peer = train_peer(series, n_units, DEGREE / n_units)
    default = EchoStateReservoir(n_units, degree=DEGREE, random_state=1)
    same = EchoStateReservoir(recurrent_weights=peer.W, input_weights=peer.Win, bias=0.0)
    ours, ours_same = (Forecaster(one, RidgeReadout(ALPHA)).fit(series) for one in (default, same))
    runs = [
        lambda: peer_forecast(default_peer, series[-1]),
        lambda: peer_forecast(sparse_peer, series[-1]),
        lambda: ours.forecast(N_STEPS),
        lambda: ours_same.forecast(N_STEPS),
    ]
    theirs, sparse, fast, here = measure(*runs) / N_STEPS * 1e6
    ratios = f"{theirs / fast:7.1f} {sparse / fast:6.1f}"
    print(f"{n_units:5d} {theirs:20.2f} {sparse:12.2f} {fast:15.2f} {ratios} {here:12.2f} {sparse / here:7.1f}")


if __name__ == "__main__":
    main()

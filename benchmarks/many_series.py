"""Drive many short series: seconds, this library on one and on two threads, and reservoirpy, in one run.

Needs the extra ``bench``: ``pip install -e ".[bench]"``, then ``python benchmarks/many_series.py``.
"""

import time

import numpy as np
from reservoirpy.nodes import Reservoir

from reservoir import EchoStateReservoir

N_SERIES, N_STEPS, N_FEATURES, DEGREE = 256, 100, 3, 10


def best_of(run, X):
    """Return the shortest of three times, after a first run that does not count."""
    run(X)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run(X)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    X = np.random.default_rng(0).uniform(-1, 1, (N_SERIES, N_STEPS, N_FEATURES))
    print(f"{N_SERIES} series of {N_STEPS} steps, degree {DEGREE}, float64, seconds")
    print("    n   reservoirpy   1 thread   ratio   2 threads   ratio")
    for n_units in (100, 500, 1000):
        peer = Reservoir(n_units, lr=0.3, sr=0.9, rc_connectivity=DEGREE / n_units, seed=1)
        one = EchoStateReservoir(n_units, n_jobs=1, random_state=1).fit(X)
        two = EchoStateReservoir(n_units, n_jobs=2, random_state=1).fit(X)
        theirs, one, two = (best_of(run, X) for run in (peer.run, one.transform, two.transform))
        print(f"{n_units:5d} {theirs:13.3f} {one:10.3f} {theirs / one:7.1f} {two:11.3f} {theirs / two:7.1f}")


if __name__ == "__main__":
    main()

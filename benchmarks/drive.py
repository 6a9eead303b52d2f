"""Drive one series: microseconds a step, this library and reservoirpy side by side in one run.

Needs the extra ``bench``: ``pip install -e ".[bench]"``, then ``python benchmarks/drive.py``.
"""

import time

import numpy as np
from reservoirpy.nodes import Reservoir

from reservoir import EchoStateReservoir

DEGREE, N_FEATURES, REPEATS = 10, 3, 7


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


def main():
    print(f"degree {DEGREE}, float64, one thread, us a step     same W: reservoirpy's own matrix in both")
    print("    n   reservoirpy   default (shift)   ratio      same W   ratio")
    for n_units, n_steps in [(100, 10_000), (300, 5_000), (1000, 2_000), (5000, 500)]:
        compare(n_units, np.random.default_rng(0).uniform(-1, 1, (n_steps, N_FEATURES)))


def compare(n_units, inputs):
    """Print one line: reservoirpy, the default reservoir, and reservoirpy's own weights in this library."""
    peer = Reservoir(n_units, lr=0.3, sr=0.9, rc_connectivity=DEGREE / n_units, seed=1)
    peer.run(inputs[:2])
    ours = EchoStateReservoir(n_units, degree=DEGREE, random_state=1).fit(inputs)
    same = EchoStateReservoir(recurrent_weights=peer.W, input_weights=peer.Win, bias=0.0).fit(inputs)
    runs = (lambda: peer.run(inputs), lambda: ours.run(inputs), lambda: same.run(inputs))
    theirs, default, theirs_here = measure(*runs) / len(inputs) * 1e6
    print(
        f"{n_units:5d} {theirs:13.2f} {default:17.2f} {theirs / default:7.1f} "
        f"{theirs_here:11.2f} {theirs / theirs_here:7.1f}"
    )


if __name__ == "__main__":
    main()

"""Draw recurrent weights of a given spectral radius: seconds, this library and reservoirpy side by side in one run.

Beyond 20,000 units the peer is left out.
Needs the extra ``bench``: ``pip install -e ".[bench]"``, then ``python benchmarks/drawing.py``, with sizes if wanted.
"""

import sys
import time

import numpy as np
from reservoirpy.nodes import Reservoir

from reservoir.topology import resolve_topology, scale_to_spectral_radius

DEGREE, SIZES = 10, (1000, 5000, 10_000, 20_000, 50_000, 100_000)

MOST_OF_PEER = 20_000


def seconds(draw, *arguments):
    """Time of one run: drawing is done once, and large networks take long."""
    start = time.perf_counter()
    draw(*arguments)
    return time.perf_counter() - start


def main():
    print(f"degree {DEGREE}, spectral radius 0.9, seconds")
    print("     n   reservoirpy   default (shift)   random")
    ours("shift", 10_000)  # compiles, or loads, what large graphs need
    for n_units in map(int, sys.argv[1:] or SIZES):
        peer, default, random = (
            seconds(theirs, n_units) if n_units <= MOST_OF_PEER else np.nan,
            seconds(ours, "shift", n_units),
            seconds(ours, "random", n_units),
        )
        print(f"{n_units:6d} {peer:13.2f} {default:17.2f} {random:8.2f}", flush=True)


def theirs(n_units):
    """Draw the peer's matrix, whose radius one wanted eigenvalue decides."""
    Reservoir(n_units, sr=0.9, rc_connectivity=DEGREE / n_units, seed=1).run(np.zeros((1, 1)))


def ours(topology, n_units):
    """Draw and scale, as a reservoir does in fit."""
    scale_to_spectral_radius(resolve_topology(topology).draw(n_units, DEGREE, 1), 0.9)


if __name__ == "__main__":
    main()

"""Seconds of 20 x 20 stability maps: 400 reservoirs are drawn, driven and asked for their largest exponent.

``python benchmarks/stability_map.py`` maps spectral radius and input scaling of 200 units over 1000 steps, on the
default graph and on a general one, in one process and in two. A small map of another seed comes first, so that nothing
is compiled in between and no eigenvalue is known; the figure for two processes holds the time in which they start.
"""

import time

import numpy as np

from reservoir import EchoStateReservoir
from reservoir.plots import StabilityMapDisplay

N_UNITS, N_STEPS, N_POINTS = 200, 1000, 20


def measure(topology, n_points, n_jobs, seed):
    """Return the seconds of one map, figure included."""
    X = np.random.RandomState(0).uniform(-1, 1, (N_STEPS, 1))
    grid = {"spectral_radius": np.linspace(0.2, 6, n_points), "input_scaling": np.geomspace(0.01, 3, n_points)}
    reservoir = EchoStateReservoir(N_UNITS, topology=topology, random_state=seed)
    start = time.perf_counter()
    StabilityMapDisplay.from_estimator(reservoir, X, grid, n_jobs=n_jobs)
    return time.perf_counter() - start


def main():
    """Print the seconds on both graphs, with one worker and with two."""
    print(f"{N_POINTS} x {N_POINTS} map, {N_UNITS} units, {N_STEPS} steps")
    for topology in ("shift", "random"):
        measure(topology, 2, 1, seed=0)
        one, two = (measure(topology, N_POINTS, n_jobs, seed=n_jobs) for n_jobs in (1, 2))
        print(f"{topology:6}: n_jobs=1 {one:5.1f} s, {one / N_POINTS**2 * 1e3:4.1f} ms a point; n_jobs=2 {two:5.1f} s")


if __name__ == "__main__":
    main()

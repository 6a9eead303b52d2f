"""Seconds of a 20 x 20 stability map: 400 reservoirs are drawn, driven and asked for their largest exponent.

``python benchmarks/stability_map.py`` maps spectral radius and input scaling of 200 units over 1000 steps, in one
process and in two; the second figure holds the time in which processes start. Processes of a run before are not kept.
"""

import time

import numpy as np

from reservoir import EchoStateReservoir
from reservoir.plots import StabilityMapDisplay

N_UNITS, N_STEPS, N_POINTS = 200, 1000, 20


def measure(n_jobs):
    """Return the seconds of one map, figure included, and its display."""
    X = np.random.RandomState(0).uniform(-1, 1, (N_STEPS, 1))
    grid = {"spectral_radius": np.linspace(0.2, 6, N_POINTS), "input_scaling": np.geomspace(0.01, 3, N_POINTS)}
    start = time.perf_counter()
    display = StabilityMapDisplay.from_estimator(
        EchoStateReservoir(N_UNITS, random_state=0), X, grid, n_jobs=n_jobs, verbose=True
    )
    return time.perf_counter() - start, display


def main():
    """Print the seconds with one worker and with two."""
    print(f"{N_POINTS} x {N_POINTS} map, {N_UNITS} units, {N_STEPS} steps")
    seconds = {n_jobs: measure(n_jobs)[0] for n_jobs in (1, 2)}
    for n_jobs, value in seconds.items():
        print(f"n_jobs={n_jobs}: {value:6.1f} s")


if __name__ == "__main__":
    main()

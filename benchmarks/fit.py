"""Fit a readout on a long series: seconds and peak memory, this library and reservoirpy, in fresh processes.

Needs the extra ``bench``: ``pip install -e ".[bench]"``, then ``python benchmarks/fit.py``. Memory is what a process
holds at most during ``fit`` beyond what it held just before, with the input in memory and all code compiled.
"""

import resource
import subprocess
import sys
import time

import numpy as np

N_UNITS, DEGREE, N_FEATURES = 1000, 10, 3


def resident():
    """Return the memory that this process holds now, in MB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def make(n_steps):
    X = np.random.default_rng(0).uniform(-1, 1, (n_steps, N_FEATURES))
    return X, np.roll(X[:, :1], 3, axis=0) * X[:, 1:2]


def fit_ours(X, y):
    from readouts import RidgeReadout
    from reservoir import EchoStateReservoir, ReservoirRegressor

    reservoir = EchoStateReservoir(N_UNITS, random_state=0)
    return ReservoirRegressor(reservoir, RidgeReadout(1e-6), washout=100, passthrough=False).fit(X, y)


def fit_theirs(X, y):
    from reservoirpy.nodes import Reservoir, Ridge

    reservoir = Reservoir(N_UNITS, lr=0.3, sr=0.9, rc_connectivity=DEGREE / N_UNITS, seed=1)
    return (reservoir >> Ridge(ridge=1e-6)).fit(X, y, warmup=100)


def measure(name, n_steps):
    """Print seconds and MB of one fit in this process."""
    fit = {"ours": fit_ours, "reservoirpy": fit_theirs}[name]
    fit(*make(5000))  # imports, compiles
    X, y = make(n_steps)
    before, start = resident(), time.perf_counter()
    fit(X, y)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # of the small fit too, if that was higher
    print(f"{seconds:.3f} {peak - before:.1f} {peak:.1f}")


def main():
    print(f"{N_UNITS} units, degree {DEGREE}, {N_FEATURES} inputs, float64, ridge")
    print("   steps   library       seconds   peak MB above the input   whole process MB")
    seconds = {}
    for name, n_steps in [("ours", 100_000), ("reservoirpy", 200_000), ("ours", 200_000), ("ours", 1_000_000)]:
        command = [sys.executable, __file__, name, str(n_steps)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        seconds[name, n_steps], above, whole = map(float, printed[-3:])
        print(f"{n_steps:8d}   {name:12s} {seconds[name, n_steps]:8.2f} {above:25.0f} {whole:18.0f}", flush=True)
    print(f"reservoirpy over ours, 200,000 steps: {seconds['reservoirpy', 200_000] / seconds['ours', 200_000]:.1f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        main()

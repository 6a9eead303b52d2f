"""Map stability: 400 reservoirs are drawn, driven and asked for their largest exponent, figure included."""

import numpy as np

from benchmarks.comparison import Comparison


def comparisons(quick):
    n_points, n_units, n_steps = (2, 20, 50) if quick else (20, 200, 1000)
    jobs = {"this library": 1} if quick else {"this library": 1, "this library, two processes": 2}
    yield Comparison(
        f"{n_points} x {n_points} map, {n_units} units, {n_steps} steps",
        "s",
        1,
        ours={name: lambda n_jobs=n_jobs: _map(n_points, n_units, n_steps, n_jobs) for name, n_jobs in jobs.items()},
        threads=jobs,
        long=True,
    )


def _map(n_points, n_units, n_steps, n_jobs):
    import matplotlib
    import matplotlib.pyplot as plt

    from reservoir import EchoStateReservoir
    from reservoir.plots import StabilityMapDisplay

    matplotlib.use("Agg")
    X = np.random.RandomState(0).uniform(-1, 1, (n_steps, 1))

    def draw(n_points=n_points):
        grid = {"spectral_radius": np.linspace(0.2, 6, n_points), "input_scaling": np.geomspace(0.01, 3, n_points)}
        reservoir = EchoStateReservoir(n_units, random_state=0)
        StabilityMapDisplay.from_estimator(reservoir, X, grid, n_jobs=n_jobs)
        plt.close("all")

    draw(2)
    return draw

"""Drive many short series, all states kept: ``transform`` of 256 series of 100 steps."""

from benchmarks.comparison import Comparison
from benchmarks.networks import Network, uniform_series


def comparisons(quick):
    shape = (4, 10) if quick else (256, 100)
    X = uniform_series(*shape)
    for n_units in (20,) if quick else (100, 500, 1000):
        network = Network(n_units)
        for default in (True, False):
            graph = "default topology" if default else "general graph, the same in all"
            yield Comparison(
                f"{shape[0]} series of {shape[1]} steps, {n_units} units, float64, {graph}",
                "us a step",
                shape[0] * shape[1],
                ours={
                    "this library": lambda network=network, default=default: _here(network, X, default, 1),
                    "this library, two threads": lambda network=network, default=default: _here(network, X, default, 2),
                },
                peers={"reservoirpy, NumPy": lambda network=network: network.states_in_reservoirpy(X)},
                equal={} if default else {"reservoirpy, NumPy": 1e-10},
                threads={"this library, two threads": 2},
            )


def _here(network, X, default, n_jobs):
    reservoir = network.here_by_default(n_jobs=n_jobs) if default else network.here(n_jobs=n_jobs)
    reservoir.fit(X)
    return lambda: reservoir.transform(X)

"""Drive one series, all states kept: an echo state network with 3 inputs.

"Its own weights": rclib draws another network of the same size, and reads one output, too. To the default topology,
peers are given a general graph of as many synapses.
"""

from benchmarks.comparison import Comparison
from benchmarks.networks import Network, uniform_series
from benchmarks.roofline import echo_state_traffic

SIZES = [(100, 10, 10_000), (300, 10, 5000), (1000, 10, 2000), (1000, 100, 500), (5000, 10, 500)]
SINGLE = [(100, 10, 10_000), (1000, 10, 2000)]


def comparisons(quick):
    for n_units, degree, n_steps in [(20, 5, 50)] if quick else SIZES:
        network = Network(n_units, degree)
        yield _compare(network, n_steps, default=True)
        yield _compare(network, n_steps, default=False)
    for n_units, degree, n_steps in [] if quick else SINGLE:
        network = Network(n_units, degree, "float32")
        yield _compare(network, n_steps, default=True)
        yield _compare(network, n_steps, default=False)


def _compare(network, n_steps, default):
    """Compare one network; all libraries have the same weights, but this one for its default topology."""
    X = uniform_series(n_steps, dtype=network.dtype)
    n_units, n_synapses = network.n_units, network.n_units * network.degree
    peers = {"reservoirpy, NumPy": lambda: network.states_in_reservoirpy(X)}
    if default and network.dtype == "float64":
        peers["rclib, C++: its own weights"] = lambda: _rclib(network, X)
    if not default:
        peers["ResDAG, torch: dense"] = lambda: _resdag(network, X, sparse=False)
        peers["ResDAG, torch: sparse"] = lambda: _resdag(network, X, sparse=True)
        if network.dtype == "float64":
            peers["reservoirpy, JAX"] = lambda: _jax(network, X)
    graph = "default topology" if default else "general graph, the same in all"
    accepted = 1e-10 if network.dtype == "float64" else 1e-4
    return Comparison(
        f"{n_units} units of degree {network.degree}, {network.dtype}, {graph}",
        "us a step",
        n_steps,
        ours={"this library": lambda: _here(network, X, default)},
        peers=peers,
        equal={} if default else dict.fromkeys(peers, accepted),
        traffic=echo_state_traffic(n_units, n_synapses, X.shape[1], network.dtype, indexed=not default),
    )


def _here(network, X, default):
    reservoir = (network.here_by_default() if default else network.here()).fit(X)
    return lambda: reservoir.run(X)[0]


def _jax(network, X):
    import jax
    import numpy as np

    node, X = network.in_reservoirpy_jax(), jax.numpy.asarray(X)
    node.run(X[:1])

    def run():
        node.reset()
        return np.asarray(node.run(X))

    return run


def _resdag(network, X, sparse):
    import torch

    layer, X = network.in_resdag(sparse), torch.from_numpy(X)[None]

    def run():
        with torch.inference_mode():
            layer.reset_state()
            return layer(X)[0].numpy()

    return run


def _rclib(network, X):
    model = network.in_rclib()
    model.fit(X[:100], X[:100, :1])
    return lambda: model.predict(X)

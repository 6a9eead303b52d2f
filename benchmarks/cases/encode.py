"""Turn many series into one row of features each: the mean and the last of the states of 256 series of 100 steps.

torch multiplies the states of all series by dense weights at once, in the precision given; the first of its two rows
is a plain loop, the other the layer of ResDAG.
"""

import numpy as np

from benchmarks.comparison import Comparison
from benchmarks.networks import LEAK_RATE, Network, uniform_series
from benchmarks.roofline import echo_state_traffic


def comparisons(quick):
    shape = (4, 10) if quick else (256, 100)
    for dtype in ("float64", "float32"):
        for n_units in (20,) if quick else (100, 500, 1000):
            for default in (False, True):
                yield _compare(Network(n_units, dtype=dtype), uniform_series(*shape, dtype=dtype), default)


def _compare(network, X, default):
    (n_series, n_steps, n_features), n_units = X.shape, network.n_units
    graph = "default topology" if default else "general graph, the same in all"
    peers = {"torch, dense: all series at once": lambda: _torch(network, X)}
    if not default:
        peers |= {
            "ResDAG, torch: dense, all series at once": lambda: _resdag(network, X, sparse=False),
            "ResDAG, torch: sparse, all series at once": lambda: _resdag(network, X, sparse=True),
            "reservoirpy, NumPy: one series after the other": lambda: _reservoirpy(network, X),
        }
    return Comparison(
        f"{n_series} series of {n_steps} steps, {n_units} units, {network.dtype}, {graph}",
        "us a step",
        n_series * n_steps,
        ours={"this library": lambda: _here(network, X, default)},
        peers=peers,
        equal={} if default else dict.fromkeys(peers, 1e-10 if network.dtype == "float64" else 1e-4),
        traffic=echo_state_traffic(
            n_units, n_units * network.degree, n_features, network.dtype, indexed=not default, stored=False
        ),
    )


def _here(network, X, default):
    from reservoir import SequenceEncoder

    reservoir = network.here_by_default() if default else network.here()
    encoder = SequenceEncoder(reservoir, ("mean", "last"), n_jobs=1).fit(X)
    return lambda: encoder.transform(X)


def _torch(network, X):
    import torch

    weights = torch.from_numpy(network.weights.toarray().T.copy())
    input_weights, X = torch.from_numpy(network.input_weights.T.copy()), torch.from_numpy(X)

    def run():
        with torch.inference_mode():
            state = torch.zeros(len(X), network.n_units, dtype=X.dtype)
            total = torch.zeros_like(state)
            for row in X.unbind(1):
                state = torch.lerp(state, torch.addmm(row @ input_weights, state, weights).tanh_(), LEAK_RATE)
                total += state
            return torch.cat([total / X.shape[1], state], 1).numpy()

    return run


def _resdag(network, X, sparse):
    import torch

    layer, X = network.in_resdag(sparse), torch.from_numpy(X)

    def run():
        with torch.inference_mode():
            layer.reset_state()
            states = layer(X)
            return torch.cat([states.mean(1), states[:, -1]], 1).numpy()

    return run


def _reservoirpy(network, X):
    node = network.in_reservoirpy()
    node.run(X[0, :1])

    def run():
        rows = []
        for x in X:
            node.reset()
            states = node.run(x)
            rows.append(np.concatenate([states.mean(axis=0), states[-1]]))
        return np.array(rows)

    return run

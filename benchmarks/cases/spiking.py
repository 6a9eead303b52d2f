"""Simulate spiking units: what a unit, a synaptic event and a row cost, by the kind of synapse.

The synapses of the first circuits are too weak to change a spike, so all of them have the same events.
"""

import numpy as np

from benchmarks.comparison import Comparison

KINDS = ("no synapses", "one delay", "mixed delays", "U/D/F of projections", "U/D/F of synapses", "mixed, U/D/F")
CONSTANTS = ((0.5, 0.05, 0.25, 0.32), (1100.0, 125.0, 700.0, 144.0), (50.0, 1200.0, 20.0, 60.0))


def comparisons(quick):
    n_units, degree, n_ms = (50, 10, 20) if quick else (1000, 100, 1000)
    yield Comparison(
        f"{n_units} units of degree {degree}, {n_ms} ms on a grid of 0.1 ms",
        "ns a unit and step",
        n_units * n_ms * 10,
        ours={f"this library: {kind}": lambda kind=kind: _circuit(kind, n_units, degree, n_ms) for kind in KINDS},
    )
    for n_units in (20,) if quick else (20, 100, 1000):
        ours = {"this library": lambda n_units=n_units: _by_default(n_units)}
        yield Comparison(f"LIFLiquid, {n_units} units, by default, rows of 10 steps", "us a row", 500, ours)
    if not quick:
        ways = {"this library": 1, "this library, two threads": 2}
        yield Comparison(
            "64 utterances of 0.5 s, 1000 units of degree 100",
            "s",
            1,
            ours={way: lambda n_jobs=n_jobs: _utterances(n_jobs) for way, n_jobs in ways.items()},
            threads=ways,
        )


def _circuit(kind, n_units, degree, n_ms):
    from scipy.sparse import csr_array

    from reservoir import LIFLiquid, Markram

    silence, random = np.zeros((n_ms, 1)), np.random.RandomState(0)
    graph = LIFLiquid(n_units, degree=degree, random_state=0).fit(silence)
    weights = graph.recurrent_weights_ * 1e-9
    settings = {}
    if "mixed" in kind:
        delays = weights.copy()
        delays.data = random.randint(5, 30, weights.nnz) * 0.1
        settings["delays"] = delays
    if "U/D/F" in kind:
        spread = 0.0 if "projections" in kind else 0.5
        settings["short_term_plasticity"] = Markram(*CONSTANTS, spread=spread)
    liquid = LIFLiquid(
        recurrent_weights=csr_array(weights.shape) if kind == "no synapses" else weights,
        inhibitory=graph.inhibitory_,
        input_weights=np.zeros((n_units, 1)),
        dt=0.1,
        input_period=1.0,
        background_current=random.uniform(15.7, 18.0, n_units),
        initial_voltage=random.uniform(0, 15, n_units),
        **settings,
    ).fit(silence)
    return lambda: liquid.transform(silence)


def _by_default(n_units):
    from reservoir import LIFLiquid

    X = np.random.RandomState(0).standard_normal((500, 3))
    liquid = LIFLiquid(n_units, random_state=0).fit(X)
    return lambda: liquid.transform(X)


def _utterances(n_jobs):
    from reservoir import LIFLiquid

    X = np.random.RandomState(0).uniform(0, 1, (64, 50, 40))
    liquid = LIFLiquid(1000, degree=100, dt=0.1, n_jobs=n_jobs, random_state=0).fit(X)
    return lambda: liquid.transform(X)

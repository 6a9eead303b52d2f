"""Simulate COBA: CUBA's circuit with conductances, 1 s on a grid of 0.1 ms, beside Brian2 and NEST.

It is benchmark 1 of Brette et al., "Simulation of networks of spiking neurons", Journal of Computational Neuroscience
23:349, 2007, see `benchmarks.vogels_abbott`. This library and Brian2 integrate it by one scheme, exponential Euler on
the grid, and the same spikes have to come out. NEST's ``iaf_cond_exp`` has a solver of adaptive steps: its spikes are
others, and it does more work for more accuracy than the two. Conductances at the start set the activity going, which
then sustains itself.
"""

from benchmarks.comparison import Comparison
from benchmarks.vogels_abbott import BRIAN2, NEST, brian2, here, nest


def comparisons(quick):
    n_ms, peers = 20 if quick else 1000, {NEST: lambda: nest("coba", n_ms)}
    if not quick:
        yield Comparison(
            "no delays, simulation",
            "s",
            1,
            ours={"this library": lambda: here("coba", n_ms)},
            peers={BRIAN2: lambda: brian2("coba")},
            equal={BRIAN2: 0},
        )
        peers |= {BRIAN2: lambda: brian2("coba", delayed=True)}
    yield Comparison(
        f"delays of 0.5 to 3 ms, {n_ms} ms, simulation",
        "s",
        1,
        ours={"this library": lambda: here("coba", n_ms, delayed=True)},
        peers=peers,
        equal={} if quick else {BRIAN2: 0},
    )

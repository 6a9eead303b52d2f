"""Simulate CUBA: 4,000 spiking units, 320,000 synapses, 1 s on a grid of 0.1 ms, beside Brian2 and NEST.

It is benchmark 2 of Brette et al., "Simulation of networks of spiking neurons", Journal of Computational Neuroscience
23:349, 2007, after Vogels & Abbott 2005, with the constants of the example that Brian2 publishes. All simulate the
same circuit, that of `reservoir.presets.cuba`, and the same spikes have to come out, see `benchmarks.vogels_abbott`.
From start to result means a fresh process: in Brian2 with code generation and compiling, here with drawing the circuit
and loading what is compiled.
"""

from benchmarks.comparison import Comparison
from benchmarks.vogels_abbott import BRIAN2, NEST, brian2, brian2_from_start, here, nest, run_python

START = """
import numpy as np
from reservoir.presets import cuba
cuba(random_state=0).fit(np.zeros((1000, 1))).spikes(np.zeros((1000, 1)))
"""


def comparisons(quick):
    n_ms, peers = 20 if quick else 1000, {NEST: lambda: nest("cuba", n_ms)}
    if not quick:
        yield Comparison(
            "no delays, simulation",
            "s",
            1,
            ours={"this library": lambda: here("cuba", n_ms)},
            peers={BRIAN2: lambda: brian2("cuba")},
            equal={BRIAN2: 0},
        )
        start = {BRIAN2: lambda: brian2_from_start("cuba")}
        yield Comparison("no delays, from start to result", "s", 1, {"this library": _from_start}, start, long=True)
        peers |= {BRIAN2: lambda: brian2("cuba", delayed=True)}
    yield Comparison(
        f"delays of 0.5 to 3 ms, {n_ms} ms, simulation",
        "s",
        1,
        ours={"this library": lambda: here("cuba", n_ms, delayed=True)},
        peers=peers,
        equal=dict.fromkeys(peers, 0),
    )


def _from_start():
    run_python("-c", START)  # keeps compiled kernels on disk
    return lambda: run_python("-c", START)

"""Build and simulate a column of 100,000 spiking units, 10 M synapses, 1 s on a grid of 0.1 ms, beside NEST.

Each library builds and simulates once, in a process of its own, see `benchmarks.large_column`; MB are the peak of that
process, imports included. NEST is given the circuit that this library has drawn, and has to fire as many spikes; in a
second process it draws a circuit of its own, which takes it less time and memory.
"""

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import large_column
from benchmarks.comparison import Comparison
from benchmarks.measure import Reported

OURS = {"this library": "ours", "this library, float32": "ours-float32"}
PEERS = {"NEST, C++, the same circuit": "nest", "NEST, C++, a circuit that it draws": "nest-own"}


def comparisons(quick):
    sizes = (2000, 20, 50) if quick else (100_000, 100, 1000)
    n_units, degree, n_ms = sizes
    for what, work in (("seconds", f"{n_ms} ms, simulation"), ("built", "building")):
        ours, peers = (
            {name: lambda library=library, what=what: _run(library, sizes, what) for name, library in ways.items()}
            for ways in (OURS, PEERS)
        )
        equal = {"NEST, C++, the same circuit": 0}
        yield Comparison(f"{n_units:,} units of degree {degree}, {work}", "s", 1, ours, peers, equal, long=True)


def _run(library, sizes, what):
    measured = _measured(library, sizes)
    processor = measured["processor"] if what == "seconds" else None
    reported = Reported(measured[what], measured["peak"], processor, output=np.array([measured["n_spikes"]]))
    return lambda: reported


@cache
def _measured(library, sizes):
    """Return what `benchmarks.large_column` tells of a library, whose process has run once."""
    if library == "nest":
        import nest  # noqa: F401 - to know whether it is there, and why not

        _measured("ours", sizes)  # stores the circuit
    import reservoir

    # The library may be another checkout than this one.
    environment = os.environ | {"PYTHONPATH": str(Path(reservoir.__file__).parent.parent)}
    command = [sys.executable, large_column.__file__, library, *map(str, sizes), str(Path(_folder().name) / "circuit")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout.splitlines()[-1])


@cache
def _folder():
    return tempfile.TemporaryDirectory()

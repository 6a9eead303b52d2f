"""Simulate CUBA: 4,000 spiking units, 320,000 synapses, 1 s on a grid of 0.1 ms, beside Brian2 and NEST.

It is benchmark 2 of Brette et al., "Simulation of networks of spiking neurons", Journal of Computational Neuroscience
23:349, 2007, after Vogels & Abbott 2005, with the constants of the example that Brian2 publishes. All simulate the
same circuit, that of `reservoir.presets.cuba`, and the same spikes have to come out. The simulation is Brian2's own
report of its compiled program, and NEST's ``Simulate``; both record spikes. From start to result means a fresh
process: in Brian2 with code generation and compiling, here with drawing the circuit and loading what is compiled.
NEST has no synapses without delay, so it is given delays of 0.5 to 3 ms. A refractory unit of NEST is clamped for one
step more, and its spikes are stamped one step later, which is undone here.
"""

import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import cuba_in_brian2
from benchmarks.comparison import Comparison
from benchmarks.measure import Reported

N_UNITS = 4000
START = """
import numpy as np
from reservoir.presets import cuba
cuba(random_state=0).fit(np.zeros((1000, 1))).spikes(np.zeros((1000, 1)))
"""


def comparisons(quick):
    n_ms = 20 if quick else 1000
    brian2 = "Brian2, C++ standalone"
    if not quick:
        yield Comparison(
            "no delays, simulation",
            "s",
            1,
            ours={"this library": lambda: _here(n_ms)},
            peers={brian2: _brian2_simulation},
            equal={brian2: 0},
        )
        ours = {"this library": _here_from_start}
        yield Comparison("no delays, from start to result", "s", 1, ours, {brian2: _brian2_start}, long=True)
    yield Comparison(
        f"delays of 0.5 to 3 ms, {n_ms} ms, simulation",
        "s",
        1,
        ours={"this library": lambda: _here(n_ms, delayed=True)},
        peers={"NEST, C++": lambda: _nest(n_ms)},
        equal={"NEST, C++": 0},
    )


def _circuit(n_ms, delayed=False):
    from reservoir.presets import cuba

    liquid = cuba(random_state=0)
    if delayed:
        delays = liquid.recurrent_weights.copy()
        delays.data = np.random.default_rng(0).integers(5, 31, delays.nnz) * 0.1
        liquid.set_params(delays=delays)
    return liquid.fit(np.zeros((n_ms, 1)))


def _here(n_ms, delayed=False):
    liquid, silence = _circuit(n_ms, delayed), np.zeros((n_ms, 1))
    return lambda: _in_order(*liquid.spikes(silence))


def _in_order(steps, units):
    """Return one number for each spike, in the order of time and units."""
    return np.sort(np.asarray(steps, dtype=int) * N_UNITS + np.asarray(units, dtype=int))


def _here_from_start():
    _python("-c", START)  # keeps compiled kernels on disk
    return lambda: _python("-c", START)


@cache
def _brian2():
    """Return the folder in which Brian2 has made its program, and the seconds that took."""
    import brian2  # noqa: F401 - to know whether it is there, and why not

    folder = tempfile.TemporaryDirectory()
    liquid = _circuit(1)
    targets, sources = liquid.recurrent_weights_.nonzero()
    np.savez(Path(folder.name) / "circuit.npz", sources=sources, targets=targets, voltage=liquid.initial_voltage_)
    start = time.perf_counter()
    _python(cuba_in_brian2.__file__, folder.name)
    return folder, time.perf_counter() - start


def _brian2_simulation():
    folder = Path(_brian2()[0].name)
    spikes = np.load(folder / "spikes.npz")

    def run():
        subprocess.run(["./main"], cwd=folder / "brian2", check=True, capture_output=True)
        seconds = float((folder / "brian2" / "results" / "last_run_info.txt").read_text().split()[0])
        return Reported(seconds, output=_in_order(spikes["steps"], spikes["units"]))

    return run


def _brian2_start():
    seconds = _brian2()[1]
    return lambda: Reported(seconds)


def _python(*arguments):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])


def _nest(n_ms):
    os.environ["PYNEST_QUIET"] = "1"
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    liquid = _circuit(n_ms, delayed=True)
    weights, delays = liquid.recurrent_weights_.tocoo(), liquid.get_params()["delays"].tocoo()
    constants = {
        "C_m": 20_000.0, "tau_m": 20.0, "E_L": -60.0, "I_e": 11_000.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 4.9,
        "tau_syn_ex": 5.0, "tau_syn_in": 10.0,
    }  # fmt: skip

    def run():
        nest.ResetKernel()
        nest.set(resolution=0.1, local_num_threads=1)
        units, recorder = nest.Create("iaf_psc_exp", N_UNITS, constants), nest.Create("spike_recorder")
        units.V_m = liquid.initial_voltage_
        synapses = {"weight": 1e3 * weights.data, "delay": delays.data}
        nest.Connect(weights.coords[1] + 1, weights.coords[0] + 1, "one_to_one", synapses)
        nest.Connect(units, recorder)
        start = time.perf_counter()
        nest.Simulate(float(n_ms))
        seconds = time.perf_counter() - start
        steps = np.round(recorder.events["times"] * 10).astype(int) - 1
        return Reported(seconds, output=_in_order(steps, recorder.events["senders"] - 1))

    return run

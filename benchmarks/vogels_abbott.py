"""The circuits CUBA and COBA of Vogels & Abbott 2005 in this library, Brian2 and NEST, for the cases of these names.

The same circuit is given to each of them: 4,000 units, 320,000 synapses, a grid of 0.1 ms. NEST has no synapses without
delay, so where it takes part, all have delays of 0.5 to 3 ms. A refractory unit of NEST is clamped for one step more,
and its spikes are stamped one step later, which is undone here. All record spikes. What is measured is the simulation
alone: here `events`, Brian2's own report of its compiled program, and NEST's ``Run`` after ``Prepare``.
"""

import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import vogels_abbott_in_brian2
from benchmarks.measure import Reported

N_UNITS = 4000
BRIAN2, NEST = "Brian2, C++ standalone", "NEST, C++"
NEST_UNITS = {"tau_syn_ex": 5.0, "tau_syn_in": 10.0, "E_L": -60.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 4.9}
NEST_MODELS = {
    "cuba": ("iaf_psc_exp", NEST_UNITS | {"C_m": 20_000.0, "tau_m": 20.0, "I_e": 11_000.0}, 1e3),
    "coba": ("iaf_cond_exp", NEST_UNITS | {"C_m": 200.0, "g_L": 10.0, "E_ex": 0.0, "E_in": -80.0}, 10.0),
}


def circuit(kind, n_ms, delayed=False):
    """Return a fitted liquid, "cuba" or "coba", and the state that it starts from."""
    liquid = _cuba() if kind == "cuba" else _coba()
    if delayed:
        delays = liquid.recurrent_weights.copy()
        delays.data = np.random.default_rng(0).integers(5, 31, delays.nnz) * 0.1
        liquid.set_params(delays=delays)
    liquid.fit(np.zeros((n_ms, 1)))
    state = liquid.rest()
    return liquid, state if kind == "cuba" else state._replace(current=_first_conductances())


def _cuba():
    from reservoir.presets import cuba

    return cuba(random_state=0)


def _coba():
    from reservoir.presets import coba

    return coba(random_state=0)


def _first_conductances():
    """Return the conductances that COBA starts with, (2, n_units), so that it is awake with any delays."""
    normal = np.random.default_rng(2).standard_normal((2, N_UNITS))
    return np.maximum(normal * [[1.5], [12.0]] + [[4.0], [20.0]], 0.0)


def here(kind, n_ms, delayed=False):
    """Return a run of this library."""
    (liquid, state), silence = circuit(kind, n_ms, delayed), np.zeros((n_ms, 1))
    return lambda: in_order(*liquid.events(silence, state)[:2])


def in_order(steps, units):
    """Return one number for each spike, in the order of time and units."""
    return np.sort(np.asarray(steps, dtype=int) * N_UNITS + np.asarray(units, dtype=int))


@cache
def brian2_program(kind, delayed=False):
    """Return the folder in which Brian2 has made its program of 1 s, and the seconds that took."""
    import brian2  # noqa: F401 - to know whether it is there, and why not

    folder = tempfile.TemporaryDirectory()
    liquid, state = circuit(kind, 1, delayed)
    targets, sources = liquid.recurrent_weights_.nonzero()
    stored = {"sources": sources, "targets": targets, "voltage": state.voltage}
    stored |= {"conductances": state.current} if kind == "coba" else {}
    stored |= {"delays": liquid.delays_.data} if delayed else {}
    np.savez(Path(folder.name) / "circuit.npz", **stored)
    start = time.perf_counter()
    run_python(vogels_abbott_in_brian2.__file__, folder.name)
    return folder, time.perf_counter() - start


def brian2(kind, delayed=False):
    """Return a run of Brian2's program, 1 s."""
    folder = Path(brian2_program(kind, delayed)[0].name)
    spikes = np.load(folder / "spikes.npz")

    def run():
        subprocess.run(["./main"], cwd=folder / "brian2", check=True, capture_output=True)
        results = folder / "brian2" / "results"
        seconds, processor = (
            float((results / name).read_text().split()[0]) for name in ("last_run_info.txt", "processor.txt")
        )
        return Reported(seconds, None, processor, in_order(spikes["steps"], spikes["units"]))

    return run


def brian2_from_start(kind):
    """Return what Brian2 takes from a circuit to its spikes: generating, compiling and running its program."""
    seconds = brian2_program(kind)[1]
    return lambda: Reported(seconds)


def run_python(*arguments):
    """Run Python in a process of its own; raise RuntimeError with the last line of its errors if it fails."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])


def nest(kind, n_ms):
    """Return a run of NEST, with delays."""
    os.environ["PYNEST_QUIET"] = "1"
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    liquid, state = circuit(kind, n_ms, delayed=True)
    weights, delays = liquid.recurrent_weights_.tocoo(), liquid.delays_.tocoo()
    model, constants, unit = NEST_MODELS[kind]

    def run():
        nest.ResetKernel()
        nest.set(resolution=0.1, local_num_threads=1)
        units, recorder = nest.Create(model, N_UNITS, constants), nest.Create("spike_recorder")
        units.V_m = state.voltage
        if kind == "coba":
            units.g_ex, units.g_in = 10.0 * state.current
        synapses = {"weight": unit * weights.data, "delay": delays.data}
        nest.Connect(weights.coords[1] + 1, weights.coords[0] + 1, "one_to_one", synapses)
        nest.Connect(units, recorder)
        nest.Prepare()
        start, start_of_processor = time.perf_counter(), time.process_time()
        nest.Run(float(n_ms))
        seconds, processor = time.perf_counter() - start, time.process_time() - start_of_processor
        nest.Cleanup()
        steps = np.round(recorder.events["times"] * 10).astype(int) - 1
        return Reported(seconds, None, processor, in_order(steps, recorder.events["senders"] - 1))

    return run

"""One large circuit in one process: ``python large_column.py LIBRARY N_UNITS DEGREE N_MS FILE``; prints JSON.

Each unit listens to DEGREE others, a fifth of all units being inhibitory, with the constants of CUBA (see
`reservoir.presets.cuba`) but for the weights, which are 80 / DEGREE times as large, so that the balance stays; delays
are 0.5 to 3 ms. LIBRARY is

- ``ours`` or ``ours-float32``, this library, which draws the circuit, and in double precision stores it in FILE;
- ``nest``, NEST with the circuit in FILE, on one thread;
- ``nest-own``, NEST with a circuit that it draws by its own rules, of which only the statistics are those of ours.

Told are the seconds of building (up to where the simulation can begin), those of the simulation, by the clock and by
the processor, the peak of resident memory of the process in MB, and how much of it was there after all imports, and
the number of spikes.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

EXCITATORY, INHIBITORY = 1.62, -9.0  # mV, at a degree of 80


def ours(n_units, degree, n_ms, file, dtype):
    """Build and simulate the circuit with this library."""
    from scipy.sparse import csr_array

    from reservoir import LIFLiquid
    from reservoir.topology import Random

    silence = np.zeros((n_ms, 1))
    LIFLiquid(5, dtype=dtype, random_state=0).fit(silence[:1]).spikes(silence[:1])  # compiles
    imported, start = memory("VmRSS"), time.perf_counter()
    random_state, inhibitory = np.random.RandomState(0), np.arange(n_units) >= n_units - n_units // 5
    weights = Random().connect(n_units, degree, random_state)
    weights.data = np.where(inhibitory[weights.indices], INHIBITORY, EXCITATORY) * (80 / degree)
    delays = random_state.randint(5, 31, weights.nnz) * 0.1
    liquid = LIFLiquid(
        inhibitory=inhibitory, recurrent_weights=weights, input_weights=np.ones((n_units, 1)),
        delays=csr_array((delays, weights.indices, weights.indptr), shape=weights.shape),
        tau_membrane=20.0, tau_excitatory=5.0, tau_inhibitory=10.0, threshold=-50.0, reset=-60.0, resting=-60.0,
        background_current=11.0, refractory=5.0, initial_voltage=random_state.uniform(-60, -50, n_units),
        dt=0.1, input_period=1.0, output="counts", dtype=dtype,
    )  # fmt: skip
    del weights, delays
    liquid.fit(silence[:1])
    built = time.perf_counter() - start
    seconds, processor, (_, units) = clocked(lambda: liquid.spikes(silence))
    result = told(imported, built, seconds, processor, len(units))
    if dtype == "float64":
        graph = liquid.recurrent_weights_
        targets = np.repeat(np.arange(n_units), np.diff(graph.indptr))
        np.savez(
            file, sources=graph.indices, targets=targets, weights=graph.data, delays=liquid.delays_.data,
            voltage=liquid.initial_voltage_,
        )  # fmt: skip
    return result


def nest(n_units, degree, n_ms, file, draws):
    """Build and simulate the circuit with NEST."""
    os.environ["PYNEST_QUIET"] = "1"
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.set(resolution=0.1, local_num_threads=1)
    circuit, imported = None if draws else dict(np.load(f"{file}.npz")), memory("VmRSS")
    start = time.perf_counter()
    # A refractory unit of NEST is clamped for one step more.
    constants = {
        "C_m": 20_000.0, "tau_m": 20.0, "E_L": -60.0, "I_e": 11_000.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 4.9,
        "tau_syn_ex": 5.0, "tau_syn_in": 10.0,
    }  # fmt: skip
    units = nest.Create("iaf_psc_exp", n_units, constants)
    units.V_m = np.random.RandomState(0).uniform(-60, -50, n_units) if draws else circuit["voltage"]
    if draws:
        delay, n_inhibitory = (5 + nest.random.uniform_int(26)) * 0.1, n_units // 5
        for sources, share, weight in (
            (units[:-n_inhibitory], 0.8, EXCITATORY),
            (units[-n_inhibitory:], 0.2, INHIBITORY),
        ):
            rule = {"rule": "fixed_indegree", "indegree": round(share * degree)}
            nest.Connect(sources, units, rule, {"weight": 1e3 * weight * 80 / degree, "delay": delay})
    else:
        synapses = {"weight": 1e3 * circuit["weights"], "delay": circuit["delays"]}
        nest.Connect(circuit["sources"] + 1, circuit["targets"] + 1, "one_to_one", synapses)
    nest.Prepare()
    built = time.perf_counter() - start
    # No recorder: its connections take 30 KB of memory for each unit, and as good as no time.
    seconds, processor, _ = clocked(lambda: nest.Run(float(n_ms)))
    nest.Cleanup()
    return told(imported, built, seconds, processor, nest.local_spike_counter)


def clocked(run):
    """Return the seconds of a run by the clock and by the processor, and what it returns."""
    start, start_of_processor = time.perf_counter(), time.process_time()
    result = run()
    return time.perf_counter() - start, time.process_time() - start_of_processor, result


def told(imported, built, seconds, processor, n_spikes):
    """Return what is printed, with the peak of memory so far."""
    names = ("imported", "built", "seconds", "processor", "n_spikes", "peak")
    return dict(zip(names, (imported, built, seconds, processor, int(n_spikes), memory("VmHWM")), strict=True))


def memory(name):
    """Return the resident memory of this process in MB: VmRSS now, VmHWM at its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def main(library, n_units, degree, n_ms, file):
    sizes = int(n_units), int(degree), int(n_ms), file
    if library.startswith("ours"):
        return ours(*sizes, "float32" if library == "ours-float32" else "float64")
    return nest(*sizes, draws=library == "nest-own")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))

"""Spiking liquids: the CUBA benchmark beside Brian2 in one run, and what a unit and a synapse of this library cost.

Brian2 2.9 needs ``pip install -e ".[brian2]"`` and a C++ compiler; then ``python benchmarks/spiking.py``.
Without them, only this library is measured. One thread each, the compiler included, unless said.

CUBA is benchmark 2 of Brette et al., "Simulation of networks of spiking neurons", Journal of Computational Neuroscience
23:349, 2007, after Vogels & Abbott 2005, with the constants of the example that Brian2 publishes: 4,000 units, every
pair connected with probability 0.02, no delays, 1 s on a grid of 0.1 ms. Both sides run the same circuit, that of
`reservoir.presets.cuba`. "Simulation" is Brian2's own report of its compiled program, which records spikes, against a
call of a fitted liquid; "start to result" is a fresh process, in Brian2 with code generation and compiling, here with
the drawing of the circuit and the kernels kept on disk.
"""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from reservoir import LIFLiquid, Markram
from reservoir.presets import cuba

REPEATS = 15
SILENCE = np.zeros((1000, 1))  # rows of 1 ms


def best_of(*runs, repeats=REPEATS):
    """Best time of each run, in turns so that all see the same machine, the first not counting.

    Where a run returns a float, that is its time.
    """
    best = np.full(len(runs), np.inf)
    for repeat in range(repeats + 1):
        for number, run in enumerate(runs):
            start = time.perf_counter()
            reported = run()
            taken = reported if isinstance(reported, float) else time.perf_counter() - start
            if repeat:
                best[number] = min(best[number], taken)
    return best


def write_cuba(liquid, directory):
    targets, sources = liquid.recurrent_weights_.nonzero()
    np.savez(directory / "cuba.npz", sources=sources, targets=targets, voltage=liquid.initial_voltage_)


def simulate_in_brian2(directory):
    """Generate, compile and run CUBA in Brian2; store its spikes."""
    import brian2 as b

    b.set_device("cpp_standalone", directory=str(directory / "brian2"))
    b.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j1"]  # one thread each
    b.defaultclock.dt = 0.1 * b.ms
    circuit = np.load(directory / "cuba.npz")
    equations = """
    dv/dt = (excitatory + inhibitory - (v + 49*mV)) / (20*ms) : volt (unless refractory)
    dexcitatory/dt = -excitatory / (5*ms) : volt
    dinhibitory/dt = -inhibitory / (10*ms) : volt
    """
    units = b.NeuronGroup(
        4000, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b.ms, method="exact"
    )
    units.v = circuit["voltage"] * b.mV
    from_excitatory = circuit["sources"] < 3200
    parts = [units]
    for chosen, effect in [(from_excitatory, "excitatory += 1.62*mV"), (~from_excitatory, "inhibitory -= 9*mV")]:
        synapses = b.Synapses(units, units, on_pre=effect)
        synapses.connect(i=circuit["sources"][chosen], j=circuit["targets"][chosen])
        parts.append(synapses)
    spikes = b.SpikeMonitor(units)
    b.Network(*parts, spikes).run(1 * b.second)
    np.savez(directory / "spikes.npz", steps=np.round(spikes.t / b.ms * 10).astype(int), units=np.array(spikes.i))


def simulate_here(_):
    """Draw the circuit and run it; of the kernel, only what is kept on disk is known."""
    cuba(random_state=0).fit(SILENCE).spikes(SILENCE)


def run_compiled(directory):
    """Run the program that Brian2 has compiled; return the seconds that it says its simulation took."""
    subprocess.run(["./main"], cwd=directory / "brian2", check=True, capture_output=True)
    return float((directory / "brian2" / "results" / "last_run_info.txt").read_text().split()[0])


def in_a_fresh_process(who, directory):
    done = subprocess.run([sys.executable, __file__, who, str(directory)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"CUBA failed in a process of its own:\n{done.stderr}")


def what_is_missing():
    if importlib.util.find_spec("brian2") is None:
        return 'Brian2 is not installed: pip install "brian2==2.9.0" "numpy<2.4"'
    if np.lib.NumpyVersion(np.__version__) >= "2.4.0":
        return f'Brian2 2.9 does not run with NumPy {np.__version__}: pip install "numpy<2.4"'
    if shutil.which("g++") is None or shutil.which("make") is None:
        return "no C++ compiler (g++ and make) found, which Brian2 needs"
    return None


def compare_cuba(directory):
    liquid = cuba(random_state=0).fit(SILENCE)
    write_cuba(liquid, directory)
    here = [lambda: liquid.spikes(SILENCE), lambda: liquid.transform(SILENCE)]
    steps, units = liquid.spikes(SILENCE)
    print(f"CUBA, 4,000 units, 1 s, {len(steps)} spikes; seconds")
    missing = what_is_missing()
    if missing:
        print(f"Brian2 is left out: {missing}")
        brian2, compiled, (spikes, counts) = np.nan, np.nan, best_of(*here)
    else:
        start = time.perf_counter()
        in_a_fresh_process("brian2", directory)
        compiled = time.perf_counter() - start
        theirs = np.load(directory / "spikes.npz")
        agree = equal_until((steps, units), (theirs["steps"], theirs["units"]))
        print(f"in Brian2 C++ standalone {len(theirs['steps'])} spikes, the same up to {agree}")
        spikes, counts, brian2 = best_of(*here, lambda: run_compiled(directory))
    (fresh,) = best_of(lambda: in_a_fresh_process("here", directory), repeats=3)
    print("                      Brian2   this library   ratio")
    names = ("simulation, spikes", "simulation, counts", "start to result")
    for name, theirs, ours in zip(names, (brian2, brian2, compiled), (spikes, counts, fresh), strict=True):
        print(f"{name:18s} {theirs:9.4f} {ours:14.4f} {theirs / ours:7.2f}")


def equal_until(one, other):
    one, other = ({*zip(*(part.tolist() for part in pair), strict=True)} for pair in (one, other))
    return f"step {min(one ^ other)[0]}" if one != other else "the end"


def measure_synapses(n_units=1000, degree=100):
    """Print what a unit and a synapse cost, of circuits whose synapses are too weak to change a spike."""
    random = np.random.RandomState(0)
    graph = LIFLiquid(n_units, degree=degree, random_state=0).fit(SILENCE)
    weights = graph.recurrent_weights_ * 1e-9
    mixed = weights.copy()
    mixed.data = random.randint(5, 30, weights.nnz) * 0.1
    constants = ((0.5, 0.05, 0.25, 0.32), (1100.0, 125.0, 700.0, 144.0), (50.0, 1200.0, 20.0, 60.0))
    variants = {
        "one delay": {},
        "mixed delays": {"delays": mixed},
        "U/D/F of projections": {"short_term_plasticity": Markram(*constants)},
        "U/D/F of synapses": {"short_term_plasticity": Markram(*constants, spread=0.5)},
        "U/D/F of synapses, mixed delays": {"delays": mixed, "short_term_plasticity": Markram(*constants, spread=0.5)},
    }
    common = {
        "inhibitory": graph.inhibitory_, "input_weights": np.zeros((n_units, 1)), "dt": 0.1, "input_period": 1.0,
        "background_current": random.uniform(15.7, 18.0, n_units), "initial_voltage": random.uniform(0, 15, n_units),
    }  # fmt: skip
    units = LIFLiquid(recurrent_weights=csr_array(weights.shape), **common).fit(SILENCE)
    liquids = [LIFLiquid(recurrent_weights=weights, **common, **variant).fit(SILENCE) for variant in variants.values()]
    _, spiking = liquids[0].spikes(SILENCE)
    n_targets = np.bincount(weights.indices, minlength=n_units)
    n_events, n_moves = n_targets[spiking].sum(), n_units * len(SILENCE) * 10
    alone, *times = best_of(*(lambda liquid=liquid: liquid.transform(SILENCE) for liquid in [units, *liquids]))
    print(f"\n{n_units} units, {degree} synapses each, dt 0.1 ms, {len(spiking) / n_units:.0f} Hz")
    print(f"without synapses: {alone / n_moves * 1e9:.2f} ns a unit and step")
    for name, taken in zip(variants, times, strict=True):
        print(f"{name:32s} {(taken - alone) / n_events * 1e9:6.2f} ns an event, {taken:.4f} s for 1 s")


def measure_sizes():
    """Print what a row of a default liquid takes; with few units, it is mostly what the steps of the grid take."""
    X = np.random.RandomState(0).standard_normal((500, 3))
    liquids = {n_units: LIFLiquid(n_units, random_state=0).fit(X) for n_units in (20, 100, 1000)}
    times = best_of(*(lambda liquid=liquid: liquid.transform(X) for liquid in liquids.values()))
    print("\ndefault liquids, rows of 10 steps")
    for n_units, taken in zip(liquids, times, strict=True):
        print(f"{n_units:5d} units {taken / len(X) * 1e6:9.1f} us a row")


def measure_utterances(n_series=64):
    X = np.random.RandomState(0).uniform(0, 1, (n_series, 50, 40))
    liquids = [LIFLiquid(1000, degree=100, dt=0.1, n_jobs=n_jobs, random_state=0).fit(X) for n_jobs in (1, 2)]
    one, two = best_of(*(lambda liquid=liquid: liquid.transform(X) for liquid in liquids), repeats=3)
    print(f"\n{n_series} utterances of 0.5 s, 1000 units: {one:.2f} s, on 2 threads {two:.2f} s, ratio {one / two:.2f}")


def main():
    with tempfile.TemporaryDirectory() as directory:
        compare_cuba(Path(directory))
    measure_synapses()
    measure_sizes()
    measure_utterances()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"brian2": simulate_in_brian2, "here": simulate_here}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()

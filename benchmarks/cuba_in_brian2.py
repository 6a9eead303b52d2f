"""CUBA in Brian2, generated as a program in C++: ``python cuba_in_brian2.py DIRECTORY``, with the circuit in there.

It is a process of its own, because Brian2 makes one such program a process.
"""

import sys
from pathlib import Path

import numpy as np


def simulate(directory):
    """Generate, compile and run the program; store its spikes."""
    import brian2 as b

    b.set_device("cpp_standalone", directory=str(directory / "brian2"))
    b.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j1"]  # one thread each
    b.defaultclock.dt = 0.1 * b.ms
    circuit = np.load(directory / "circuit.npz")
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


if __name__ == "__main__":
    simulate(Path(sys.argv[1]))

"""CUBA or COBA in Brian2, as a program in C++: ``python vogels_abbott_in_brian2.py DIRECTORY``, with the circuit in it.

It is a process of its own, because Brian2 makes one such program a process.
"""

import sys
from pathlib import Path

import numpy as np

# What moves a unit, what a spike adds to the two variables of its targets, and how that is integrated.
CUBA = (
    """
    dv/dt = (excitatory + inhibitory - (v + 49*mV)) / (20*ms) : volt (unless refractory)
    dexcitatory/dt = -excitatory / (5*ms) : volt
    dinhibitory/dt = -inhibitory / (10*ms) : volt
    """,
    ("excitatory += 1.62*mV", "inhibitory -= 9*mV"),
    "exact",
)
COBA = (
    """
    dv/dt = (excitatory * (0*mV - v) + inhibitory * (-80*mV - v) - (v + 60*mV)) / (20*ms) : volt (unless refractory)
    dexcitatory/dt = -excitatory / (5*ms) : 1
    dinhibitory/dt = -inhibitory / (10*ms) : 1
    """,
    ("excitatory += 0.6", "inhibitory += 6.7"),
    "exponential_euler",
)
# Brian2 reports the seconds of the clock only.
AFTER_RUN = """
std::ofstream("results/processor.txt") << double(std::clock() - start_of_run) / CLOCKS_PER_SEC;
"""


def simulate(directory):
    """Generate, compile and run the program; store its spikes."""
    import brian2 as b

    b.set_device("cpp_standalone", directory=str(directory / "brian2"))
    b.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j1"]  # one thread each
    b.device.insert_code("before_network_run", "std::clock_t start_of_run = std::clock();")
    b.device.insert_code("after_network_run", AFTER_RUN)
    b.defaultclock.dt = 0.1 * b.ms
    circuit = np.load(directory / "circuit.npz")
    equations, effects, method = COBA if "conductances" in circuit else CUBA
    units = b.NeuronGroup(
        4000, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b.ms, method=method
    )
    units.v = circuit["voltage"] * b.mV
    if "conductances" in circuit:
        units.excitatory, units.inhibitory = circuit["conductances"]
    from_excitatory = circuit["sources"] < 3200
    parts = [units]
    for chosen, effect in zip((from_excitatory, ~from_excitatory), effects, strict=True):
        synapses = b.Synapses(units, units, on_pre=effect)
        synapses.connect(i=circuit["sources"][chosen], j=circuit["targets"][chosen])
        if "delays" in circuit:
            synapses.delay = circuit["delays"][chosen] * b.ms
        parts.append(synapses)
    spikes = b.SpikeMonitor(units)
    b.Network(*parts, spikes).run(1 * b.second)
    np.savez(directory / "spikes.npz", steps=np.round(spikes.t / b.ms * 10).astype(int), units=np.array(spikes.i))


if __name__ == "__main__":
    simulate(Path(sys.argv[1]))

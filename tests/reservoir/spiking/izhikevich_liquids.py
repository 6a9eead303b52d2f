"""Liquids of this library with the circuits of ``izhikevich_circuits.py``."""

import numpy as np
from brian2_circuits import N_CHANNELS, N_UNITS
from scipy.sparse import csr_array

from reservoir import ConductanceSynapses, Izhikevich, Markram, SpikingLiquid

CONSTANTS = ("a", "b", "reset", "d", "peak", "initial_voltage", "initial_recovery")


def make_liquid(circuit, **changes):
    """Build the circuit, with one number where all units have it in common."""
    plasticity = None
    if len(circuit.utilization):
        constants = (circuit.utilization, circuit.depression, circuit.facilitation)
        plasticity = Markram(*(matrix(circuit, values) for values in constants))
    given = {
        "neuron": Izhikevich(**{name: alike(getattr(circuit, name)) for name in CONSTANTS}),
        "recurrent_weights": matrix(circuit, circuit.weights),
        "inhibitory": circuit.inhibitory,
        "delays": matrix(circuit, circuit.delay_steps * circuit.dt),
        "short_term_plasticity": plasticity,
        "synapses": ConductanceSynapses(*circuit.reversals) if circuit.reversals.size else None,
        "background_current": circuit.background_current,
        "tau_excitatory": alike(circuit.tau_excitatory),
        "tau_inhibitory": alike(circuit.tau_inhibitory),
        "refractory": circuit.refractory_steps * circuit.dt,
        "input_weights": circuit.input_weights,
        "input_delays": circuit.input_delay_steps * circuit.dt,
        "input": "spikes",
        "input_period": 1.0,
        "dt": circuit.dt,
        "output": "counts",
    }
    return SpikingLiquid(**(given | changes)).fit(np.zeros((1, N_CHANNELS)))


def matrix(circuit, values):
    return csr_array((np.asarray(values, float), (circuit.targets, circuit.sources)), shape=(N_UNITS, N_UNITS))


def alike(values):
    return float(values[0]) if np.all(values == values[0]) else values


def input_spikes(circuit):
    X = np.zeros((round(circuit.n_steps * circuit.dt), N_CHANNELS))
    X[np.round(circuit.input_steps * circuit.dt).astype(int), circuit.input_channels] = 1
    return X


def spikes_of(liquid, X):
    return np.stack(liquid.spikes(X), axis=1)


def assert_same_spikes(spikes, expected, peer, distance):
    step = first_difference(spikes, expected)
    assert step is None, (
        f"{len(spikes)} spikes, {len(expected)} in {peer}; the first difference is in step {step}: "
        f"units {spikes[spikes[:, 0] == step, 1]}, in {peer} {expected[expected[:, 0] == step, 1]}. "
        f"In {peer}, no unit that may spike is ever closer than {distance:.1e} mV to its peak."
    )


def first_difference(spikes, expected):
    """Return the first step in which the sets of spiking units differ, or None."""
    if np.array_equal(spikes, expected):
        return None
    one, other = ({tuple(pair) for pair in pairs.tolist()} for pairs in (spikes, expected))
    return min(one ^ other)[0]

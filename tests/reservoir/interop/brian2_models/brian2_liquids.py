"""Fitted liquids and their circuits, for the tests of models in Brian2 that need no Brian2."""

import numpy as np

from reservoir import ConductanceSynapses, SpikingLiquid
from reservoir.interop.brian2_models.every_model import brian2_model
from reservoir.interop.spiking_circuit import read_circuit

CONDUCTANCES = {"synapses": ConductanceSynapses(0.0, -80.0), "recurrent_scaling": 0.0, "input_weights": np.ones((6, 1))}


def circuit_of(neuron, **settings):
    """Return the `SpikingCircuit` of a liquid of such units."""
    given = {"background_current": 20.0, "recurrent_scaling": 0.0, "random_state": 0}
    liquid = SpikingLiquid(6, neuron=neuron, **given | settings).fit([[0.0]])
    return read_circuit(liquid, None, "to_elsewhere")[0]


def model_of(neuron, **settings):
    """Return the circuit and the `Brian2Model` of a liquid of such units."""
    circuit = circuit_of(neuron, **settings)
    return circuit, brian2_model(circuit.neuron, circuit)

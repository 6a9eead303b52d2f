"""Models of spiking units, each in a file of its own: what moves a unit, when it spikes, and what a spike resets."""

from reservoir.spiking.neurons.adaptive_exponential import AdaptiveExponential, AdExState
from reservoir.spiking.neurons.adaptive_leaky_integrate_and_fire import AdaptiveLeakyIntegrateAndFire, ALIFState
from reservoir.spiking.neurons.izhikevich import Izhikevich, IzhikevichState
from reservoir.spiking.neurons.leaky_integrate_and_fire import LeakyIntegrateAndFire, LIFState
from reservoir.spiking.neurons.neuron import Neuron
from reservoir.spiking.neurons.perfect_integrate_and_fire import PerfectIntegrateAndFire, PIFState

__all__ = [
    "ALIFState",
    "AdaptiveLeakyIntegrateAndFire",
    "Izhikevich",
    "IzhikevichState",
    "AdExState",
    "AdaptiveExponential",
    "LIFState",
    "LeakyIntegrateAndFire",
    "Neuron",
    "PIFState",
    "PerfectIntegrateAndFire",
]

"""Spiking liquids: one loop of delays, delivery, refractoriness and noise, for units of any model.

Many series are driven one after the other. In lockstep, a plain kernel without noise or short-term plasticity was 1.15
to 1.35 times as fast at 500 and 1000 units of 10 to 25 spikes a second: most of its time goes into spikes, which differ
from lane to lane and reach currents that are far apart in memory. Only 100 units, whose steps cost more than their
units, gained more: 1.6 to 2.3 times.
"""

from reservoir.spiking.conductance_synapses import ConductanceSynapses
from reservoir.spiking.health import LiquidHealthWarning
from reservoir.spiking.lif_liquid import LIFLiquid
from reservoir.spiking.liquid import SpikingLiquid
from reservoir.spiking.markram import Markram
from reservoir.spiking.neurons import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    AdExState,
    ALIFState,
    Izhikevich,
    IzhikevichState,
    LeakyIntegrateAndFire,
    LIFState,
    Neuron,
    PerfectIntegrateAndFire,
    PIFState,
)

__all__ = [
    "ALIFState",
    "AdaptiveLeakyIntegrateAndFire",
    "AdExState",
    "AdaptiveExponential",
    "ConductanceSynapses",
    "Izhikevich",
    "IzhikevichState",
    "LIFLiquid",
    "LIFState",
    "LeakyIntegrateAndFire",
    "LiquidHealthWarning",
    "Markram",
    "Neuron",
    "PIFState",
    "PerfectIntegrateAndFire",
    "SpikingLiquid",
]

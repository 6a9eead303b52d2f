"""Spiking liquids: one loop of delays, delivery, refractoriness and noise, for units of any model."""

from reservoir.spiking.health import LiquidHealthWarning
from reservoir.spiking.lif_liquid import LIFLiquid
from reservoir.spiking.liquid import SpikingLiquid
from reservoir.spiking.markram import Markram
from reservoir.spiking.neurons import LeakyIntegrateAndFire, LIFState, Neuron, PerfectIntegrateAndFire, PIFState

__all__ = [
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

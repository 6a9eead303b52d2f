"""Spiking liquids: one loop of delays, delivery, refractoriness and noise, for units of any model.

Many series are driven one after the other. In lockstep (measured: 10 and 25 spikes a second, 8 to 32 lanes) they would
take as long, within 30 %, at 500 and 1000 units: half the time or more goes into spikes, which differ from lane to lane
and reach currents that are far apart in memory. Only 100 units, whose steps cost more than their units, would gain.
"""

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

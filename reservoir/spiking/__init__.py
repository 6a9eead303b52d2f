"""The spiking liquid, a leaky integrate-and-fire network."""

from reservoir.spiking.health import LiquidHealthWarning
from reservoir.spiking.liquid import LIFLiquid
from reservoir.spiking.markram import Markram
from reservoir.spiking.state import LIFState

__all__ = ["LIFLiquid", "LIFState", "LiquidHealthWarning", "Markram"]

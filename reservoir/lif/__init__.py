"""The spiking liquid, a leaky integrate-and-fire network."""

from reservoir.lif.health import LiquidHealthWarning
from reservoir.lif.liquid import LIFLiquid
from reservoir.lif.markram import Markram
from reservoir.lif.state import LIFState

__all__ = ["LIFLiquid", "LIFState", "LiquidHealthWarning", "Markram"]

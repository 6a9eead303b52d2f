"""Closed-form continuous-time reservoirs."""

from reservoir.cfc.liquid import CfCLiquid
from reservoir.cfc.weights import CfCWeights

__all__ = ["CfCLiquid", "CfCWeights"]

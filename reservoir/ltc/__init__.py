"""Liquid time-constant reservoirs."""

from reservoir.ltc.liquid import LTCLiquid

__all__ = ["LTCLiquid"]

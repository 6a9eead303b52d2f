"""Reservoirs that adapt to their input without a target, and are then frozen."""

from reservoir.plasticity.adaptive import AdaptiveReservoir
from reservoir.plasticity.homeostasis import Homeostasis
from reservoir.plasticity.intrinsic import IntrinsicPlasticity
from reservoir.plasticity.stdp import STDP

__all__ = ["STDP", "AdaptiveReservoir", "Homeostasis", "IntrinsicPlasticity"]

"""Spikes: how many, how regular, how synchronous, how far they spread, and what a single one changes."""

from reservoir.diagnostics.spiking.branching import BranchingRatio, branching_ratio, branching_ratio_of_activity
from reservoir.diagnostics.spiking.dropped_spike import SpikeLyapunov, spike_lyapunov_exponent
from reservoir.diagnostics.spiking.intervals import (
    IntervalVariation,
    interval_variation,
    interval_variation_of_trains,
)
from reservoir.diagnostics.spiking.rates import FiringRates, firing_rates, firing_rates_of_trains
from reservoir.diagnostics.spiking.synchrony import Synchrony, synchrony, synchrony_of_trains
from reservoir.diagnostics.spiking.trains import SpikeTrains, spike_trains

__all__ = [
    "BranchingRatio",
    "FiringRates",
    "IntervalVariation",
    "SpikeLyapunov",
    "SpikeTrains",
    "Synchrony",
    "branching_ratio",
    "branching_ratio_of_activity",
    "firing_rates",
    "firing_rates_of_trains",
    "interval_variation",
    "interval_variation_of_trains",
    "spike_lyapunov_exponent",
    "spike_trains",
    "synchrony",
    "synchrony_of_trains",
]

"""How fast units are, how far their states can go, and whether they forget where they started."""

from reservoir.diagnostics.stability.bounds import state_bounds
from reservoir.diagnostics.stability.contraction import contraction_bound
from reservoir.diagnostics.stability.forgetting import echo_state_index
from reservoir.diagnostics.stability.speed import TimeConstants, time_constants

__all__ = ["TimeConstants", "contraction_bound", "echo_state_index", "state_bounds", "time_constants"]

"""How fast units are, how far their states can go, and whether they forget where they started."""

from reservoir.diagnostics.stability.autonomous import autonomous_lyapunov_spectrum
from reservoir.diagnostics.stability.bounds import state_bounds
from reservoir.diagnostics.stability.contraction import contraction_bound
from reservoir.diagnostics.stability.edge import find_edge
from reservoir.diagnostics.stability.edge_result import Edge
from reservoir.diagnostics.stability.effective import effective_spectral_radius
from reservoir.diagnostics.stability.exponents import lyapunov_exponents
from reservoir.diagnostics.stability.forgetting import echo_state_index
from reservoir.diagnostics.stability.radius import spectral_norm, spectral_radius
from reservoir.diagnostics.stability.replicas import consistency, transient_length
from reservoir.diagnostics.stability.speed import TimeConstants, time_constants

__all__ = [
    "Edge",
    "TimeConstants",
    "autonomous_lyapunov_spectrum",
    "consistency",
    "contraction_bound",
    "echo_state_index",
    "effective_spectral_radius",
    "find_edge",
    "lyapunov_exponents",
    "spectral_norm",
    "spectral_radius",
    "state_bounds",
    "time_constants",
    "transient_length",
]

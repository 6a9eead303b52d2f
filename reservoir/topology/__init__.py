"""The synapses of a reservoir: graph families, wirings, weight laws, Dale's law, spectral scaling."""

from reservoir.topology.auto_ncp import AutoNCP
from reservoir.topology.column import Column
from reservoir.topology.csr import as_csr, graph_from_pairs
from reservoir.topology.cycle_jump import CycleJump
from reservoir.topology.delay_line import DelayLine
from reservoir.topology.erdos_renyi import ErdosRenyi
from reservoir.topology.fully_connected import FullyConnected
from reservoir.topology.ncp import NCP
from reservoir.topology.orthogonal import Orthogonal
from reservoir.topology.random import Random
from reservoir.topology.random_wiring import RandomWiring
from reservoir.topology.resolve import explicit_weights, resolve_topology, resolve_wiring
from reservoir.topology.ring import Ring
from reservoir.topology.scale_free import ScaleFree
from reservoir.topology.shift import Shift
from reservoir.topology.small_world import SmallWorld
from reservoir.topology.spectrum import is_nilpotent, scale_to_spectral_radius, spectral_radius
from reservoir.topology.topology import Topology
from reservoir.topology.weights import apply_dale, draw_inhibitory, draw_weights
from reservoir.topology.wiring import Wiring

__all__ = [
    "AutoNCP",
    "Column",
    "CycleJump",
    "DelayLine",
    "ErdosRenyi",
    "FullyConnected",
    "NCP",
    "Orthogonal",
    "Random",
    "RandomWiring",
    "Ring",
    "ScaleFree",
    "Shift",
    "SmallWorld",
    "Topology",
    "Wiring",
    "apply_dale",
    "as_csr",
    "draw_inhibitory",
    "draw_weights",
    "explicit_weights",
    "graph_from_pairs",
    "is_nilpotent",
    "resolve_topology",
    "resolve_wiring",
    "scale_to_spectral_radius",
    "spectral_radius",
]

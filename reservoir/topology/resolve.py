"""Topologies by name."""

from reservoir.topology.column import Column
from reservoir.topology.cycle_jump import CycleJump
from reservoir.topology.delay_line import DelayLine
from reservoir.topology.erdos_renyi import ErdosRenyi
from reservoir.topology.orthogonal import Orthogonal
from reservoir.topology.random import Random
from reservoir.topology.ring import Ring
from reservoir.topology.scale_free import ScaleFree
from reservoir.topology.shift import Shift
from reservoir.topology.small_world import SmallWorld
from reservoir.topology.topology import Topology

_FAMILIES = {
    "column": Column,
    "cycle_jump": CycleJump,
    "delay_line": DelayLine,
    "erdos_renyi": ErdosRenyi,
    "orthogonal": Orthogonal,
    "random": Random,
    "ring": Ring,
    "scale_free": ScaleFree,
    "shift": Shift,
    "small_world": SmallWorld,
}


def resolve_topology(topology):
    """Return the topology that a name stands for, or the topology itself.

    Parameters
    ----------
    topology : str or Topology
        "column", "cycle_jump", "delay_line", "erdos_renyi", "orthogonal", "random", "ring", "scale_free", "shift"
        or "small_world", each with its default parameters; or a `Topology`.

    Returns
    -------
    Topology

    Raises
    ------
    ValueError
        If the name is unknown.
    TypeError
        If it is neither a name nor a `Topology`.

    Examples
    --------
    >>> from reservoir.topology import resolve_topology
    >>> resolve_topology("small_world")
    SmallWorld(weights='normal', inhibitory=None, rewiring=0.1)
    """
    if isinstance(topology, Topology):
        return topology
    names = ", ".join(map(repr, _FAMILIES))
    if not isinstance(topology, str):
        hint = " Pass an instance, not the class." if isinstance(topology, type) else ""
        raise TypeError(
            f"'topology' must be a Topology or one of {names}; got an object of type {type(topology).__name__}.{hint}"
        )
    if topology not in _FAMILIES:
        raise ValueError(f"'topology' must be a Topology or one of {names}; got {topology!r}.")
    return _FAMILIES[topology]()

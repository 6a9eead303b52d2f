"""Topologies by name, wirings by specification."""

from typing import Literal, TypeAlias, cast

import numpy as np
from scipy.sparse import csr_array, issparse

from readouts.types import Matrix
from reservoir.checks.arguments import as_array, check_integer
from reservoir.topology.auto_ncp import AutoNCP
from reservoir.topology.column import Column
from reservoir.topology.csr import as_csr
from reservoir.topology.cycle_jump import CycleJump
from reservoir.topology.delay_line import DelayLine
from reservoir.topology.erdos_renyi import ErdosRenyi
from reservoir.topology.fully_connected import FullyConnected
from reservoir.topology.ncp import NCP
from reservoir.topology.orthogonal import Orthogonal
from reservoir.topology.random import Random
from reservoir.topology.random_wiring import RandomWiring
from reservoir.topology.ring import Ring
from reservoir.topology.scale_free import ScaleFree
from reservoir.topology.shift import Shift
from reservoir.topology.small_world import SmallWorld
from reservoir.topology.topology import Topology
from reservoir.topology.wiring import Wiring

_FAMILIES: dict[str, type[Topology]] = {
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
TopologyName: TypeAlias = Literal[
    "column",
    "cycle_jump",
    "delay_line",
    "erdos_renyi",
    "orthogonal",
    "random",
    "ring",
    "scale_free",
    "shift",
    "small_world",
]
_WIRING_SPECIFICATIONS = (AutoNCP, FullyConnected, NCP, RandomWiring)


def resolve_topology(topology: TopologyName | Topology) -> Topology:
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
        If it is neither a name nor a `Topology`, for example a wiring.

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
        if isinstance(topology, (Wiring, *_WIRING_SPECIFICATIONS)):
            hint = " Wirings are for LTCLiquid and CfCLiquid."
        elif hasattr(topology, "adjacency_matrix"):
            hint = " A wiring of ncps is read as the docstring of reservoir.topology.Wiring says."
        raise TypeError(
            f"'topology' must be a Topology or one of {names}; got an object of type {type(topology).__name__}.{hint}"
        )
    if topology not in _FAMILIES:
        raise ValueError(f"'topology' must be a Topology or one of {names}; got {topology!r}.")
    return _FAMILIES[topology]()


def resolve_wiring(topology: object, n_inputs: int) -> Wiring | None:
    """Return the wiring that a topology stands for, built for a number of inputs, or None if it is not a wiring.

    Parameters
    ----------
    topology : Wiring, AutoNCP, FullyConnected, NCP, RandomWiring or anything else
        A `Wiring` is returned as it is, its four specifications are built.
    n_inputs : int
        Number of inputs, at least 1.

    Returns
    -------
    Wiring or None

    Raises
    ------
    ValueError
        If a `Wiring` has another number of inputs, or a specification cannot be built for so many.

    Examples
    --------
    >>> from reservoir.topology import AutoNCP, resolve_wiring
    >>> resolve_wiring(AutoNCP(8, 2), n_inputs=3)
    Wiring(n_units=8, n_inputs=3, n_outputs=2, n_layers=3)
    >>> resolve_wiring("ring", n_inputs=3) is None
    True
    """
    n_inputs = check_integer("n_inputs", n_inputs)
    if isinstance(topology, _WIRING_SPECIFICATIONS):
        return topology.build(n_inputs)
    if not isinstance(topology, Wiring):
        return None
    if topology.n_inputs != n_inputs:
        raise ValueError(
            f"'topology' must be a wiring of n_inputs={n_inputs} inputs, one per feature; got one of "
            f"{topology.n_inputs}. Build it for {n_inputs}, or pass a specification such as AutoNCP(...) unbuilt."
        )
    return topology


def explicit_weights(recurrent_weights: Matrix | None, topology: TopologyName | Topology | Matrix) -> csr_array | None:
    """Return the weights that a reservoir was given instead of a graph to draw, or None.

    Parameters
    ----------
    recurrent_weights : matrix or None
        Dense or sparse, square.
    topology : str, Topology or matrix
        Checked in any case; a matrix counts as given weights if `recurrent_weights` is None.

    Returns
    -------
    csr_array of shape (n_units, n_units), or None

    Raises
    ------
    ValueError
        If a matrix is given that is not square, finite and of at least one unit.
    TypeError
        If a matrix does not hold real numbers, or `topology` is none of the three.

    Examples
    --------
    >>> from reservoir.topology import explicit_weights
    >>> explicit_weights(None, "ring") is None
    True
    >>> explicit_weights([[0.0, 2.0], [1.0, 0.0]], "ring").data
    array([2., 1.])
    """
    if isinstance(topology, (np.ndarray, list, tuple)) or issparse(topology):
        weights = _as_square("topology", topology)
    else:
        resolve_topology(cast(TopologyName | Topology, topology))
        weights = None
    return weights if recurrent_weights is None else _as_square("recurrent_weights", recurrent_weights)


def _as_square(name, matrix):
    matrix = matrix if issparse(matrix) or isinstance(matrix, (list, tuple)) else as_array(name, matrix)
    if isinstance(matrix, np.ndarray) and matrix.ndim == 0:
        raise ValueError(
            f"'{name}' must be a matrix (n_units, n_units); got {matrix}. Names of graphs go to 'topology'."
        )
    n_units = len(matrix) if isinstance(matrix, (list, tuple)) else (*matrix.shape, 0)[0]
    if n_units == 0:
        raise ValueError(f"'{name}' must be a matrix (n_units, n_units) of at least one unit; got none.")
    return as_csr(matrix, (n_units, n_units), name)

"""Topologies by name."""

import numpy as np
from scipy.sparse import issparse

from reservoir.topology.column import Column
from reservoir.topology.csr import as_csr
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


def explicit_weights(recurrent_weights, topology):
    """Return the weights that a reservoir was given instead of a graph to draw, or None.

    Parameters
    ----------
    recurrent_weights : matrix or None
        Dense or sparse, square.
    topology : str, Topology or matrix
        Looked at if `recurrent_weights` is None; a matrix counts as given weights.

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
    if recurrent_weights is not None:
        name, matrix = "recurrent_weights", recurrent_weights
        if isinstance(topology, str):
            resolve_topology(topology)
    elif isinstance(topology, (np.ndarray, list, tuple)) or issparse(topology):
        name, matrix = "topology", topology
    else:
        resolve_topology(topology)
        return None
    matrix = matrix if issparse(matrix) or isinstance(matrix, (list, tuple)) else np.asarray(matrix)
    if isinstance(matrix, np.ndarray) and matrix.ndim == 0:
        raise ValueError(
            f"'{name}' must be a matrix (n_units, n_units); got {matrix}. Names of graphs go to 'topology'."
        )
    n_units = len(matrix) if isinstance(matrix, (list, tuple)) else (*matrix.shape, 0)[0]
    if n_units == 0:
        raise ValueError(f"'{name}' must be a matrix (n_units, n_units) of at least one unit; got none.")
    return as_csr(matrix, (n_units, n_units), name)

"""Graphs that are drawn once for all fits that draw alike, such as those of a grid of parameters or of folds."""

from functools import lru_cache

from scipy.sparse import csr_array

from reservoir.topology.topology import Topology

# What is kept of earlier draws: 16 MB at most.
_MOST_KEPT, _MOST_BYTES = 16, 2**20


def draw_once(topology: Topology, n_units: int, degree: int | None, seed: int) -> csr_array:
    """Do what ``topology.draw`` does, or return an earlier draw of the same arguments.

    Equal topologies draw alike. One whose class leaves ``==`` to its base draws anew, because it may differ in more
    than that compares.

    Parameters
    ----------
    topology : Topology
    n_units : int
    degree : int or None
    seed : int

    Returns
    -------
    csr_array of shape (n_units, n_units)
        Read-only, as others may hold it, too.

    Raises
    ------
    ValueError
        As ``topology.draw``.

    Examples
    --------
    >>> from reservoir.topology import Shift
    >>> from reservoir.topology.known_draw import draw_once
    >>> draw_once(Shift(), 10, 3, seed=0) is draw_once(Shift(), 10, 3, seed=0)
    True
    """
    arguments = topology, n_units, degree, seed
    if "__eq__" not in vars(type(topology)):
        return _draw(*arguments)
    try:
        place = _place(*arguments)
    except TypeError:  # one of them, such as a topology that holds an array, cannot be looked up
        return _draw(*arguments)
    if place:
        return place[0]
    drawn = _draw(*arguments)
    if sum(part.nbytes for part in (drawn.data, drawn.indices, drawn.indptr)) <= _MOST_BYTES:
        place.append(drawn)
    return drawn


@lru_cache(_MOST_KEPT, typed=True)
def _place(*arguments):
    """Return a list of what these arguments draw; empty, until it is drawn."""
    return []


def _draw(topology, n_units, degree, seed):
    drawn = topology.draw(n_units, degree, seed).copy()  # a topology may keep parts of what it returns
    for part in (drawn.data, drawn.indices, drawn.indptr):
        part.setflags(write=False)
    return drawn

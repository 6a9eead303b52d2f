"""How any reservoir carries differences between states on: twins that start beside each other."""

from typing import NamedTuple

import numpy as np

from reservoir.diagnostics.stability.benettin import Flow
from reservoir.diagnostics.state_vector import to_vector, with_vector
from reservoir.dispatch import for_fitted
from reservoir.spiking import SpikingLiquid

# Distances are relative to the largest number of the states before and after, or to this if all are smaller.
_LEAST_SCALE = 1e-3
# A difference below this many rounding errors of one number is rounding only.
_ROUNDING = 8
# Distance of the voltages of spiking twins, as a fraction of the way from reset to threshold.
_OF_THRESHOLD = 0.05
_MERGED = 1e-3


class System(NamedTuple):
    """What twins need of a system: three functions of the places where it can be.

    ``follow(place, n_rows)`` returns the place some rows later, ``read(place)`` its numbers, and
    ``write(place, vector)`` the place where these numbers are others.
    """

    follow: object
    read: object
    write: object


def driven_flow(reservoir, X):
    """Return the `Flow` of differences along X from rest; its places are (row, state).

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : checked 2-D array

    Returns
    -------
    Flow
    """
    start = 0, reservoir.rest()
    moving, distance = twins_of(reservoir)

    def follow(place, n_rows):
        row, state = place
        return row + n_rows, reservoir.drive(X[row : row + n_rows], state)[1]

    def read(place):
        return to_vector(place[1])[moving]

    def write(place, vector):
        whole = to_vector(place[1])
        whole[moving] = vector
        return place[0], with_vector(place[1], whole)

    system = System(follow, read, write)
    return close_flow(system, start) if distance is None else distant_flow(system, start, distance)


def close_flow(system, start):
    """Return the `Flow` of differences so small that rounding and curvature disturb them about as much.

    That is the root of the precision, for each number, relative to the largest of them, before or after.
    """
    precision = _precision(system, start)
    distance = np.sqrt(precision)

    def push(place, vectors, n_rows):
        here, after = system.read(place), system.follow(place, n_rows)
        largest = max(np.abs(one).max(initial=_LEAST_SCALE) for one in (here, system.read(after)))
        size = distance * np.sqrt(here.size) * largest
        return _differences(system, place, after, here[:, None] + size * vectors, n_rows) / size, after

    return Flow(push, start, system.read(start).size, _ROUNDING * precision / distance)


def distant_flow(system, start, distance):
    """Return the `Flow` of differences of a given length, measured row by row.

    A twin that merges counts as a thousand times closer, and starts again in another direction.
    """
    random_state = np.random.RandomState(0)

    def push(place, vectors, n_rows):
        here, after = system.read(place), system.follow(place, n_rows)
        carried = _differences(system, place, after, here[:, None] + distance * vectors, n_rows) / distance
        merged = np.linalg.norm(carried, axis=0) < _MERGED
        fresh = random_state.standard_normal((len(carried), merged.sum()))
        carried[:, merged] = _MERGED * fresh / np.linalg.norm(fresh, axis=0)
        return carried, after

    return Flow(push, start, system.read(start).size, most_rows=1)


@for_fitted
def twins_of(reservoir):
    """Return which numbers of a state, as an index, twins differ in, and by how much: all, as little as can be (None).

    Length is Euclidean. A class of one's own can be registered with ``twins_of.register``.
    """
    return slice(None), None


@twins_of.register(SpikingLiquid)
def _of_spiking(liquid):
    # Twins differ in the variables of units and in currents. Nothing in the circuit depends on the traces, whose slow
    # decay would hide that of all else, and dynamic synapses keep the values of their last spike, however long ago it
    # was. A difference too small to move a spike by a step is always forgotten.
    neuron = liquid.neuron_
    crossing = getattr(neuron, neuron.crossing).astype(np.float64)
    span = np.minimum(crossing - neuron.reset, neuron.reach())  # a spike's upstroke is no way to the threshold
    moving = {*neuron.variables._fields, "current"}
    parts = liquid.rest()._asdict().items()
    mask = np.concatenate([np.full(to_vector(part).size, name in moving) for name, part in parts])
    return mask, _OF_THRESHOLD * np.linalg.norm(span)


def _differences(system, place, after, starts, n_rows):
    there = system.read(after)
    twins = [system.read(system.follow(system.write(place, start), n_rows)) for start in starts.T]
    return np.transpose([twin - there for twin in twins])


def _precision(system, place):
    # If one third does not come back exactly, a part of the state is held in single precision.
    third = np.full(system.read(place).size, 1 / 3)
    single = np.any(system.read(system.write(place, third)) != third)
    return np.finfo(np.float32 if single else np.float64).eps

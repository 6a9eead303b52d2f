"""Ways through linear nodes as the weights, delays and synaptic currents of a spiking liquid."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array
from reservoir.interop.nir_graph.conversions import milliseconds
from reservoir.interop.nir_graph.flat_graph import kind
from reservoir.interop.nir_graph.imported_units import FADES_AT_ONCE, ImportedUnits, per_unit, time_constant
from reservoir.interop.nir_graph.signal_paths import UNITS, SignalPath
from reservoir.spiking.steps import rounded_steps


class Connection(NamedTuple):
    """Weights (n_units, n_sources) of spikes, their delays in ms, and the decay of the current in ms (n_units,)."""

    from_units: bool
    weights: Array
    delays: Array
    tau: Array


class Synapses(NamedTuple):
    """Parameters of a spiking liquid by their names; ``input_weights`` are None if no spikes come in."""

    parameters: dict[str, Any]
    input_weights: Array | None
    input_delays: Array | None


def read_connection(path: SignalPath, node: Any, units: ImportedUnits, dt: float, integrator: str) -> Connection:
    """Return a way of spikes to the units as a `Connection` whose weights still are those of the graph.

    Without a synaptic current, a spike is a current of 1 for a step: one that has faded at the end of it.
    """
    n_units = len(units.per_step)
    weights = matrix_of(path, n_units)
    before, after = np.broadcast_to(path.before, weights.shape[1]), np.broadcast_to(path.after, n_units)
    delays = milliseconds(before[None, :] + after[:, None])
    synapse = node if kind(node) == "CubaLIF" else path.synapse
    if synapse is None:
        return Connection(path.source == UNITS, weights, delays, np.full(n_units, dt / FADES_AT_ONCE))
    names = ("tau_syn", "w_in") if kind(synapse) == "CubaLIF" else ("tau", "r")
    seconds, gain = (per_unit(synapse, name, n_units) for name in names)
    jump = gain / (seconds / (dt / 1000))
    tau = time_constant(seconds, dt, integrator, "synaptic current")
    return Connection(path.source == UNITS, weights * jump[:, None], delays, tau)


def matrix_of(path: SignalPath, n_units: int) -> Array:
    """Return the weights of a path to ``n_units`` units."""
    weights = np.eye(n_units) if path.weights is None else path.weights
    if len(weights) != n_units or (path.source == UNITS and weights.shape[1] != n_units):
        raise ValueError(f"'graph' must lead to its {n_units} units with as many rows; got weights {weights.shape}.")
    return weights


def assign_currents(
    connections: Sequence[Connection], units: ImportedUnits, n_features: int, dt: float, integrator: str
) -> Synapses:
    """Return the connections as those of a liquid with an excitatory and an inhibitory current.

    Spikes of one unit all act by the same current, positive weights of input spikes by the excitatory one.
    """
    n_units = len(units.per_step)
    taus = list({one.tau.tobytes(): one.tau for one in connections}.values()) or [np.full(n_units, 5.0)]
    if len(taus) > 2:
        raise ValueError(f"'graph' must have at most two synaptic currents of different decay; got {len(taus)}.")
    for excitatory, inhibitory in (taus[:1] * 2, (taus[0], taus[-1]), (taus[-1], taus[0]))[len(taus) > 1 :]:
        own = [(one, "excitatory" if np.array_equal(one.tau, excitatory) else "inhibitory") for one in connections]
        inhibited = np.zeros(n_units, bool)
        for one, name in own:
            if one.from_units and name == "inhibitory":
                inhibited |= (one.weights != 0).any(axis=0)
        if len(taus) == 1 or all(_fits(one, name, inhibited) for one, name in own):
            break
    else:
        raise ValueError(
            "'graph' must let each unit act by one of the two synaptic currents, and input spikes by one if their "
            "weights are positive, by the other if negative. Use one time constant for both."
        )
    gained = _gained(units, excitatory, inhibitory, dt, integrator)
    scaled = [one._replace(weights=one.weights * gained[name][:, None]) for one, name in own]
    recurrent, delays = _summed([one for one in scaled if one.from_units], (n_units, n_units), dt)
    rows, columns = np.nonzero(recurrent)
    parameters = {
        "recurrent_weights": csr_array((recurrent[rows, columns], (rows, columns)), shape=recurrent.shape),
        "delays": csr_array((delays[rows, columns], (rows, columns)), shape=recurrent.shape),
        "tau_excitatory": excitatory,
        "tau_inhibitory": inhibitory,
        "inhibitory": inhibited if len(taus) > 1 else None,
    }
    entering = [one for one in scaled if not one.from_units]
    if not entering:
        return Synapses(parameters, None, None)
    return Synapses(parameters, *_summed(entering, (n_units, n_features), dt))


def _fits(connection, name, inhibited):
    if connection.from_units:
        return name == "inhibitory" or not connection.weights[:, inhibited].any()
    return bool(np.all(connection.weights >= 0 if name == "excitatory" else connection.weights <= 0))


def _gained(units, excitatory, inhibitory, dt, integrator):
    """Return by current what a weight of the graph is in nA: such that V moves as much by it."""
    motion = units.neuron.motion(dt, excitatory, inhibitory)
    gained = {}
    for name, tau in (("excitatory", excitatory), ("inhibitory", inhibitory)):
        by_current = getattr(motion.membrane, f"by_{name}")
        in_a_step = np.all(tau == dt / FADES_AT_ONCE) or integrator == "euler"
        gained[name] = units.per_step / by_current if in_a_step else units.in_nanoampere
    return gained


def _summed(connections, shape, dt):
    """Return the sum of weights, and their delays, of which each entry has one."""
    weights, delays = np.zeros(shape), np.zeros(shape)
    for one in connections:
        if one.weights.shape != shape:
            raise ValueError(f"'graph' must have {shape[1]} inputs; got weights {one.weights.shape}.")
        used = one.weights != 0
        both = used & (weights != 0)
        if np.any(rounded_steps(delays[both], dt) != rounded_steps(one.delays[both], dt)):
            raise ValueError("'graph' must have one delay from a unit or an input to another unit; got several.")
        weights[used] += one.weights[used]
        delays[used] = one.delays[used]
    return weights, delays

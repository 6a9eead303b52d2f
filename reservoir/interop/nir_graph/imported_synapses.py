"""Ways through linear nodes as the weights, delays and synaptic currents of a spiking liquid."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array
from reservoir.interop.nir_graph.conversions import milliseconds
from reservoir.interop.nir_graph.flat_graph import kind
from reservoir.interop.nir_graph.imported_units import FADES_AT_ONCE, ImportedUnits, per_unit, time_constant
from reservoir.interop.nir_graph.signal_paths import CONSTANT, INPUT, UNITS, Filter, SignalPath, numbers
from reservoir.spiking.steps import rounded_steps

UNUSED = 5.0  # ms, the decay of a current that no synapse acts by


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


def read_connection(
    path: SignalPath, node: Any, units: ImportedUnits, n_features: int, dt: float, integrator: str
) -> Connection:
    """Return a way of spikes to the units as a `Connection` whose weights still are those of the graph.

    Without a synaptic current, a spike is a current of 1 for a step: one that has faded at the end of it.
    """
    n_units = len(units.per_step)
    weights = matrix_of(path, n_units, n_features)
    before, after = np.broadcast_to(path.before, weights.shape[1]), np.broadcast_to(path.after, n_units)
    delays = milliseconds(before[None, :] + after[:, None])
    synapse = filter_of(path, node)
    if synapse is None:
        return Connection(path.source == UNITS, weights, delays, np.full(n_units, dt / FADES_AT_ONCE))
    seconds, gain = (per_unit(name, one, n_units) for name, one in zip(Filter._fields, synapse, strict=True))
    jump = gain / (seconds / (dt / 1000))
    tau = time_constant(seconds, dt, integrator, "synaptic current")
    return Connection(path.source == UNITS, weights * jump[:, None], delays, tau)


def filter_of(path: SignalPath, node: Any) -> Filter | None:
    """Return the synaptic current of a way to a spiking node, an LI on it or that of a CubaLIF; None without one."""
    if kind(node) != "CubaLIF":
        return path.synapse
    if path.synapse is not None:
        raise ValueError("'graph' must have at most one synaptic current on a way; got an LI before a CubaLIF.")
    return Filter(numbers(node, "tau_syn"), numbers(node, "w_in"))


def matrix_of(path: SignalPath, n_units: int, n_features: int) -> Array:
    """Return the weights of a path to ``n_units`` units, (n_units, n_sources)."""
    weights = np.eye(n_units) if path.weights is None else path.weights
    n_sources = {INPUT: n_features, UNITS: n_units, CONSTANT: 1}[path.source]
    if weights.shape != (n_units, n_sources):
        raise ValueError(
            f"'graph' must have nodes that fit each other; got weights {weights.shape} for {n_units} units from "
            f"{n_sources} entries of its {path.source}."
        )
    return weights


def assign_currents(
    connections: Sequence[Connection], units: ImportedUnits, n_features: int, dt: float, integrator: str
) -> Synapses:
    """Return the connections as those of a liquid with an excitatory and an inhibitory current.

    Spikes of one unit all act by the same current, positive weights of input spikes by the excitatory one.
    """
    n_units = len(units.per_step)
    taus, currents = _two_currents(connections, n_units)
    gained = _gained(units, taus, dt, integrator)
    scaled = [
        one._replace(weights=one.weights * gained[current][:, None])
        for one, current in zip(connections, currents, strict=True)
    ]
    recurrent, delays = _summed([one for one in scaled if one.from_units], (n_units, n_units), dt)
    rows, columns = np.nonzero(recurrent)
    parameters = {
        "recurrent_weights": csr_array((recurrent[rows, columns], (rows, columns)), shape=recurrent.shape),
        "delays": csr_array((delays[rows, columns], (rows, columns)), shape=recurrent.shape),
        "tau_excitatory": taus[0],
        "tau_inhibitory": taus[1],
        "inhibitory": _sources(connections, currents, n_units) if any(currents) else None,
    }
    entering = [one for one in scaled if not one.from_units]
    if not entering:
        return Synapses(parameters, None, None)
    return Synapses(parameters, *_summed(entering, (n_units, n_features), dt))


def _two_currents(connections, n_units):
    """Return the decays of the excitatory and the inhibitory current, and which of them, 0 or 1, each connection is."""
    taus = []
    for one in connections:
        if not any(np.allclose(one.tau, tau, rtol=1e-9) for tau in taus):
            taus.append(one.tau)
    if len(taus) > 2:
        raise ValueError(f"'graph' must have at most two synaptic currents of different decay; got {len(taus)}.")
    if len(taus) < 2:
        return (taus or [np.full(n_units, UNUSED)]) * 2, [0] * len(connections)
    for pair in (taus, taus[::-1]):
        currents = [0 if np.allclose(one.tau, pair[0], rtol=1e-9) else 1 for one in connections]
        inhibitory = _sources(connections, currents, n_units)
        if all(_fits(one, current, inhibitory) for one, current in zip(connections, currents, strict=True)):
            return pair, currents
    raise ValueError(
        "'graph' must let each unit act by one of the two synaptic currents, and input spikes by one if their weights "
        "are positive, by the other if negative. Use one time constant for both."
    )


def _sources(connections, currents, n_units):
    """Return which units act by the inhibitory current."""
    inhibitory = np.zeros(n_units, bool)
    for one, current in zip(connections, currents, strict=True):
        if one.from_units and current:
            inhibitory |= one.weights.any(axis=0)
    return inhibitory


def _fits(connection, current, inhibitory):
    if connection.from_units:
        return bool(current) or not connection.weights[:, inhibitory].any()
    return bool(np.all(connection.weights <= 0 if current else connection.weights >= 0))


def _gained(units, taus, dt, integrator):
    """Return for both currents what a weight of the graph is in nA: such that V moves as much by it."""
    membrane = units.neuron.motion(dt, *taus).membrane
    responses = (membrane.by_excitatory, membrane.by_inhibitory)
    in_a_step = [integrator == "euler" or np.all(tau == dt / FADES_AT_ONCE) for tau in taus]
    return [
        units.per_step / response if one else units.in_nanoampere
        for one, response in zip(in_a_step, responses, strict=True)
    ]


def _summed(connections, shape, dt):
    """Return the sum of weights, and their delays, of which each entry has one."""
    weights, delays = np.zeros(shape), np.zeros(shape)
    for one in connections:
        if not np.isfinite(one.weights).all():
            raise ValueError(f"'dt' must not be that far from the time constants of 'graph'; got {dt:g} ms.")
        used = one.weights != 0
        both = used & (weights != 0)
        if np.any(rounded_steps(delays[both], dt) != rounded_steps(one.delays[both], dt)):
            raise ValueError("'graph' must have one delay from a unit or an input to another unit; got several.")
        weights[used] += one.weights[used]
        delays[used] = one.delays[used]
    return weights, delays

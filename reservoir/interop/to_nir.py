"""A spiking liquid as a graph of NIR, the exchange format of spiking networks."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from readouts.at_once import snapshot
from reservoir.checks.arguments import check_memory, check_names
from reservoir.interop.nir_graph.conversions import seconds
from reservoir.interop.nir_graph.delay_groups import delay_groups
from reservoir.interop.nir_graph.exported_layer import ExportedLayer, Integrator, exported_layer
from reservoir.interop.nir_graph.installed import nir_package
from reservoir.interop.nir_graph.metadata import graph_notes, unit_notes
from reservoir.interop.nir_report import APPROXIMATE, REFUSED, nir_report
from reservoir.spiking import SpikingLiquid

POPULATIONS = ("excitatory", "inhibitory")


def to_nir(liquid: SpikingLiquid, *, integrator: Integrator = "exact", allow: Sequence[str] = ()) -> Any:
    """Return a fitted spiking liquid as a ``nir.NIRGraph``, for `nir.write` and the runtimes that read NIR.

    Units, synapses and delays are nodes; the graph ends with the spikes of the units. What NIR cannot say is refused
    unless it is allowed, and `nir_report` says how much that is. Times are in seconds, as in every runtime.

    The graph holds ``input``, ``input_weights``, ``units`` and ``output``; the nodes of the recurrent circuit are those
    of the graph ``units``, its spiking node being ``lif``. Where the input is spikes and both synaptic currents of a
    unit fade alike, that is a CubaLIF; else each current is an LI, which leads to a LIF, or to an IF for units without
    leak.
    Every pair of a Delay and a Linear holds the synapses of one delay of each source.

    A spike is a 1 that lasts for one step of the liquid's ``dt``, as in snnTorch and Norse: it moves a synaptic current
    by ``w_in dt / tau_syn`` times its weight, or by ``r dt / tau`` in an LI. The voltage exceeds ``v_threshold``, the
    largest number below the threshold, where it is at least the threshold.

    Parameters
    ----------
    liquid : fitted LIFLiquid or SpikingLiquid
        With leaky or perfect integrate-and-fire units, without noise and short-term plasticity.
    integrator : {"exact", "euler"}, default="exact"
        "exact" writes the constants of the equations, in mV, nA and MOhm. The liquid's spikes are those of exact
        integration from one point of the grid ``liquid.dt_`` to the next, where the threshold is tested. "euler" writes
        constants with which steps of the same length by Euler's forward rule are the same: every spike in runtimes that
        integrate so. Voltages are then 0 at the reset and 1 at the threshold.
    allow : sequence of str, default=()
        What may be approximate: "refractory" and "initial_voltage", which stand in the metadata of the spiking node
        only, where no other library looks for them.

    Returns
    -------
    nir.NIRGraph
        Its metadata hold ``dt``, ``integrator`` and ``input_period``, in seconds, for `from_nir`.

    Raises
    ------
    ImportError
        If nir is not installed.
    TypeError
        If ``liquid`` is no spiking liquid.
    NotFittedError
        If it is not fitted.
    ValueError
        If NIR cannot say a property of the liquid: which one, and by how much. Or if the matrices of a node, which are
        dense, need more memory than there is.

    Notes
    -----
    A row of currents is to be held for ``input_period``; spikes of a row arrive at the end of its first step. In a
    runtime that lets an input move V in the same step, they are fed one step later.

    References
    ----------
    J. E. Pedersen and others, "Neuromorphic intermediate representation: a unified instruction set for interoperable
    brain-inspired computing", Nature Communications 15:8122, 2024.

    Examples
    --------
    >>> from reservoir import LIFLiquid
    >>> from reservoir.interop import to_nir
    >>> same = {"tau_excitatory": 5.0, "tau_inhibitory": 5.0, "refractory": 0.0, "background_current": 0.0}
    >>> liquid = LIFLiquid(20, input="spikes", delays=0.0, random_state=0, **same).fit([[1.0]])
    >>> graph = to_nir(liquid, integrator="euler")
    >>> list(graph.nodes), list(graph.nodes["units"].nodes)
    (['input', 'input_weights', 'units', 'output'], ['input', 'lif', 'recurrent_weights', 'output'])
    """
    nir = nir_package("to_nir")
    report = nir_report(liquid, integrator=integrator)
    _refuse(report, allow)
    liquid = snapshot(liquid)
    layer = exported_layer(liquid, integrator)
    check_memory("liquid", liquid, _n_bytes(layer, liquid))
    notes = graph_notes(layer.dt, integrator, float(seconds(liquid.input_period_)))
    return _graph(nir, layer, liquid.n_features_in_, notes)


def _refuse(report, allow):
    """Raise ValueError for the first property that is not faithful and not allowed to be approximate."""
    allowed = [allow] if isinstance(allow, str) else check_names("allow", allow)
    may_be = ("initial_voltage", "refractory")
    if unknown := [name for name in allowed if name not in may_be]:
        raise ValueError(f"'allow' must name what may be approximate, {' or '.join(may_be)}; got {unknown[0]!r}.")
    for name, one in report.properties.items():
        lost = f"'liquid' must have only what NIR can say; got {name!r} off by {one.amount:g} {one.unit}. {one.how}."
        if one.verdict == REFUSED:
            raise ValueError(lost)
        if one.verdict == APPROXIMATE and name not in allowed:
            raise ValueError(f"{lost} Change the liquid, or pass allow=({name!r},).")


def _n_bytes(layer, liquid):
    sources, delays = layer.synapses.sources, layer.synapses.delays
    pairs = np.unique(np.stack([sources, delays]), axis=1)[0]
    most = int(np.unique(pairs, return_counts=True)[1].max(initial=1))
    return 8.0 * most * liquid.n_units_ * (liquid.n_units_ + liquid.n_features_in_)


def _graph(nir, layer, n_features, metadata):
    """Return the graph: inputs, and the units with their recurrent synapses as a graph of its own."""
    tau = _one_current(layer)
    if tau is not None:
        layer = layer._replace(synapses=layer.synapses._replace(currents=np.zeros_like(layer.synapses.currents)))
    n_units = len(layer.initial_voltage)
    nodes = {"input": nir.Input({"input": np.array([n_features])})}
    edges = []
    for chain in _inputs(nir, layer, n_features, tau is None):
        _add(nodes, edges, "input", chain, "units")
    nodes["units"] = _units(nir, layer, tau)
    nodes["output"] = nir.Output({"output": np.array([n_units])})
    return nir.NIRGraph(nodes, [*edges, ("units", "output")], metadata=metadata)


def _one_current(layer: ExportedLayer):
    """Return the time constants (n_units,) of the synaptic current where a CubaLIF can say all, else None."""
    if layer.input_weights is not None or layer.bias is not None:
        return None
    used = np.unique(layer.synapses.currents)
    excitatory, inhibitory = layer.tau_synapse
    if len(used) == 2 and not np.array_equal(excitatory, inhibitory):
        return None
    return layer.tau_synapse[used[0] if len(used) else 0]


def _inputs(nir, layer, n_features, by_current):
    """Yield the ways from the input to the units."""
    n_units = len(layer.initial_voltage)
    if layer.bias is not None:
        yield [("background", nir.Affine(np.zeros((n_units, n_features)), layer.bias))]
    if layer.input_weights is not None:
        yield [("input_weights", nir.Linear(layer.input_weights))]
        return
    synapses = _selected(layer.synapses, layer.synapses.sources >= n_units)
    synapses = synapses._replace(sources=synapses.sources - n_units)
    yield from _ways(nir, "input", layer._replace(synapses=synapses), n_features, by_current)


def _units(nir, layer, tau):
    """Return the graph of the units; ``tau`` is that of their only synaptic current, or None."""
    n_units = len(layer.initial_voltage)
    synapses = _selected(layer.synapses, layer.synapses.sources < n_units)
    nodes = {"input": nir.Input({"input": np.array([n_units])}), "lif": _spiking_node(nir, layer, tau)}
    edges = [("input", "lif")]
    for chain in _ways(nir, "recurrent", layer._replace(synapses=synapses), n_units, tau is None):
        _add(nodes, edges, "lif", chain, "lif")
    nodes["output"] = nir.Output({"output": np.array([n_units])})
    # The edge to the output comes last, because Norse returns what is computed last, whatever leads to the output.
    return nir.NIRGraph(nodes, [*edges, ("lif", "output")])


def _spiking_node(nir, layer, tau):
    fields = {**layer.units, "metadata": unit_notes(layer.initial_voltage, layer.refractory)}
    if tau is None:
        return (nir.LIF if "tau" in fields else nir.IF)(**fields)
    fields["tau_mem"] = fields.pop("tau")
    return nir.CubaLIF(**fields, tau_syn=tau, w_in=tau / layer.dt)


def _ways(nir, prefix, layer, n_sources, by_current):
    """Yield the ways of spikes through synapses, each a list of names and nodes: a Delay, a Linear and an LI.

    There is a Delay where spikes are delayed, and an LI where the two currents differ: that of all ways of a current.
    """
    synapses, shape = layer.synapses, (len(layer.initial_voltage), n_sources)
    for current in np.unique(synapses.currents) if len(synapses.currents) else [0]:
        own = _selected(synapses, synapses.currents == current)
        suffix = f"_{POPULATIONS[current]}" if by_current else ""
        tau = layer.tau_synapse[current]
        filtered = [(f"{prefix}_synapse{suffix}", nir.LI(tau=tau, r=tau / layer.dt, v_leak=np.zeros(shape[0])))]
        groups = delay_groups(own.sources, own.targets, own.weights, own.delays, shape)
        for number, (matrix, delays) in enumerate(groups):
            which = f"{suffix}_{number}" if number else suffix
            delayed = [(f"{prefix}_delays{which}", nir.Delay(delays * layer.dt))] if delays.any() else []
            weighted = [(f"{prefix}_weights{which}", nir.Linear(matrix))]
            yield delayed + weighted + (filtered if by_current else [])


def _selected(synapses, chosen):
    return synapses._make(values[chosen] for values in synapses)


def _add(nodes, edges, start, chain, end):
    """Add a way of names and nodes between two nodes; of ways that end alike, the edges they share once."""
    nodes.update(chain)
    edges += [edge for edge in pairwise([start, *dict(chain), end]) if edge not in edges]

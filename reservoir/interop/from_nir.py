"""A spiking liquid from a graph of NIR, as other libraries write it."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from readouts.types import Precision
from reservoir.checks.arguments import check_choice, check_dtype, check_names, check_number, check_text
from reservoir.interop.nir_graph.exported_layer import INTEGRATORS, Integrator
from reservoir.interop.nir_graph.flat_graph import FlatGraph, flat_graph, kind
from reservoir.interop.nir_graph.imported_synapses import assign_currents, filter_of, matrix_of, read_connection
from reservoir.interop.nir_graph.imported_units import imported_units
from reservoir.interop.nir_graph.installed import nir_package
from reservoir.interop.nir_graph.metadata import read_graph_notes
from reservoir.interop.nir_graph.signal_paths import CONSTANT, INPUT, SignalPath, numbers, signal_paths
from reservoir.spiking import LeakyIntegrateAndFire, LIFLiquid, SpikingLiquid
from reservoir.spiking.neurons.neuron import PerUnit

SPIKING = ("IF", "LIF", "CubaLIF")


def from_nir(
    graph: Any,
    *,
    dt: float | None = None,
    integrator: Integrator | None = None,
    units: str | None = None,
    allow: Sequence[str] = (),
    refractory: PerUnit | None = None,
    input_period: float | None = None,
    output: Literal["traces", "counts", "voltages"] = "traces",
    tau_trace: float = 30.0,
    n_jobs: int | None = None,
    dtype: Precision = "float64",
) -> SpikingLiquid:
    """Return a fitted spiking liquid from a ``nir.NIRGraph``, as snnTorch, Norse, Sinabs, Rockpool and `to_nir` write.

    The graph has one population of units that spike, IF, LIF or CubaLIF, with parameters that are numbers or arrays.
    What leads to it, from an input or from the units themselves, are Linear, Affine, Scale, Delay, LI and graphs of
    these; what comes after the units, such as a readout, is no part of a liquid.

    Inputs that reach a LIF or an IF as they are are currents; those that pass a CubaLIF or an LI are spikes, which must
    be whole numbers here. A constant current into the units, the bias of an Affine, is added to the resting voltage, or
    to the background current of units without leak.

    Parameters
    ----------
    graph : nir.NIRGraph
        As `nir.read` returns it.
    dt : float or None, default=None
        Time step in ms, above 0, which a graph does not hold: that of the simulation it comes from, .1 for snnTorch
        1.0.0, 1000 for Sinabs, whose time constants are numbers of steps. None is that of a graph of `to_nir`.
    integrator : {"exact", "euler"} or None, default=None
        "euler" is for graphs of runtimes that step forward by Euler's rule, as snnTorch and Norse do, and gives their
        steps; "exact" is for the constants of the equations. None is that of a graph of `to_nir`, else "exact".
    units : str or None, default=None
        Name of the node of the units. None is the only one, to which all other nodes lead. If it is given, what comes
        after the units is left out.
    allow : sequence of str, default=()
        "bias": a bias that passes a synaptic current, which it would charge in the first milliseconds, acts in full
        from the first step on.
    refractory : float, pair, array or None, default=None
        In ms, as for `LIFLiquid`; NIR has none. None is that of the liquid that `to_nir` wrote, else 0. Two steps are
        the reset of snnTorch to zero, one step late.
    input_period : float or None, default=None
        Duration of one row of X in ms. None is that of a graph of `to_nir`, else ``dt``.
    output, tau_trace, n_jobs, dtype : as for `LIFLiquid`

    Returns
    -------
    LIFLiquid, or SpikingLiquid of PerfectIntegrateAndFire units for IF
        Fitted; ``fit`` gives the same circuit again. Voltages start at 0, as NIR has no others, or as `to_nir` wrote.

    Raises
    ------
    ImportError
        If nir is not installed.
    TypeError
        If ``graph`` is no NIRGraph.
    ValueError
        If a node has no counterpart in a liquid, by its name: convolutions and pooling, other units, two populations,
        more than two synaptic currents, several delays between two units.

    Notes
    -----
    A spike is a 1 for a step, as `to_nir` says, and delays are rounded to whole steps. Input spikes of a row move V one
    step later than in runtimes in which they do so in the same step: the first spikes come one step later, too.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.interop import from_nir, to_nir
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> liquid = LIFLiquid(20, refractory=0.0, random_state=0).fit(u)
    >>> same = from_nir(to_nir(liquid))
    >>> bool(np.all(same.transform(u) == liquid.transform(u)))
    True
    """
    nir = nir_package("from_nir")
    if not isinstance(graph, nir.NIRGraph):
        raise TypeError(f"'graph' must be a nir.NIRGraph, such as nir.read(path); got {type(graph).__name__}.")
    dt, integrator, input_period = _timing(graph, dt, integrator, input_period)
    precision = check_dtype(dtype).name
    flat = flat_graph(graph)
    name = _units_of(flat, units)
    paths, on_the_way = signal_paths(flat, name)
    if units is None:
        _refuse_unused(flat, on_the_way | {name})
    node = flat.nodes[name]
    n_units, n_features = _sizes(flat, node, paths, on_the_way)
    own = imported_units(node, n_units, dt, integrator, precision)
    parameters = _connected(paths, node, own, n_features, dt, integrator)
    background = _background(paths, node, own, allow)
    settings = {
        "refractory": own.refractory if refractory is None else refractory,
        "dt": dt,
        "input_period": input_period,
        "output": output,
        "tau_trace": tau_trace,
        "n_jobs": n_jobs,
        "dtype": dtype,
    }
    return _liquid(own.neuron, background, parameters | settings).fit(np.zeros((1, n_features)))


def _timing(graph, dt, integrator, input_period):
    """Return time step, integrator and period of a row, from what `to_nir` noted where they are None."""
    known = read_graph_notes(graph)
    if dt is None and not known:
        raise ValueError(
            "'dt' must be the time step in ms of the simulation that the graph comes from, which it does not hold; "
            "got None. It is 0.1 for snnTorch, 1000.0 for Sinabs, and what was passed to to_nir for Norse, in ms."
        )
    step = known["dt"] if dt is None else check_number("dt", dt, above=0)
    integrator = known.get("integrator", "exact") if integrator is None else integrator
    check_choice("integrator", integrator, INTEGRATORS)
    if input_period is None:
        input_period = known["input_period"] if dt is None else step
    return step, integrator, input_period


def _units_of(flat: FlatGraph, units: str | None) -> str:
    """Return the name of the only node that spikes, or of the one that is asked for."""
    spiking = [name for name, node in flat.nodes.items() if kind(node) in SPIKING]
    if units is not None:
        fitting = [name for name in spiking if check_text("units", units) in (name, name.rpartition(".")[0])]
        if len(fitting) != 1:
            raise ValueError(f"'units' must name a node IF, LIF or CubaLIF, {', '.join(spiking)}; got {units!r}.")
        return fitting[0]
    if not spiking:
        kinds = ", ".join(sorted({kind(node) for node in flat.nodes.values()}))
        raise ValueError(f"'graph' must have a population of units, IF, LIF or CubaLIF; got only {kinds}.")
    if len(spiking) != 1:
        found = ", ".join(f"{name!r} ({kind(flat.nodes[name])})" for name in spiking)
        raise ValueError(
            f"'graph' must have one population of units, IF, LIF or CubaLIF; got {found}. Name the one to take as "
            "'units': what comes after it is left out."
        )
    return spiking[0]


def _refuse_unused(flat, used):
    for name, node in flat.nodes.items():
        if name not in used and kind(node) != "Output":
            raise ValueError(
                f"'graph' must end with its units; got node {name!r}, {kind(node)}, which does not lead to them. "
                "Name the units as 'units' to leave it out."
            )


def _sizes(flat, node, paths: list[SignalPath], used) -> tuple[int, int]:
    """Return the numbers of units and of input features."""
    entries = (name for name, one in flat.nodes.items() if kind(one) == "Input" and not flat.sources[name])
    inputs = [flat.nodes[name] for name in entries if name in used]
    if len(inputs) != 1:
        raise ValueError(f"'graph' must have one input that leads to its units; got {len(inputs)}.")
    n_features = int(np.prod(np.asarray(next(iter(inputs[0].input_type.values())), np.int64)))
    rows = [len(path.weights) for path in paths if path.weights is not None]
    return (rows or [max(numbers(node, "v_threshold").size, n_features)])[0], n_features


def _connected(paths, node, own, n_features, dt, integrator):
    """Return weights, delays and synaptic currents as parameters of a liquid."""
    signals = [path for path in paths if path.source != CONSTANT and (path.weights is None or path.weights.any())]
    is_current = [path.source == INPUT and filter_of(path, node) is None for path in signals]
    currents = [path for path, current in zip(signals, is_current, strict=True) if current]
    spikes = [path for path, current in zip(signals, is_current, strict=True) if not current]
    if currents and any(path.source == INPUT for path in spikes):
        raise ValueError("'graph' must take currents or spikes; got an input that leads to the units both ways.")
    if any(np.any(path.before) or np.any(path.after) for path in currents):
        raise ValueError("'graph' must not delay currents; a liquid delays only spikes. Shift the rows of the input.")
    connections = [read_connection(path, node, own, n_features, dt, integrator) for path in spikes]
    synapses = assign_currents(connections, own, n_features, dt, integrator)
    if synapses.input_weights is not None:
        own_input = {"input": "spikes", "input_weights": synapses.input_weights, "input_delays": synapses.input_delays}
        return synapses.parameters | own_input
    n_units = len(own.per_step)
    weights = sum((matrix_of(path, n_units, n_features) for path in currents), np.zeros((n_units, n_features)))
    return synapses.parameters | {"input": "current", "input_weights": weights * own.in_nanoampere[:, None]}


def _background(paths, node, own, allow):
    """Return the constant current in nA, (n_units,), that all biases are in the end."""
    allowed = [allow] if isinstance(allow, str) else check_names("allow", allow)
    if unknown := [name for name in allowed if name != "bias"]:
        raise ValueError(f"'allow' must name what may be approximate, bias; got {unknown[0]!r}.")
    n_units = len(own.per_step)
    total = np.zeros(n_units)
    for path in (path for path in paths if path.source == CONSTANT):
        current = matrix_of(path, n_units, 1)[:, 0]
        synapse = filter_of(path, node)
        if synapse is not None:
            if "bias" not in allowed:
                raise ValueError(
                    "'graph' must have no bias that passes a synaptic current, which it charges first; got one of "
                    f"{np.abs(current).max():g}. Set it to 0, or pass allow=('bias',) for its current from the start."
                )
            current = current * synapse.gain.ravel()
        total += current * own.in_nanoampere
    return total


def _liquid(neuron, background, parameters):
    constants = {name: getattr(neuron, name) for name in type(neuron).constants()}
    if isinstance(neuron, LeakyIntegrateAndFire):
        constants["resting"] = constants["resting"] + background
        return LIFLiquid(background_current=0.0, **constants, **parameters)
    return SpikingLiquid(neuron=neuron, background_current=background, **parameters)

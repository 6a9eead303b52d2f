"""What is random in a liquid time-constant reservoir: graphs, then synapses or gates, by our recipe or that of ncps."""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, diags_array

from reservoir.checks.arguments import check_integer, check_matrix, check_number, check_per_unit, draw_per_unit
from reservoir.kernels.synapses import Synapses
from reservoir.topology import explicit_weights, is_nilpotent, resolve_topology, spectral_radius
from reservoir.topology.input_weights import check_input_reach, check_input_scaling, draw_reached, refuse_density
from reservoir.topology.known_radius import known_radius

INITIALISATIONS = ("reservoir", "ncps")


def softplus(x):
    """Return log(1 + exp(x)), which ncps puts over its raw parameters to keep them positive."""
    return np.logaddexp(0, x)


def resolve_coupling(liquid):
    """Return the total of a unit's recurrent conductances over its leak."""
    default = 16.0 if liquid.synapse == "conductance" else 1.0
    return check_number("coupling", default if liquid.coupling is None else liquid.coupling, above=0)


def resolve_loop_gain(liquid):
    """Return the loop gain to aim at."""
    default = 1.0 if liquid.synapse == "conductance" else 0.9
    return check_number("gain", default if liquid.gain is None else liquid.gain, above=0)


def draw_graph(liquid, wiring, random_state):
    """Return the graph of the units, a CSR array, and whether its entries were given rather than drawn.

    Drawn entries are signs, for synapses and on a wiring, or normal weights, for gates.
    """
    given = liquid.recurrent_weights
    if isinstance(given, Synapses):
        given = given.conductance
    else:
        given = explicit_weights(given, "shift" if wiring is not None else liquid.topology)
    if given is not None:
        if wiring is not None and len(given.indptr) != wiring.n_units + 1:
            n_units = given.shape[0]
            raise ValueError(f"'recurrent_weights' must have the {wiring.n_units} units of the wiring; got {n_units}.")
        return given, True
    if wiring is not None:
        return wiring.recurrent.astype(np.float64), False
    topology, n_units = resolve_topology(liquid.topology), check_integer("n_units", liquid.n_units)
    degree = min(6, n_units) if liquid.degree is None and topology.has_degree else liquid.degree
    if liquid.synapse == "gate":
        return topology.draw(n_units, degree, random_state), False
    graph = topology.connect(n_units, degree, random_state)
    graph.data = _draw_signs(liquid.init, graph.nnz, random_state)
    return graph, False


def draw_units(liquid, n_units, random_state):
    """Return capacitances, leak conductances, and leak potentials or None where the unit is still to be centred."""
    default = {"capacitance": (0.3, 10.0), "leak_conductance": 1.0, "leak_potential": None}
    if liquid.init == "ncps":
        ranges = {"capacitance": (0.4, 0.6), "leak_conductance": (0.001, 1.0), "leak_potential": (-0.2, 0.2)}
        default = {name: random_state.uniform(*bounds, n_units) for name, bounds in ranges.items()}
        for name in ("capacitance", "leak_conductance"):
            default[name] = softplus(default[name])
    chosen = {
        name: value if getattr(liquid, name) is None else getattr(liquid, name) for name, value in default.items()
    }
    capacitance = draw_per_unit("capacitance", chosen["capacitance"], n_units, random_state, above=0)
    leak = check_per_unit("leak_conductance", chosen["leak_conductance"], n_units, above=0)
    potential = chosen["leak_potential"]
    return capacitance, leak, None if potential is None else check_per_unit("leak_potential", potential, n_units)


def draw_form(liquid, graph, given, wiring, leak_conductance, n_inputs, seeds):
    """Return what is drawn for the liquid's form of synapse, and the mean synaptic current of every unit.

    The first is a dict ``{name: (values, *parameters that they follow from)}`` of fitted attributes. The leak is to
    balance the currents.
    """
    scales = ("gain", "coupling", "leak_conductance")
    if liquid.synapse_ == "conductance":
        recurrent, sensory = draw_circuit(liquid, graph, given, wiring, leak_conductance, n_inputs, seeds)
        drawn = {"recurrent_synapses": (recurrent,), "input_synapses": (sensory,)}
        recurrent_weights, input_weights = recurrent.signed, sensory.signed.toarray()
        # Recurrent synapses count as half open, whatever their midpoints: a source of any deviation.
        current = recurrent.mean_current(np.inf) + sensory.mean_current(1.0)
    else:
        recurrent_weights, input_weights, bias, reversal = draw_gates(liquid, graph, given, wiring, n_inputs, seeds)
        gate_conductance = resolve_coupling(liquid) * leak_conductance
        drawn = {"bias": (bias,), "reversal": (reversal,)}
        drawn["gate_conductance"] = gate_conductance, "coupling", "leak_conductance"
        current = gate_conductance / 2 * reversal
    drawn["recurrent_weights"], drawn["input_weights"] = (recurrent_weights, *scales), (input_weights, "input_scaling")
    return drawn, current


def draw_circuit(liquid, graph, given, wiring, leak_conductance, n_inputs, seeds):
    """Return the synapses between units and those from the inputs, of the conductance form."""
    gain, coupling = resolve_loop_gain(liquid), resolve_coupling(liquid)
    scaling = check_input_scaling(liquid.input_scaling, n_inputs)
    reach = resolve_reach(liquid, wiring, n_inputs)
    recurrent, sensory = liquid.recurrent_weights, liquid.input_weights
    if not isinstance(recurrent, Synapses):
        recurrent = _draw_recurrent(liquid.init, graph, given, leak_conductance, gain, coupling, seeds[0])
    _check_shape("recurrent_weights", recurrent, (graph.shape[0], graph.shape[0]))
    if not isinstance(sensory, Synapses):
        shape = (graph.shape[0], n_inputs)
        if sensory is not None:
            signed = csr_array(check_matrix("input_weights", sensory, shape))
        else:
            signed = draw_input_graph(liquid.init, reach, wiring, shape, seeds[1])
        sensory = _draw_sensory(liquid.init, signed, sensory is not None, scaling, seeds[1])
    return recurrent, _check_shape("input_weights", sensory, (graph.shape[0], n_inputs))


def resolve_reach(liquid, wiring, n_inputs):
    """Return how many inputs each unit receives, or else the share that is connected, the other being None."""
    usual = 3 if liquid.init == "reservoir" else n_inputs
    reach = check_input_reach(liquid.input_degree, liquid.input_density, usual)
    refuse_density(reach[1], None, wiring)
    return reach


def draw_input_graph(init, reach, wiring, shape, random_state):
    """Return the inputs that each unit receives, a CSR array (n_units, n_inputs) of signs."""
    if wiring is not None:
        return wiring.sensory.astype(np.float64)
    fan_in, density = reach
    if density is None:
        fan_in = min(fan_in, shape[1])
        sources = np.sort(np.argsort(random_state.uniform(size=shape), axis=1)[:, :fan_in], axis=1).ravel()
        starts = np.arange(0, sources.size + 1, fan_in)
    else:
        reached = draw_reached(density, *shape, random_state)
        sources, starts = np.nonzero(reached)[1], np.append(0, np.cumsum(reached.sum(axis=1)))
    return csr_array((_draw_signs(init, sources.size, random_state), sources, starts), shape=shape)


def draw_gates(liquid, graph, given, wiring, n_inputs, seeds):
    """Return W, W_in, b and E of the gate form."""
    n_units, coupling = graph.shape[0], resolve_coupling(liquid)
    gain = resolve_loop_gain(liquid)
    scaling, reach = check_input_scaling(liquid.input_scaling, n_inputs), resolve_reach(liquid, wiring, n_inputs)
    reversal = _draw_signs(liquid.init, n_units, seeds[4])
    if liquid.reversal is not None:
        reversal = check_per_unit("reversal", liquid.reversal, n_units)
    if not given:
        if wiring is not None:
            graph.data *= seeds[0].uniform(0.5, 1.5, graph.nnz)
        graph = _scaled_by_loop(graph, reversal, gain, coupling)
    signed = draw_input_graph(liquid.init, reach, wiring, (n_units, n_inputs), seeds[1])
    signed.data *= scaling[signed.indices] * seeds[1].uniform(0.5, 1.5, signed.nnz)
    input_weights, bias = signed.toarray(), seeds[1].uniform(-1, 1, n_units)
    if liquid.input_weights is not None:
        input_weights = check_matrix("input_weights", liquid.input_weights, (n_units, n_inputs))
    if liquid.bias is not None:
        bias = check_per_unit("bias", liquid.bias, n_units)
    return graph, input_weights, bias, reversal


def _scaled_by_loop(graph, reversal, gain, coupling):
    """Return W scaled so that the loop through the reversal potentials has the gain, as it is if there is no loop."""
    with np.errstate(over="ignore", invalid="ignore"):
        loop = csr_array(diags_array(reversal) @ graph)
        loop.eliminate_zeros()  # units with a reversal of 0 are driven by none
        if np.isfinite(loop.data).all():
            if is_nilpotent(loop):
                return graph
            graph = graph * (4 * gain * (1 + coupling / 2) / coupling / known_radius(loop, spectral_radius))
            if np.isfinite(graph.data).all():
                return graph
    raise ValueError(
        "'gain', 'coupling' and 'reversal' must give finite weights; got an overflow with "
        f"gain={gain:g}, coupling={coupling:g} and a reversal of {np.abs(reversal).max():g}. Choose "
        "numbers nearer to 1."
    )


def _draw_recurrent(init, graph, given, leak_conductance, gain, coupling, random_state):
    in_degree, size = np.diff(graph.indptr), graph.nnz
    if init == "ncps":
        conductance = softplus(random_state.uniform(0.001, 1, size))
        slope, midpoint = random_state.uniform(3, 8, size), random_state.uniform(0.3, 0.8, size)
        return _synapses(graph, given, conductance, slope, midpoint)
    with np.errstate(over="ignore"):
        mean = np.repeat(coupling * leak_conductance / np.maximum(in_degree, 1), in_degree)
        conductance = mean * random_state.uniform(0.5, 1.5, size)
        mean_slope = 4 * np.sqrt(max(size / len(in_degree), 1)) * gain * (1 + coupling / 2) / coupling
        slope = mean_slope * random_state.uniform(0.75, 1.25, size)
    if not (np.isfinite(conductance).all() and np.isfinite(slope).all()):
        raise ValueError(
            "'gain', 'coupling' and 'leak_conductance' must give synapses of finite conductance and slope; got an "
            f"overflow with gain={gain:g}, coupling={coupling:g} and leak_conductance={np.max(leak_conductance):g}. "
            "Choose numbers nearer to 1."
        )
    synapses = _synapses(graph, given, conductance, slope, random_state.uniform(-0.1, 0.1, size))
    # That slope is right for many synapses of balanced signs. Some graphs, and most wirings, have a larger loop gain.
    loop_gain = known_radius(synapses.linear_loop(leak_conductance), spectral_radius) if size else 0.0
    return synapses if loop_gain <= gain else replace(synapses, slope=synapses.slope * gain / loop_gain)


def _draw_sensory(init, graph, given, scaling, random_state):
    size, scaling = graph.nnz, scaling[graph.indices]  # that of the channel of each synapse
    if init == "ncps":
        conductance = scaling * softplus(random_state.uniform(0.001, 1, size))
        slope, midpoint = random_state.uniform(3, 8, size), random_state.uniform(0.3, 0.8, size)
    else:
        conductance = scaling * random_state.uniform(0.5, 1.5, size)
        slope, midpoint = random_state.uniform(1, 3, size), random_state.uniform(-1, 1, size)
    return _synapses(graph, given, conductance, slope, midpoint)


def _synapses(graph, given, conductance, slope, midpoint):
    conductance = abs(graph.data) if given else conductance
    matrix = csr_array((conductance, graph.indices, graph.indptr), shape=graph.shape)
    return Synapses(matrix, slope, midpoint, reversal=np.where(np.signbit(graph.data), -1.0, 1.0))


def _draw_signs(init, size, random_state):
    # ncps makes every third synapse inhibitory, which pushes all states up; half of them keeps the balance.
    return random_state.choice([-1.0, 1.0] if init == "reservoir" else [-1.0, 1.0, 1.0], size)


def _check_shape(name, synapses, shape):
    if synapses.conductance.shape != shape or 0 in shape:
        raise ValueError(f"'{name}' must have a conductance of shape {shape}; got {synapses.conductance.shape}.")
    return synapses

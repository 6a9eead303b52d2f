"""What a spiking liquid draws: inhibitory units, synapses and their weights, and the constants of its units."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.checks.arguments import as_array, check_matrix, check_number, check_per_unit, in_precision
from reservoir.spiking.markram import Markram, resolve_markram
from reservoir.spiking.projections import at_synapses, dimensions
from reservoir.topology import draw_inhibitory, resolve_topology
from reservoir.topology.input_weights import check_input_reach, check_input_scaling, draw_reached

AT_ONCE = 2**20  # input weights that are drawn at once


def draw_populations(inhibitory, n_units, given, random_state):
    """Return the mask of inhibitory units: as given, a random fraction, or read off the signs of given weights."""
    if inhibitory is None and given is not None:
        weights = given.tocsc()
        return ((weights < 0).sum(axis=0) > 0) & ((weights > 0).sum(axis=0) == 0)
    if dimensions("inhibitory", inhibitory) == 0:
        fraction = 0.2 if inhibitory is None else inhibitory
        fraction = check_number("inhibitory", fraction, at_least=0, below=1)
        mask = draw_inhibitory(n_units, fraction, random_state) if fraction else np.zeros(n_units, dtype=bool)
        if mask.all():
            raise ValueError(f"'inhibitory' must leave an excitatory unit; {fraction} of {n_units} units is all.")
        return mask
    mask = np.array(as_array("inhibitory", inhibitory))
    if mask.shape != (n_units,) or mask.dtype != bool:
        raise ValueError(
            f"'inhibitory' must be a fraction or a boolean array of shape ({n_units},); "
            f"got shape {mask.shape} and dtype {mask.dtype}."
        )
    return mask


def per_unit(name, value, inhibitory, **bounds):
    """Return one value per unit from a number, a pair (excitatory, inhibitory), or an array with one for each.

    Of two units, a tuple is the pair, and a list or an array has one value for each.
    """
    several = isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim)
    if several and len(value) == 2 and (isinstance(value, tuple) or len(inhibitory) != 2):
        return np.where(inhibitory, *(check_number(name, part, **bounds) for part in (value[1], value[0])))
    return check_per_unit(name, value, len(inhibitory), **bounds)


def unit_constants(neuron, inhibitory):
    """Return the constants of a neuron by their names, each an array (n_units,)."""
    constants = {}
    for name, declared in neuron.constants().items():
        value = getattr(neuron, name)
        like = declared["like"]
        if value is None and like is not None:
            value = like(constants) if callable(like) else getattr(neuron, like)
        constants[name] = per_unit(name, value, inhibitory, **declared["bounds"])
    crossing = neuron.crossing
    if np.any(constants["reset"] >= constants[crossing]):
        raise ValueError(
            f"'reset' must lie below '{crossing}' for every unit; got reset={neuron.reset!r} "
            f"with {crossing}={getattr(neuron, crossing)!r}."
        )
    return constants


@np.errstate(all="ignore")
def draw_background(value, neuron, inhibitory, random_state):
    """Return the background currents: as given, or uniform between half of what reaches the threshold and all of it."""
    if value is not None:
        return per_unit("background_current", value, inhibitory)
    reach = neuron.rheobase()
    return reach * random_state.uniform(0.5, 1.0, len(reach))


@np.errstate(all="ignore")  # numbers too large are refused by `in_precision`
def draw_recurrent(topology, degree, scaling, neuron, taus, forces, inhibitory, random_state):
    """Return CSR weights in nA: gamma laws of shape 2 whose means balance the charges of both populations.

    Where synapses are conductances, in uS, the ``forces`` of the populations in mV make currents of them.
    """
    scaling = check_number("recurrent_scaling", scaling, at_least=0)
    n_units = len(inhibitory)
    if inhibitory.all():
        raise ValueError(
            "'inhibitory' must leave an excitatory unit, whose charge the inhibitory weights balance; got none. "
            "Pass recurrent_weights for a circuit of inhibitory units."
        )
    graph = resolve_topology(topology).connect(n_units, degree, random_state, inhibitory)
    tau_excitatory, tau_inhibitory = (tau.mean() for tau in taus)
    reach, peak = neuron.excitability(tau_excitatory)
    mean_degree = max(graph.nnz / n_units, 1)
    excitatory = scaling * reach / (mean_degree * peak * forces[0])
    n_inhibitory = max(inhibitory.sum(), 1)
    balance = (n_units - n_inhibitory) / n_inhibitory * tau_excitatory / tau_inhibitory * (forces[0] / forces[1])
    weights = np.where(inhibitory[graph.indices], -excitatory * balance, excitatory)
    graph.data = weights * random_state.gamma(2.0, 0.5, graph.nnz)
    return graph


@np.errstate(all="ignore")
def draw_input(liquid, force, shape, random_state):
    """Return dense input weights: normal for currents, gamma of shape 2 and excitatory for spikes.

    Those of spikes are divided by the ``force`` in mV that makes currents of conductances, 1 where they are currents.
    Input currents of a unit have the mean variance of the channels that it receives.
    """
    scaling = check_input_scaling(liquid.input_scaling, shape[1])
    fan_in, density = check_input_reach(liquid.input_degree, liquid.input_density, 8)
    if liquid.input_weights is not None:
        return check_matrix("input_weights", liquid.input_weights, shape)
    # In blocks of rows, which draw the same numbers as all at once would, because the shape may be of many megabytes.
    weights, received = np.zeros(shape), np.empty(shape, bool)
    n_rows = max(AT_ONCE // shape[1], 1)
    blocks = [slice(first, first + n_rows) for first in range(0, shape[0], n_rows)]
    if density is None:
        for rows in blocks:
            received[rows] = np.argsort(random_state.uniform(size=received[rows].shape), axis=1) < fan_in
    else:
        received = draw_reached(density, *shape, random_state)
    for rows in blocks:
        if liquid.input == "spikes":
            drawn = random_state.gamma(2.0, 0.5, received[rows].shape)
            weights[rows] = np.where(received[rows], drawn, 0.0) * (scaling / force)
        else:
            drawn = random_state.standard_normal(received[rows].shape)
            n_heard = np.maximum(received[rows].sum(axis=1, keepdims=True), 1)
            weights[rows] = np.where(received[rows], drawn, 0.0) * scaling / np.sqrt(n_heard)
    return weights


def input_delays(value, inhibitory, n_features):
    """Return the delays of input synapses in ms, (n_units, n_features), from a number, a pair, or a matrix."""
    shape = (len(inhibitory), n_features)
    if dimensions("input_delays", value) == 2:
        delays = check_matrix("input_delays", value, shape)
        check_number("input_delays", float(delays.min()), at_least=0)
        return delays
    return np.broadcast_to(per_unit("input_delays", value, inhibitory, at_least=0)[:, None], shape)


def draw_synapses(weights, delays, markram, inhibitory, drawn_from, dtype, random_state):
    """Return weights in nA and delays in ms, CSR, and the `Markram` with a matrix for each constant, or None if static.

    ``weights`` are CSR and changed in place; ``drawn_from`` are the parameters that they follow from.
    """
    delays = at_synapses("delays", delays, weights, inhibitory, at_least=0)
    values = None if markram is None else resolve_markram(markram, weights, inhibitory, random_state)
    if values is not None and markram.static:
        use, resource = markram.stationary(*values)
        weights.data *= use * resource
        values = None
    delays, *parts = (
        csr_array((data, weights.indices, weights.indptr), shape=weights.shape) for data in (delays, *(values or ()))
    )
    weights = in_precision("recurrent_weights", weights, dtype, drawn_from)
    return weights, delays, Markram(*parts, rate=markram.rate) if parts else None

"""What a spiking liquid draws: who is inhibitory, who listens to whom and how much, and the constants of its units."""

import numpy as np

from reservoir.checks.arguments import as_array, check_integer, check_matrix, check_number, check_per_unit
from reservoir.spiking.membrane import peak_response
from reservoir.spiking.projections import dimensions
from reservoir.spiking.steps import rounded_steps
from reservoir.topology import draw_inhibitory, resolve_topology

LONGEST_DELAY = 2**20  # steps; a spike is remembered for so long, in memory for every step


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


def unit_constants(liquid, inhibitory):
    """Return the liquid's parameters that differ from unit to unit, each an array (n_units,), by their names."""
    positive = ("tau_membrane", "tau_excitatory", "tau_inhibitory")
    constants = {name: per_unit(name, getattr(liquid, name), inhibitory, above=0) for name in positive}
    for name in ("threshold", "reset", "resting"):
        constants[name] = per_unit(name, getattr(liquid, name), inhibitory)
    if np.any(constants["reset"] >= constants["threshold"]):
        raise ValueError(
            f"'reset' must lie below 'threshold' for every unit; got reset={liquid.reset!r} "
            f"with threshold={liquid.threshold!r}."
        )
    initial = liquid.resting if liquid.initial_voltage is None else liquid.initial_voltage
    constants["initial_voltage"] = per_unit("initial_voltage", initial, inhibitory)
    return constants


def draw_background(value, constants, inhibitory, random_state):
    """Return the background currents: as given, or uniform between half of what reaches the threshold and all of it."""
    if value is not None:
        return per_unit("background_current", value, inhibitory)
    reach = constants["threshold"] - constants["resting"]
    if np.any(reach <= 0):
        raise ValueError(
            "'resting' must lie below 'threshold' for every unit where 'background_current' is drawn; "
            "pass a background_current for units that fire by themselves."
        )
    return reach * random_state.uniform(0.5, 1.0, len(reach))


@np.errstate(all="ignore")  # numbers too large are refused by `in_precision`
def draw_recurrent(topology, degree, scaling, constants, inhibitory, random_state):
    """Return CSR weights in nA: gamma laws of shape 2 whose means balance the charges of both populations."""
    scaling = check_number("recurrent_scaling", scaling, at_least=0)
    n_units = len(inhibitory)
    if inhibitory.all():
        raise ValueError(
            "'inhibitory' must leave an excitatory unit, whose charge the inhibitory weights balance; got none. "
            "Pass recurrent_weights for a circuit of inhibitory units."
        )
    graph = resolve_topology(topology).connect(n_units, degree, random_state, inhibitory)
    tau_excitatory, tau_inhibitory = constants["tau_excitatory"].mean(), constants["tau_inhibitory"].mean()
    reach = np.abs(constants["threshold"] - constants["resting"]).mean()
    mean_degree = max(graph.nnz / n_units, 1)
    excitatory = scaling * reach / (mean_degree * peak_response(constants["tau_membrane"].mean(), tau_excitatory))
    n_inhibitory = max(inhibitory.sum(), 1)
    balance = (n_units - n_inhibitory) / n_inhibitory * tau_excitatory / tau_inhibitory
    weights = np.where(inhibitory[graph.indices], -excitatory * balance, excitatory)
    graph.data = weights * random_state.gamma(2.0, 0.5, graph.nnz)
    return graph


@np.errstate(all="ignore")
def draw_input(given, degree, scaling, as_spikes, n_units, n_features, random_state):
    """Return dense input weights: normal for currents, gamma of shape 2 and excitatory for spikes."""
    scaling = check_number("input_scaling", scaling, at_least=0)
    fan_in = min(check_integer("input_degree", degree), n_features)
    if given is not None:
        return check_matrix("input_weights", given, (n_units, n_features))
    heard = np.argsort(random_state.uniform(size=(n_units, n_features)), axis=1) < fan_in
    if as_spikes:
        return np.where(heard, random_state.gamma(2.0, 0.5, (n_units, n_features)), 0.0) * scaling
    return np.where(heard, random_state.standard_normal((n_units, n_features)), 0.0) * scaling / np.sqrt(fan_in)


def input_delays(value, inhibitory, n_features):
    """Return the delays of input synapses in ms, (n_units, n_features), from a number, a pair, or a matrix."""
    shape = (len(inhibitory), n_features)
    if dimensions("input_delays", value) == 2:
        delays = check_matrix("input_delays", value, shape)
        check_number("input_delays", float(delays.min()), at_least=0)
        return delays
    return np.broadcast_to(per_unit("input_delays", value, inhibitory, at_least=0)[:, None], shape)


def delay_steps(name, delays, dt):
    """Return delays in steps of ``dt``, rounded half up as in Brian2; see `rounded_steps`."""
    if np.any(delays > LONGEST_DELAY * dt):
        raise ValueError(
            f"'{name}' must be at most {LONGEST_DELAY * dt:g} ms, 2**20 steps of dt={dt:g} ms; got {delays.max():g} ms."
        )
    return rounded_steps(delays, dt).astype(np.int64)

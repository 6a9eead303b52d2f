"""Cells that ncps trained, read from torch modules or their state_dict as plain NumPy parameters.

Torch is not imported: a module is asked for its ``state_dict``, and its tensors for their numbers.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from reservoir.arguments import check_choice, check_integer, check_number
from reservoir.memory_cell import MemoryCell
from reservoir.ncps_parameters import check_shapes, find_parameters, part_of
from reservoir.synapses import Synapses

LTC_PARAMETERS = ("gleak", "vleak", "cm", "w", "sigma", "mu", "erev", "sparsity_mask")
SENSORY_PARAMETERS = ("sensory_w", "sensory_sigma", "sensory_mu", "sensory_erev", "sensory_sparsity_mask")
_UNITS, _INPUTS, _MOTORS = ("n_units",), ("n_inputs",), ("n_motor_units",)
LTC_SHAPES = {
    **dict.fromkeys(("gleak", "vleak", "cm"), _UNITS),
    **dict.fromkeys(LTC_PARAMETERS[3:], _UNITS + _UNITS),
    **dict.fromkeys(SENSORY_PARAMETERS, _INPUTS + _UNITS),
    **dict.fromkeys(("input_w", "input_b"), _INPUTS),
    **dict.fromkeys(("output_w", "output_b"), _MOTORS),
}
CFC_HEADS = ("ff1", "ff2", "time_a", "time_b")
CFC_SHAPES = {
    **{f"{name}.weight": ("n_units", "n_sources") for name in CFC_HEADS},
    **{f"{name}.bias": ("n_units",) for name in CFC_HEADS},
    "sparsity_mask": ("n_units", "n_sources"),
}
# What wirings, ours and those of ncps, call the number of their motor units.
OUTPUTS = ("n_outputs", "output_dim", "output_size", "motor_neurons")


def read_ltc(cell, wiring, constraints, n_substeps, epsilon):
    """Return the constructor arguments of an `LTCLiquid` that does what the cell does, and its number of inputs."""
    values, prefix = find_parameters(cell, "gleak", "LTC or LTCCell")
    inner = getattr(cell, "rnn_cell", cell)
    part = part_of(values, prefix, (*LTC_PARAMETERS, *SENSORY_PARAMETERS))
    check_shapes(part, LTC_SHAPES)
    if constraints is None:
        implicit = getattr(inner, "_implicit_param_constraints", bool(prefix))
        constraints = "softplus" if implicit else "identity"
    positive = _softplus if check_choice("constraints", constraints, ("softplus", "identity")) == "softplus" else _same
    n_substeps = getattr(inner, "_ode_unfolds", 6) if n_substeps is None else check_integer("n_substeps", n_substeps)
    epsilon = getattr(inner, "_epsilon", 1e-8) if epsilon is None else check_number("epsilon", epsilon, at_least=0)
    recurrent, _ = _synapses(part, "", positive, 1.0, 0.0)
    n_inputs, n_units = part["sensory_w"].shape
    scale, shift = part.get("input_w", np.ones(n_inputs)), part.get("input_b", np.zeros(n_inputs))
    sensory, (constant_conductance, constant_current) = _synapses(part, "sensory_", positive, scale, shift)
    # The reference adds epsilon to every denominator, which is a leak towards 0.
    leak, capacitance = positive(part["gleak"]) + epsilon + constant_conductance, positive(part["cm"])
    for name, value in (("cm", capacitance), ("gleak", leak)):
        if np.any(value <= 0):
            raise ValueError(
                f"'{name}' of the cell must be positive under constraints={constraints!r}; got {value.min():.3g}. "
                "Set what is not positive to a small number, such as 1e-3."
            )
    weights, bias = _motor_map(part, _number_of_outputs(part, inner, wiring), n_units)
    arguments = {
        "n_units": n_units,
        "recurrent_weights": recurrent,
        "input_weights": sensory,
        "capacitance": capacitance,
        "leak_conductance": leak,
        "leak_potential": (positive(part["gleak"]) * part["vleak"] + constant_current) / leak,
        "n_substeps": n_substeps,
        "mixed_memory": _memory(values),
        "output_weights": weights,
        "output_bias": bias,
    }
    return arguments, n_inputs


def read_cfc(cell, wiring, mode, activation):
    """Return mode, activation, the weights of every cell of the chain, memory, and the output map ``(W, b)``.

    A cell's weights are a dict: ``backbone`` and ``heads``, lists of pairs (weights, bias), and ``w_tau`` and
    ``amplitude`` in pure mode.
    """
    values, prefix = find_parameters(cell, "ff1.weight", "CfC, CfCCell or WiredCfCCell")
    wired = f"{prefix}layer_0.ff1.weight" in values
    places = [prefix]
    if wired:
        names = {name.removeprefix(prefix).split(".")[0] for name in values if name.startswith(f"{prefix}layer_")}
        places = [f"{prefix}layer_{number}." for number in range(len(names))]
    chain = [_cfc_weights(part_of(values, place, ("ff1.weight",))) for place in places]
    inner = getattr(cell, "rnn_cell", cell)
    stated = getattr(getattr(inner, "layer_0", inner), "mode", None)
    if mode is None:
        mode = stated or ("pure" if chain[0]["w_tau"] is not None else "default")
    activation = _activation_of(inner) if activation is None else activation
    check_choice("activation", activation, ("lecun_tanh", "tanh", "relu", "silu", "gelu"))
    sizes = [len(weights["heads"][0][1]) for weights in chain]
    _check_wiring(wiring, sum(sizes), sizes[-1])
    output = None
    if wired or "fc.weight" in values:
        shown = np.eye(sum(sizes))[sum(sizes[:-1]) :]
        output = (shown, None)
        if "fc.weight" in values:
            part_of(values, "", ("fc.bias",))
            check_shapes(values, {"fc.weight": ("n_outputs", sizes[-1]), "fc.bias": ("n_outputs",)})
            output = (values["fc.weight"] @ shown, values["fc.bias"])
    return mode, activation, chain, _memory(values), output


def _same(x):
    return x


def _softplus(x):
    return np.where(x > 20, x, np.log1p(np.exp(np.minimum(x, 20))))  # torch calls it linear from there on


def _synapses(part, kind, positive, scale, shift):
    """Return the synapses ``(targets, sources)``, their input map taken in, and the load of inputs mapped to 0."""
    scale, shift = np.broadcast_to(scale, len(part[f"{kind}w"])), np.broadcast_to(shift, len(part[f"{kind}w"]))
    names = [f"{kind}{name}" for name in ("sigma", "mu", "erev")]
    slope, midpoint, reversal = (part[name].T for name in names)
    conductance = (positive(part[f"{kind}w"]) * part[f"{kind}sparsity_mask"]).T
    constant = np.where(scale == 0, conductance * expit(slope * (shift - midpoint)), 0.0)
    targets, sources = np.nonzero(np.where(scale == 0, 0.0, conductance))
    matrix = csr_array((conductance[targets, sources], (targets, sources)), shape=conductance.shape)
    synapses = Synapses(
        matrix,
        slope=slope[targets, sources] * scale[sources],
        midpoint=(midpoint[targets, sources] - shift[sources]) / scale[sources],
        reversal=reversal[targets, sources],
        allow_negative=True,
    )
    return synapses, (constant.sum(axis=1), (constant * reversal).sum(axis=1))


def _number_of_outputs(part, inner, wiring):
    """Return the number of motor units: as many as the output map has, as the cell says, or as the wiring says."""
    n_units = len(part["gleak"])
    stated = _motor_units_of(wiring, n_units)
    n_motor = len(part["output_w"]) if "output_w" in part else getattr(inner, "motor_size", stated)
    _check_wiring(wiring, n_units, n_motor)
    if n_motor > n_units:
        raise ValueError(f"'cell' must have no more motor units than units, {n_units}; got {n_motor}.")
    return n_motor


def _motor_units_of(wiring, n_units):
    return next((getattr(wiring, name) for name in OUTPUTS if getattr(wiring, name, None) is not None), n_units)


def _check_wiring(wiring, n_units, n_motor):
    units = [getattr(wiring, name) for name in ("n_units", "units") if hasattr(wiring, name)]
    if wiring is not None and not units and not any(hasattr(wiring, name) for name in OUTPUTS):
        raise TypeError(f"'wiring' must be None, or a wiring of ncps or reservoir.topology; got {wiring!r}.")
    if wiring is not None and (units[:1] not in ([], [n_units]) or _motor_units_of(wiring, n_units) != n_motor):
        raise ValueError(
            f"'wiring' must have the cell's {n_units} units, {n_motor} of them motor units; got {wiring!r}."
        )


def _motor_map(part, n_motor, n_units):
    """Return the output map of a cell whose first units are its motor units, ``(None, None)`` if it changes nothing."""
    scale, shift = part.get("output_w", np.ones(n_motor)), part.get("output_b", np.zeros(n_motor))
    if n_motor == n_units and np.all(scale == 1) and not shift.any():
        return None, None
    weights = np.zeros((n_motor, n_units))
    np.fill_diagonal(weights, scale)
    return weights, shift


def _memory(values):
    names = ("lstm.input_map.weight", "lstm.recurrent_map.weight", "lstm.input_map.bias")
    return MemoryCell(*map(part_of(values, "", names).get, names)) if names[0] in values else False


def _cfc_weights(part):
    layers = sorted(int(name.split(".")[1]) for name in part if name.startswith("backbone.") and "weight" in name)
    heads = [name for name in CFC_HEADS if f"{name}.weight" in part]
    part_of(part, "", [f"{name}.bias" for name in (*(f"backbone.{k}" for k in layers), *heads)])
    check_shapes(part, CFC_SHAPES)
    mask = part.get("sparsity_mask", 1.0)
    return {
        "backbone": [(part[f"backbone.{k}.weight"], part[f"backbone.{k}.bias"]) for k in layers],
        # The reference masks what proposes states, but not what times the change between them.
        "heads": [(part[f"{n}.weight"] * (mask if n.startswith("ff") else 1.0), part[f"{n}.bias"]) for n in heads],
        "w_tau": part["w_tau"].ravel() if "w_tau" in part else None,
        "amplitude": part["A"].ravel() if "A" in part else None,
    }


def _activation_of(inner):
    names = {"SiLU": "silu", "ReLU": "relu", "Tanh": "tanh", "GELU": "gelu"}
    modules = getattr(inner, "backbone", None)
    return "lecun_tanh" if modules is None else names.get(type(list(modules)[1]).__name__, "lecun_tanh")

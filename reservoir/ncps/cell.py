"""Cells that ncps trained, read from torch modules or their state_dict as plain NumPy parameters.

Torch is not imported: only the ``state_dict`` of a module and the numbers of its tensors are used.
"""

from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from readouts.types import Array
from reservoir.checks.arguments import check_choice, check_integer, check_number
from reservoir.kernels.memory_cell import MemoryCell
from reservoir.kernels.synapses import Synapses
from reservoir.ncps.facts import (
    ACTIVATIONS,
    CONSTRAINTS,
    MODES,
    Activation,
    Mode,
    activation_of,
    constraints_of,
    mode_of,
    settle,
)
from reservoir.ncps.parameters import check_parameter_names, check_shapes, find_parameters, part_of

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
CFC_NAMES = r"(backbone\.\d+|ff1|ff2|time_a|time_b)\.(weight|bias)|w_tau|A|sparsity_mask"
AROUND_A_CELL = r"|lstm\..+|fc\..+"  # beside a cell whose names have no prefix
MEMORY_PARAMETERS = ("lstm.input_map.weight", "lstm.recurrent_map.weight", "lstm.input_map.bias")
_OTHERWISE = "Pass constraints='softplus' if the cell was made with implicit_param_constraints=True. Else: "
# Attributes with the number of motor units, of wirings of this library and of ncps.
MOTOR_NAMES = ("n_outputs", "output_dim", "output_size", "motor_neurons")


def read_ltc(
    cell: Any,
    wiring: Any,
    constraints: str | None,
    n_substeps: int | None,
    epsilon: float | None,
    output: str,
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return the constructor arguments of an `LTCLiquid` like the cell, its number of inputs, and assumed settings."""
    values, prefix, module = find_parameters(cell, "gleak", "LTC or LTCCell")
    part = part_of(values, prefix, (*LTC_PARAMETERS, *SENSORY_PARAMETERS))
    check_parameter_names(part, "|".join(LTC_SHAPES) + AROUND_A_CELL)
    check_shapes(part, LTC_SHAPES)
    assumed: dict[str, str] = {}
    constraints, n_substeps, epsilon = _ltc_facts(constraints, n_substeps, epsilon, module, bool(prefix), assumed)
    positive = _softplus if constraints == "softplus" else _same
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
                f"{_OTHERWISE if 'constraints' in assumed else ''}Set what is not positive to a small number, such as "
                "1e-3."
            )
    n_motor, is_assumed = _number_of_outputs(part, module, wiring)
    weights, bias = _motor_map(part, n_motor, n_units)
    if output == "states":
        weights = bias = None
    elif is_assumed:
        assumed["wiring"] = f"FullyConnected({n_units})"
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
    return arguments, n_inputs, assumed


def read_cfc(
    cell: Any, wiring: Any, mode: Mode | None, activation: Activation | None
) -> tuple[
    Mode,
    Activation,
    list[dict[str, Any]],
    MemoryCell | Literal[False],
    tuple[Array, Array | None] | None,
    dict[str, str],
]:
    """Return mode, activation, the weights of every cell of the chain, memory, output map ``(W, b)`` and assumptions.

    A cell's weights are a dict: ``backbone`` and ``heads``, lists of pairs (weights, bias), and ``w_tau`` and
    ``amplitude`` in pure mode.
    """
    values, prefix, module = find_parameters(cell, "ff1.weight", "CfC, CfCCell or WiredCfCCell")
    wired = f"{prefix}layer_0.ff1.weight" in values
    places = [prefix]
    if wired:
        names = {name.removeprefix(prefix).split(".")[0] for name in values if name.startswith(f"{prefix}layer_")}
        places = [f"{prefix}layer_{number}." for number in range(len(names))]
    chain = [_cfc_weights(part_of(values, place, ("ff1.weight",))) for place in places]
    mode, activation, assumed = _cfc_facts(mode, activation, module, chain)
    sizes = [len(weights["heads"][0][1]) for weights in chain]
    _check_wiring(wiring, sum(sizes), sizes[-1])
    output: tuple[Array, Array | None] | None = None
    projected = [name for name in values if name.startswith("fc.")]
    if wired or projected:
        shown = np.eye(sum(sizes))[sum(sizes[:-1]) :]
        output = (shown, None)
        if projected:
            part_of(values, "", ("fc.weight", "fc.bias"))
            check_parameter_names(projected, "fc.weight|fc.bias")
            check_shapes(values, {"fc.weight": ("n_outputs", sizes[-1]), "fc.bias": ("n_outputs",)})
            output = (values["fc.weight"] @ shown, values["fc.bias"])
    return mode, activation, chain, _memory(values), output, assumed


def _ltc_facts(constraints, n_substeps, epsilon, module, is_inside, assumed):
    """Return constraints, number of sub-steps and epsilon; the default is that of the class, LTC or LTCCell."""
    if constraints is not None:
        check_choice("constraints", constraints, CONSTRAINTS.values())
    if n_substeps is not None:
        n_substeps = check_integer("n_substeps", n_substeps)
    if epsilon is not None:
        epsilon = check_number("epsilon", epsilon, at_least=0)
    return (
        settle(assumed, "constraints", constraints, constraints_of(module), "softplus" if is_inside else "identity"),
        settle(assumed, "n_substeps", n_substeps, getattr(module, "_ode_unfolds", None), 6),
        settle(assumed, "epsilon", epsilon, getattr(module, "_epsilon", None), 1e-8),
    )


def _cfc_facts(mode, activation, module, chain):
    """Return mode and activation, and which of them are assumed; a pure cell is recognized by its parameters."""
    assumed = {}
    if mode is not None:
        check_choice("mode", mode, MODES)
    if activation is not None:
        check_choice("activation", activation, ACTIVATIONS.values())
    is_pure = chain[0]["w_tau"] is not None
    if mode is not None and (mode == "pure") != is_pure:
        expected = "'pure' for a cell with" if is_pure else "'default' or 'no_gate' for a cell without"
        raise ValueError(f"'mode' must be {expected} the parameter w_tau; got {mode!r}.")
    mode = settle(assumed, "mode", mode, "pure" if is_pure else mode_of(module), "default")
    if any(weights["backbone"] for weights in chain):
        activation = settle(assumed, "activation", activation, activation_of(module), "lecun_tanh")
    return mode, activation or "lecun_tanh", assumed


def _same(x):
    return x


def _softplus(x):
    return np.where(x > 20, x, np.log1p(np.exp(np.minimum(x, 20))))  # torch calls it linear from there on


def _synapses(part, kind, positive, scale, shift):
    """Return the synapses ``(targets, sources)``, with the input map merged in, and what inputs mapped to 0 add.

    The latter, of synapses whose source is constant, is a pair of arrays (n_units,): conductance, and its current.
    """
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


def _number_of_outputs(part, module, wiring):
    """Return the number of motor units, by the output map, the module or the wiring, and whether it is assumed."""
    n_units = len(part["gleak"])
    stated = len(part["output_w"]) if "output_w" in part else getattr(module, "motor_size", None)
    n_motor = _motor_units_of(wiring, n_units) if stated is None else stated
    _check_wiring(wiring, n_units, n_motor)
    if n_motor > n_units:
        raise ValueError(f"'cell' must have no more motor units than units, {n_units}; got {n_motor}.")
    return n_motor, stated is None and wiring is None and n_units > 1


def _motor_units_of(wiring, n_units):
    return next((getattr(wiring, name) for name in MOTOR_NAMES if getattr(wiring, name, None) is not None), n_units)


def _check_wiring(wiring, n_units, n_motor):
    units = [getattr(wiring, name) for name in ("n_units", "units") if hasattr(wiring, name)]
    if wiring is not None and not units and not any(hasattr(wiring, name) for name in MOTOR_NAMES):
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
    own = [name for name in values if name.startswith("lstm.")]
    if not own:
        return False
    check_parameter_names(own, "|".join(MEMORY_PARAMETERS))
    return MemoryCell(*map(part_of(values, "", MEMORY_PARAMETERS).get, MEMORY_PARAMETERS))


def _cfc_weights(part):
    check_parameter_names(part, CFC_NAMES + AROUND_A_CELL)
    layers = sorted(int(name.split(".")[1]) for name in part if name.startswith("backbone.") and "weight" in name)
    heads = [name for name in CFC_HEADS if f"{name}.weight" in part]
    is_pure = "w_tau" in part or "A" in part
    maps = [*(f"backbone.{k}" for k in layers), *(heads if is_pure else CFC_HEADS)]
    required = [f"{name}.{kind}" for name in maps for kind in ("weight", "bias")]
    part_of(part, "", [*required, *(("w_tau", "A") if is_pure else ())])
    check_shapes(part, CFC_SHAPES)
    mask = part.get("sparsity_mask", 1.0)
    return {
        "backbone": [(part[f"backbone.{k}.weight"], part[f"backbone.{k}.bias"]) for k in layers],
        # The reference masks the heads that propose states, but not those that time the change between them.
        "heads": [(part[f"{n}.weight"] * (mask if n.startswith("ff") else 1.0), part[f"{n}.bias"]) for n in heads],
        "w_tau": part["w_tau"].ravel() if is_pure else None,
        "amplitude": part["A"].ravel() if is_pure else None,
    }

"""Settings of a cell of ncps that are no parameters: a module has them, a state_dict does not.

A setting is read from the module, else taken from the caller, else it is the default of ncps. Defaults are named in a
warning, because results are wrong if the cell was made with another setting.
"""

import warnings
from typing import Any, Literal, TypeAlias

from reservoir.checks.stack_level import stack_level

Mode: TypeAlias = Literal["default", "pure", "no_gate"]
Activation: TypeAlias = Literal["lecun_tanh", "tanh", "relu", "silu", "gelu"]

MODES = ("default", "pure", "no_gate")
CONSTRAINTS = {"Softplus": "softplus", "Identity": "identity"}
ACTIVATIONS = {"LeCun": "lecun_tanh", "Tanh": "tanh", "ReLU": "relu", "SiLU": "silu", "GELU": "gelu"}
_SETTINGS = {"beta": 1, "threshold": 20, "approximate": "none"}  # the defaults of torch for these layers


def settle(assumed: dict[str, str], name: str, given: Any, stated: Any, default: Any) -> Any:
    """Return the value of a setting; if neither gives one, that is the default, which is added to ``assumed``.

    Raises
    ------
    ValueError
        If the caller gave another value than the module states.
    """
    if stated is not None and given is not None and given != stated:
        raise ValueError(f"'{name}' must be that of the cell, {stated!r}; got {given!r}. Leave it out.")
    if stated is None and given is None:
        assumed[name] = repr(default)
        return default
    return given if stated is None else stated


def warn_of(assumed: dict[str, str]) -> None:
    """Warn once of all settings that were assumed, values by names, if there are any."""
    if assumed:
        values = ", ".join(f"{name}={value}" for name, value in assumed.items())
        warnings.warn(
            "'cell' does not hold all settings of ncps, as no state_dict does. Assumed, as by default in ncps: "
            f"{values}. If the cell was made with others, its outputs differ: pass the right ones to from_ncps, under "
            "these names, or pass the module itself.",
            UserWarning,
            stack_level(),
        )


def constraints_of(module: Any) -> str | None:
    """Return how the module of an LTC cell keeps parameters positive, or None if it has no such setting."""
    layer = getattr(module, "make_positive_fn", None)
    return None if layer is None else _name_of("make_positive_fn", layer, CONSTRAINTS)


def mode_of(module: Any) -> str | None:
    """Return the mode that the module of a CfC cell, or every layer of a wired one, is in, or None."""
    modes = {cell.mode for cell in (module, *_layers_of(module)) if hasattr(cell, "mode")}
    if len(modes) > 1 or not modes <= set(MODES):
        raise ValueError(f"'cell' must be in one of the modes {', '.join(MODES)}; got {', '.join(map(str, modes))}.")
    return next(iter(modes), None)


def activation_of(module: Any) -> str | None:
    """Return the activation of the backbone of the module of a CfC cell, or None if it has none."""
    layers = [layer for layer in getattr(module, "backbone", None) or () if not hasattr(layer, "weight")]
    names = {_name_of("backbone", layer, ACTIVATIONS) for layer in layers if type(layer).__name__ != "Dropout"}
    if len(names) > 1:
        raise ValueError(f"'cell' must have a backbone of one activation; got {', '.join(sorted(names))}.")
    return next(iter(names), None)


def _layers_of(module):
    number = 0
    while (layer := getattr(module, f"layer_{number}", None)) is not None:
        yield layer
        number += 1


def _name_of(name, layer, names):
    """Return the name in this library of a layer of torch, or raise if its settings are not the defaults."""
    kind = type(layer).__name__
    others = {key: getattr(layer, key) for key, value in _SETTINGS.items() if getattr(layer, key, value) != value}
    if kind not in names or others:
        settings = ", ".join(f"{key}={value!r}" for key, value in others.items())
        raise ValueError(f"'cell' must have layers {', '.join(names)} in its '{name}'; got {kind}({settings}).")
    return names[kind]

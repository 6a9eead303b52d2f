"""What a cell of ncps does beside its parameters: a module tells it, a state_dict does not.

A fact is what the module says. Where none does, it is what the caller gave, else what ncps does by default; then a
warning says so, for results are wrong where it does not hold.
"""

import warnings

from reservoir.checks.stack_level import stack_level

MODES = ("default", "pure", "no_gate")
CONSTRAINTS = {"Softplus": "softplus", "Identity": "identity"}
ACTIVATIONS = {"LeCun": "lecun_tanh", "Tanh": "tanh", "ReLU": "relu", "SiLU": "silu", "GELU": "gelu"}
_SETTINGS = {"beta": 1, "threshold": 20, "approximate": "none"}  # of these layers, the defaults of torch


def settle(assumed, name, given, stated, default):
    """Return what holds of a fact; if nobody says it, that is the default, which is added to ``assumed``.

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


def warn_of(assumed):
    """Warn once of everything that was assumed, values by names, if anything was."""
    if assumed:
        values = ", ".join(f"{name}={value}" for name, value in assumed.items())
        warnings.warn(
            "'cell' does not tell all that ncps does with it, as no state_dict does. Assumed, as by default in ncps: "
            f"{values}. Where the cell was made otherwise, its outputs are others: pass what holds to from_ncps, under "
            "these names, or the module itself.",
            UserWarning,
            stack_level(),
        )


def constraints_of(module):
    """Return how the module of an LTC cell keeps parameters positive, or None if it does not say."""
    layer = getattr(module, "make_positive_fn", None)
    return None if layer is None else _name_of("make_positive_fn", layer, CONSTRAINTS)


def mode_of(module):
    """Return the mode that the module of a CfC cell, or every layer of a wired one, is in, or None."""
    modes = {cell.mode for cell in (module, *_layers_of(module)) if hasattr(cell, "mode")}
    if len(modes) > 1 or not modes <= set(MODES):
        raise ValueError(f"'cell' must be in one of the modes {', '.join(MODES)}; got {', '.join(map(str, modes))}.")
    return next(iter(modes), None)


def activation_of(module):
    """Return the activation of the backbone of the module of a CfC cell, or None if it does not say."""
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
    """Return what our classes call a layer of torch, which has its default settings."""
    kind = type(layer).__name__
    others = {key: getattr(layer, key) for key, value in _SETTINGS.items() if getattr(layer, key, value) != value}
    if kind not in names or others:
        settings = ", ".join(f"{key}={value!r}" for key, value in others.items())
        raise ValueError(f"'cell' must have layers {', '.join(names)} in its '{name}'; got {kind}({settings}).")
    return names[kind]

"""Which parameters of a reservoir do what, what they are set to, and how to make them larger or smaller."""

import inspect
from numbers import Real

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_is_fitted

from reservoir.cfc import CfCLiquid
from reservoir.cfc.liquid import resolve_weight_gain
from reservoir.ltc import LTCLiquid
from reservoir.ltc.draw import resolve_loop_gain
from reservoir.spiking import SpikingLiquid
from reservoir.topology import spectral_radius as largest_modulus

# Names of parameters by their effect; -1 where a larger value reduces it.
ROLES = {
    "recurrence": dict.fromkeys(
        ("spectral_radius", "gain", "recurrent_scaling", "recurrent_weights", "skip_gain", "feedback", "topology"), 1
    ),
    "input": dict.fromkeys(("input_scaling", "input_weights"), 1),
    "bias": dict.fromkeys(("bias_scaling", "bias"), 1),
    "time": {
        "leak_rate": -1, "tau_range": 1, "diffusion": -1, "capacitance": 1, "delay": 1, "tau_membrane": 1,
        "proximity": -1, "window": 1,
        "tau_excitatory": 1, "tau_inhibitory": 1, "tau_trace": 1, "tau_threshold": 1, "tau_adaptation": 1,
    },
    "background": {"background_current": 1, "threshold": -1},
    "noise": {"noise": 1},
}  # fmt: skip
# Parameters that are ignored while one of the others is given.
OVERRULED = {
    "spectral_radius": ("recurrent_weights", "topology"),
    "gain": ("recurrent_weights", "topology", "weights"),
    "recurrent_scaling": ("recurrent_weights", "topology"),
    "input_scaling": ("input_weights", "weights"),
    "bias_scaling": ("bias",),
}
_PER_CHANNEL = ("input_scaling",)  # a tuple has a number for each input channel, and is no range or pair
_NEURON = "neuron__"  # before the constants of the units of a spiking liquid
MOST = {"leak_rate": 1.0, "proximity": 1.0}
WHOLE = ("delay",)


def keys_of(reservoir, role):
    """Return the names of the parameters of a reservoir, or of its layers, that play a role and are used.

    Parameters
    ----------
    reservoir : fitted reservoir
    role : str
        One of `ROLES`.

    Returns
    -------
    list of str
        As ``set_params`` takes them.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir, LTCLiquid, StackedReservoir
    >>> from reservoir.diagnostics.report.parameters import keys_of
    >>> stack = StackedReservoir([EchoStateReservoir(recurrent_weights=[[0.5]]), LTCLiquid()])
    >>> keys_of(stack.fit([[0.0]]), "recurrence")
    ['layer1__recurrent_weights', 'layer2__gain']
    """
    parameters = fitted_parameters(reservoir)
    return [key for key in sorted(parameters) if last(key) in ROLES[role] and _is_used(key, parameters)]


def fitted_parameters(reservoir):
    """Return the parameters of a reservoir, and of its layers, that ``fit`` found, by the names ``set_params`` takes.

    Examples
    --------
    >>> from reservoir import NVAR
    >>> from reservoir.diagnostics.report.parameters import fitted_parameters
    >>> nvar = NVAR(delay=3).fit([[0.0]])
    >>> fitted_parameters(nvar.set_params(delay=9))["delay"]
    3
    """
    return reservoir.unfitted().get_params(deep=True)


def last(key):
    """Return the name of a parameter without the layer that it belongs to."""
    return key.rpartition("__")[2]


def _is_used(key, parameters):
    name, beside = last(key), key.removesuffix(last(key))
    if isinstance(parameters[key], bool):  # such as a "feedback" that is on or off, in a class of a user's own
        return False
    if name in ("recurrent_weights", "input_weights", "bias", "topology"):
        return is_array(parameters[key]) or name == "bias" and isinstance(parameters[key], Real)
    if name == "skip_gain":  # which follows from the proximity otherwise
        return parameters[key] is not None
    if name == "diffusion":
        return parameters.get(f"{beside}form") == "antisymmetric"
    return not any(_is_given(other, parameters.get(f"{beside}{other}")) for other in OVERRULED.get(name, ()))


def _is_given(name, value):
    return is_array(value) if name == "topology" else value is not None


def is_array(value):
    """Whether a parameter is set to numbers that can be multiplied, not counting a tuple, which is a range or pair."""
    return issparse(value) or isinstance(value, list) or hasattr(value, "__array__") and np.ndim(value) > 0


def owner_of(reservoir, key):
    """Return the fitted reservoir, or layer of one, that a parameter, or one of its neuron, belongs to."""
    prefix = key.removesuffix(last(key)).removesuffix(_NEURON)
    return next((part.reservoir for part in reservoir.parts() if part.name == prefix), reservoir)


def present(reservoir, key):
    """Return the value of a parameter in a fitted reservoir; where it is None, the value that ``fit`` chose.

    Parameters
    ----------
    reservoir : fitted reservoir
    key : str

    Returns
    -------
    number, tuple or array; None if there is none

    Examples
    --------
    >>> from reservoir import LTCLiquid
    >>> from reservoir.diagnostics.report.parameters import present
    >>> present(LTCLiquid(5, degree=2).fit([[0.0]]), "gain")
    1.0
    """
    check_is_fitted(reservoir)
    value, name, owner = fitted_parameters(reservoir)[key], last(key), owner_of(reservoir, key)
    if name in _PER_CHANNEL and isinstance(value, tuple):
        return np.array(value)
    return _meant_by_none(name, owner) if value is None else value


def usual(reservoir, key):
    """Return the default of a parameter of a fitted reservoir, or None if it has none that is a number, or a pair.

    Examples
    --------
    >>> from reservoir import LTCLiquid
    >>> from reservoir.diagnostics.report.parameters import usual
    >>> usual(LTCLiquid(5, degree=2, gain=8.0).fit([[0.0]]), "gain")
    1.0
    """
    owner, name = owner_of(reservoir, key), last(key)
    of_neuron = key.removesuffix(name).endswith(_NEURON)
    default = inspect.signature(type(owner.neuron_ if of_neuron else owner)).parameters[name].default
    if name == "threshold" and origin_of(reservoir, key) != 0:  # of other potentials than the default ones
        return None
    if default is None and name in ("gain", "tau_range", "capacitance"):
        plain = owner.unfitted().set_params(elapsed_column=None, **{name: None})
        default = _meant_by_none(name, plain.fit(np.zeros((1, owner.n_features_in_))))
    return default if is_quantity(default) else None


def is_quantity(value):
    """Whether a value is a number, or a tuple of numbers, which is a range or pair."""
    return isinstance(value, Real) or isinstance(value, tuple) and all(isinstance(part, Real) for part in value)


def _meant_by_none(name, owner):
    if name == "gain" and isinstance(owner, (CfCLiquid, LTCLiquid)):
        return (resolve_weight_gain if isinstance(owner, CfCLiquid) else resolve_loop_gain)(owner.unfitted())
    if name == "spectral_radius" and hasattr(owner, "recurrent_weights_"):
        return largest_modulus(owner.recurrent_weights_)
    if name in ("tau_range", "capacitance"):
        values = getattr(owner, "tau_" if name == "tau_range" else "capacitance_", None)
        if values is None:
            return None
        low, high = (float(f"{one:.2g}") for one in (np.min(values), np.max(values)))
        return low if low == high else (low, high)
    if name == "background_current":
        try:
            return float(np.mean(owner.neuron_.rheobase()))  # just enough for a unit to fire
        except ValueError:  # units that fire by themselves
            return None
    return None


def origin_of(reservoir, key):
    """Return what a parameter is measured from: in mV, of a threshold, where units rest, on average; else 0.

    Examples
    --------
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics.report.parameters import origin_of
    >>> origin_of(LIFLiquid(threshold=-50.0, resting=-65.0, reset=-65.0, n_units=9).fit([[0.0]]), "threshold")
    -65.0
    """
    owner = owner_of(reservoir, key)
    if last(key) != "threshold" or not isinstance(owner, SpikingLiquid):
        return 0.0
    return float(np.mean(owner.threshold_ - owner.neuron_.reach()))


def scaled(name, value, factor, origin=0.0):
    """Return a parameter's value times a factor: two digits of a number, all numbers of a pair or an array.

    Parameters
    ----------
    name : str
        Without the layer: some parameters have a largest value, or are whole numbers.
    value : number, tuple, list, array or sparse matrix
    factor : float
    origin : float, default=0.0
        What the value is measured from; if it is not 0, numbers have three digits.

    Returns
    -------
    of the same kind, an array for a list

    Examples
    --------
    >>> from reservoir.diagnostics.report.parameters import scaled
    >>> scaled("tau_range", (1.0, 10.0), 1 / 3), scaled("leak_rate", 0.6, 2.0)
    ((0.33, 3.3), 1.0)
    """
    if isinstance(value, tuple):
        return tuple(scaled(name, part, factor, origin) for part in value)
    if origin != 0:
        moved = origin + factor * (np.asarray(value) - origin)
        return moved if is_array(value) else float(f"{moved:.3g}")
    if is_array(value):
        value = value if issparse(value) else np.asarray(value)
        return np.minimum(value * factor, MOST[name]) if name in MOST else value * factor
    if name in WHOLE:
        return max(round(value * factor), 1)
    return min(float(f"{value * factor:.2g}"), MOST.get(name, np.inf))

"""The state of a spiking liquid between two steps: the variables of its units by name, and what the loop carries."""

from collections import namedtuple
from numbers import Integral
from typing import Any

import numpy as np

from readouts.masked import is_masked
from reservoir.checks.short_repr import short_repr
from reservoir.series.lazy_series import is_finite
from reservoir.spiking.synapse_kernel import flight_is_possible


def spiking_state(name: str, module: str, variables: Any) -> Any:
    """Return the NamedTuple class of the states of a model: its variables, and what the loop itself carries.

    Parameters
    ----------
    name, module : str
        Those of the class, which is pickled by them.
    variables : NamedTuple class
        The names of the variables of a unit.

    Returns
    -------
    NamedTuple class
        With the fields of `LIFState`, but the ``variables`` in place of the voltage.

    Examples
    --------
    >>> from reservoir.spiking.neurons.fixed_threshold import Voltage
    >>> from reservoir.spiking.state import spiking_state
    >>> spiking_state("State", __name__, Voltage)._fields
    ('step', 'voltage', 'current', 'release', 'trace', 'in_flight', 'use', 'resource', 'delivered')
    """
    if "voltage" not in variables._fields:
        raise ValueError(f"'variables' must have a field 'voltage'; got {', '.join(variables._fields) or 'none'}.")
    carried = ("current", "release", "trace", "in_flight", "use", "resource", "delivered")
    taken = [one for one in variables._fields if one in ("step", *carried)]
    if taken:
        raise ValueError(f"'variables' must not have a field {taken[0]!r}, which every state has; call it otherwise.")
    state: Any = namedtuple(name, ("step", *variables._fields, *carried), module=module)  # type: ignore[misc]
    state.__doc__ = f"State of a spiking liquid between two steps; its units have {', '.join(variables._fields)}."
    state.__repr__ = short_repr  # type: ignore[method-assign]
    return state


def state_at_rest(neuron, memory, dtype):
    """Return the state before the first step, with the ``memory`` of dynamic synapses: use, resource, delivered."""
    n_units = neuron.n_units
    zeros = np.zeros(n_units, dtype)
    starts = (np.array(getattr(neuron, f"initial_{name}", zeros)) for name in neuron.variables._fields)
    current, release, trace = np.zeros((2, n_units), dtype), np.zeros(n_units, np.int64), zeros.copy()
    return neuron.state(0, *starts, current, release, trace, np.empty((0, 3), np.int64), *memory)


def check_spiking_state(state, rest, longest_delay, n_sources):
    """Return ``state`` in the precision of ``rest``, or raise ValueError if it is not one of the same liquid."""
    kind = type(rest)
    if not isinstance(state, kind):
        raise ValueError(f"'state' must be a {kind.__name__}, as returned by run; got {type(state).__name__}.")
    if not isinstance(state.step, Integral) or not 0 <= state.step < 2**62:
        raise ValueError(
            f"'state' must be a {kind.__name__}; its 'step' must be an integer from 0 to 2**62; got {state.step!r}."
        )
    checked = kind._make(
        [
            int(part) if name == "step" else _check_part(kind, name, part, own)
            for name, part, own in zip(kind._fields, state, rest, strict=True)
        ]
    )
    if not flight_is_possible(checked.in_flight, checked.step, longest_delay, n_sources):
        raise ValueError(
            f"'state' must be a {kind.__name__} of this liquid; its 'in_flight' must list, by step and source, each "
            f"once, spikes of {n_sources} sources in the last {longest_delay} steps before step {state.step}."
        )
    return checked


def _check_part(kind, name, part, own):
    if _is_ready(part, own):
        return part
    whole = isinstance(part, np.ndarray) and not is_masked(part)
    part = np.asarray(part) if whole else part
    rows = len(part) if name == "in_flight" and whole and part.ndim else len(own)
    shape, integer = (rows, *own.shape[1:]), own.dtype.kind == "i"
    fits = whole and part.shape == shape and part.dtype.kind in ("iu" if integer else "fiu")
    if fits and part.dtype != own.dtype:
        with np.errstate(over="ignore"):  # infinite values are refused below
            part = part.astype(own.dtype)
    if not fits or not (integer or np.isfinite(part).all()):
        raise ValueError(
            f"'state' must be a {kind.__name__} of this liquid; its '{name}' must be a finite "
            f"{'integer' if integer else own.dtype} array of shape {shape}, none of it masked."
        )
    # Arrays in another order or read-only would compile another version of the kernels.
    return part if part.flags.carray else np.array(part, order="C")


def _is_ready(part, own):
    # Most states come from this very liquid, one row after the other, and the full check takes as long as a row.
    plain = type(part) is np.ndarray and part.dtype is own.dtype and part.shape == own.shape and part.flags.carray
    return plain and (part.size == 0 or own.dtype.kind == "i" or is_finite(part))

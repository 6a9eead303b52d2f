"""The state of a spiking liquid between two steps."""

from numbers import Integral
from typing import NamedTuple

import numpy as np

from readouts.masked import is_masked
from reservoir.checks.short_repr import short_repr
from reservoir.series.lazy_series import is_finite
from reservoir.spiking.synapse_kernel import flight_is_possible


class LIFState(NamedTuple):
    """Everything that a spiking liquid carries from one step to the next.

    Parameters
    ----------
    step : int
        Number of steps of ``dt`` since rest; noise is a function of it.
    voltage : array (n_units,), mV
    current : array (2, n_units), nA
        Excitatory and inhibitory synaptic currents.
    release : int64 array (n_units,)
        Step from which on a unit integrates again after its last spike.
    trace : array (n_units,)
        Filtered spikes.
    in_flight : int64 array (n_spikes, 3)
        Spikes that have not yet reached all their listeners, oldest first: step, source (a unit, or ``n_units`` plus an
        input channel), number.
    use, resource : arrays
        u and r of dynamic synapses at their last spike, in the order of the kernel; empty without them.
    delivered : int64 array
        Step in which each group of dynamic synapses last delivered a spike, -1 if none yet.
    """

    step: int
    voltage: np.ndarray
    current: np.ndarray
    release: np.ndarray
    trace: np.ndarray
    in_flight: np.ndarray
    use: np.ndarray
    resource: np.ndarray
    delivered: np.ndarray

    __repr__ = short_repr


def check_lif_state(state, rest, longest_delay, n_sources):
    """Return ``state`` in the precision of ``rest``, or raise ValueError if it is not one of the same liquid."""
    if not isinstance(state, LIFState):
        raise ValueError(f"'state' must be a LIFState, as returned by run; got {type(state).__name__}.")
    if not isinstance(state.step, Integral) or not 0 <= state.step < 2**62:
        raise ValueError(
            f"'state' must be a LIFState; its 'step' must be an integer from 0 to 2**62; got {state.step!r}."
        )
    step = int(state.step)
    parts = [
        _check_part(name, part, own) for name, part, own in zip(state._fields[1:], state[1:], rest[1:], strict=True)
    ]
    if not flight_is_possible(parts[4], step, longest_delay, n_sources):
        raise ValueError(
            f"'state' must be a LIFState of this liquid; its 'in_flight' must list, by step and source, each once, "
            f"spikes of {n_sources} sources in the last {longest_delay} steps before step {state.step}."
        )
    return LIFState(step, *parts)


def _check_part(name, part, own):
    if _is_ready(part, own):
        return part
    whole = isinstance(part, np.ndarray) and not is_masked(part)
    part = np.asarray(part) if whole else part
    rows = len(part) if name == "in_flight" and whole and part.ndim else len(own)
    shape, integer = (rows, *own.shape[1:]), own.dtype.kind == "i"
    fits = whole and part.shape == shape and part.dtype.kind in ("iu" if integer else "fiu")
    if fits and part.dtype != own.dtype:
        with np.errstate(over="ignore"):  # what overflows is refused below
            part = part.astype(own.dtype)
    if not fits or not (integer or np.isfinite(part).all()):
        raise ValueError(
            f"'state' must be a LIFState of this liquid; its '{name}' must be a finite "
            f"{'integer' if integer else own.dtype} array of shape {shape}, none of it masked."
        )
    # Arrays in another order or read-only would compile another version of the kernels.
    return part if part.flags.carray else np.array(part, order="C")


def _is_ready(part, own):
    # Most states come from this very liquid, one row after the other, and the full check takes as long as a row.
    plain = type(part) is np.ndarray and part.dtype is own.dtype and part.shape == own.shape and part.flags.carray
    return plain and (part.size == 0 or own.dtype.kind == "i" or is_finite(part))

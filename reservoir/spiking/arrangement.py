"""What the spiking kernel is given of a fitted liquid, by name, and how it is computed from the fitted constants."""

from typing import Any, NamedTuple

import numpy as np

from reservoir.checks.arguments import check_number
from reservoir.kernels.alignment import aligned
from reservoir.spiking.circuit import Circuit, Dynamics
from reservoir.spiking.kernel import COUNTS, TRACES, VOLTAGES
from reservoir.spiking.neurons.neuron import Motion

OUTPUTS = {"traces": TRACES, "counts": COUNTS, "voltages": VOLTAGES}
MOST_STEPS = 10**7  # per row of X


class Source(NamedTuple):
    """The input and the background of units: ``input_weights`` (n_features, n_units) and ``background``, per step.

    If ``as_spikes``, the inputs are spikes of channels, which act through synapses instead.
    """

    input_weights: np.ndarray
    background: np.ndarray
    as_spikes: bool


class Sampling(NamedTuple):
    """What a row of states holds: ``output``, a code of `OUTPUTS`.

    Entry k of ``trace_decay`` (n_substeps + 1,) is the decay of a trace in k steps.
    """

    trace_decay: np.ndarray
    output: int


class SpikingProgram(NamedTuple):
    """What the kernel of a model is given of a liquid.

    ``membrane`` and ``spike`` are NamedTuples of the model, the constants of a step and of a spike, arrays (n_units,);
    ``decay`` (2, n_units) is that of the excitatory and the inhibitory currents in a step. Where all units are alike,
    membrane and decay hold one value for all. ``hold_steps`` (n_units,) are the steps of refractoriness.
    """

    membrane: Any
    decay: np.ndarray
    spike: Any
    hold_steps: np.ndarray
    circuit: Circuit
    dynamics: Dynamics
    source: Source
    sampling: Sampling


def resolve_times(dt, input_period):
    """Return ``dt`` and ``input_period`` in ms, and the number of steps in a row of X."""
    dt = check_number("dt", dt, above=0)
    period = check_number("input_period", input_period, above=0)
    n_substeps = round(min(period / dt, MOST_STEPS + 1))
    if n_substeps > MOST_STEPS:
        raise ValueError(
            f"'input_period' must be at most {MOST_STEPS} dt={dt:g} ms; got {period:g} ms. Use a larger 'dt'."
        )
    if n_substeps < 1 or abs(n_substeps * dt - period) > 1e-9 * period:
        raise ValueError(f"'input_period' must be a whole number of dt={dt:g} ms; got {period:g} ms.")
    return dt, period, n_substeps


@np.errstate(all="ignore")
def arrange_motion(neuron, dt, taus, reversals, dtype):
    """Return the `Motion` of units in a step, and the decay of their currents, both as the kernel reads them.

    ``reversals`` are the two reversal potentials where synapses are conductances, else nothing.
    """
    motion = neuron.conductance_motion(dt, *reversals) if reversals else neuron.motion(dt, *taus)
    if not isinstance(motion, Motion):
        raise TypeError(f"motion of {type(neuron).__name__} must return a Motion; got {type(motion).__name__}.")
    n_units = neuron.n_units
    motion = motion._replace(
        membrane=motion.membrane._make(np.broadcast_to(values, n_units) for values in motion.membrane),
        gain=np.broadcast_to(motion.gain, n_units),
    )
    constants = [*motion.membrane, *(np.exp(-dt / tau) for tau in taus)]
    if not np.isfinite(constants).all():
        scales = [name for name, declared in neuron.constants().items() if declared["bounds"].get("above") == 0]
        names = [*scales, "tau_excitatory", "tau_inhibitory"]
        values = [*(getattr(neuron, name) for name in scales), *taus]
        raise ValueError(
            f"{', '.join(map(repr, names[:-1]))} and {names[-1]!r} must not be that far below dt={dt:g} ms; "
            f"got one of {min(map(np.min, values)):g} ms."
        )
    if all(np.all(values == values[0]) for values in constants):
        constants = [values[:1] for values in constants]
    *membrane, excitatory, inhibitory = (aligned(np.array(values, dtype, order="C")) for values in constants)
    return motion._replace(membrane=motion.membrane._make(membrane)), aligned(np.stack([excitatory, inhibitory]))


def arrange_source(motion, input_weights, background, as_spikes, dtype):
    """Return the `Source` of inputs and a background in nA."""
    with np.errstate(all="ignore"):
        pushed = motion.gain * (motion.offset + background)
    weights = np.zeros(input_weights.shape[::-1], dtype)  # which takes no memory before it is written to
    if not as_spikes:
        np.multiply(input_weights.T, motion.gain, out=weights, casting="same_kind")
    return Source(weights, pushed.astype(dtype), as_spikes)


def arrange_spike(neuron):
    """Return the constants that spikes depend on, a NamedTuple of the model, as arrays that may be written to."""
    return neuron.spike._make(aligned(getattr(neuron, name).copy()) for name in neuron.spike._fields)


def arrange_sampling(output, tau_trace, dt, n_substeps, dtype):
    """Return what a row of states holds, a `Sampling`."""
    with np.errstate(all="ignore"):
        trace_decay = np.exp(-dt * np.arange(n_substeps + 1) / tau_trace).astype(dtype)
    return Sampling(trace_decay, OUTPUTS[output])

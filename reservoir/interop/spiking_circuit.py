"""A fitted spiking liquid as simulators of spiking networks are told of it: constants, synapses and input by name."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from readouts.types import Array
from reservoir.checks.arguments import check_number
from reservoir.series.sequences import read_series
from reservoir.spiking import Neuron, SpikingLiquid
from reservoir.spiking.circuit import SynapseList
from reservoir.spiking.conductance_synapses import REVERSALS
from reservoir.spiking.synapse_kernel import PER_SEGMENT, STATIC


class MarkramValues(NamedTuple):
    """What each recurrent synapse with short-term plasticity is: its constants (times in ms), and u and r at rest."""

    utilization: Array
    tau_depression: Array
    tau_facilitation: Array
    use: Array
    resource: Array


class SpikingCircuit(NamedTuple):
    """A circuit on a grid of ``dt``: times in ms or in steps, potentials in mV, currents in nA, all double precision.

    ``units`` are the constants of the units by their names in the liquid, arrays (n_units,), and ``initial_voltage``;
    ``refractory_steps`` is at least 1: a unit spikes again so many steps after a spike, or later. ``reversals`` are the
    reversal potentials by their names where synapses are conductances, in uS, else there are none. In ``recurrent`` and
    ``inputs``, sources are units and channels of the input; a delay of 0 arrives at the end of the step of the spike.
    Where inputs are currents, their synapses have no delay, and act by none of the two synaptic currents.
    """

    dt: float
    n_substeps: int
    n_units: int
    n_features: int
    neuron: Neuron
    units: dict[str, Array]
    refractory_steps: Array
    reversals: dict[str, Array]
    recurrent: SynapseList
    markram: MarkramValues | None
    inputs: SynapseList
    as_spikes: bool


def read_circuit(liquid: Any, X: Any, function: str) -> tuple[SpikingCircuit, Array | None]:
    """Return the `SpikingCircuit` of a liquid, and X as the liquid reads it; refuse what has no equations elsewhere.

    Parameters
    ----------
    liquid : the argument of that name
    X : one series, or None
    function : the name of the public function, for messages
    """
    neuron = _check_liquid(liquid, function)
    if X is not None:
        X = np.asarray(read_series(liquid, X, dtype=liquid.dtype_, many=f"call {function} once for each series"))
        liquid.check_rows(X)
    program, rest, as_spikes = liquid.program_, liquid.rest(), bool(liquid.program_.source.as_spikes)
    recurrent, inputs, segments = _synapses(program.circuit, liquid.n_units_)
    if not as_spikes:
        inputs = _current_inputs(liquid.input_weights_)
    names = [*neuron.constants(), "tau_excitatory", "tau_inhibitory", "background_current"]
    constants = {name: getattr(liquid, f"{name}_").astype(float) for name in names}
    circuit = SpikingCircuit(
        liquid.dt_, liquid.n_substeps_, liquid.n_units_, liquid.n_features_in_, neuron, constants,
        np.maximum(liquid.refractory_steps_, 1), _reversals(liquid),
        recurrent, _markram(program.dynamics, rest, segments, liquid.dt_), inputs, as_spikes,
    )  # fmt: skip
    return circuit, None if X is None else X.astype(float)


def in_order(steps: Any, units: Any) -> tuple[Array, Array]:
    """Return spikes as a liquid lists them, int64 arrays in order of time and, within a step, of units."""
    steps, units = (np.rint(np.asarray(part, float)).astype(np.int64) for part in (steps, units))
    order = np.lexsort((units, steps))
    return steps[order], units[order]


def check_duration(duration: float | None, n_steps: int | None, dt: float) -> float:
    """Return a duration in ms, that of the series if None, or raise ValueError."""
    if duration is None:
        if n_steps is None:
            raise ValueError("'duration' must be given, in ms, where there is no series X; got None.")
        return n_steps * dt
    duration = check_number("duration", duration, at_least=0)
    if abs(duration - round(duration / dt) * dt) > 1e-9 * duration:
        raise ValueError(f"'duration' must be a whole number of dt={dt:g} ms; got {duration:g} ms.")
    return round(duration / dt) * dt


def _check_liquid(liquid, function):
    """Return the neuron of a liquid that can be written down elsewhere, or raise an error that says why it cannot."""
    if not isinstance(liquid, SpikingLiquid):
        found = f"the class {liquid.__name__}" if isinstance(liquid, type) else type(liquid).__name__
        hint = " Pass its fitted liquid, 'reservoir_'." if hasattr(liquid, "reservoir") else ""
        raise TypeError(f"'liquid' must be a fitted LIFLiquid or SpikingLiquid for {function}; got {found}.{hint}")
    check_is_fitted(liquid)
    if np.any(liquid.noise_):
        raise ValueError(
            f"'liquid' must have no noise for {function}, because no other program draws the same; got noise of up to "
            f"{liquid.noise_.max():g} nA. Fit it with noise=0."
        )
    return liquid.neuron_


def _reversals(liquid):
    return {name: getattr(liquid, f"{name}_").astype(float) for name in REVERSALS} if liquid.synapses_ else {}


def _synapses(circuit, n_units):
    """Return the recurrent and the input synapses of a program, and the segment of each recurrent one."""
    n_groups, starts = len(circuit.delays), circuit.starts.astype(np.int64)
    segments = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    sources, targets = segments // max(n_groups, 1), circuit.targets.astype(np.int64)
    delays = circuit.delays[segments % max(n_groups, 1)]
    every = SynapseList(sources, targets % n_units, circuit.weights.astype(float), delays, targets // n_units)
    is_input = sources >= n_units
    inputs = SynapseList(*(part[is_input] for part in every))
    recurrent = SynapseList(*(part[~is_input] for part in every))
    return recurrent, inputs._replace(sources=inputs.sources - n_units), segments[~is_input]


def _current_inputs(weights):
    units, channels = np.nonzero(weights)
    nothing = np.zeros(len(units), np.int64)
    return SynapseList(channels, units, weights[units, channels].astype(float), nothing, nothing)


def _markram(dynamics, rest, segments, dt):
    """Return the `MarkramValues` of the recurrent synapses, or None if they are static.

    A time below a thousandth of a step is one: in double precision, what is left after a step is 0 in either case.
    """
    if dynamics.mode == STATIC:
        return None
    chosen = segments if dynamics.mode == PER_SEGMENT else slice(None)
    rates = dynamics.utilization, dynamics.depression_rate, dynamics.facilitation_rate
    utilization, depression, facilitation, use, resource = (
        part.astype(float)[chosen] for part in (*rates, rest.use, rest.resource)
    )
    return MarkramValues(
        utilization, dt / np.minimum(depression, 1e3), dt / np.minimum(facilitation, 1e3), use, resource
    )

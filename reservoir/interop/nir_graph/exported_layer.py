"""A fitted spiking liquid in the numbers of NIR: constants of its units, weights, and times in seconds."""

from typing import Any, Literal, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.interop.nir_graph.conversions import largest_below, seconds
from reservoir.spiking import LeakyIntegrateAndFire
from reservoir.spiking.circuit import SynapseList

Integrator = Literal["exact", "euler"]
INTEGRATORS = ("exact", "euler")


class ExportedLayer(NamedTuple):
    """What nodes are made of.

    ``units`` are the fields of a node LIF or IF, arrays (n_units,), ``bias`` a constant current (n_units,) where they
    have no leak, ``initial_voltage`` V before the first step, and ``refractory`` times in ms. ``input_weights``
    (n_units, n_features) are those of currents. Of the ``synapses``, sources from n_units on are input channels, and
    delays are in steps of ``dt``. The rest are times in seconds, ``tau_synapse`` (2, n_units) of the excitatory and
    inhibitory currents.
    """

    units: dict[str, Array]
    bias: Array | None
    initial_voltage: Array
    refractory: Array
    input_weights: Array | None
    synapses: SynapseList
    tau_synapse: Array
    dt: float


def exported_layer(liquid: Any, integrator: Integrator) -> ExportedLayer:
    """Return a fitted liquid of leaky or perfect integrate-and-fire units for one of `INTEGRATORS`."""
    return exact_layer(liquid) if integrator == "exact" else euler_layer(liquid)


def exact_layer(liquid):
    """Return the constants of the equations: mV, nA and MOhm, and seconds; R is 1 MOhm for leaky units."""
    neuron, background = liquid.neuron_, liquid.background_current_
    units = {"v_threshold": largest_below(neuron.threshold), "v_reset": neuron.reset.astype(np.float64)}
    if isinstance(neuron, LeakyIntegrateAndFire):
        v_leak = (neuron.resting + background).astype(np.float64)
        units |= {"tau": seconds(neuron.tau_membrane), "r": np.ones(len(v_leak)), "v_leak": v_leak}
        bias = None
    else:
        units["r"] = 1000 / neuron.capacitance.astype(np.float64)
        bias = background.astype(np.float64)
    taus = np.stack([liquid.tau_excitatory_, liquid.tau_inhibitory_])
    weights, dt = _current_weights(liquid), float(seconds(liquid.dt_))
    initial = neuron.initial_voltage.astype(np.float64)
    return ExportedLayer(units, bias, initial, liquid.refractory_, weights, program_synapses(liquid), seconds(taus), dt)


def euler_layer(liquid):
    """Return constants with which a step forward by Euler's rule is an exact step of the liquid.

    Voltages count from the reset, 0, to the threshold, 1. A weight is what V gains by it in the next step.
    """
    neuron, dt = liquid.neuron_, float(seconds(liquid.dt_))
    taus = np.stack([liquid.tau_excitatory_, liquid.tau_inhibitory_]).astype(np.float64)
    motion = neuron.motion(liquid.dt_, *taus)
    reset = neuron.reset.astype(np.float64)
    span = neuron.threshold.astype(np.float64) - reset
    units = {"v_threshold": largest_below(np.ones(len(span), liquid.dtype_)), "v_reset": np.zeros(len(span))}
    background = liquid.background_current_.astype(np.float64)
    if isinstance(neuron, LeakyIntegrateAndFire):
        units |= {"tau": dt / motion.gain, "r": 1 / motion.gain, "v_leak": (neuron.resting + background - reset) / span}
        bias = None
    else:
        units["r"] = np.full(len(span), 1 / dt)
        bias = background * motion.gain / span
    weights = _current_weights(liquid)
    weights = None if weights is None else weights * (motion.gain / span)[:, None]
    synapses = program_synapses(liquid)
    gained = np.stack([motion.membrane.by_excitatory, motion.membrane.by_inhibitory]) / span
    synapses = synapses._replace(weights=synapses.weights * gained[synapses.currents, synapses.targets])
    initial = (neuron.initial_voltage - reset) / span
    taus = dt / -np.expm1(-liquid.dt_ / taus)
    return ExportedLayer(units, bias, initial, liquid.refractory_, weights, synapses, taus, dt)


def program_synapses(liquid: Any) -> SynapseList:
    """Return the synapses of a fitted liquid as its kernel reads them, input channels numbered after the units."""
    circuit, n_units = liquid.program_.circuit, liquid.n_units_
    segments = np.repeat(np.arange(len(circuit.starts) - 1), np.diff(circuit.starts.astype(np.int64)))
    sources, groups = np.divmod(segments, len(circuit.delays)) if len(circuit.delays) else (segments, segments)
    currents, targets = np.divmod(circuit.targets.astype(np.int64), n_units)
    weights = circuit.weights.astype(np.float64)
    return SynapseList(sources, targets, weights, circuit.delays[groups], currents)


def _current_weights(liquid):
    return liquid.input_weights_.astype(np.float64) if liquid.input_ == "current" else None

"""The adaptive leaky integrate-and-fire unit: spikes raise its threshold and draw a current, both of which fade."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, final

import numpy as np

from readouts.compiling import fma, njit
from readouts.types import Array
from reservoir.kernels.functions import exp
from reservoir.spiking.kernel import spiking_kernel
from reservoir.spiking.membrane import leaky_excitability, leaky_rheobase, response
from reservoir.spiking.neurons.neuron import Motion, Neuron, PerUnit, constant
from reservoir.spiking.state import spiking_state
from reservoir.spiking.unit_kernels import held_where_reset


class Variables(NamedTuple):
    """Voltage in mV, what spikes have added to the threshold, in mV, and the current that they draw, in nA."""

    voltage: float
    threshold_shift: float
    adaptation: float


class Membrane(NamedTuple):
    """What is kept of the variables in a step, and what the currents make of V."""

    keep: float | Array
    by_excitatory: float | Array
    by_inhibitory: float | Array
    by_adaptation: float | Array
    keep_shift: float | Array
    keep_adaptation: float | Array


class ConductanceMembrane(NamedTuple):
    """What moves V where synapses are conductances: dt / tau per uS, the leak in uS, and the reversals in mV."""

    rate: float | Array
    leak: float | Array
    reversal_excitatory: float | Array
    reversal_inhibitory: float | Array
    keep_shift: float | Array
    keep_adaptation: float | Array


class Spike(NamedTuple):
    """Where a unit spikes, in mV, and what its spike does to the variables."""

    threshold: float
    reset: float
    kept_overshoot: float
    threshold_jump: float
    adaptation_jump: float


ALIFState = spiking_state("ALIFState", __name__, Variables)


@njit
def step(membrane, state, drive, excitatory, inhibitory):
    """Return the variables after a step: the exact solution, for they are linear between spikes."""
    kept = fma(membrane.keep, state.voltage, drive)
    moved = fma(membrane.by_inhibitory, inhibitory, fma(membrane.by_excitatory, excitatory, kept))
    return Variables(
        fma(-membrane.by_adaptation, state.adaptation, moved),
        membrane.keep_shift * state.threshold_shift,
        membrane.keep_adaptation * state.adaptation,
    )


@njit
def step_by_conductances(membrane, state, drive, excitatory, inhibitory):
    """Return the variables after a step in which conductances and the adaptation act on V as at its beginning."""
    total = membrane.leak + excitatory + inhibitory
    pulled = fma(membrane.reversal_inhibitory, inhibitory, fma(membrane.reversal_excitatory, excitatory, drive))
    goal = (pulled - state.adaptation) / total
    return Variables(
        fma(state.voltage - goal, exp(-membrane.rate * total), goal),
        membrane.keep_shift * state.threshold_shift,
        membrane.keep_adaptation * state.adaptation,
    )


@njit
def reaches_shifted_threshold(spike, state):
    """Return whether a unit is at or over its threshold, which spikes have raised."""
    return state.voltage >= spike.threshold + state.threshold_shift


@njit
def adapt(spike, state):
    """Return the variables of a unit after its spike."""
    overshoot = state.voltage - (spike.threshold + state.threshold_shift)
    return Variables(
        fma(spike.kept_overshoot, overshoot, spike.reset),
        state.threshold_shift + spike.threshold_jump,
        state.adaptation + spike.adaptation_jump,
    )


PARTS = {"crosses": reaches_shifted_threshold, "reset": adapt, "hold": held_where_reset, "on_voltage": False}
run_alif = spiking_kernel(Variables, Membrane, Spike, step=step, **PARTS)
run_conductance_alif = spiking_kernel(Variables, ConductanceMembrane, Spike, step=step_by_conductances, **PARTS)


@final
@dataclass(eq=False, repr=False)
class AdaptiveLeakyIntegrateAndFire(Neuron):
    """Adaptive leaky integrate-and-fire unit (ALIF), for the argument ``neuron`` of `SpikingLiquid`.

    A spike raises the threshold by ``threshold_jump``, and draws a current from then on; both fade (R = 1 MOhm)::

        tau_membrane  dV/dt     = resting - V + R (I - w)
        tau_threshold dshift/dt = -shift
        tau_adaptation dw/dt    = -w
        at V >= threshold + shift:
            V -> reset + kept_overshoot (V - threshold - shift),  shift -> shift + threshold_jump,
            w -> w + adaptation_jump

    It is integrated exactly; with conductances as `LeakyIntegrateAndFire`, w being held over a step, too: that is
    ``exact`` and ``exponential_euler`` of Brian2, spike for spike. With ``kept_overshoot=0`` it is ``gif_psc_exp`` of
    NEST without its randomness. While a unit is refractory, its shift and its w go on fading. The time constants of
    adaptation are how long a liquid remembers: a unit that has fired fires less for that time.

    Parameters
    ----------
    tau_membrane : float, pair or array, default=20.0
        Membrane time constant in ms, above 0. This and the others take what those of `LeakyIntegrateAndFire` take.
    threshold, reset, resting : float, pair or array, default=15.0, 0.0 and 0.0
        In mV; ``reset`` lies below ``threshold``.
    threshold_jump : float, pair or array, default=1.0
        By how much a spike raises the threshold, in mV, at least 0. In Bellec et al. it is
        ``beta (exp(dt / tau_threshold) - 1) / dt`` with their dt of 1 ms: close to ``beta / tau_threshold``.
    tau_threshold : float, pair or array, default=200.0
        In which time the threshold comes back, in ms, above 0.
    adaptation_jump : float, pair or array, default=0.0
        Current that a spike draws, in nA.
    tau_adaptation : float, pair or array, default=100.0
        In which time this current fades, in ms, above 0.
    kept_overshoot : float, pair or array, default=0.0
        Share of the voltage above the threshold that is kept after a spike, 0 to 1. With 0, V is reset to ``reset``;
        with 1, a spike subtracts the distance from ``reset`` to the present threshold. So it is in Bellec et al., but
        that they subtract at the end of the next step, ``exp(dt / tau_membrane)`` times as much in effect.
    initial_voltage : float, pair, array or None, default=None
        V before the first step, in mV; None is ``resting``.

    References
    ----------
    G. Bellec, D. Salaj, A. Subramoney, R. Legenstein and W. Maass, "Long short-term memory and learning-to-learn in
    networks of spiking neurons", NeurIPS 2018, section 2 (adaptive threshold), whose units are not refractory in V.

    Examples
    --------
    A unit under a steady current fires less and less:

    >>> import numpy as np
    >>> from reservoir import AdaptiveLeakyIntegrateAndFire, SpikingLiquid
    >>> alone = {"recurrent_scaling": 0.0, "background_current": 30.0, "inhibitory": 0.0}
    >>> liquid = SpikingLiquid(1, neuron=AdaptiveLeakyIntegrateAndFire(threshold_jump=2.0), **alone)
    >>> steps, _ = liquid.fit([[0.0]]).spikes(np.zeros((20, 1)))
    >>> np.diff(steps)[:6]
    array([18, 21, 23, 26, 28, 30])
    """

    tau_membrane: PerUnit = constant(20.0, "ms", above=0)
    threshold: PerUnit = constant(15.0, "mV")
    reset: PerUnit = constant(0.0, "mV")
    resting: PerUnit = constant(0.0, "mV")
    threshold_jump: PerUnit = constant(1.0, "mV", at_least=0)
    tau_threshold: PerUnit = constant(200.0, "ms", above=0)
    adaptation_jump: PerUnit = constant(0.0, "nA")
    tau_adaptation: PerUnit = constant(100.0, "ms", above=0)
    kept_overshoot: PerUnit = constant(0.0, "1", at_least=0, at_most=1)
    initial_voltage: PerUnit | None = constant(None, "mV", like="resting")

    variables: ClassVar = Variables
    spike: ClassVar = Spike
    state: ClassVar = ALIFState
    kernel: ClassVar = staticmethod(run_alif)
    conductance_kernel: ClassVar = staticmethod(run_conductance_alif)

    def motion(self, dt: float, tau_excitatory: Array, tau_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt``, as `LeakyIntegrateAndFire` and as w and the shift fade."""
        tau, fading = np.asarray(self.tau_membrane, np.float64), np.asarray(self.tau_adaptation, np.float64)
        responses = (response(dt, tau, one) for one in (tau_excitatory, tau_inhibitory, fading))
        return Motion(
            Membrane(np.exp(-dt / tau), *responses, *self._kept(dt)), -np.expm1(-dt / tau), np.asarray(self.resting)
        )

    def conductance_motion(self, dt: float, reversal_excitatory: Array, reversal_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt`` by conductances, which join the leak of 1 uS."""
        tau = np.asarray(self.tau_membrane, np.float64)
        parts = dt / tau, np.ones(tau.shape), reversal_excitatory, reversal_inhibitory, *self._kept(dt)
        return Motion(ConductanceMembrane(*parts), np.ones(tau.shape), np.asarray(self.resting))

    def working_voltage(self) -> Array:
        """Return the voltages midway from rest to threshold."""
        return np.add(self.resting, self.threshold) / 2

    def rheobase(self) -> Array:
        """Return the constant current in nA that just takes each unit to its threshold, before it has adapted."""
        return leaky_rheobase(self.resting, self.threshold)

    def excitability(self, tau_synapse: float) -> tuple[float, float]:
        """Return the way from rest to the threshold and the peak response to a synapse, means over units."""
        return leaky_excitability(self.tau_membrane, self.resting, self.threshold, tau_synapse)

    @classmethod
    def scales(cls) -> list[str]:
        """Return the names of the constants that random weights follow from: none of those of adaptation."""
        return ["tau_membrane", "threshold", "resting"]

    def _kept(self, dt):
        fading = np.asarray(self.tau_threshold, np.float64), np.asarray(self.tau_adaptation, np.float64)
        return [np.exp(-dt / tau) for tau in fading]

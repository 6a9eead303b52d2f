"""The leaky integrate-and-fire unit, integrated exactly."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, final

import numpy as np

from readouts.compiling import fma, njit
from readouts.types import Array
from reservoir.checks.short_repr import short_repr
from reservoir.kernels.functions import exp
from reservoir.spiking.kernel import spiking_kernel
from reservoir.spiking.membrane import leaky_excitability, leaky_rheobase, response
from reservoir.spiking.neurons.fixed_threshold import FixedThreshold, Voltage, reaches_threshold, to_reset
from reservoir.spiking.neurons.neuron import Motion, Neuron, PerUnit, constant


class Membrane(NamedTuple):
    """What becomes of V in a step: the part that is kept, and the responses to the two synaptic currents."""

    keep: float | Array
    by_excitatory: float | Array
    by_inhibitory: float | Array


class ConductanceMembrane(NamedTuple):
    """What moves V where synapses are conductances: dt / tau per uS, the leak in uS, and the reversals in mV."""

    rate: float | Array
    leak: float | Array
    reversal_excitatory: float | Array
    reversal_inhibitory: float | Array


class LIFState(NamedTuple):
    """Everything that a spiking liquid of leaky integrate-and-fire units carries from one step to the next.

    Parameters
    ----------
    step : int
        Number of steps of ``dt`` since rest; noise is a function of it.
    voltage : array (n_units,), mV
    current : array (2, n_units), nA
        Excitatory and inhibitory synaptic currents, or conductances in uS.
    release : int64 array (n_units,)
        Step from which on a unit integrates again after its last spike.
    trace : array (n_units,)
        Filtered spikes.
    in_flight : int64 array (n_spikes, 3)
        Spikes that have not yet reached all postsynaptic units, oldest first: step, source (a unit, or ``n_units`` plus
        an input channel), number.
    use, resource : arrays
        u and r of dynamic synapses at their last spike, in the order of the kernel; empty without them.
    delivered : int64 array
        Step in which each group of dynamic synapses last delivered a spike, -1 if none yet.
    """

    step: int
    voltage: Array
    current: Array
    release: Array
    trace: Array
    in_flight: Array
    use: Array
    resource: Array
    delivered: Array


LIFState.__repr__ = short_repr  # type: ignore[method-assign]


@njit
def step(membrane, state, drive, excitatory, inhibitory):
    """Return the voltage after a step: the exact solution, for it is linear between spikes."""
    kept = fma(membrane.keep, state.voltage, drive)
    return Voltage(fma(membrane.by_inhibitory, inhibitory, fma(membrane.by_excitatory, excitatory, kept)))


@njit
def step_by_conductances(membrane, state, drive, excitatory, inhibitory):
    """Return the voltage after a step in which the conductances are held: V decays to where the currents cancel."""
    total = membrane.leak + excitatory + inhibitory
    pulled = fma(membrane.reversal_inhibitory, inhibitory, fma(membrane.reversal_excitatory, excitatory, drive))
    goal = pulled / total
    return Voltage(fma(state.voltage - goal, exp(-membrane.rate * total), goal))


run_lif = spiking_kernel(Voltage, Membrane, FixedThreshold, step=step, crosses=reaches_threshold, reset=to_reset)
run_conductance_lif = spiking_kernel(
    Voltage, ConductanceMembrane, FixedThreshold, step=step_by_conductances, crosses=reaches_threshold, reset=to_reset
)


@final
@dataclass(eq=False, repr=False)
class LeakyIntegrateAndFire(Neuron):
    """Leaky integrate-and-fire unit, for the argument ``neuron`` of `SpikingLiquid`.

    With R = 1 MOhm, ``tau_membrane dV/dt = resting - V + R I``. It is integrated exactly; with conductances g, of which
    ``I = g_exc (E_exc - V) + g_inh (E_inh - V)`` is the synaptic part, exactly but for that g is held over a step.

    Parameters
    ----------
    tau_membrane : float, pair or array, default=20.0
        Membrane time constant in ms, above 0. This and the others take one number, a pair (excitatory, inhibitory) or
        an array ``(n_units,)``; for two units, a tuple is the pair.
    threshold, reset, resting : float, pair or array, default=15.0, 0.0 and 0.0
        In mV; ``reset`` lies below ``threshold``.
    initial_voltage : float, pair, array or None, default=None
        V before the first step, in mV; None is ``resting``.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LeakyIntegrateAndFire, LIFLiquid, SpikingLiquid
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> one = LIFLiquid(40, tau_membrane=30.0, random_state=0).fit_transform(u)
    >>> other = SpikingLiquid(40, neuron=LeakyIntegrateAndFire(tau_membrane=30.0), random_state=0).fit_transform(u)
    >>> bool(np.all(one == other))
    True
    """

    tau_membrane: PerUnit = constant(20.0, "ms", above=0)
    threshold: PerUnit = constant(15.0, "mV")
    reset: PerUnit = constant(0.0, "mV")
    resting: PerUnit = constant(0.0, "mV")
    initial_voltage: PerUnit | None = constant(None, "mV", like="resting")

    variables: ClassVar = Voltage
    spike: ClassVar = FixedThreshold
    state: ClassVar = LIFState
    kernel: ClassVar = staticmethod(run_lif)
    conductance_kernel: ClassVar = staticmethod(run_conductance_lif)

    def motion(self, dt: float, tau_excitatory: Array, tau_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt`` (Rotter & Diesmann 1999, section 3)."""
        tau = np.asarray(self.tau_membrane, np.float64)
        membrane = Membrane(np.exp(-dt / tau), response(dt, tau, tau_excitatory), response(dt, tau, tau_inhibitory))
        return Motion(membrane, gain=-np.expm1(-dt / tau), offset=np.asarray(self.resting))

    def conductance_motion(self, dt: float, reversal_excitatory: Array, reversal_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt`` by conductances, which join the leak of 1 uS."""
        tau = np.asarray(self.tau_membrane, np.float64)
        membrane = ConductanceMembrane(dt / tau, np.ones(tau.shape), reversal_excitatory, reversal_inhibitory)
        return Motion(membrane, gain=np.ones(tau.shape), offset=np.asarray(self.resting))

    def working_voltage(self) -> Array:
        """Return the voltages midway from rest to threshold."""
        return np.add(self.resting, self.threshold) / 2

    def rheobase(self) -> Array:
        """Return the constant current in nA that just takes each unit to its threshold."""
        return leaky_rheobase(self.resting, self.threshold)

    def ceiling(self) -> Array:
        """Return the thresholds, at which a unit is reset."""
        return np.asarray(self.threshold, np.float64)

    def excitability(self, tau_synapse: float) -> tuple[float, float]:
        """Return the way from rest to the threshold and the peak response to a synapse, means over units."""
        return leaky_excitability(self.tau_membrane, self.resting, self.threshold, tau_synapse)

"""The perfect integrate-and-fire unit, a capacitor without leak, integrated exactly."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, final

import numpy as np

from readouts.compiling import fma, njit
from readouts.types import Array
from reservoir.spiking.kernel import spiking_kernel
from reservoir.spiking.neurons.fixed_threshold import FixedThreshold, Voltage, reaches_threshold, to_reset
from reservoir.spiking.neurons.neuron import Motion, Neuron, PerUnit, constant
from reservoir.spiking.state import spiking_state


class Membrane(NamedTuple):
    """Responses of V in a step to the two synaptic currents."""

    by_excitatory: float | Array
    by_inhibitory: float | Array


PIFState = spiking_state("PIFState", __name__, Voltage)


@njit
def step(membrane, state, drive, excitatory, inhibitory):
    """Return the voltage after a step, exactly."""
    moved = state.voltage + drive
    return Voltage(fma(membrane.by_inhibitory, inhibitory, fma(membrane.by_excitatory, excitatory, moved)))


run_pif = spiking_kernel(Voltage, Membrane, FixedThreshold, step=step, crosses=reaches_threshold, reset=to_reset)


@final
@dataclass(eq=False, repr=False)
class PerfectIntegrateAndFire(Neuron):
    """Perfect integrate-and-fire unit, for the argument ``neuron`` of `SpikingLiquid`: ``capacitance dV/dt = I``.

    Parameters
    ----------
    capacitance : float, pair or array, default=20.0
        In nF, above 0. This and the others take what those of `LeakyIntegrateAndFire` take.
    threshold, reset, initial_voltage : float, pair or array, default=15.0, 0.0 and 0.0
        In mV; ``reset`` lies below ``threshold``.

    Examples
    --------
    >>> from reservoir import PerfectIntegrateAndFire, SpikingLiquid
    >>> alone = {"recurrent_scaling": 0.0, "background_current": 10.0, "refractory": 0.0}
    >>> liquid = SpikingLiquid(1, neuron=PerfectIntegrateAndFire(capacitance=5.0), inhibitory=0.0, **alone)
    >>> liquid.fit([[0.0]]).spikes([[0.0]] * 3)[0]  # every 15 mV * 5 nF / 10 nA = 7.5 ms, on a grid of 1 ms
    array([ 7, 15, 23])
    """

    capacitance: PerUnit = constant(20.0, "nF", above=0)
    threshold: PerUnit = constant(15.0, "mV")
    reset: PerUnit = constant(0.0, "mV")
    initial_voltage: PerUnit = constant(0.0, "mV")
    variables: ClassVar = Voltage
    spike: ClassVar = FixedThreshold
    state: ClassVar = PIFState
    kernel: ClassVar = staticmethod(run_pif)

    def motion(self, dt: float, tau_excitatory: Array, tau_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt``: V by the charge of each current over the capacitance."""
        taus, capacitance = (tau_excitatory, tau_inhibitory), np.asarray(self.capacitance, np.float64)
        return Motion(Membrane(*(-tau * np.expm1(-dt / tau) / capacitance for tau in taus)), dt / capacitance, 0.0)

    def rheobase(self) -> Array:
        """Return 0: any current reaches the threshold."""
        return np.zeros(np.shape(self.threshold))

    def ceiling(self) -> Array:
        """Return the thresholds, at which a unit is reset."""
        return np.asarray(self.threshold, np.float64)

    def excitability(self, tau_synapse: float) -> tuple[float, float]:
        """Return the way from reset to threshold and the response to a synapse's charge, means over units."""
        return np.subtract(self.threshold, self.reset).mean(), tau_synapse / np.asarray(self.capacitance).mean()

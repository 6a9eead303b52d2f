"""A model whose spikes have an upstroke, to try what knows a neuron by what it declares; Euler steps, both synapses."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from readouts.compiling import njit
from reservoir.spiking.kernel import spiking_kernel
from reservoir.spiking.neurons.neuron import Motion, Neuron, constant
from reservoir.spiking.state import spiking_state


class Variables(NamedTuple):
    voltage: float
    fatigue: float  # in nA


class Membrane(NamedTuple):
    rate: float
    fading: float
    rest: float
    brink: float


class ConductanceMembrane(NamedTuple):
    rate: float
    fading: float
    rest: float
    brink: float
    reversal_excitatory: float
    reversal_inhibitory: float


class Spike(NamedTuple):
    peak: float
    reset: float
    jump: float


UpstrokeState = spiking_state("UpstrokeState", __name__, Variables)


@njit
def moved(membrane, state, current):
    slope = (state.voltage - membrane.rest) * (state.voltage - membrane.brink) / (membrane.brink - membrane.rest)
    voltage = state.voltage + membrane.rate * (slope + current - state.fatigue)
    return Variables(voltage, state.fatigue - membrane.fading * state.fatigue)


@njit
def step(membrane, state, drive, excitatory, inhibitory):
    return moved(membrane, state, drive + excitatory + inhibitory)


@njit
def step_by_conductances(membrane, state, drive, excitatory, inhibitory):
    pulled = excitatory * (membrane.reversal_excitatory - state.voltage)
    pulled += inhibitory * (membrane.reversal_inhibitory - state.voltage)
    return moved(membrane, state, drive + pulled)


@njit
def crosses(spike, state):
    return state.voltage >= spike.peak


@njit
def reset(spike, state):
    return Variables(spike.reset, state.fatigue + spike.jump)


run_upstroke = spiking_kernel(Variables, Membrane, Spike, step=step, crosses=crosses, reset=reset)
run_conductance_upstroke = spiking_kernel(
    Variables, ConductanceMembrane, Spike, step=step_by_conductances, crosses=crosses, reset=reset
)


@dataclass(eq=False, repr=False)
class UpstrokeUnit(Neuron):
    """Quadratic: from ``brink`` on, V runs away to the peak. It has no constant called threshold."""

    tau: float = constant(10.0, "ms", above=0)
    tau_fatigue: float = constant(100.0, "ms", above=0)
    resting: float = constant(-65.0, "mV")
    brink: float = constant(-50.0, "mV")
    peak: float = constant(0.0, "mV")
    reset: float = constant(-60.0, "mV")
    jump: float = constant(2.0, "nA")
    initial_voltage: float = constant(None, "mV", like="resting")

    variables: ClassVar = Variables
    spike: ClassVar = Spike
    state: ClassVar = UpstrokeState
    kernel: ClassVar = staticmethod(run_upstroke)
    conductance_kernel: ClassVar = staticmethod(run_conductance_upstroke)
    crossing: ClassVar = "peak"
    default_refractory: ClassVar = 0.0

    def motion(self, dt, tau_excitatory, tau_inhibitory):
        membrane = Membrane(dt / self.tau, dt / self.tau_fatigue, self.resting, self._brink())
        return Motion(membrane, np.ones(self.n_units), 0.0)

    def conductance_motion(self, dt, reversal_excitatory, reversal_inhibitory):
        membrane = self.motion(dt, None, None).membrane
        return Motion(
            ConductanceMembrane(*membrane, reversal_excitatory, reversal_inhibitory), np.ones(self.n_units), 0.0
        )

    def working_voltage(self):
        return (self.resting + self._brink()) / 2

    def rheobase(self):
        return (self._brink() - self.resting) / 4

    def excitability(self, tau_synapse):
        return np.mean(self._brink() - self.resting), 0.3

    def ceiling(self):
        return self.peak.astype(float)

    def _brink(self):
        return self.brink


@dataclass(eq=False, repr=False)
class BurstingUnit(UpstrokeUnit):
    """The same, whose brink is called threshold, and lies below the reset: a spike brings others, until it is tired."""

    threshold: float = constant(-50.0, "mV")
    reset: float = constant(-48.0, "mV")
    jump: float = constant(8.0, "nA")

    def _brink(self):
        return self.threshold

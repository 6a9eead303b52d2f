"""A model with a second variable and a soft reset, to try what the loop does with any model; Euler steps."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from readouts.compiling import njit
from reservoir.spiking.kernel import spiking_kernel
from reservoir.spiking.neurons.neuron import Motion, Neuron, constant
from reservoir.spiking.state import spiking_state
from reservoir.spiking.unit_kernels import held_where_reset


class Variables(NamedTuple):
    adaptation: float  # in nA; before the voltage, for no order is that of the loop
    voltage: float


class Membrane(NamedTuple):
    leak: float
    fading: float
    coupling: float


class Spike(NamedTuple):
    threshold: float
    reset: float
    increment: float


AdaptiveState = spiking_state("AdaptiveState", __name__, Variables)


@njit
def step(membrane, state, drive, excitatory, inhibitory):
    rate = membrane.leak * (drive + excitatory + inhibitory - state.adaptation - state.voltage)
    adaptation = state.adaptation + membrane.fading * (membrane.coupling * state.voltage - state.adaptation)
    return Variables(adaptation, state.voltage + rate)


@njit
def crosses(spike, state):
    return state.voltage >= spike.threshold


@njit
def reset(spike, state):
    return Variables(state.adaptation + spike.increment, state.voltage + spike.reset - spike.threshold)


run_adaptive = spiking_kernel(
    Variables, Membrane, Spike, step=step, crosses=crosses, reset=reset, hold=held_where_reset
)


@dataclass(eq=False, repr=False)
class AdaptiveUnit(Neuron):
    tau_membrane: float = constant(20.0, "ms", above=0)
    tau_adaptation: float = constant(50.0, "ms", above=0)
    coupling: float = constant(0.2, "uS")
    increment: float = constant(1.0, "nA")
    threshold: float = constant(10.0, "mV")
    reset: float = constant(0.0, "mV")
    initial_voltage: float = constant(2.0, "mV")

    variables: ClassVar = Variables
    spike: ClassVar = Spike
    state: ClassVar = AdaptiveState
    kernel: ClassVar = staticmethod(run_adaptive)

    def motion(self, dt, tau_excitatory, tau_inhibitory):
        tau, tau_adaptation = (part.astype(float) for part in (self.tau_membrane, self.tau_adaptation))
        return Motion(Membrane(dt / tau, dt / tau_adaptation, self.coupling), np.ones(len(tau)), 0.0)

    def rheobase(self):
        return self.threshold * (1 + self.coupling)

    def excitability(self, tau_synapse):
        return np.mean(self.threshold), 0.5


def run_plainly(liquid, X):
    """Voltages, adaptations and spikes (step, unit) of a liquid of adaptive units without synapses, in plain loops."""
    unit, dt = liquid.neuron_, liquid.dt
    v, w = unit.initial_voltage.astype(float), np.zeros(liquid.n_units_)
    busy, voltages, spikes, step = np.zeros(liquid.n_units_), [], [], 0
    for u in X:
        for _ in range(liquid.n_substeps_):
            for i in range(liquid.n_units_):
                current = liquid.background_current_[i] + liquid.input_weights_[i] @ u
                before = v[i]
                if step >= busy[i]:
                    v[i] += dt / unit.tau_membrane[i] * (current - w[i] - before)
                w[i] += dt / unit.tau_adaptation[i] * (unit.coupling[i] * before - w[i])
                if step >= busy[i] and v[i] >= unit.threshold[i]:
                    v[i], w[i] = v[i] - unit.threshold[i] + unit.reset[i], w[i] + unit.increment[i]
                    busy[i] = step + liquid.refractory_steps_[i]
                    spikes.append((step, i))
            step += 1
        voltages.append(v.copy())
    return np.array(voltages), w, spikes

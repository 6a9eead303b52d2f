"""Plain NumPy twins of spiking units, for `naive.run_spiking`: how V moves in a step, and what a spike does beside."""

import numpy as np


class ConductanceUnits:
    """Leaky units with conductances that are held over a step, in which V decays to where leak and currents cancel."""

    def __init__(self, liquid):
        self.tau, self.dt, self.synapses = liquid.tau_membrane_.astype(float), liquid.dt, liquid.synapses_
        self.offset, self.crossing = liquid.resting_, liquid.threshold_

    def move(self, voltage, current, pushed, active):
        total = 1 + current[0] + current[1]
        reversals = self.synapses.reversal_excitatory, self.synapses.reversal_inhibitory
        goal = (pushed + current[0] * reversals[0] + current[1] * reversals[1]) / total
        return np.where(active, goal + (voltage - goal) * np.exp(-self.dt * total / self.tau), voltage)

    def jump(self, spiking):
        pass


class AdExUnits:
    """Brette & Gerstner 2005 by forward Euler, V and w from both before; a refractory unit holds V, w goes on."""

    def __init__(self, liquid):
        names = ("tau_membrane", "threshold", "slope", "resting", "adaptation_coupling", "tau_adaptation")
        self.constants = [getattr(liquid, f"{name}_").astype(float) for name in names]
        self.b, self.w = liquid.adaptation_jump_, np.zeros(liquid.n_units_)
        self.dt, self.offset, self.crossing, self.synapses = liquid.dt, 0.0, liquid.peak_, liquid.synapses_

    def move(self, voltage, current, pushed, active):
        tau, threshold, slope, resting, a, tau_w = self.constants
        synaptic = current[0] + current[1]
        if self.synapses:
            excitatory = current[0] * (self.synapses.reversal_excitatory - voltage)
            synaptic = excitatory + current[1] * (self.synapses.reversal_inhibitory - voltage)
        upstroke = slope * np.exp((voltage - threshold) / slope)
        moved = voltage + self.dt / tau * (resting - voltage + upstroke + pushed + synaptic - self.w)
        self.w = self.w + self.dt / tau_w * (a * (voltage - resting) - self.w)
        return np.where(active, moved, voltage)

    def jump(self, spiking):
        self.w[spiking] += self.b[spiking]

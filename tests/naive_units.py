"""Models of spiking units for `naive.run_spiking`, in plain NumPy."""

import numpy as np


class AdaptiveLeakyUnits:
    """Leaky units whose spikes raise their threshold and draw a current, for `run_spiking`: the textbook's solutions.

    With conductances, V decays to where all currents cancel, and the current that spikes draw is held over a step.
    """

    def __init__(self, liquid):
        constants = {name: getattr(liquid, f"{name}_").astype(float) for name in liquid.neuron_.constants()}
        self.own, self.dt, self.offset, self.synapses = constants, liquid.dt, constants["resting"], liquid.synapses_
        self.taus = np.array([liquid.tau_excitatory_, liquid.tau_inhibitory_, constants["tau_adaptation"]], dtype=float)
        self.shift, self.drawn = np.zeros(liquid.n_units_), np.zeros(liquid.n_units_)

    @property
    def crossing(self):
        return self.own["threshold"] + self.shift

    def move(self, voltage, current, pushed, active):
        tau, dt = self.own["tau_membrane"], self.dt
        if self.synapses:
            reversals = self.synapses.reversal_excitatory, self.synapses.reversal_inhibitory
            total = 1 + current[0] + current[1]
            goal = (pushed - self.drawn + reversals[0] * current[0] + reversals[1] * current[1]) / total
            moved = goal + (voltage - goal) * np.exp(-dt * total / tau)
        else:
            moved = pushed + (voltage - pushed) * np.exp(-dt / tau)
            for amplitude, tau_current in zip((*current, -self.drawn), self.taus, strict=True):
                moved = moved + amplitude * tau_current / (tau_current - tau) * (
                    np.exp(-dt / tau_current) - np.exp(-dt / tau)
                )
        self.shift, self.drawn = (
            self.shift * np.exp(-dt / self.own["tau_threshold"]),
            self.drawn * np.exp(-dt / self.taus[2]),
        )
        self.voltage = np.where(active, moved, voltage)
        self.before = self.voltage.copy()
        return self.voltage

    def jump(self, spiking):
        over = self.own["kept_overshoot"] * (self.before - self.crossing)
        self.voltage[spiking] += over[spiking]
        self.shift[spiking] += self.own["threshold_jump"][spiking]
        self.drawn[spiking] += self.own["adaptation_jump"][spiking]


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

"""Slow, plain NumPy twins of every kernel: one line of mathematics per line of code."""

import numpy as np
from scipy.special import erf

ACTIVATIONS = {
    "tanh": np.tanh,
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def run_echo_state(recurrent, input_weights, bias, leak_rate, activation, inputs, state):
    """Jaeger 2001 with leaky integration: x = (1 - a) x + a f(W x + W_in u + b)."""
    states = []
    for u in inputs:
        squashed = ACTIVATIONS[activation](recurrent @ state + input_weights @ u + bias)
        state = (1 - leak_rate) * state + leak_rate * squashed
        states.append(state)
    return np.array(states)


def run_residual(recurrent, skip, input_weights, bias, skip_gain, proximity, activation, inputs, state):
    """Pinna, Ceni and Gallicchio 2025: x = alpha O x + beta f(W x + W_in u + b)."""
    states = []
    for u in inputs:
        squashed = ACTIVATIONS[activation](recurrent @ state + input_weights @ u + bias)
        state = skip_gain * (skip @ state) + proximity * squashed
        states.append(state)
    return np.array(states)


def run_ctrnn(form, method, weights, input_weights, bias, tau, activation, inputs, times, state):
    """Exponential or plain Euler steps of tau dx/dt = -x + f(.), dx/dt = -x / tau + f(.), or tau dx/dt = f(.).

    ``weights`` is what multiplies x, in the antisymmetric form A - A^T - diffusion I; ``times`` holds one per row.
    """
    states = []
    for u, h in zip(inputs, times, strict=True):
        f = ACTIVATIONS[activation](weights @ state + input_weights @ u + bias)
        a = np.minimum(h / tau, 1)
        if form == "antisymmetric":
            state = state + a * f
        else:
            keep = np.exp(-h / tau) if method == "exponential" else 1 - a
            state = keep * state + (1 - keep) * (tau * f if form == "additive" else f)
        states.append(state)
    return np.array(states)


def conductance_load(recurrent, sensory, leak_conductance, leak_potential):
    """Current and conductance of leak and synapses (Lechner et al. 2020, methods) as a function of v and u.

    ``recurrent`` and ``sensory`` are dense (4, n_units, n_sources): conductance, slope, midpoint, reversal.
    """

    def load(v, u):
        a = recurrent[0] * sigmoid(recurrent[1] * (v - recurrent[2]))
        s = sensory[0] * sigmoid(sensory[1] * (u - sensory[2]))
        current = leak_conductance * leak_potential + (a * recurrent[3]).sum(1) + (s * sensory[3]).sum(1)
        return current, leak_conductance + a.sum(1) + s.sum(1)

    return load


def gate_load(weights, input_weights, bias, coupling, leak_conductance, leak_potential, reversal):
    """Current and conductance of leak and gate (Hasani et al. 2021, equation 1) as a function of v and u."""

    def load(v, u):
        a = coupling * leak_conductance * sigmoid(weights @ v + input_weights @ u + bias)
        return leak_conductance * leak_potential + a * reversal, leak_conductance + a

    return load


def ltc_slope(load, capacitance, v, u):
    """C dv/dt = current - conductance v."""
    current, conductance = load(v, u)
    return (current - conductance * v) / capacitance


def ltc_step(solver, load, capacitance, h, v, u):
    """Semi-implicit Euler (Hasani et al. 2021, equation 3), explicit Euler, classical Runge-Kutta."""
    if solver == "fused":
        current, conductance = load(v, u)
        return (capacitance * v + h * current) / (capacitance + h * conductance)
    k1 = ltc_slope(load, capacitance, v, u)
    if solver == "euler":
        return v + h * k1
    k2 = ltc_slope(load, capacitance, v + h / 2 * k1, u)
    k3 = ltc_slope(load, capacitance, v + h / 2 * k2, u)
    k4 = ltc_slope(load, capacitance, v + h * k3, u)
    return v + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def run_ltc(solver, load, capacitance, n_substeps, inputs, times, state, memory=None, stiffness=0.0):
    """Steps of equal length through every row, at most 1 / stiffness long; a memory cell, if any, goes first."""
    v, c = state if memory is not None else (state, None)
    states = []
    for u, time in zip(inputs, times, strict=True):
        if memory is not None:
            v, c = step_memory_cell(memory, u, v, c)
        n_steps = max(n_substeps, int(np.ceil(time * stiffness)))
        for _ in range(n_steps):
            v = ltc_step(solver, load, capacitance, time / n_steps, v, u)
        states.append(v)
    return np.array(states)


def step_memory_cell(memory, u, h, c):
    """The LSTM of ODE-LSTM (Lechner and Hasani 2020): candidate, input, forget and output gate; forget offset 1."""
    i, k, f, o = np.split(memory.input_weights @ u + memory.recurrent_weights @ h + memory.bias, 4)
    c = sigmoid(f + 1) * c + sigmoid(k) * np.tanh(i)
    return sigmoid(o) * np.tanh(c), c


BACKBONE_ACTIVATIONS = {
    "lecun_tanh": lambda x: 1.7159 * np.tanh(0.666 * x),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
}


def cfc_step(mode, heads, w_tau, amplitude, t):
    """Hasani et al. 2022 as in ncps for torch: what the heads' values ff1, ff2, time_a and time_b make in time t."""
    if mode == "pure":
        return amplitude - amplitude * np.exp(-t * (np.abs(w_tau) + np.abs(heads[0]))) * heads[0]
    g = sigmoid(t * heads[2] + heads[3])
    first, second = np.tanh(heads[0]), np.tanh(heads[1])
    return (1 - g) * first + g * second if mode == "default" else first + g * second


def run_cfc(cells, mode, activation, inputs, times, state, memory=None):
    """Run a chain of closed-form cells, each driven by the new state of the one before, after a memory cell if any."""
    h, c = state if memory is not None else (state, None)
    ends = np.cumsum([len(cell.heads[0][1]) for cell in cells])[:-1]
    states = []
    for u, t in zip(inputs, times, strict=True):
        if memory is not None:
            h, c = step_memory_cell(memory, u, h, c)
        incoming, after = u, []
        for cell, own in zip(cells, np.split(h, ends), strict=True):
            z = np.concatenate([incoming, own])
            for weights, bias in cell.backbone:
                z = BACKBONE_ACTIVATIONS[activation](weights @ z + bias)
            heads = [weights @ z + bias for weights, bias in cell.heads]
            incoming = cfc_step(mode, heads, cell.w_tau, cell.amplitude, t)
            after.append(incoming)
        h = np.concatenate(after)
        states.append(h)
    return np.array(states)


def lif_motion(liquid):
    """The part of V that is kept in a step, the responses to both currents and to a held one, and what V tends to."""
    dt, tau = liquid.dt, liquid.tau_membrane_.astype(float)
    tau_synapse = np.array([liquid.tau_excitatory_, liquid.tau_inhibitory_], dtype=float)
    keep, close = np.exp(-dt / tau), np.isclose(tau_synapse, tau)
    response = tau_synapse / np.where(close, 1, tau_synapse - tau) * (np.exp(-dt / tau_synapse) - keep)
    return keep, np.where(close, dt / tau * keep, response), 1 - keep, liquid.resting_


def pif_motion(liquid):
    """As `lif_motion`, of a capacitor without leak."""
    dt, capacitance = liquid.dt, liquid.capacitance_.astype(float)
    tau_synapse = np.array([liquid.tau_excitatory_, liquid.tau_inhibitory_], dtype=float)
    return 1.0, tau_synapse * (1 - np.exp(-dt / tau_synapse)) / capacitance, dt / capacitance, 0.0


class AffineUnits:
    """Units that only have a voltage, which a step maps to an affine function of itself and of all currents."""

    def __init__(self, liquid, keep, response, gain, offset):
        self.keep, self.response, self.gain, self.offset = keep, response, gain, offset
        self.crossing = liquid.threshold_

    def move(self, voltage, current, pushed, active):
        synaptic = self.response[0] * current[0] + self.response[1] * current[1]
        return np.where(active, self.keep * voltage + synaptic + self.gain * pushed, voltage)

    def jump(self, spiking):
        pass


class IzhikevichUnits:
    """Izhikevich 2003, his program: two half steps of V, then u with the new V; a refractory unit holds V."""

    def __init__(self, liquid):
        a, b, d, u = liquid.a_, liquid.b_, liquid.d_, liquid.initial_recovery_
        self.a, self.b, self.d, self.u = (part.astype(float) for part in (a, b, d, u))
        self.dt, self.offset, self.crossing, self.synapses = liquid.dt, 0.0, liquid.peak_, liquid.synapses_

    def move(self, voltage, current, pushed, active):
        moved = voltage
        for _ in range(2):
            synaptic = current[0] + current[1]
            if self.synapses:
                excitatory = current[0] * (self.synapses.reversal_excitatory - moved)
                synaptic = excitatory + current[1] * (self.synapses.reversal_inhibitory - moved)
            # In the order of the kernel, for units are chaotic at 1 ms: one that differs would change spikes.
            slope = 0.04 * moved * moved + 5 * moved + 140 - self.u + pushed + synaptic
            moved = moved + self.dt / 2 * slope
        voltage = np.where(active, moved, voltage)
        self.u = self.u + self.dt * self.a * (self.b * voltage - self.u)
        return voltage

    def jump(self, spiking):
        self.u[spiking] += self.d[spiking]


def run_lif(liquid, *arguments):
    """Leaky integrate-and-fire units, as `run_spiking` has them."""
    return run_spiking(liquid, lif_motion(liquid), *arguments)


def run_spiking(liquid, motion, delays, input_delays, dynamics, hold, inputs, noise=None):
    """Units with exponential synapses, in the event order of Rotter & Diesmann 1999.

    ``liquid`` is fitted and only asked for its constants; ``motion`` are units such as `IzhikevichUnits`, or what makes
    `AffineUnits`; ``delays`` (n, n) and ``input_delays`` (n, channels) are in
    steps, ``hold`` is the refractory time in steps; ``dynamics`` is None or U, D, F (n, n), u and r at the first spike.
    Returns traces, counts, voltages and spikes.
    """
    weights, input_weights = liquid.recurrent_weights_.toarray().astype(float), liquid.input_weights_.astype(float)
    inhibitory, dt, n = liquid.inhibitory_.astype(int), liquid.dt, liquid.n_units_
    tau_synapse = np.array([liquid.tau_excitatory_, liquid.tau_inhibitory_], dtype=float)
    n_substeps = round(liquid.input_period / dt)
    units = motion if hasattr(motion, "move") else AffineUnits(liquid, *motion)
    size = abs if liquid.synapses_ else float  # the sign of a conductance says the population
    voltage, trace, last_spike = liquid.initial_voltage_.astype(float), np.zeros(n), np.full(n, -(10**9))
    current, arrivals, last_used = np.zeros((2, n)), {}, np.full(n, -1)
    if dynamics is not None:
        U, D, F, use, resource = (np.array(part, dtype=float) for part in dynamics)
    traces, counts, voltages, spikes = [], [], [], []

    def send(kind, targets, jumps, steps):
        for target, jump, late in zip(targets, jumps, steps, strict=True):
            arrivals.setdefault(late, np.zeros((2, n)))[kind, target] += size(jump)

    step = 0
    for u in inputs:
        drive = units.offset + liquid.background_current_.astype(float)
        if liquid.input == "current":
            drive = drive + input_weights @ u
        count = np.zeros(n)
        for substep in range(n_substeps):
            active = step - last_spike >= hold
            pushed = drive if noise is None else drive + noise[step]
            voltage = units.move(voltage, current, pushed, active)
            current *= np.exp(-dt / tau_synapse)
            trace *= np.exp(-dt / liquid.tau_trace)
            spiking = np.flatnonzero(active & (voltage >= units.crossing))
            for source in spiking:
                last_spike[source] = step
                spikes.append((step, source))
                targets = np.flatnonzero(weights[:, source])
                jumps = weights[targets, source]
                if dynamics is not None:
                    at = (targets, source)
                    if last_used[source] >= 0:
                        time = (step - last_used[source]) * dt
                        resource[at] = 1 + (resource[at] - use[at] * resource[at] - 1) * np.exp(-time / D[at])
                        use[at] = U[at] + use[at] * (1 - U[at]) * np.exp(-time / F[at])
                    last_used[source] = step
                    jumps = jumps * use[at] * resource[at]
                send(inhibitory[source], targets, jumps, step + delays[targets, source])
            if liquid.input == "spikes" and substep == 0:
                for channel in np.flatnonzero(u):
                    for kind, sign in enumerate((1, -1)):
                        targets = np.flatnonzero(sign * input_weights[:, channel] > 0)
                        jumps = u[channel] * input_weights[targets, channel]
                        send(kind, targets, jumps, step + input_delays[targets, channel])
            current += arrivals.pop(step, 0)
            voltage[spiking] = liquid.reset_[spiking]
            units.jump(spiking)
            trace[spiking] += 1
            count[spiking] += 1
            step += 1
        traces.append(trace.copy())
        counts.append(count)
        voltages.append(voltage.copy())
    return np.array(traces), np.array(counts), np.array(voltages), spikes


def forward_fill(values, times, initial):
    """Che et al. (2018), section "Notations": the values, masks and time intervals of one series, one by one."""
    filled, mask, delta = (np.empty(values.shape) for _ in range(3))
    for d in range(values.shape[1]):
        for t in range(len(values)):
            seen = [r for r in range(t + 1) if not np.isnan(values[r, d])]
            before = [r for r in seen if r < t]
            mask[t, d] = t in seen
            filled[t, d] = values[seen[-1], d] if seen else initial[d]
            delta[t, d] = times[t] - times[before[-1] if before else 0]
    return filled, mask, delta


def difference(rows, lag, coefficient=1.0):
    """w(t) - c w(t - lag), row by row."""
    return np.array([rows[t] - coefficient * rows[t - lag] for t in range(lag, len(rows))])


def integrate(past, ahead, polynomial):
    """w(t) = z(t) + sum over lags of c_lag w(t - lag), the past first; ``polynomial`` holds c by lag."""
    rows = list(past)
    for z in ahead:
        rows.append(z + sum(c * rows[-lag] for lag, c in polynomial.items()))
    return np.array(rows[len(past) :])


def autoregression(series, known):
    """Least squares of w(t+1) on 1, w(t) and e(t+1), by plain NumPy: (intercept, weights), a column of w at a time."""
    rows = np.column_stack([np.ones(len(series) - 1), series[:-1], known[1:]])
    solution = np.linalg.lstsq(rows, series[1:], rcond=None)[0]
    return solution[0], solution[1:].T


def run_mapped_echo_state(recurrent, input_weights, bias, leak_rate, activation, readout, maps, first, state, n_steps):
    """Jaeger 2014, section 3.4: x = C F(x, u), u = readout([x, u]), with a leaky F and a matrix C for every step."""
    u, outputs = first, []
    for t in range(n_steps):
        reached = run_echo_state(recurrent, input_weights, bias, leak_rate, activation, [u], state)[0]
        state = maps[t] @ reached
        u = readout @ np.concatenate([state, u])
        outputs.append(u)
    return np.array(outputs)

"""Slow, plain NumPy twins of every kernel: one line of mathematics per line of code."""

import numpy as np

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


def run_ltc(recurrent, sensory, capacitance, leak_conductance, leak_potential, n_substeps, inputs, state):
    """Conductance-based LTC with fused semi-implicit Euler steps of h = 1 / n_substeps (Hasani et al. 2021, eq. 3).

    ``recurrent`` and ``sensory`` are dense (4, n_units, n_sources): conductance, slope, midpoint, reversal.
    """
    h, states = 1 / n_substeps, []
    for u in inputs:
        gates_in = sensory[0] * sigmoid(sensory[1] * (u - sensory[2]))
        for _ in range(n_substeps):
            gates = recurrent[0] * sigmoid(recurrent[1] * (state - recurrent[2]))
            current = leak_conductance * leak_potential + (gates * recurrent[3]).sum(1) + (gates_in * sensory[3]).sum(1)
            conductance = leak_conductance + gates.sum(1) + gates_in.sum(1)
            state = (capacitance * state + h * current) / (capacitance + h * (conductance + 1e-8))
        states.append(state)
    return np.array(states)


def run_lif(
    weights, inhibitory, delays, input_weights, tau, tau_synapse, threshold, reset, resting, background, refractory,
    initial, dt, n_substeps, tau_trace, inputs,
):  # fmt: skip
    """Exact integration of LIF units with exponential synapses, in the event order of Rotter & Diesmann 1999.

    ``delays`` is dense, in steps, per synapse; ``refractory`` is in steps. Returns traces, counts, voltages and spikes.
    """
    n = len(tau)
    keep = np.exp(-dt / tau)
    response = [
        np.where(
            np.isclose(tau_s, tau),
            dt / tau * keep,
            tau_s / np.where(np.isclose(tau_s, tau), 1, tau_s - tau) * (np.exp(-dt / tau_s) - keep),
        )
        for tau_s in tau_synapse
    ]
    voltage, trace, last_spike = np.full(n, initial, dtype=float), np.zeros(n), np.full(n, -(10**9))
    current = np.zeros((2, n))
    arrivals = {}
    traces, counts, voltages, spikes = [], [], [], []
    step = 0
    for u in inputs:
        drive = (1 - keep) * (resting + background + input_weights @ u)
        count = np.zeros(n)
        for _ in range(n_substeps):
            active = step - last_spike >= refractory
            moved = keep * voltage + response[0] * current[0] + response[1] * current[1] + drive
            voltage = np.where(active, moved, voltage)
            current[0] *= np.exp(-dt / tau_synapse[0])
            current[1] *= np.exp(-dt / tau_synapse[1])
            trace *= np.exp(-dt / tau_trace)
            spiking = np.flatnonzero(active & (voltage >= threshold))
            for source in spiking:
                last_spike[source] = step
                spikes.append((step, source))
                for target in np.flatnonzero(weights[:, source]):
                    slot = arrivals.setdefault(step + delays[target, source], np.zeros((2, n)))
                    slot[int(inhibitory[source]), target] += weights[target, source]
            current += arrivals.pop(step, 0)
            voltage[spiking] = reset[spiking]
            trace[spiking] += 1
            count[spiking] += 1
            step += 1
        traces.append(trace.copy())
        counts.append(count)
        voltages.append(voltage.copy())
    return np.array(traces), np.array(counts), np.array(voltages), spikes

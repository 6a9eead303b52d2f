"""The spiking liquid's kernel: one grid step is a pass over the units, the spikes, a pass over the currents."""

import numpy as np

from reservoir.numerics import decay, flush, njit, project_input, smallest

OUTPUTS = {"traces": 0, "counts": 1, "voltages": 2}


@njit
def run_lif(
    circuit, membrane, hold, synaptic_decay, input_weights, trace_decay, output,
    inputs, voltage, current, refractory, arrivals, trace, outputs, event_steps, event_units,
):  # fmt: skip
    """Drive the liquid; return how many spikes and steps there were.

    ``circuit`` is (indptr, targets, delays, weights) by source, targets of inhibitory sources beyond the first n;
    ``membrane`` (6, n_units) holds decay, constant drive, response to both currents, threshold and reset. The state
    arrays are advanced in place; spikes are written while there is room for them.
    """
    indptr, targets, delays, weights = circuit
    n, n_substeps, mask = voltage.size, trace_decay.size - 1, arrivals.shape[0] - 1
    drive, spiking = np.empty_like(voltage), np.empty(n, np.int64)
    step, n_spikes = 0, 0
    for t in range(inputs.shape[0]):
        project_input(input_weights, membrane[1], inputs[t], drive)
        decay(trace_decay[n_substeps], trace)
        if output == 1:
            outputs[t] = 0
        for substep in range(n_substeps):
            advance(membrane, drive, voltage, current, refractory)
            n_spiking = find_spikes(voltage, membrane[4], spiking)
            for index in range(n_spiking):
                unit = spiking[index]
                for k in range(indptr[unit], indptr[unit + 1]):
                    arrivals[(step + delays[k]) & mask, targets[k]] += weights[k]
                voltage[unit] = membrane[5, unit]
                refractory[unit] = hold[unit]
                trace[unit] += trace_decay[n_substeps - 1 - substep]
                if output == 1:
                    outputs[t, unit] += 1
                if n_spikes < event_steps.size:
                    event_steps[n_spikes], event_units[n_spikes] = step, unit
                n_spikes += 1
            # Nothing in between has looked at the currents, so they decay here, in one pass with what arrives.
            slot = arrivals[step & mask]
            decay_and_deliver(synaptic_decay[0], current[:n], slot[:n])
            decay_and_deliver(synaptic_decay[1], current[n:], slot[n:])
            step += 1
        if output == 0:
            outputs[t] = trace
        elif output == 2:
            outputs[t] = voltage
    return n_spikes, step


@njit
def advance(membrane, drive, voltage, current, refractory):
    """In place: one exact step of V; a refractory V stays where it is. No branch, all SIMD."""
    n = voltage.size
    excitatory, inhibitory = current[:n], current[n:]
    for i in range(n):
        moved = (membrane[0, i] * voltage[i] + drive[i]) + (
            membrane[2, i] * excitatory[i] + membrane[3, i] * inhibitory[i]
        )
        voltage[i] = moved if refractory[i] == 0 else voltage[i]
        refractory[i] = refractory[i] - 1 if refractory[i] > 0 else 0


@njit
def find_spikes(voltage, threshold, spiking):
    """Write the units at or over threshold; return their number. A refractory unit is at reset, below it."""
    count = 0
    for i in range(voltage.size):
        if voltage[i] >= threshold[i]:
            spiking[count] = i
            count += 1
    return count


@njit
def decay_and_deliver(factor, current, arrivals):
    """In place: the decay of a current, what arrives in this step added to it, and its slot cleared."""
    nothing, floor = current.dtype.type(0), smallest(current)
    for i in range(current.size):
        current[i] = flush(factor * current[i] + arrivals[i], floor)
        arrivals[i] = nothing

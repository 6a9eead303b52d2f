"""The spiking liquid's kernel: one grid step is a pass over the units, their spikes, and what these bring to others."""

from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.functions import decay, flush, smallest
from reservoir.kernels.products import project_input
from reservoir.spiking.circuit import Circuit, Dynamics
from reservoir.spiking.synapse_kernel import deliver_all, history_length, recall, remember

OUTPUTS = {"traces": 0, "counts": 1, "voltages": 2}
BLOCK = 64
N_WAITING = 1024  # lists of refractory units by the step of their release, a power of two
FLUSHED_EVERY = 64  # steps; counted by the clock of the state, so that a series cut in two gives the same bits


class Spike(NamedTuple):
    """When a unit spikes and what becomes of it: ``threshold``, ``reset`` and ``hold``, the steps of refractoriness."""

    threshold: np.ndarray
    reset: np.ndarray
    hold: np.ndarray


class Source(NamedTuple):
    """What drives the membranes: ``input_weights`` (n_features, n_units) and ``background``, per step.

    ``as_spikes`` tells whether the inputs are spikes of channels, which act through synapses instead.
    """

    input_weights: np.ndarray
    background: np.ndarray
    as_spikes: bool


class Readout(NamedTuple):
    """What a row shows: ``output``, a code; ``trace_decay`` (n_substeps + 1,), the decay of traces in so many steps."""

    trace_decay: np.ndarray
    output: int


class SpikingProgram(NamedTuple):
    """What `run_lif` is given of a liquid.

    ``membrane`` (5, n_units), or (5, 1) where all units are alike, holds decay, responses to both currents, and decays
    of these.
    """

    membrane: np.ndarray
    spike: Spike
    circuit: Circuit
    dynamics: Dynamics
    source: Source
    readout: Readout


@njit
def run_lif(membrane, spike, circuit, dynamics, source, readout, inputs, noise, state, in_flight, outputs, events):
    """Drive the liquid on from the step of its clock; return the number of spikes, and those that are on their way.

    The first arguments are those of `SpikingProgram`. The arrays of ``state`` are advanced in place. Spikes are written
    to ``events``, (steps, units), while there is room for them.
    """
    threshold, reset, hold = spike
    input_weights, background, as_spikes = source
    trace_decay, output = readout
    clock, voltage, current, release, trace, memory = state
    n, n_substeps, n_slots = voltage.size, trace_decay.size - 1, history_length(circuit[1])
    sources = np.empty((n_slots, n + inputs.shape[1]), np.uint32)
    amounts, counts = np.empty((n_slots, inputs.shape[1]), np.int64), np.zeros(n_slots, np.int64)
    drive, noisy = background.copy(), np.empty_like(voltage)
    waiting, following, away = np.full(N_WAITING, -1), np.empty(n, np.int64), far_below(voltage)
    step, n_spikes, row = clock[0], 0, 0
    for unit in range(n):
        if release[unit] > step:
            wait(unit, release, waiting, following)
            voltage[unit] = away
    recall(in_flight, n, sources, amounts, counts)
    for t in range(inputs.shape[0]):
        if not as_spikes:
            project_input(input_weights, background, inputs[t], drive)
        decay(trace_decay[n_substeps], trace)
        if output == 1:
            for i in range(n):
                outputs[t, i] = 0
        for substep in range(n_substeps):
            moving = drive
            if noise.shape[0]:
                add(drive, noise[row], noisy)
                moving = noisy
            let_go(step, release, waiting, following, reset, voltage)
            if membrane.shape[1] == 1:
                move_alike(membrane, moving, voltage, current)
            else:
                move_each(membrane, moving, voltage, current)
            if step % FLUSHED_EVERY == 0:
                flush_all(current)
                flush_all(voltage)
            slot = step & (n_slots - 1)
            spiking = sources[slot]
            n_spiking = find_spikes(voltage, threshold, release, step, spiking)
            for index in range(n_spiking):
                unit = np.int64(spiking[index])
                voltage[unit] = reset[unit]
                release[unit] = step + hold[unit]
                if hold[unit] > 1:
                    voltage[unit] = away
                    wait(unit, release, waiting, following)
                trace[unit] += trace_decay[n_substeps - 1 - substep]
                if output == 1:
                    outputs[t, unit] += 1
                if n_spikes < events[0].size:
                    events[0][n_spikes], events[1][n_spikes] = step, unit
                n_spikes += 1
            if as_spikes and substep == 0:
                n_spiking = emit(inputs[t], n, spiking, amounts[slot], n_spiking)
            counts[slot] = n_spiking
            deliver_all(circuit, dynamics, memory, step, n, sources, amounts, counts, current)
            step += 1
            row += 1
        if output == 0:
            for i in range(n):
                outputs[t, i] = trace[i]
        elif output == 2:
            for i in range(n):
                outputs[t, i] = reset[i] if release[i] >= step else voltage[i]
    clock[0] = step
    for unit in range(n):
        if release[unit] >= step:
            voltage[unit] = reset[unit]
    return n_spikes, remember(step, circuit[1], n, sources, amounts, counts)


@njit
def move_alike(membrane, drive, voltage, current):
    """In place: one exact step of V and the decay of the currents, for units that have all constants in common."""
    keep, by_excitatory, by_inhibitory = membrane[0, 0], membrane[1, 0], membrane[2, 0]
    decay_excitatory, decay_inhibitory = membrane[3, 0], membrane[4, 0]
    excitatory, inhibitory = current[: voltage.size], current[voltage.size :]
    for i in range(voltage.size):
        e, k = excitatory[i], inhibitory[i]
        voltage[i] = fma(by_inhibitory, k, fma(by_excitatory, e, fma(keep, voltage[i], drive[i])))
        excitatory[i] = decay_excitatory * e
        inhibitory[i] = decay_inhibitory * k


@njit
def move_each(membrane, drive, voltage, current):
    """In place: one exact step of V and the decay of the currents, for units that have constants of their own."""
    excitatory, inhibitory = current[: voltage.size], current[voltage.size :]
    for i in range(voltage.size):
        e, k = excitatory[i], inhibitory[i]
        voltage[i] = fma(membrane[2, i], k, fma(membrane[1, i], e, fma(membrane[0, i], voltage[i], drive[i])))
        excitatory[i] = membrane[3, i] * e
        inhibitory[i] = membrane[4, i] * k


@njit
def find_spikes(voltage, threshold, release, step, spiking):
    """Write the units at or over threshold that are not refractory; return their number.

    Few units spike in a step: blocks are asked for one by SIMD, and searched only if they hold one.
    """
    count = 0
    for first in range(0, voltage.size, BLOCK):
        last = min(first + BLOCK, voltage.size)
        if count_over(voltage[first:last], threshold[first:last]):
            for unit in range(first, last):
                if voltage[unit] >= threshold[unit] and release[unit] <= step:
                    spiking[count] = unit
                    count += 1
    return count


@njit
def count_over(voltage, threshold):
    """Return how many voltages are at or over their threshold."""
    count = 0
    for i in range(voltage.size):
        count += voltage[i] >= threshold[i]
    return count


@njit
def flush_all(values):
    """In place: 0 for what has decayed to almost nothing, before it sinks into slow denormal numbers."""
    floor = smallest(values)
    for i in range(values.size):
        values[i] = flush(values[i], floor)


@njit
def far_below(voltage):
    """Return a voltage from which no unit reaches its threshold while it is refractory."""
    return -voltage.dtype.type(1e-8) * np.finfo(voltage.dtype).max


@njit
def wait(unit, release, waiting, following):
    """Put a unit on the list of those that are released at its step; a list is a first unit and who follows it."""
    slot = release[unit] & (waiting.size - 1)
    following[unit] = waiting[slot]
    waiting[slot] = unit


@njit
def let_go(step, release, waiting, following, reset, voltage):
    """In place: put the units that are released in this step to their reset; who has longer to wait stays listed."""
    slot = step & (waiting.size - 1)
    unit, waiting[slot] = waiting[slot], -1
    while unit >= 0:
        after = following[unit]
        if release[unit] > step:
            wait(unit, release, waiting, following)
        else:
            voltage[unit] = reset[unit]
        unit = after


@njit
def emit(inputs, n_units, spiking, amounts, count):
    """Append the input channels that spike, numbered after the units; return the length of the list."""
    for channel in range(inputs.size):
        if inputs[channel] > 0:
            spiking[count] = n_units + channel
            amounts[channel] = np.int64(inputs[channel])
            count += 1
    return count


@njit
def add(a, b, total):
    """Write total = a + b."""
    for i in range(total.size):
        total[i] = a[i] + b[i]

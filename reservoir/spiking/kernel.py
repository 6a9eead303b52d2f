"""The spiking kernel: a step of the grid moves all units, finds their spikes, and delivers those that arrive."""

import numpy as np

from readouts.compiling import njit
from reservoir.kernels.functions import decay as decay_traces
from reservoir.kernels.functions import flush, smallest
from reservoir.kernels.products import project_input
from reservoir.spiking.records import copy_back, spread_out
from reservoir.spiking.refractory import N_LISTS, far_below, release_units, schedule_release
from reservoir.spiking.synapse_kernel import deliver_all, history_length, restore_in_flight, store_in_flight
from reservoir.spiking.unit_kernels import find_spikes_kernel, held_at_reset, move_kernels, reset_kernels

TRACES, COUNTS, VOLTAGES, NOTHING = 0, 1, 2, 3
FLUSHED_EVERY = 64  # steps; counted by the clock of the state, so that a series cut in two gives the same bits


def spiking_kernel(
    Variables, Membrane, Spike, *, step, crosses, reset, hold=held_at_reset, on_voltage=True, held_step=None
):
    """Return the kernel that drives a liquid of units of one model; the module of the model gives it a name.

    Parameters
    ----------
    Variables, Membrane, Spike : NamedTuple classes
        The names that the compiled functions use: the variables of a unit, the ``voltage`` among them, the constants
        of a step, and those of a spike.
    step : compiled function
        ``step(membrane, state, drive, excitatory, inhibitory)`` returns the variables of a unit after a step of the
        grid. ``drive`` is what moves it beside its two synaptic currents, which are those at the beginning of the step.
    crosses : compiled function
        ``crosses(spike, state)`` returns whether a unit spikes.
    reset : compiled function
        ``reset(spike, state)`` returns the variables of a unit after its spike.
    hold : compiled function
        ``hold(spike, state)`` returns the voltage at which a unit that has been reset is held while it is refractory:
        `held_at_reset`, or `held_where_reset` if a reset depends on the voltage before.
    on_voltage : bool
        Whether a step of the other variables depends on the voltage. Where it does not, it is faster to say so.
    held_step : compiled function or None, default=None
        What a refractory unit does instead of ``step``, if its other variables follow the voltage after a step: they
        have to follow the one that is held. The voltage that it returns is ignored.
    """
    on_voltage = on_voltage and len(Variables._fields) > 1
    move_alike, move_each = move_kernels(Variables, Membrane, step, on_voltage, held_step)
    # Where no unit is refractory for longer than its step, none has to be looked at for whether it is held.
    free = move_kernels(Variables, Membrane, step, on_voltage=False) if on_voltage else (move_alike, move_each)
    move_free_alike, move_free_each = free
    find_spikes = find_spikes_kernel(Variables, Spike, crosses)
    reset_unit, held_voltage = reset_kernels(Variables, Spike, reset, hold)

    @njit
    def run(
        membrane, decay, spike, hold_steps, circuit, dynamics, source, sampling,
        inputs, noise, state, in_flight, outputs, events,
    ):  # fmt: skip
        """Drive the liquid on from the step of its clock; return the number of spikes, and those that are on their way.

        The first arguments are those of `SpikingProgram`. The arrays of ``state`` are advanced in place. Spikes are
        written to the buffers ``events``, (steps, units), until these are full. Outputs without columns are not
        written: a row of them may take longer than the steps of a large circuit.
        """
        _, delays, _, _ = circuit
        input_weights, background, as_spikes = source
        trace_decay, output = sampling
        output = output if outputs.shape[1] else NOTHING
        clock, variables, current, release, trace, memory = state
        event_steps, event_units = events
        given, before, voltage = variables, current.reshape(-1), Variables(*variables).voltage
        placed = spread_out((*given, background, voltage, voltage, before))
        variables, (drive, noisy, held, arriving) = placed[:-4], placed[-4:]
        voltage, decays_e, decays_k = Variables(*variables).voltage, decay[0], decay[1]
        excitatory, inhibitory = arriving[: voltage.size], arriving[voltage.size :]
        n, n_substeps, n_slots = voltage.size, trace_decay.size - 1, history_length(delays)
        sources = np.empty((n_slots, n + inputs.shape[1]), np.uint32)
        amounts, counts = np.empty((n_slots, inputs.shape[1]), np.int64), np.zeros(n_slots, np.int64)
        waiting = np.empty(delays.size * (n + inputs.shape[1]), np.uint32)
        first_units, next_units = np.full(N_LISTS, -1), np.empty(n, np.int64)
        step, n_spikes, row, away, is_free = clock[0], 0, 0, far_below(voltage), True
        for unit in range(n):
            is_free = is_free and hold_steps[unit] <= 1 and release[unit] <= step
            if release[unit] > step:
                held[unit] = held_voltage(unit, spike, variables)
                voltage[unit] = away
                schedule_release(unit, release, first_units, next_units)
        restore_in_flight(in_flight, n, sources, amounts, counts)
        for t in range(inputs.shape[0]):
            if not as_spikes:
                project_input(input_weights, background, inputs[t], drive)
            decay_traces(trace_decay[n_substeps], trace)
            if output == COUNTS:
                fill(outputs[t], 0)
            for substep in range(n_substeps):
                moving = drive
                if noise.shape[0]:
                    add(drive, noise[row], noisy)
                    moving = noisy
                release_units(step, release, first_units, next_units, held, voltage)
                if decays_e.size == 1 and is_free:
                    move_free_alike(membrane, decays_e, decays_k, moving, variables, excitatory, inhibitory, held)
                elif decays_e.size == 1:
                    move_alike(membrane, decays_e, decays_k, moving, variables, excitatory, inhibitory, held)
                elif is_free:
                    move_free_each(membrane, decays_e, decays_k, moving, variables, excitatory, inhibitory, held)
                else:
                    move_each(membrane, decays_e, decays_k, moving, variables, excitatory, inhibitory, held)
                if step % FLUSHED_EVERY == 0:
                    flush_all(arriving)
                    for values in variables:
                        flush_all(values)
                slot = step & (n_slots - 1)
                spiking = sources[slot]
                n_spiking = find_spikes(spike, variables, release, step, spiking)
                for index in range(n_spiking):
                    unit = np.int64(spiking[index])
                    held[unit] = reset_unit(unit, spike, variables)
                    release[unit] = step + hold_steps[unit]
                    if hold_steps[unit] > 1:
                        voltage[unit] = away
                        schedule_release(unit, release, first_units, next_units)
                    trace[unit] += trace_decay[n_substeps - 1 - substep]
                    if output == COUNTS:
                        outputs[t, unit] += 1
                    if n_spikes < event_steps.size:
                        event_steps[n_spikes], event_units[n_spikes] = step, unit
                    n_spikes += 1
                if as_spikes and substep == 0:
                    n_spiking = emit(inputs[t], n, spiking, amounts[slot], n_spiking)
                counts[slot] = n_spiking
                deliver_all(circuit, dynamics, memory, step, n, sources, amounts, counts, waiting, arriving)
                step += 1
                row += 1
            if output == TRACES:
                copy(trace, outputs[t])
            elif output == VOLTAGES:
                for i in range(n):
                    outputs[t, i] = held[i] if release[i] >= step else voltage[i]
        clock[0] = step
        for unit in range(n):
            if release[unit] >= step:
                voltage[unit] = held[unit]
        copy_back(variables, given)
        copy(arriving, before)
        return n_spikes, store_in_flight(step, delays, n, sources, amounts, counts)

    return run


@njit
def flush_all(values):
    """In place: 0 for what has decayed to almost nothing, before it sinks into slow denormal numbers."""
    floor = smallest(values)
    for i in range(values.size):
        values[i] = flush(values[i], floor)


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
def fill(values, value):
    """In place: set all values to one."""
    for i in range(values.size):
        values[i] = value


@njit
def copy(values, copied):
    """Write values to another array; much faster here than by assigning to a slice."""
    for i in range(values.size):
        copied[i] = values[i]


@njit
def add(a, b, total):
    """Write total = a + b."""
    for i in range(total.size):
        total[i] = a[i] + b[i]

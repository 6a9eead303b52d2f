"""The synapses of the spiking liquid's kernel: the buffer of spikes on their way, dynamic synapses, delivery.

A spike is not written ahead to all its postsynaptic units, but kept in a buffer for as long as the longest delay: in
each step, every group of synapses of one delay delivers the spikes that are as old as that. So the buffer
grows with the number of spikes only.
"""

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.functions import exp
from reservoir.kernels.prefetch import prefetch

STATIC, PER_SEGMENT, PER_SYNAPSE = 0, 1, 2
AHEAD = 8  # by how many segments the loading of synapses is ahead


@njit
def history_length(delays):
    """Return a power of two larger than the longest delay: step k is kept in slot k & (length - 1)."""
    longest, length = 0, 1
    for delay in delays:
        longest = max(longest, delay)
    while length <= longest:
        length *= 2
    return length


@njit
def flight_is_possible(in_flight, step, longest_delay, n_sources):
    """Return whether rows (step, source, number) are spikes that may be on their way at a step, in order, each once."""
    before = np.int64(-1)
    for index in range(in_flight.shape[0]):
        sent, source = in_flight[index, 0], in_flight[index, 1]
        here = sent * n_sources + source
        if not (max(step - longest_delay, 0) <= sent < step and 0 <= source < n_sources and here > before):
            return False
        if in_flight[index, 2] < 1:
            return False
        before = here
    return True


@njit
def restore_in_flight(in_flight, n_units, sources, amounts, counts):
    """Put the spikes of rows (step, source, amount) into their slots."""
    for index in range(in_flight.shape[0]):
        step, source, amount = in_flight[index, 0], in_flight[index, 1], in_flight[index, 2]
        slot = step & (counts.size - 1)
        sources[slot, counts[slot]] = source
        counts[slot] += 1
        if source >= n_units:
            amounts[slot, source - n_units] = amount


@njit
def store_in_flight(step, delays, n_units, sources, amounts, counts):
    """Return as rows (step, source, amount) the spikes before a step that have not yet reached all their targets."""
    longest = 0
    for delay in delays:
        longest = max(longest, delay)
    n_rows, begin = 0, max(step - longest, 0)
    for past in range(begin, step):
        n_rows += counts[past & (counts.size - 1)]
    in_flight, row = np.empty((n_rows, 3), np.int64), 0
    for past in range(begin, step):
        slot = past & (counts.size - 1)
        for index in range(counts[slot]):
            source = np.int64(sources[slot, index])
            in_flight[row, 0], in_flight[row, 1] = past, source
            in_flight[row, 2] = amounts[slot, source - n_units] if source >= n_units else 1
            row += 1
    return in_flight


@njit
def deliver_all(circuit, dynamics, memory, step, n_units, sources, amounts, counts, waiting, current):
    """In place: add to the currents what arrives in this step. A segment holds the synapses of a source in a group.

    Segments lie scattered in memory, so they are listed before they are read, in ``waiting``.
    """
    starts, delays, targets, weights = circuit
    use, resource, delivered = memory
    mode, n_groups, one = dynamics[0], delays.size, current.dtype.type(1)
    n_waiting = 0
    for group in range(n_groups):
        slot = (step - delays[group]) & (counts.size - 1)
        for index in range(counts[slot]):
            segment = np.uint64(sources[slot, index]) * np.uint64(n_groups) + np.uint64(group)
            prefetch(starts, segment)
            waiting[n_waiting] = segment
            n_waiting += 1
    for index in range(n_waiting):
        prefetch_segment(waiting[min(index + AHEAD, n_waiting - 1)], starts, targets, weights)
        segment = np.uint64(waiting[index])
        # Unsigned, because an index that may be negative keeps a loop from being SIMD.
        first, last = np.uint64(starts[segment]), np.uint64(starts[segment + np.uint64(1)])
        if first == last:
            continue
        amount = one
        if segment >= np.uint64(n_units * n_groups):
            channel, group = np.int64(segment) // n_groups - n_units, np.int64(segment) % n_groups
            amount = current.dtype.type(amounts[(step - delays[group]) & (counts.size - 1), channel])
        elif mode != STATIC:
            elapsed = current.dtype.type(step - delivered[segment] if delivered[segment] >= 0 else 0)
            delivered[segment] = step
            if mode == PER_SYNAPSE:
                recover(dynamics, first, last, elapsed, use, resource)
                deliver_dynamic(first, last, targets, weights, use, resource, current)
                continue
            recover(dynamics, segment, segment + np.uint64(1), elapsed, use, resource)
            amount = use[segment] * resource[segment]
        for k in range(first, last):
            current[targets[k]] = fma(amount, weights[k], current[targets[k]])


@njit
def prefetch_segment(segment, starts, targets, weights):
    """Begin to load the first synapses of a segment; if it is empty and the last, of the one before."""
    first = np.uint64(min(np.int64(starts[segment]), targets.size - 1))
    prefetch(targets, first)
    prefetch(weights, first)


@njit
def recover(dynamics, first, last, elapsed, use, resource):
    """In place: use and resource at a spike, some steps after the one before; nothing changes at the first one.

    Markram, Wang & Tsodyks 1998, with rates per step; the use before the spike counts in the resource.
    """
    _, utilization, depression_rate, facilitation_rate = dynamics
    one = use.dtype.type(1)  # an integer would make all of it double precision
    if elapsed > 0:
        for k in range(first, last):
            u, r = use[k], resource[k]
            resource[k] = fma(fma(-u, r, r) - one, exp(-elapsed * depression_rate[k]), one)
            use[k] = fma(u * (one - utilization[k]), exp(-elapsed * facilitation_rate[k]), utilization[k])


@njit
def deliver_dynamic(first, last, targets, weights, use, resource, current):
    """In place: add to the currents of the targets what synapses of their own use and resource bring."""
    for k in range(first, last):
        current[targets[k]] = fma(weights[k], use[k] * resource[k], current[targets[k]])

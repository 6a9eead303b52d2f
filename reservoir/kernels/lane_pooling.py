"""What `pooling` does for the states of one series, for many in lockstep: sums, squares, extremes and counts.

Arrays have lanes along their last axis. ``n_series`` is the number of lanes that hold a series; of a step, the first
``active`` of these. While all do, loops run over all numbers of a step at once, those of lanes without a series, too.
"""

import numpy as np

from readouts.compiling import njit


@njit
def add_lanes(states, active, n_series, totals):
    """Add the states (n_steps, n_units, n_lanes) to ``totals`` (n_units, n_lanes) in double precision, step by step."""
    flat, (n_units, n_lanes) = totals.reshape(totals.size), totals.shape
    t, steps = 0, states.reshape((states.shape[0], n_units * n_lanes))
    while t < active.size:
        if t + 4 <= active.size and active[t + 3] == n_series:
            for k in range(flat.size):
                flat[k] = flat[k] + steps[t, k] + steps[t + 1, k] + steps[t + 2, k] + steps[t + 3, k]
            t += 4
            continue
        if active[t] == n_series:
            for k in range(flat.size):
                flat[k] += steps[t, k]
        else:
            for i in range(n_units):
                for lane in range(active[t]):
                    totals[i, lane] += states[t, i, lane]
        t += 1


@njit
def add_distances_lanes(states, active, n_series, first, sums, squares):
    """Add the distances from ``first`` to ``sums``, and their squares to ``squares``, all (n_units, n_lanes)."""
    flat_first, flat_sums, flat_squares = (
        first.reshape(first.size),
        sums.reshape(first.size),
        squares.reshape(first.size),
    )
    for t in range(states.shape[0]):
        if active[t] == n_series:
            now = states[t].reshape(first.size)
            for k in range(first.size):
                distance = now[k] - flat_first[k]
                flat_sums[k] += distance
                flat_squares[k] += distance * distance
            continue
        for i in range(first.shape[0]):
            for lane in range(active[t]):
                distance = states[t, i, lane] - first[i, lane]
                sums[i, lane] += distance
                squares[i, lane] += distance * distance


@njit
def keep_largest_lanes(states, active, n_series, sign, largest):
    """Keep the largest of ``sign`` times the states and ``largest`` (n_units, n_lanes), all of one precision."""
    flat = largest.reshape(largest.size)
    for t in range(states.shape[0]):
        if active[t] == n_series:
            now = states[t].reshape(flat.size)
            for k in range(flat.size):
                flat[k] = max(flat[k], sign * now[k])
            continue
        for i in range(largest.shape[0]):
            for lane in range(active[t]):
                largest[i, lane] = max(largest[i, lane], sign * states[t, i, lane])


@njit
def count_above_lanes(states, active, thresholds, counts):
    """Add the steps above each threshold (n_thresholds, n_units) to ``counts`` (n_thresholds, n_units, n_lanes).

    Counts are integers of 32 bits, of which a vector holds most.
    """
    for t in range(states.shape[0]):
        for k in range(thresholds.shape[0]):
            for i in range(thresholds.shape[1]):
                level = thresholds[k, i]
                for lane in range(active[t]):
                    counts[k, i, lane] += np.int32(states[t, i, lane] > level)


@njit
def add_parts_lanes(states, active, starts, stops, first, totals):
    """Add the states to ``totals`` (n_parts, n_units, n_lanes), each step to the parts that it is in.

    Part p of a lane has the steps from ``starts[p]`` to ``stops[p]``, both (n_parts, n_lanes); ``first`` is the step of
    the first of the states.
    """
    for t in range(states.shape[0]):
        step = first + t
        for p in range(starts.shape[0]):
            here = False
            for lane in range(active[t]):
                here |= starts[p, lane] <= step < stops[p, lane]
            for i in range(totals.shape[1] if here else 0):
                for lane in range(active[t]):
                    inside = starts[p, lane] <= step < stops[p, lane]
                    totals[p, i, lane] += states[t, i, lane] if inside else 0.0

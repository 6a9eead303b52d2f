"""Sums of units for many series in lockstep: a series in every lane, and lanes are the last axis of every array.

The weights are read once for all lanes, and neighbouring lanes are the numbers of a vector. Each lane gets the very
bits of a series that is driven alone, because every unit's sum is the same chain of fused products. Lanes are computed
by whole vectors: those beyond the ones asked for are written, too, up to the end of their vector. So arrays have lanes
for whole vectors.
"""

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.vectors import N_BYTES, load, splat, store, take


@njit
def project_units(start, stop, input_weights, bias, inputs, n_lanes, totals):
    """Write bias and inputs of the units from ``start`` to ``stop`` into the leading rows of ``totals``.

    ``input_weights`` is (n_features, n_units); ``inputs`` (n_features, n_lanes or more), and ``totals`` has such rows.
    """
    (n_features, stride), width, n_units = inputs.shape, N_BYTES // inputs.itemsize, bias.size
    for unit in range(start, stop):
        first, place, lane = splat(take(bias, unit)), (unit - start) * stride, 0
        while lane + 4 * width <= stride and lane + 2 * width < n_lanes:
            a = b = c = d = first
            for k in range(n_features):
                weight, at = splat(take(input_weights, k * n_units + unit)), k * stride + lane
                a = fma(weight, load(inputs, at), a)
                b = fma(weight, load(inputs, at + width), b)
                c = fma(weight, load(inputs, at + 2 * width), c)
                d = fma(weight, load(inputs, at + 3 * width), d)
            store_four(a, b, c, d, totals, place + lane, width)
            lane += 4 * width
        while lane < n_lanes:
            total = first
            for k in range(n_features):
                total = fma(splat(take(input_weights, k * n_units + unit)), load(inputs, k * stride + lane), total)
            store(total, totals, place + lane)
            lane += width


@njit
def add_sources(start, stop, indptr, sources, weights, x, n_lanes, totals):
    """In place: add ``W @ x`` for the units from ``start`` to ``stop``, with W as `recurrence.Rows`.

    ``x`` is (n_sources, n_lanes or more), and a row of ``totals``, one for each of these units, as long.
    """
    stride, width = np.int64(x.shape[1]), N_BYTES // x.itemsize
    for unit in range(start, stop):
        first, end, place, lane = take(indptr, unit), take(indptr, unit + 1), (unit - start) * stride, 0
        while lane + 4 * width <= stride and lane + 2 * width < n_lanes:
            a, b, c, d = load_four(totals, place + lane, width)
            for k in range(first, end):
                weight, at = splat(take(weights, k)), take(sources, k) * stride + lane
                a = fma(weight, load(x, at), a)
                b = fma(weight, load(x, at + width), b)
                c = fma(weight, load(x, at + 2 * width), c)
                d = fma(weight, load(x, at + 3 * width), d)
            store_four(a, b, c, d, totals, place + lane, width)
            lane += 4 * width
        while lane < n_lanes:
            total = load(totals, place + lane)
            for k in range(first, end):
                total = fma(splat(take(weights, k)), load(x, take(sources, k) * stride + lane), total)
            store(total, totals, place + lane)
            lane += width


@njit
def load_four(array, place, width):
    """Return four vectors that follow each other."""
    a, b = load(array, place), load(array, place + width)
    return a, b, load(array, place + 2 * width), load(array, place + 3 * width)


@njit
def store_four(a, b, c, d, array, place, width):
    """Write four vectors that follow each other."""
    store(a, array, place)
    store(b, array, place + width)
    store(c, array, place + 2 * width)
    store(d, array, place + 3 * width)


@njit
def project_input_lanes(input_weights, bias, inputs, drive, n_lanes):
    """Write drive = bias + input_weights.T @ inputs, (n_units, n_lanes or more); see `project_units`."""
    project_units(0, drive.shape[0], input_weights, bias, inputs, n_lanes, drive)


@njit
def add_recurrent_lanes(indptr, sources, weights, x, drive, n_lanes):
    """In place: drive += W @ x, both (n_units, n_lanes or more), with W as `recurrence.Rows`."""
    add_sources(0, drive.shape[0], indptr, sources, weights, x, n_lanes, drive)

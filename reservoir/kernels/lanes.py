"""Sums of units for many series in lockstep: a series in every lane, and lanes are the last axis of every array.

The weights are read once for all lanes, and neighbouring lanes are the numbers of a vector. Each lane gets the very
bits of a series that is driven alone, because every unit's sum is the same chain of fused products. Lanes are computed
by whole vectors: those beyond the ones asked for are written, too, up to the end of their vector. So arrays have lanes
for whole vectors.
"""

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.vectors import N_BYTES, load, splat, store


@njit
def project_unit(unit, input_weights, bias, inputs, n_lanes, totals, place):
    """Write the bias and the inputs of a unit, its weights in a column of ``input_weights`` (n_features, n_units).

    ``inputs`` is (n_features, n_lanes or more); the lanes of the unit are in ``totals`` from ``place`` on.
    """
    (n_features, stride), width, lane = inputs.shape, N_BYTES // inputs.itemsize, 0
    while lane + 4 * width <= stride and lane + 2 * width < n_lanes:
        a = b = c = d = splat(bias[unit])
        for k in range(n_features):
            weight, at = splat(input_weights[k, unit]), k * stride + lane
            a = fma(weight, load(inputs, at), a)
            b = fma(weight, load(inputs, at + width), b)
            c = fma(weight, load(inputs, at + 2 * width), c)
            d = fma(weight, load(inputs, at + 3 * width), d)
        store_four(a, b, c, d, totals, place + lane, width)
        lane += 4 * width
    while lane < n_lanes:
        total = splat(bias[unit])
        for k in range(n_features):
            total = fma(splat(input_weights[k, unit]), load(inputs, k * stride + lane), total)
        store(total, totals, place + lane)
        lane += width


@njit
def add_sources(first, stop, sources, weights, x, n_lanes, totals, place):
    """In place: add ``weights[k] x[sources[k]]`` to the lanes of a unit, for k from ``first`` to ``stop`` in order.

    ``x`` is (n_sources, n_lanes or more); the lanes of the unit are in ``totals`` from ``place`` on.
    """
    stride, width, lane = np.int64(x.shape[1]), N_BYTES // x.itemsize, 0
    while lane + 4 * width <= stride and lane + 2 * width < n_lanes:
        at = place + lane
        a, b, c, d = load_four(totals, at, width)
        for k in range(first, stop):
            weight, at = splat(weights[k]), sources[k] * stride + lane
            a = fma(weight, load(x, at), a)
            b = fma(weight, load(x, at + width), b)
            c = fma(weight, load(x, at + 2 * width), c)
            d = fma(weight, load(x, at + 3 * width), d)
        store_four(a, b, c, d, totals, place + lane, width)
        lane += 4 * width
    while lane < n_lanes:
        total = load(totals, place + lane)
        for k in range(first, stop):
            total = fma(splat(weights[k]), load(x, sources[k] * stride + lane), total)
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
    """Write drive = bias + input_weights.T @ inputs, (n_units, n_lanes or more); see `project_unit`."""
    for unit in range(drive.shape[0]):
        project_unit(unit, input_weights, bias, inputs, n_lanes, drive, unit * drive.shape[1])


@njit
def add_recurrent_lanes(indptr, sources, weights, x, drive, n_lanes):
    """In place: drive += W @ x, both (n_units, n_lanes or more), with W as `recurrence.Rows`."""
    for unit in range(drive.shape[0]):
        first, stop = indptr[unit], indptr[unit + 1]
        add_sources(first, stop, sources, weights, x, n_lanes, drive, unit * drive.shape[1])

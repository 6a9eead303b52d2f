"""Matrices in panels, so that a product with a vector reads them from end to end and keeps its sums in registers.

A panel holds the weights of the units that are summed up at once: 8 vectors of units, 4 or 1, source after source.
The panels of a matrix lie end to end, so that the one that starts with unit k starts at place ``k n_sources``; the last
one is filled up with units of weight 0. Every sum is one chain of fused products, in the order of the sources, so its
bits depend neither on the panels nor on how many series are driven in lockstep (see `panel_lanes`).
"""

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.vectors import N_BYTES, load, splat, store, width_of

VECTORS_AT_ONCE = (8, 4, 1)


def panels(n_units, width):
    """Yield the first unit of every panel, and the number of its units, in vectors of so many units."""
    start = 0
    for n_vectors in VECTORS_AT_ONCE:
        while start + (n_vectors - 1) * width < n_units:
            yield start, n_vectors * width
            start += n_vectors * width


def pack(weights, bias):
    """Return the panels of a matrix (n_units, n_sources), in one dimension, and the bias filled up alike."""
    weights, bias = np.asarray(weights), np.asarray(bias)
    parts = list(panels(len(bias), width_of(weights.dtype)))
    n_filled = sum(size for _, size in parts)
    filled = np.zeros((n_filled, weights.shape[1]), weights.dtype)
    filled[: len(bias)] = weights
    packed = np.concatenate([filled[start : start + size].T.ravel() for start, size in parts])
    return packed, np.concatenate([bias, np.zeros(n_filled - len(bias), bias.dtype)])


def unpack(packed, filled, shape):
    """Return the matrix (n_units, n_sources) and the bias that `pack` made these of."""
    n_units, n_sources = shape
    parts = list(panels(n_units, width_of(packed.dtype)))
    blocks = [packed[start * n_sources : (start + size) * n_sources].reshape(n_sources, size) for start, size in parts]
    return np.concatenate([block.T for block in blocks])[:n_units], filled[:n_units]


@njit
def widest_panels(n_filled, width):
    """Return where the panels of 8 vectors end, and where those of 4, of so many units in vectors of a width."""
    n_wide = n_filled // (8 * width) * (8 * width)
    return n_wide, n_wide + (n_filled - n_wide) // (4 * width) * (4 * width)


@njit
def project(weights, bias, source, drive, backwards):
    """Write drive = bias + W @ source, for the panels of W; ``bias`` and ``drive`` are filled up to whole vectors.

    Going backwards every other time, a matrix that is larger than a cache still finds there what was read last.
    """
    n_filled, width = bias.size, N_BYTES // bias.itemsize
    n_wide, n_half = widest_panels(n_filled, width)
    if not backwards:
        for unit in range(0, n_wide, 8 * width):
            _eight_vectors(weights, bias, source, unit, width, drive)
    if n_half > n_wide:
        _four_vectors(weights, bias, source, n_wide, width, drive)
    for unit in range(n_half, n_filled, width):
        _one_vector(weights, bias, source, unit, width, drive)
    if backwards:
        for unit in range(n_wide - 8 * width, -1, -8 * width):
            _eight_vectors(weights, bias, source, unit, width, drive)


@njit
def _eight_vectors(weights, bias, source, unit, width, drive):
    v1, v2, v3, v4, v5, v6, v7 = width, 2 * width, 3 * width, 4 * width, 5 * width, 6 * width, 7 * width
    a, b, c, d = load(bias, unit), load(bias, unit + v1), load(bias, unit + v2), load(bias, unit + v3)
    e, f, g, h = load(bias, unit + v4), load(bias, unit + v5), load(bias, unit + v6), load(bias, unit + v7)
    at = unit * source.size
    for k in range(source.size):
        x = splat(source[k])
        a = fma(load(weights, at), x, a)
        b = fma(load(weights, at + v1), x, b)
        c = fma(load(weights, at + v2), x, c)
        d = fma(load(weights, at + v3), x, d)
        e = fma(load(weights, at + v4), x, e)
        f = fma(load(weights, at + v5), x, f)
        g = fma(load(weights, at + v6), x, g)
        h = fma(load(weights, at + v7), x, h)
        at += 8 * width
    store(a, drive, unit)
    store(b, drive, unit + v1)
    store(c, drive, unit + v2)
    store(d, drive, unit + v3)
    store(e, drive, unit + v4)
    store(f, drive, unit + v5)
    store(g, drive, unit + v6)
    store(h, drive, unit + v7)


@njit
def _four_vectors(weights, bias, source, unit, width, drive):
    v1, v2, v3 = width, 2 * width, 3 * width
    a, b, c, d = load(bias, unit), load(bias, unit + v1), load(bias, unit + v2), load(bias, unit + v3)
    at = unit * source.size
    for k in range(source.size):
        x = splat(source[k])
        a = fma(load(weights, at), x, a)
        b = fma(load(weights, at + v1), x, b)
        c = fma(load(weights, at + v2), x, c)
        d = fma(load(weights, at + v3), x, d)
        at += 4 * width
    store(a, drive, unit)
    store(b, drive, unit + v1)
    store(c, drive, unit + v2)
    store(d, drive, unit + v3)


@njit
def _one_vector(weights, bias, source, unit, width, drive):
    total, at = load(bias, unit), unit * source.size
    for k in range(source.size):
        total = fma(load(weights, at), splat(source[k]), total)
        at += width
    store(total, drive, unit)

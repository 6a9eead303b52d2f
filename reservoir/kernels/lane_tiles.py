"""Tiles of a dense product for many series in lockstep: eight units at once, with their sums in registers.

Eight sums that do not wait for each other keep the arithmetic busy where there are lanes for one or two vectors only.
"""

from readouts.compiling import fma, njit
from reservoir.kernels.vectors import N_BYTES, load, splat, store, take

UNITS_AT_ONCE = 8


@njit
def project_eight(weights, at, stride, bias, unit, source, n_lanes, drive):
    """Write drive = bias + W @ source for eight units from ``unit`` on, each sum a chain of fused products.

    The weights of the eight for the first source are side by side from place ``at`` on, those for the next one
    ``stride`` further on. ``source`` (n_sources, any) and ``drive`` (n_units, as many) have lanes for whole vectors.
    """
    width, lane = N_BYTES // bias.itemsize, 0
    while lane + width < n_lanes:
        _two_vectors(weights, at, stride, bias, unit, source, lane, width, drive)
        lane += 2 * width
    if lane < n_lanes:
        _one_vector(weights, at, stride, bias, unit, source, lane, drive)


@njit
def _two_vectors(weights, at, stride, bias, unit, source, lane, width, drive):
    n_sources, n_lanes = source.shape
    a0 = a1 = splat(take(bias, unit))
    b0 = b1 = splat(take(bias, unit + 1))
    c0 = c1 = splat(take(bias, unit + 2))
    d0 = d1 = splat(take(bias, unit + 3))
    e0 = e1 = splat(take(bias, unit + 4))
    f0 = f1 = splat(take(bias, unit + 5))
    g0 = g1 = splat(take(bias, unit + 6))
    h0 = h1 = splat(take(bias, unit + 7))
    for k in range(n_sources):
        x, y = load(source, k * n_lanes + lane), load(source, k * n_lanes + lane + width)
        place = at + k * stride
        w = splat(take(weights, place))
        a0, a1 = fma(w, x, a0), fma(w, y, a1)
        w = splat(take(weights, place + 1))
        b0, b1 = fma(w, x, b0), fma(w, y, b1)
        w = splat(take(weights, place + 2))
        c0, c1 = fma(w, x, c0), fma(w, y, c1)
        w = splat(take(weights, place + 3))
        d0, d1 = fma(w, x, d0), fma(w, y, d1)
        w = splat(take(weights, place + 4))
        e0, e1 = fma(w, x, e0), fma(w, y, e1)
        w = splat(take(weights, place + 5))
        f0, f1 = fma(w, x, f0), fma(w, y, f1)
        w = splat(take(weights, place + 6))
        g0, g1 = fma(w, x, g0), fma(w, y, g1)
        w = splat(take(weights, place + 7))
        h0, h1 = fma(w, x, h0), fma(w, y, h1)
    _store_units(a0, b0, c0, d0, e0, f0, g0, h0, drive, unit * n_lanes + lane, n_lanes)
    _store_units(a1, b1, c1, d1, e1, f1, g1, h1, drive, unit * n_lanes + lane + width, n_lanes)


@njit
def _one_vector(weights, at, stride, bias, unit, source, lane, drive):
    n_sources, n_lanes = source.shape
    a, b, c, d = (
        splat(take(bias, unit)),
        splat(take(bias, unit + 1)),
        splat(take(bias, unit + 2)),
        splat(take(bias, unit + 3)),
    )
    e, f, g, h = (
        splat(take(bias, unit + 4)),
        splat(take(bias, unit + 5)),
        splat(take(bias, unit + 6)),
        splat(take(bias, unit + 7)),
    )
    for k in range(n_sources):
        x, place = load(source, k * n_lanes + lane), at + k * stride
        a = fma(splat(take(weights, place)), x, a)
        b = fma(splat(take(weights, place + 1)), x, b)
        c = fma(splat(take(weights, place + 2)), x, c)
        d = fma(splat(take(weights, place + 3)), x, d)
        e = fma(splat(take(weights, place + 4)), x, e)
        f = fma(splat(take(weights, place + 5)), x, f)
        g = fma(splat(take(weights, place + 6)), x, g)
        h = fma(splat(take(weights, place + 7)), x, h)
    _store_units(a, b, c, d, e, f, g, h, drive, unit * n_lanes + lane, n_lanes)


@njit
def _store_units(a, b, c, d, e, f, g, h, drive, place, n_lanes):
    store(a, drive, place)
    store(b, drive, place + n_lanes)
    store(c, drive, place + 2 * n_lanes)
    store(d, drive, place + 3 * n_lanes)
    store(e, drive, place + 4 * n_lanes)
    store(f, drive, place + 5 * n_lanes)
    store(g, drive, place + 6 * n_lanes)
    store(h, drive, place + 7 * n_lanes)

"""Recurrent weights as kernels take them, and their product with a state, added to the drive of all units.

The sum of a unit is one chain of fused products, source after source, whatever the form. So the form, and how many
series are driven together, do not change a bit of it.
"""

from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit
from reservoir.kernels.alignment import aligned
from reservoir.kernels.vectors import N_BYTES, gather, load, store, width_of
from reservoir.topology.shift_form import shift_form

# From this share of entries on, reading all takes less time than gathering those that are not 0, as long as the second
# nearest cache holds all of them.
NEARLY_FULL, FULL_BYTES = 0.5, 2**20


class Recurrence(NamedTuple):
    """Recurrent weights in shift form (see `topology.shift_form`), or else in slices of units (sliced ELLPACK).

    Where all units have presynaptic units at the same offsets, ``offsets`` (degree,) and ``values`` (degree, n_units)
    hold them, which is faster, and the other four are empty; else those two are empty. So they are for nearly full
    matrices, with zeros.

    A slice has as many units as a vector has numbers, `vectors.width_of`. ``units`` (n_units,) lists all units, those
    with the most sources first; it is empty if all have as many and are in their own order. Terms come in pairs: those
    with the sources 2 p and 2 p + 1 of every unit, in the slices that have so many, are in ``sources`` and ``weights``
    from ``starts[p]`` to ``starts[p + 1]``, slice after slice, the first term of its units and then the second. Where
    a unit has fewer, the weight is 0.

    References
    ----------
    A. Monakov, A. Lokhmotov and A. Avetisyan, "Automatically tuning sparse matrix-vector multiplication for GPU
    architectures", HiPEAC 2010, section 3 (sliced ELLPACK).
    """

    offsets: np.ndarray
    values: np.ndarray
    units: np.ndarray
    starts: np.ndarray
    sources: np.ndarray
    weights: np.ndarray


class Rows(NamedTuple):
    """Recurrent weights row by row: the sources of unit i, in the order of its sum, are those from ``indptr[i]`` on."""

    indptr: np.ndarray
    sources: np.ndarray
    weights: np.ndarray


def arrange(matrix):
    """Return a canonical CSR matrix as a `Recurrence`."""
    shifts = shift_form(matrix)
    if shifts is None and _is_nearly_full(matrix):
        shifts = _all_shifts(matrix)
    if shifts is None:
        return Recurrence(np.empty(0, np.int64), np.empty((0, 0), matrix.dtype), *_slices(matrix))
    return Recurrence(
        shifts[0], aligned(shifts[1]), *(np.empty(0, kind) for kind in (np.int64, np.int64, np.int32, matrix.dtype))
    )


def _is_nearly_full(matrix):
    size = matrix.shape[0] ** 2
    return matrix.nnz >= NEARLY_FULL * size and size * matrix.dtype.itemsize <= FULL_BYTES


def _all_shifts(matrix):
    """Return offsets and values of a matrix in shift form, as if it had all entries."""
    n_units = matrix.shape[0]
    units, offsets = np.arange(n_units), np.arange(n_units, dtype=np.int64)
    return offsets, matrix.toarray()[units, (units + offsets[:, None]) % n_units]


def _slices(matrix):
    """Return units, starts, sources and weights of a `Recurrence` in slices."""
    degrees, n_units, width = np.diff(matrix.indptr), matrix.shape[0], width_of(matrix.dtype)
    units = np.argsort(-degrees, kind="stable")
    n_pairs = -(-degrees[units[::width]] // 2)  # of each slice
    starts = 2 * width * np.concatenate([[0], np.cumsum(np.bincount(n_pairs)[::-1].cumsum()[-2::-1])])
    place = np.empty(n_units, np.int64)
    place[units] = np.arange(n_units)
    unit = np.repeat(np.arange(n_units), degrees)
    term = np.arange(matrix.nnz) - matrix.indptr[unit]
    at = _place_of(starts, term, place[unit], width)
    sources, weights = np.zeros(starts[-1], np.int32), np.zeros(starts[-1], matrix.dtype)
    sources[at], weights[at] = matrix.indices, matrix.data
    units = units[: n_units if np.ptp(degrees) else 0]
    return units.astype(np.int64), starts.astype(np.int64), aligned(sources), aligned(weights)


def _place_of(starts, term, place, width):
    """Return where a term of the unit in a place of the slices is."""
    return starts[term // 2] + 2 * width * (place // width) + term % 2 * width + place % width


def rows_of(recurrence, n_units):
    """Return a `Recurrence` as `Rows`, with the terms of each unit in the order of its sum."""
    if recurrence.offsets.size:
        sources = ((np.arange(n_units)[:, None] + recurrence.offsets) % n_units).astype(np.int32)
        weights = np.ascontiguousarray(recurrence.values.T)
        there = weights != 0  # weights of 0 change no sum
        indptr = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        return Rows(indptr, sources[there], weights[there])
    width = width_of(recurrence.weights.dtype)
    place = np.empty(n_units, np.int64)
    place[recurrence.units if recurrence.units.size else slice(None)] = np.arange(n_units)
    n_slices = np.diff(recurrence.starts) // (2 * width)  # that have a pair
    degrees = 2 * (place[:, None] // width < n_slices).sum(axis=1) if len(n_slices) else np.zeros(n_units, np.int64)
    indptr = np.concatenate([[0], np.cumsum(degrees)])
    unit = np.repeat(np.arange(n_units), degrees)
    at = _place_of(recurrence.starts, np.arange(indptr[-1]) - indptr[unit], place[unit], width)
    return Rows(indptr, recurrence.sources[at], recurrence.weights[at])


@njit
def add_sliced_product(units, starts, sources, weights, x, buffer, drive):
    """In place: drive += W @ x, for a `Recurrence` in slices.

    ``drive`` and ``buffer`` are longer than the number of units, by less than a vector: what is beyond has no meaning.
    """
    if units.size == 0:
        add_slices(starts, sources, weights, x, drive)
        return
    for place in range(units.size):
        buffer[place] = drive[units[place]]
    add_slices(starts, sources, weights, x, buffer)
    for place in range(units.size):
        drive[units[place]] = buffer[place]


@njit
def add_slices(starts, sources, weights, x, sums):
    """In place: sums += W @ x, with the units in the order of the slices."""
    width = N_BYTES // x.itemsize
    for pair in range(starts.size - 1):
        place = 0
        for k in range(starts[pair], starts[pair + 1], 2 * width):
            total = fma(load(weights, k), gather(x, sources, k), load(sums, place))
            total = fma(load(weights, k + width), gather(x, sources, k + width), total)
            store(total, sums, place)
            place += width

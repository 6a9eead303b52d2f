"""Compiled: leaky units linearised along a trajectory, and small differences of their states carried on."""

import numpy as np

from readouts.compiling import dot, fma, njit
from reservoir.kernels.functions import ACTIVATIONS, exp
from reservoir.kernels.leaky import FIXED, set_pace
from reservoir.kernels.products import add_shift_product, repeat
from reservoir.kernels.recurrence import add_sliced_product
from reservoir.kernels.vectors import N_BYTES

_IDENTITY, _RELU, _SIGMOID = (ACTIVATIONS[name] for name in ("identity", "relu", "sigmoid"))
# Rows that are multiplied by one weight at a time.
_AT_ONCE = 16


@njit
def linearize_rows(weights, input_weights, bias, activation, pace, inputs, elapsed, state, states, keep, gain):
    """Write what every unit keeps of its state in a row, and gains of ``W x + W_in u + b`` times its slope there.

    ``states`` are those after the rows, each of which starts from that after the row before, the first from ``state``.
    """
    drives = np.empty((_AT_ONCE, state.size))
    columns = np.zeros((inputs.shape[1], _AT_ONCE)), np.zeros((state.size, _AT_ONCE))
    for first in range(0, inputs.shape[0], _AT_ONCE):
        rows = first, min(first + _AT_ONCE, inputs.shape[0])
        if activation != _IDENTITY:
            _drive(weights, input_weights, bias, inputs, state, states, rows, columns, drives)
        _linearize(activation, pace, elapsed, drives, rows, first, keep, gain)


@njit
def _drive(weights, input_weights, bias, inputs, state, states, rows, columns, drives):
    """Write what drives the units in no more than ``_AT_ONCE`` rows, for which every weight is read once.

    ``columns`` are for the inputs and the states before, turned so that each weight meets all rows in a line.
    """
    indptr, indices, data = weights
    drive, first, width = np.empty(_AT_ONCE), rows[0], rows[1] - rows[0]
    features, before = columns
    for t in range(width):
        _turn(inputs[first + t], features[:, t])
        _turn(state if first + t == 0 else states[first + t - 1], before[:, t])
    for i in range(state.size):
        for t in range(_AT_ONCE):
            drive[t] = bias[i]
        for j in range(inputs.shape[1]):
            _add(input_weights[i, j], features[j], drive)
        k, last = indptr[i], indptr[i + 1]
        while k + 2 <= last:
            _add_two(data[k], before[indices[k]], data[k + 1], before[indices[k + 1]], drive)
            k += 2
        if k < last:
            _add(data[k], before[indices[k]], drive)
        for t in range(width):
            drives[t, i] = drive[t]


@njit
def _linearize(activation, pace, elapsed, drives, rows, place, keep, gain):
    """Write the maps of the rows that are driven so, from ``place`` on."""
    rule, kept, gained, rate, scale = pace
    kept, gained = kept.copy(), gained.copy()
    for t in range(rows[1] - rows[0]):
        if rule != FIXED:
            set_pace(rule, elapsed[rows[0] + t], rate, scale, kept, gained)
        for i in range(kept.size):
            keep[place + t, i] = kept[i]
            gain[place + t, i] = gained[i]
        if activation != _IDENTITY:
            _multiply_by_slopes(activation, drives[t], gain[place + t])


@njit
def _turn(row, column):
    for i in range(row.size):
        column[i] = row[i]


@njit
def _add(weight, x, total):
    for t in range(total.size):
        total[t] = fma(weight, x[t], total[t])


@njit
def _add_two(first_weight, x, second_weight, y, total):
    for t in range(total.size):
        total[t] = fma(second_weight, y[t], fma(first_weight, x[t], total[t]))


@njit
def _multiply_by_slopes(activation, drive, gain):
    """In place: gain times the slope at each drive. ``1 - tanh^2`` would lose the small slopes of saturated units."""
    if activation == _RELU:
        for i in range(gain.size):
            gain[i] *= 1.0 if drive[i] > 0.0 else 0.0
        return
    half, top = (0.5, 1.0) if activation == _SIGMOID else (1.0, 4.0)
    for i in range(gain.size):
        root = exp(-half * abs(drive[i]))  # its square sinks to 0 gradually, where exp itself stops above it
        decayed = root * root
        gain[i] *= top * decayed / ((1.0 + decayed) * (1.0 + decayed))


@njit
def run_tangents(weights, input_weights, bias, activation, pace, inputs, elapsed, state, states, recurrent, vectors):
    """In place: carry every row of ``vectors`` on along a trajectory, ``d <- keep d + gain W d`` in each of its rows.

    Takes what `linearize_rows` takes, and W once more, as products with a single vector take it.
    """
    shape = _AT_ONCE, state.size
    keep, gain, drives = np.empty(shape), np.empty(shape), np.empty(shape)
    columns = np.zeros((inputs.shape[1], _AT_ONCE)), np.zeros((state.size, _AT_ONCE))
    buffer, wide = _buffers(state.size)
    product = wide[: state.size]
    for first in range(0, inputs.shape[0], _AT_ONCE):
        rows = first, min(first + _AT_ONCE, inputs.shape[0])
        if activation != _IDENTITY:
            _drive(weights, input_weights, bias, inputs, state, states, rows, columns, drives)
        _linearize(activation, pace, elapsed, drives, rows, 0, keep, gain)
        for t in range(rows[1] - first):
            for k in range(vectors.shape[0]):
                product[:] = 0.0
                _add_recurrent(recurrent, vectors[k], buffer, wide, product)
                _take_step(keep[t], gain[t], product, vectors[k])


@njit
def run_loop_tangents(recurrent, input_weights, from_state, from_row, keep, gain, vectors, rows):
    """In place: carry differences of states and of the rows that drive them, ``e <- A d + B e``, around a closed loop.

    ``d <- keep d + gain (W d + W_in e)`` comes first, with ``vectors`` (n, n_units) and ``rows`` (n, n_features).
    """
    buffer, wide = _buffers(vectors.shape[1])
    product = wide[: vectors.shape[1]]
    row = np.empty(rows.shape[1])
    for t in range(keep.shape[0]):
        for k in range(vectors.shape[0]):
            for i in range(product.size):
                product[i] = dot(input_weights[i], rows[k])
            _add_recurrent(recurrent, vectors[k], buffer, wide, product)
            _take_step(keep[t], gain[t], product, vectors[k])
            row[:] = rows[k]
            for j in range(row.size):
                rows[k, j] = dot(from_state[j], vectors[k]) + dot(from_row[j], row)


@njit
def _buffers(n_units):
    """Return two buffers for products with weights in slices, which write whole vectors."""
    n_wide = n_units + N_BYTES // 8
    return np.empty(2 * n_wide), np.empty(n_wide)


@njit
def _add_recurrent(recurrent, x, buffer, wide, product):
    """Add W @ x to ``product``, the leading part of ``wide``."""
    offsets, values, order, starts, sources, weights = recurrent
    if offsets.size:
        repeat(x, buffer)
        add_shift_product(offsets, values, buffer, product)
    else:
        add_sliced_product(order, starts, sources, weights, x, buffer, wide)


@njit
def _take_step(keep, gain, product, vector):
    for i in range(vector.size):
        vector[i] = fma(keep[i], vector[i], gain[i] * product[i])

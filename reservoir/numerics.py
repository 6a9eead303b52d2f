"""The arithmetic that every kernel shares: a guarded ``njit``, SIMD functions, the two sparse products.

NumPy's ``tanh`` and ``exp`` inside a compiled loop are scalar library calls. The branch-free versions here vectorise,
within 4 units in the last place of the exact value; NaN goes in and comes out as NaN.
"""

import numba
import numpy as np
from numba import types
from numba.extending import overload

from readouts.arithmetic import dot, fma  # noqa: F401 - every kernel takes its arithmetic from here
from readouts.compiled import njit, njit_sum


def _exact(function):
    return numba.njit(function, nogil=True, error_model="numpy")


# exp(2 h) = 2^k (1 + p) with r = h - k ln(2) / 2 and p = expm1(2 r) = 2 r + r^2 q(r). Adding the constant below rounds
# h / (ln(2) / 2) to the integer k and leaves k + 1023 in the low bits, which a shift turns into the number 2^k.
# ln(2) / 2 is split in two so that k times its first part is exact. q interpolates at the Chebyshev nodes of
# |r| <= ln(2) / 4, which costs less than 4e-17 (single precision: 5e-10) relative to p.
@_exact
def _exp_parts64(h):
    """Return 2^k and p with exp(2 h) = 2^k (1 + p), for ``|h|`` <= 354."""
    shifted = fma(h, 2.8853900817779268, 6755399441056767.0)  # 1.5 * 2^52 + 1023
    k = shifted - 6755399441056767.0
    r = fma(k, -9.541074646352939e-11, fma(k, -0.3465735901845619, h))
    q = 5.1405517526920325e-05
    q = fma(q, r, 0.00028282959446823306)
    q = fma(q, r, 0.0014109321499775971)
    q = fma(q, r, 0.006349189457495181)
    q = fma(q, r, 0.025396825424605248)
    q = fma(q, r, 0.08888888907007766)
    q = fma(q, r, 0.2666666666665627)
    q = fma(q, r, 0.6666666666659865)
    q = fma(q, r, 1.3333333333333335)
    q = fma(q, r, 2.0000000000000004)
    bits = np.float64(shifted).view(np.int64) << np.int64(52)
    return np.int64(bits).view(np.float64), fma(r * r, q, 2.0 * r)


@_exact
def _exp_parts32(h):
    """Single-precision twin of ``_exp_parts64``, for ``|h|`` <= 43."""
    shifted = fma(h, np.float32(2.88539008), np.float32(12583039.0))  # 1.5 * 2^23 + 127
    k = shifted - np.float32(12583039.0)
    r = fma(k, np.float32(1.0609722e-4), fma(k, np.float32(-0.3466796875), h))
    q = np.float32(0.02546045556664467)
    q = fma(q, r, np.float32(0.08917530626058578))
    q = fma(q, r, np.float32(0.2666659355163574))
    q = fma(q, r, np.float32(0.6666634678840637))
    q = fma(q, r, np.float32(1.3333333730697632))
    q = fma(q, r, np.float32(2.0))
    bits = np.float32(shifted).view(np.int32) << np.int32(23)
    return np.int32(bits).view(np.float32), fma(r * r, q, np.float32(2.0) * r)


@_exact
def _tanh64(x):
    x = 20.0 if x > 20.0 else x  # in this order, so that NaN stays NaN
    x = -20.0 if x < -20.0 else x
    scale, p = _exp_parts64(x)
    e = fma(scale, p, scale - 1.0)  # expm1(2 x)
    return e / (e + 2.0)


@_exact
def _tanh32(x):
    x = np.float32(10.0) if x > np.float32(10.0) else x
    x = np.float32(-10.0) if x < np.float32(-10.0) else x
    scale, p = _exp_parts32(x)
    e = fma(scale, p, scale - np.float32(1.0))
    return e / (e + np.float32(2.0))


@_exact
def _exp64(x):
    x = 708.0 if x > 708.0 else x
    x = -708.0 if x < -708.0 else x
    scale, p = _exp_parts64(0.5 * x)
    return fma(scale, p, scale)


@_exact
def _exp32(x):
    x = np.float32(87.0) if x > np.float32(87.0) else x
    x = np.float32(-87.0) if x < np.float32(-87.0) else x
    scale, p = _exp_parts32(np.float32(0.5) * x)
    return fma(scale, p, scale)


@_exact
def _expm1_64(x):
    x = 708.0 if x > 708.0 else x
    x = -708.0 if x < -708.0 else x
    scale, p = _exp_parts64(0.5 * x)
    return fma(scale, p, scale - 1.0)


@_exact
def _expm1_32(x):
    x = np.float32(87.0) if x > np.float32(87.0) else x
    x = np.float32(-87.0) if x < np.float32(-87.0) else x
    scale, p = _exp_parts32(np.float32(0.5) * x)
    return fma(scale, p, scale - np.float32(1.0))


@_exact
def _sigmoid64(x):
    return 1.0 / (1.0 + _exp64(-x))


@_exact
def _sigmoid32(x):
    return np.float32(1.0) / (np.float32(1.0) + _exp32(-x))


def tanh(x):
    """Hyperbolic tangent of one number; inside a kernel, the SIMD version of its precision."""
    return np.tanh(x)


def exp(x):
    """Exponential of one number, its argument clipped to [-708, 708] (single precision: [-87, 87])."""
    return np.exp(x)


def expm1(x):
    """Return exp(x) - 1 of one number, precise near 0, its argument clipped as that of ``exp``."""
    return np.expm1(x)


def sigmoid(x):
    """Logistic function 1 / (1 + exp(-x)) of one number."""
    return 1.0 / (1.0 + np.exp(-x))


def _by_precision(single, double):
    def choose(x):
        if x == types.float32:
            return lambda x: single(x)
        if x == types.float64:
            return lambda x: double(x)
        return None

    return choose


overload(tanh)(_by_precision(_tanh32, _tanh64))
overload(exp)(_by_precision(_exp32, _exp64))
overload(expm1)(_by_precision(_expm1_32, _expm1_64))
overload(sigmoid)(_by_precision(_sigmoid32, _sigmoid64))


# Activations travel into kernels as a code: a function argument would defeat the cache.
ACTIVATIONS = {"tanh": 0, "identity": 1, "relu": 2, "sigmoid": 3}


@njit
def flush(value, floor):
    """Return 0 for what has decayed below ``floor``, else the value; NaN stays NaN.

    States of a silent series would sink into denormal numbers, which take some twenty times longer to compute with.
    """
    return floor - floor if abs(value) < floor else value


@njit
def smallest(values):
    """Return what counts as nothing in the precision of ``values``: a little above the denormal numbers."""
    return values.dtype.type(1e10) * np.finfo(values.dtype).tiny


@njit
def decay(factor, values):
    """In place: values = factor * values, flushed."""
    floor = smallest(values)
    for i in range(values.size):
        values[i] = flush(factor * values[i], floor)


@njit
def leaky_update(activation, leak, keep, drive, before, after):
    """Write after = keep * before + leak * f(drive), flushed, with ``keep = 1 - leak`` for every unit."""
    zero, floor = after.dtype.type(0), smallest(after)
    if activation == 0:
        for i in range(after.size):
            after[i] = flush(fma(keep[i], before[i], leak[i] * tanh(drive[i])), floor)
    elif activation == 1:
        for i in range(after.size):
            after[i] = flush(fma(keep[i], before[i], leak[i] * drive[i]), floor)
    elif activation == 2:
        for i in range(after.size):
            positive = zero if drive[i] < zero else drive[i]  # NaN is not below 0 and stays NaN
            after[i] = flush(fma(keep[i], before[i], leak[i] * positive), floor)
    else:
        for i in range(after.size):
            after[i] = flush(fma(keep[i], before[i], leak[i] * sigmoid(drive[i])), floor)


@njit
def project_input(input_weights, bias, u, drive):
    """Write drive = bias + input_weights.T @ u, with ``input_weights`` (n_features, n_units).

    Done row by row, not by one matrix product over all steps, so that a series cut in two gives the same bits.
    """
    done = 2 - u.size % 2
    if done == 1:
        _start(input_weights[0], u[0], bias, drive)
    else:
        _start_with_two(input_weights, u, bias, drive)
    if (u.size - done) % 4:
        _add_two(input_weights[done : done + 2], u[done : done + 2], drive)
        done += 2
    if (u.size - done) % 8:
        _add_four(input_weights[done : done + 4], u[done : done + 4], drive)
        done += 4
    for feature in range(done, u.size, 8):
        _add_eight(input_weights[feature : feature + 8], u[feature : feature + 8], drive)


@njit
def _start(weights, u, bias, drive):
    for i in range(drive.size):
        drive[i] = fma(weights[i], u, bias[i])


# Not one function with _add_two: were its source and its target the same array, its loop would not vectorise.
@njit
def _start_with_two(weights, u, bias, drive):
    u0, u1 = u[0], u[1]
    for i in range(drive.size):
        drive[i] = fma(weights[1, i], u1, fma(weights[0, i], u0, bias[i]))


@njit
def _add_two(weights, u, drive):
    u0, u1 = u[0], u[1]
    for i in range(drive.size):
        drive[i] = fma(weights[1, i], u1, fma(weights[0, i], u0, drive[i]))


@njit
def _add_four(weights, u, drive):
    u0, u1, u2, u3 = u[0], u[1], u[2], u[3]
    for i in range(drive.size):
        first = fma(weights[1, i], u1, fma(weights[0, i], u0, drive[i]))
        drive[i] = fma(weights[3, i], u3, fma(weights[2, i], u2, first))


@njit
def _add_eight(weights, u, drive):
    u0, u1, u2, u3, u4, u5, u6, u7 = u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7]
    for i in range(drive.size):
        first = fma(weights[1, i], u1, fma(weights[0, i], u0, drive[i]))
        first = fma(weights[3, i], u3, fma(weights[2, i], u2, first))
        second = fma(weights[5, i], u5, weights[4, i] * u4)
        drive[i] = first + fma(weights[7, i], u7, fma(weights[6, i], u6, second))


@njit
def add_csr_product(indptr, indices, data, x, drive):
    """In place: drive += W @ x for a CSR matrix W of any structure, its indices unsigned.

    A signed index costs more than the multiplication: it is tested for being negative, to count from the end.
    """
    for i in range(drive.size):
        drive[i] = _row_product(indptr[i], indptr[i + 1], indices, data, x, drive[i])


@njit_sum
def _row_product(first, last, indices, data, x, total):
    for k in range(first, last):
        total += data[k] * x[indices[k]]
    return total


@njit
def repeat(x, twice):
    """Write x into both halves of ``twice``."""
    for i in range(x.size):
        twice[i] = x[i]
        twice[x.size + i] = x[i]


@njit
def _add_one_shift(w, x, drive):
    for i in range(drive.size):
        drive[i] = fma(w[i], x[i], drive[i])


@njit
def _add_two_shifts(w, x0, x1, drive):
    for i in range(drive.size):
        drive[i] = fma(w[1, i], x1[i], fma(w[0, i], x0[i], drive[i]))


@njit
def _add_eight_shifts(w, x0, x1, x2, x3, x4, x5, x6, x7, drive):
    for i in range(drive.size):
        first = fma(w[1, i], x1[i], fma(w[0, i], x0[i], drive[i]))
        first = fma(w[3, i], x3[i], fma(w[2, i], x2[i], first))
        second = fma(w[5, i], x5[i], w[4, i] * x4[i])
        drive[i] = first + fma(w[7, i], x7[i], fma(w[6, i], x6[i], second))


@njit
def add_shift_product(offsets, values, twice, drive):
    """In place: drive[i] += sum_k values[k, i] * x[(i + offsets[k]) mod n], with ``twice`` = x followed by x again.

    Written twice in a row, x turns every shifted copy into a contiguous slice: no index array, no gather.
    """
    n, k = drive.size, 0
    while k + 8 <= offsets.size:
        s = offsets[k : k + 8]
        x0, x1, x2, x3 = twice[s[0] : s[0] + n], twice[s[1] : s[1] + n], twice[s[2] : s[2] + n], twice[s[3] : s[3] + n]
        x4, x5, x6, x7 = twice[s[4] : s[4] + n], twice[s[5] : s[5] + n], twice[s[6] : s[6] + n], twice[s[7] : s[7] + n]
        _add_eight_shifts(values[k : k + 8], x0, x1, x2, x3, x4, x5, x6, x7, drive)
        k += 8
    while k + 2 <= offsets.size:
        s0, s1 = offsets[k], offsets[k + 1]
        _add_two_shifts(values[k : k + 2], twice[s0 : s0 + n], twice[s1 : s1 + n], drive)
        k += 2
    if k < offsets.size:
        _add_one_shift(values[k], twice[offsets[k] : offsets[k] + n], drive)


def shift_form(matrix):
    """Return ``(offsets, values)`` if every unit listens at the same offsets, else None.

    ``matrix`` is a canonical CSR array (n, n); ``offsets`` is (degree,) and ``values`` (degree, n), so that
    ``matrix[i, (i + offsets[k]) % n] == values[k, i]``. Rings, cycles with jumps and dense matrices have this form too.
    """
    n = matrix.shape[0]
    degree = matrix.nnz // n
    if degree == 0 or np.any(np.diff(matrix.indptr) != degree):
        return None
    shifts = (matrix.indices.reshape(n, degree) - np.arange(n)[:, None]) % n
    order = np.argsort(shifts, axis=1)
    shifts = np.take_along_axis(shifts, order, axis=1)
    if np.any(shifts != shifts[0]):
        return None
    values = np.take_along_axis(matrix.data.reshape(n, degree), order, axis=1)
    return shifts[0].astype(np.int64), np.ascontiguousarray(values.T)

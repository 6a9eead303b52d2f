"""The arithmetic that every kernel shares: a guarded ``njit``, SIMD functions, the two sparse products.

NumPy's ``tanh`` and ``exp`` inside a compiled loop are scalar calls of about 20 ns. The branch-free versions here
vectorise (about 1 ns an element) and stay within 4 units in the last place of NumPy's; NaN goes in and comes out as
NaN.
"""

import os

import numba
import numpy as np
from numba import types
from numba.extending import overload

# Never "nnan" or "ninf": with them isfinite(nan) is true and an overflow would pass unseen.
FLAGS = {"contract", "arcp", "nsz", "reassoc"}
# The magic-constant rounding below needs its additions in the order written, so no "reassoc".
EXACT_FLAGS = {"contract", "nsz"}


def njit(function):
    """Compile a kernel, cached on disk where a cache can be written.

    A read-only installation without a home directory has no place for a cache; Numba then raises as early as
    decoration, which would make ``import reservoir`` fail. Here the kernel is compiled in memory instead.
    """
    options = {"nogil": True, "fastmath": FLAGS, "error_model": "numpy"}
    try:
        kernel = numba.njit(function, cache=True, **options)
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        return numba.njit(function, **options)
    _stamp_with_this_file(kernel)
    return kernel


def _stamp_with_this_file(kernel):
    # Numba renews a cached kernel only when the file that holds it changes. Kernels elsewhere inline the functions
    # of this file, so its own time stamp has to count as well, or an edit here would leave stale machine code there.
    cache_file = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    if cache_file is not None and hasattr(cache_file, "_source_stamp"):
        here = os.stat(__file__)
        cache_file._source_stamp = (cache_file._source_stamp, here.st_mtime, here.st_size)


def _exact(function):
    return numba.njit(function, nogil=True, fastmath=EXACT_FLAGS, error_model="numpy")


@_exact
def _expm1_parts64(x):
    """Return (s, s - 1, p) with exp(x) = s (1 + p), for ``|x|`` <= 709: x = k ln 2 + r, s = 2^k, p = expm1(r)."""
    magic = x * 1.4426950408889634 + 6755399441055744.0  # 1.5 * 2^52: the low bits now hold round(x / ln 2)
    k = magic - 6755399441055744.0
    r = (x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10
    p = 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    bits = (np.float64(magic).view(np.int64) + np.int64(1023)) << np.int64(52)
    scale = np.int64(bits).view(np.float64)
    return scale, scale - 1.0, r + r * r * p


@_exact
def _expm1_parts32(x):
    """Single-precision twin of ``_expm1_parts64``, for ``|x|`` <= 87."""
    magic = x * np.float32(1.44269504) + np.float32(12582912.0)  # 1.5 * 2^23
    k = magic - np.float32(12582912.0)
    r = (x - k * np.float32(0.693359375)) - k * np.float32(-2.12194440e-4)
    p = np.float32(1.9841270e-4)
    p = p * r + np.float32(1.3888889e-3)
    p = p * r + np.float32(8.3333333e-3)
    p = p * r + np.float32(4.1666667e-2)
    p = p * r + np.float32(1.6666667e-1)
    p = p * r + np.float32(0.5)
    bits = (np.float32(magic).view(np.int32) + np.int32(127)) << np.int32(23)
    scale = np.int32(bits).view(np.float32)
    return scale, scale - np.float32(1.0), r + r * r * p


@_exact
def _tanh64(x):
    magnitude = abs(x)
    magnitude = 20.0 if magnitude > 20.0 else magnitude  # in this order, so that NaN stays NaN
    scale, scale_minus_1, p = _expm1_parts64(2.0 * magnitude)
    e = scale * p + scale_minus_1  # expm1(2|x|)
    return np.copysign(e / (e + 2.0), x)


@_exact
def _tanh32(x):
    magnitude = abs(x)
    magnitude = np.float32(10.0) if magnitude > np.float32(10.0) else magnitude
    scale, scale_minus_1, p = _expm1_parts32(np.float32(2.0) * magnitude)
    e = scale * p + scale_minus_1
    return np.copysign(e / (e + np.float32(2.0)), x)


@_exact
def _exp64(x):
    x = 709.0 if x > 709.0 else x
    x = -708.0 if x < -708.0 else x
    scale, _, p = _expm1_parts64(x)
    return scale + scale * p


@_exact
def _exp32(x):
    x = np.float32(87.0) if x > np.float32(87.0) else x
    x = np.float32(-87.0) if x < np.float32(-87.0) else x
    scale, _, p = _expm1_parts32(x)
    return scale + scale * p


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
    """Exponential of one number, its argument clipped to [-708, 709] (single precision: [-87, 87])."""
    return np.exp(x)


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
overload(sigmoid)(_by_precision(_sigmoid32, _sigmoid64))


# Activations travel into kernels as a code: a function argument would defeat the cache.
ACTIVATIONS = {"tanh": 0, "identity": 1, "relu": 2, "sigmoid": 3}


@njit
def leaky_update(activation, leak, keep, drive, before, after):
    """Write after = keep * before + leak * f(drive), with ``keep = 1 - leak`` for every unit."""
    if activation == 0:
        for i in range(after.size):
            after[i] = keep[i] * before[i] + leak[i] * tanh(drive[i])
    elif activation == 1:
        for i in range(after.size):
            after[i] = keep[i] * before[i] + leak[i] * drive[i]
    elif activation == 2:
        for i in range(after.size):
            positive = 0 * drive[i] if drive[i] < 0 else drive[i]  # NaN is not below 0 and stays NaN
            after[i] = keep[i] * before[i] + leak[i] * positive
    else:
        for i in range(after.size):
            after[i] = keep[i] * before[i] + leak[i] * sigmoid(drive[i])


@njit
def project_input(input_weights, bias, u, drive):
    """Write drive = bias + input_weights.T @ u, with ``input_weights`` (n_features, n_units).

    Done row by row, not by one matrix product over all steps, so that a series cut in two gives the same bits.
    """
    for i in range(drive.size):
        drive[i] = bias[i]
    feature = 0
    while feature + 4 <= u.size:
        _add_four(input_weights[feature : feature + 4], u[feature : feature + 4], drive)
        feature += 4
    while feature < u.size:
        weights, value = input_weights[feature], u[feature]
        for i in range(drive.size):
            drive[i] += weights[i] * value
        feature += 1


@njit
def _add_four(weights, u, drive):
    u0, u1, u2, u3 = u[0], u[1], u[2], u[3]
    for i in range(drive.size):
        drive[i] += (weights[0, i] * u0 + weights[1, i] * u1) + (weights[2, i] * u2 + weights[3, i] * u3)


@njit
def add_csr_product(indptr, indices, data, x, drive):
    """In place: drive += W @ x for a CSR matrix W of any structure, its indices unsigned.

    A signed index costs more than the multiplication: it is tested for being negative, to count from the end.
    """
    for i in range(drive.size):
        total = drive[i]
        for k in range(indptr[i], indptr[i + 1]):
            total += data[k] * x[indices[k]]
        drive[i] = total


@njit
def repeat(x, twice):
    """Write x into both halves of ``twice``."""
    for i in range(x.size):
        twice[i] = x[i]
        twice[x.size + i] = x[i]


@njit
def _add_four_shifts(w, x0, x1, x2, x3, drive):
    for i in range(drive.size):
        drive[i] += (w[0, i] * x0[i] + w[1, i] * x1[i]) + (w[2, i] * x2[i] + w[3, i] * x3[i])


@njit
def _add_one(w, x, drive):
    for i in range(drive.size):
        drive[i] += w[i] * x[i]


@njit
def add_shift_product(offsets, values, twice, drive):
    """In place: drive[i] += sum_k values[k, i] * x[(i + offsets[k]) mod n], with ``twice`` = x followed by x again.

    Written twice in a row, x turns every shifted copy into a contiguous slice: no index array, no gather.
    """
    n, k = drive.size, 0
    while k + 4 <= offsets.size:
        s0, s1, s2, s3 = offsets[k], offsets[k + 1], offsets[k + 2], offsets[k + 3]
        _add_four_shifts(
            values[k : k + 4], twice[s0 : s0 + n], twice[s1 : s1 + n], twice[s2 : s2 + n], twice[s3 : s3 + n], drive
        )
        k += 4
    while k < offsets.size:
        _add_one(values[k], twice[offsets[k] : offsets[k] + n], drive)
        k += 1


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

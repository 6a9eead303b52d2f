"""Functions of one number that vectorise inside a compiled loop, and others that keep states from being denormal.

NumPy's ``tanh`` and ``exp`` inside a compiled loop are scalar library calls. The branch-free versions here vectorise,
within 4 units in the last place of the exact value; NaN goes in and comes out as NaN.
"""

import numba
import numpy as np
from numba import types
from numba.extending import overload

from readouts.compiling import fma, njit


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
    """Return the floor for `flush` in the precision of ``values``, a little above the denormal numbers."""
    return values.dtype.type(1e10) * np.finfo(values.dtype).tiny


@njit
def decay(factor, values):
    """In place: values = factor * values, flushed."""
    floor = smallest(values)
    for i in range(values.size):
        values[i] = flush(factor * values[i], floor)

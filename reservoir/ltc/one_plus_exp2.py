"""What opens a synapse: ``1 + 2^y``, the inverse of a sigmoid, in the arithmetic that the fewest instructions do.

A synapse of conductance w, slope s and midpoint m opens to ``w sigmoid(s (p - m)) = w / (1 + 2^y)`` with
``y = -s log2(e) p + s m log2(e)``. The two factors are those of the synapse, so that y takes a single fused product,
its range is reduced by a subtraction that is exact, and the division does the work of a product.
"""

import numba
import numpy as np
from numba import types
from numba.extending import overload

from readouts.compiling import fma


def one_plus_exp2(y):
    """Return ``1 + 2^y`` of one number; in a kernel, y is clipped to [-1022, 1022], in single precision to +-126.

    A compiled loop over it vectorises, and the result is within 2 units in the last place; NaN stays NaN.
    """
    return 1.0 + np.exp2(y)


# y = k + f with the integer k nearest to y. Adding the constant below rounds y to k and leaves k + 1023 in its low
# bits, which a shift turns into 2^k. The polynomial is 1 + f p(f), with p interpolating (2^f - 1) / f at the Chebyshev
# nodes of |f| <= 1/2, within 9e-18 (single precision: 6e-9) of 2^f.
@numba.njit(nogil=True, error_model="numpy")
def _double(y):
    y = 1022.0 if y > 1022.0 else y  # in this order, so that NaN stays NaN
    y = -1022.0 if y < -1022.0 else y
    shifted = y + 6755399441056767.0  # 1.5 * 2^52 + 1023
    f = y - (shifted - 6755399441056767.0)
    p = 4.4549605981865186e-10
    p = fma(p, f, 7.072585949269223e-09)
    p = fma(p, f, 1.0178062445845774e-07)
    p = fma(p, f, 1.321544258792169e-06)
    p = fma(p, f, 1.525273382983612e-05)
    p = fma(p, f, 0.0001540353044173605)
    p = fma(p, f, 0.0013333558146416936)
    p = fma(p, f, 0.009618129107606888)
    p = fma(p, f, 0.0555041086648216)
    p = fma(p, f, 0.24022650695910097)
    p = fma(p, f, 0.6931471805599453)
    p = fma(p, f, 1.0)
    bits = np.float64(shifted).view(np.int64) << np.int64(52)
    return fma(np.int64(bits).view(np.float64), p, 1.0)


@numba.njit(nogil=True, error_model="numpy")
def _single(y):
    y = np.float32(126.0) if y > np.float32(126.0) else y
    y = np.float32(-126.0) if y < np.float32(-126.0) else y
    shifted = y + np.float32(12583039.0)  # 1.5 * 2^23 + 127
    f = y - (shifted - np.float32(12583039.0))
    p = np.float32(0.00015453163359779865)
    p = fma(p, f, np.float32(0.0013390863314270973))
    p = fma(p, f, np.float32(0.009618083015084267))
    p = fma(p, f, np.float32(0.055503569543361664))
    p = fma(p, f, np.float32(0.24022650718688965))
    p = fma(p, f, np.float32(0.6931471824645996))
    p = fma(p, f, np.float32(1.0))
    bits = np.float32(shifted).view(np.int32) << np.int32(23)
    return fma(np.int32(bits).view(np.float32), p, np.float32(1.0))


@overload(one_plus_exp2)
def _choose_precision(y):
    if y == types.float32:
        return lambda y: _single(y)
    if y == types.float64:
        return lambda y: _double(y)
    return None

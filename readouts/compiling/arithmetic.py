"""Arithmetic that rounds in one way only: the fused product, and sums whose order the compiler may choose once.

A compiled loop that stores has a SIMD and a scalar version, chosen at run time by how far apart its arrays lie. If the
compiler could fuse or reorder, the two would round differently, and results would depend on the allocator. So
kernels are compiled without that freedom: products are fused where ``fma`` says so, and only sums that store nothing
are split.
"""

from numba import types
from numba.extending import intrinsic, overload

from readouts.compiling.guard import njit_sum


def fma(a, b, c):
    """Return ``a b + c``; inside a kernel it is rounded once, and the three numbers must be of one precision."""
    return a * b + c


@overload(fma)
def _choose_fma(a, b, c):
    if isinstance(a, types.Float) and a == b == c:
        return lambda a, b, c: _fused(a, b, c)
    return None


@intrinsic
def _fused(typing_context, a, b, c):
    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return a(a, b, c), generate


@njit_sum
def dot(a, b):
    """Return the sum of the products of two contiguous arrays, in lanes of SIMD."""
    total = a.dtype.type(0)
    for i in range(a.size):
        total += a[i] * b[i]
    return total

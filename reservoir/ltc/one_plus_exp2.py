"""What opens a synapse: ``1 + 2^y``, the inverse of a sigmoid, in the arithmetic that takes the fewest instructions.

A synapse of conductance w, slope s and midpoint m opens to ``w sigmoid(s (p - m)) = w / (1 + 2^y)`` with
``y = -s log2(e) p + s m log2(e)``. The two factors are those of the synapse, so that y takes a single fused product,
its range is reduced by a subtraction that is exact, and the division does the work of a product.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

from reservoir.kernels.vectors import Vector

# y = k + f with the integer k nearest to y. Adding 1.5 * 2^(digits - 1) + bias rounds y to k and leaves k + bias in the
# low bits, which a shift turns into 2^k. The polynomial is 1 + f p(f), with p interpolating (2^f - 1) / f at the
# Chebyshev nodes of |f| <= 1/2, within 9e-18 (single precision: 6e-9) of 2^f.
MOST = {64: 1022.0, 32: 126.0}  # in absolute value, of y
MAGIC = {64: 6755399441056767.0, 32: 12583039.0}  # 1.5 * 2^52 + 1023 and 1.5 * 2^23 + 127
MANTISSA = {64: 52, 32: 23}  # bits
POLYNOMIAL = {
    64: (
        4.4549605981865186e-10, 7.072585949269223e-09, 1.0178062445845774e-07, 1.321544258792169e-06,
        1.525273382983612e-05, 0.0001540353044173605, 0.0013333558146416936, 0.009618129107606888, 0.0555041086648216,
        0.24022650695910097, 0.6931471805599453, 1.0,
    ),
    32: (
        0.00015453163359779865, 0.0013390863314270973, 0.009618083015084267, 0.055503569543361664, 0.24022650718688965,
        0.6931471824645996, 1.0,
    ),
}  # fmt: skip


def one_plus_exp2(y):
    """Return ``1 + 2^y`` of a number; in a kernel, y is clipped to [-1022, 1022], in single precision to [-126, 126].

    In a kernel it is within 2 units in the last place, a loop over it vectorises, and y may be a `vectors.Vector`,
    rounded as numbers are. NaN stays NaN.
    """
    return 1.0 + np.exp2(y)


@intrinsic
def _compiled(typing_context, y):
    bits, width = (y.dtype.bitwidth, y.width) if isinstance(y, Vector) else (y.bitwidth, None)

    def generate(context, builder, signature, arguments):
        kind = arguments[0].type
        whole = ir.IntType(bits) if width is None else ir.VectorType(ir.IntType(bits), width)
        name = f"llvm.fma.f{bits}" if width is None else f"llvm.fma.v{width}f{bits}"
        fused = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * 3), name)

        def same(number, kind=kind):
            return ir.Constant(kind, number if width is None else [number] * width)

        y = arguments[0]
        y = builder.select(builder.fcmp_ordered(">", y, same(MOST[bits])), same(MOST[bits]), y)  # NaN stays NaN
        y = builder.select(builder.fcmp_ordered("<", y, same(-MOST[bits])), same(-MOST[bits]), y)
        shifted = builder.fadd(y, same(MAGIC[bits]))
        f = builder.fsub(y, builder.fsub(shifted, same(MAGIC[bits])))
        p = same(POLYNOMIAL[bits][0])
        for coefficient in POLYNOMIAL[bits][1:]:
            p = builder.call(fused, [p, f, same(coefficient)])
        power = builder.shl(builder.bitcast(shifted, whole), same(MANTISSA[bits], whole))
        return builder.call(fused, [builder.bitcast(power, kind), p, same(1.0)])

    return y(y), generate


@overload(one_plus_exp2)
def _choose_compiled(y):
    if isinstance(y, (types.Float, Vector)):
        return lambda y: _compiled(y)
    return None


@intrinsic
def over(typing_context, a, b):
    """Return the quotients of the numbers of two vectors."""
    return a(a, b), lambda context, builder, signature, arguments: builder.fdiv(*arguments)

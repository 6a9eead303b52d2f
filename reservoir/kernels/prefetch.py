"""Memory that is asked for before it is needed, in loops that know where they will read."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array

READ, KEEP, DATA = 0, 3, 1  # codes of LLVM: a read, of what is to stay in all caches, which is no code


def prefetch(array, index):
    """Inside a kernel, begin to load an element of a contiguous array, without waiting for it; nothing elsewhere.

    The index is unsigned, and inside of the array.
    """


@overload(prefetch)
def _compile_prefetch(array, index):
    if isinstance(array, types.Array) and array.layout == "C" and array.ndim == 1 and isinstance(index, types.Integer):
        return lambda array, index: _prefetch(array, index)
    return None


@intrinsic
def _prefetch(typing_context, array, index):
    def generate(context, builder, signature, arguments):
        place = builder.gep(make_array(array)(context, builder, arguments[0]).data, [arguments[1]])
        code = ir.IntType(32)
        of = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, code, code, code])
        function = builder.module.declare_intrinsic("llvm.prefetch", [cgutils.voidptr_t], of)
        place = builder.bitcast(place, cgutils.voidptr_t)
        builder.call(function, [place, code(READ), code(KEEP), code(DATA)])
        return context.get_dummy_value()

    return types.none(array, index), generate

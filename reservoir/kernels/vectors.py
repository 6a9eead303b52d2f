"""Vectors of 64 bytes inside kernels: 8 numbers in double precision, 16 in single precision.

The compiler does not vectorise loops over sources when their places come from an index, nor does it keep the totals of
several loops in registers. Kernels that need this say so with these vectors, each of which is as long as a cache line
and the widest register; on narrower machines the compiler takes several registers for one. A place in an array is
counted over its numbers in the order of memory, as in ``array.ravel()``, and must leave 64 bytes. Nothing checks this.
Every operation is rounded as that of a single number is.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

from readouts.compiling import fma, njit

N_BYTES = 64


class Vector(types.Type):
    """The type of a vector of numbers of one precision."""

    def __init__(self, dtype):
        self.dtype, self.width = dtype, N_BYTES * 8 // dtype.bitwidth
        super().__init__(name=f"Vector({dtype})")


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        number = manager.lookup(kind.dtype).get_value_type()
        super().__init__(manager, kind, ir.VectorType(number, kind.width))


def width_of(dtype):
    """Return how many numbers of a precision a vector has."""
    return N_BYTES // np.dtype(dtype).itemsize


@intrinsic
def take(typing_context, array, place):
    """Return the number at a place of a contiguous array, without the test for a place that counts from the end."""

    def generate(context, builder, signature, arguments):
        source = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.load(builder.gep(source.data, [arguments[1]]))

    return array.dtype(array, types.int64), generate


@intrinsic
def load(typing_context, array, place):
    """Return the vector at a place of a contiguous array."""

    def generate(context, builder, signature, arguments):
        address, bytes_each = _address(context, builder, signature, arguments, 0, arguments[1], signature.return_type)
        return builder.load(address, align=bytes_each)

    return Vector(array.dtype)(array, types.int64), generate


@intrinsic
def store(typing_context, vector, array, place):
    """Write a vector to a place of a contiguous array."""

    def generate(context, builder, signature, arguments):
        address, bytes_each = _address(context, builder, signature, arguments, 1, arguments[2], signature.args[0])
        builder.store(arguments[0], address, align=bytes_each)
        return context.get_dummy_value()

    return types.void(vector, array, types.int64), generate


@intrinsic
def splat(typing_context, number):
    """Return the vector whose numbers are all the same."""

    def generate(context, builder, signature, arguments):
        return _splat(builder, arguments[0], signature.return_type.width)

    return Vector(number)(number), generate


@intrinsic
def gather(typing_context, array, indices, place):
    """Return the numbers of an array at the indices, signed 32-bit integers, that are in a place of ``indices``."""
    vector = Vector(array.dtype)

    def generate(context, builder, signature, arguments):
        width, number = vector.width, context.get_data_type(array.dtype)
        bytes_each = context.get_abi_sizeof(number)
        source = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = context.make_array(signature.args[1])(context, builder, arguments[1])
        many = ir.VectorType(ir.IntType(32), width)
        where = builder.bitcast(builder.gep(at.data, [arguments[2]]), many.as_pointer())
        long, pointers = ir.VectorType(ir.IntType(64), width), ir.VectorType(number.as_pointer(), width)
        offsets = builder.sext(builder.load(where, align=4), long)
        offsets = builder.mul(offsets, ir.Constant(long, [bytes_each] * width))
        start = _splat(builder, builder.ptrtoint(source.data, ir.IntType(64)), width)
        addresses = builder.inttoptr(builder.add(start, offsets), pointers)
        bits = ir.VectorType(ir.IntType(1), width)
        result = ir.VectorType(number, width)
        kind = ir.FunctionType(result, [pointers, ir.IntType(32), bits, result])
        name = f"llvm.masked.gather.{_suffix(vector)}.v{width}p0"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        mask, nothing = ir.Constant(bits, [1] * width), ir.Constant(result, ir.Undefined)
        return builder.call(function, [addresses, ir.IntType(32)(bytes_each), mask, nothing])

    return vector(array, indices, types.int64), generate


@intrinsic
def _fused(typing_context, a, b, c):
    def generate(context, builder, signature, arguments):
        kind = arguments[0].type
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(kind, [kind] * 3), f"llvm.fma.{_suffix(a)}"
        )
        return builder.call(function, arguments)

    return a(a, b, c), generate


@overload(fma)
def _choose_fused(a, b, c):
    if isinstance(a, Vector) and a == b == c:
        return lambda a, b, c: _fused(a, b, c)
    return None


@intrinsic
def times(typing_context, a, b):
    """Return the products of the numbers of two vectors."""
    return a(a, b), lambda context, builder, signature, arguments: builder.fmul(*arguments)


@intrinsic
def _flushed(typing_context, values, floor):
    def generate(context, builder, signature, arguments):
        value, floor = arguments
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(value.type, [value.type]), f"llvm.fabs.{_suffix(values)}"
        )
        small = builder.fcmp_ordered("<", builder.call(function, [value]), floor)
        return builder.select(small, ir.Constant(value.type, [0.0] * values.width), value)

    return values(values, floor), generate


@njit
def flush_all(values, floor):
    """Return a vector with 0 for each number that has decayed below the floor, as `functions.flush` does for one."""
    return _flushed(values, floor)


def _address(context, builder, signature, arguments, position, place, vector):
    """Return the address of a vector in an array, and the bytes of one number."""
    array = context.make_array(signature.args[position])(context, builder, arguments[position])
    kind = context.get_data_type(vector)
    address = builder.bitcast(builder.gep(array.data, [place]), kind.as_pointer())
    return address, context.get_abi_sizeof(kind.element)


def _splat(builder, number, width):
    lone = ir.Constant(ir.VectorType(number.type, width), ir.Undefined)
    first = builder.insert_element(lone, number, ir.IntType(32)(0))
    return builder.shuffle_vector(first, lone, ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width))


def _suffix(vector):
    return f"v{vector.width}f{vector.dtype.bitwidth}"

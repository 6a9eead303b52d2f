"""The values of one unit as a record, out of one array per variable, in loops that are vectorised over units."""

import numpy as np
from numba import types
from numba.core.errors import TypingError
from numba.extending import intrinsic, overload

from readouts.compiling import njit

PAGE, APART = 4096, 640  # bytes


def take(arrays, index):
    """Return the elements of a plain tuple of arrays at an index, as a tuple.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.spiking.records import put, take
    >>> arrays = np.zeros(3), np.ones(3)
    >>> put(arrays, 1, (5.0, 6.0))
    >>> [float(value) for value in take(arrays, 1)]
    [5.0, 6.0]
    """
    return tuple([array[index] for array in arrays])


def put(arrays, index, record):
    """In place: write a record to the elements of a plain tuple of arrays at an index."""
    for array, value in zip(arrays, record, strict=True):
        array[index] = value


def select(condition, one, other):
    """Return one of two numbers of one precision; a compiled loop has no branch for it, which LLVM might spread."""
    return one if condition else other


def either(condition, one, other):
    """Return one of two records, as `select` does."""
    return tuple([select(condition, a, b) for a, b in zip(one, other, strict=True)])


def replaced(record, place, value):
    """Return a record with another value at a place."""
    return tuple([value if index == place else own for index, own in enumerate(record)])


def spread_out(arrays):
    """Return copies of a plain tuple of arrays of one precision, which lie where a loop over all of them is fast.

    Each is aligned to a vector, as arrays of Numba are and those of NumPy are not, and begins `APART` bytes further in
    its page than the one before. If it began a little earlier in its page, reading its elements would seem to a
    processor to have to wait for what is written to the other one, for addresses are compared within pages at first.
    """
    return tuple([array.copy() for array in arrays])


def copy_back(arrays, originals):
    """In place: write the elements of a plain tuple of arrays to those of another."""
    for array, original in zip(arrays, originals, strict=True):
        original[:] = array


# Numba knows the length of a tuple when it compiles: it follows one element after the other, without a loop.
@overload(take)
def _compile_take(arrays, index):
    if len(arrays) == 0:
        return lambda arrays, index: ()
    return lambda arrays, index: (arrays[0][index], *take(arrays[1:], index))


@overload(put)
def _compile_put(arrays, index, record):
    if not isinstance(record, types.BaseTuple) or len(arrays) != len(record):
        raise TypingError(f"A step or a reset must return a record of {len(arrays)} variables; got {record}.")
    if len(arrays) == 0:
        return lambda arrays, index, record: None

    def put_first(arrays, index, record):
        arrays[0][index] = record[0]
        put(arrays[1:], index, record[1:])

    return put_first


@intrinsic
def _selected(typing_context, condition, one, other):
    def generate(context, builder, signature, arguments):
        return builder.select(*arguments)

    return one(types.boolean, one, one), generate


@overload(select)
def _compile_select(condition, one, other):
    return lambda condition, one, other: _selected(condition, one, other)


@overload(either)
def _compile_either(condition, one, other):
    if len(one) == 0:
        return lambda condition, one, other: ()
    return lambda condition, one, other: (
        select(condition, one[0], other[0]),
        *either(condition, one[1:], other[1:]),
    )


@overload(replaced)
def _compile_replaced(record, place, value):
    if len(record) == 0:
        return lambda record, place, value: ()
    return lambda record, place, value: (
        select(place == 0, value, record[0]),
        *replaced(record[1:], place - 1, value),
    )


@overload(spread_out)
def _compile_spread_out(arrays):
    return lambda arrays: place(arrays, np.empty(room_for(arrays), arrays[0].dtype), 0)


def room_for(arrays):
    """Return how many elements the arrays take with what lies between them."""
    return sum(map(distance_after, arrays))


def place(arrays, room, first):
    """Return the arrays copied to a room, from an element on."""
    return tuple([array.copy() for array in arrays])


@njit
def distance_after(array):
    """Return after how many elements the next array begins."""
    n_bytes = array.size * array.itemsize
    return (n_bytes + (APART - n_bytes) % PAGE) // array.itemsize


@overload(room_for)
def _compile_room_for(arrays):
    if len(arrays) == 0:
        return lambda arrays: 0
    return lambda arrays: distance_after(arrays[0]) + room_for(arrays[1:])


@overload(place)
def _compile_place(arrays, room, first):
    if len(arrays) == 0:
        return lambda arrays, room, first: ()

    def place_first(arrays, room, first):
        own = room[first : first + arrays[0].size]
        for i in range(own.size):
            own[i] = arrays[0][i]
        return (own, *place(arrays[1:], room, first + distance_after(arrays[0])))

    return place_first


@overload(copy_back)
def _compile_copy_back(arrays, originals):
    if len(arrays) == 0:
        return lambda arrays, originals: None

    def copy_first(arrays, originals):
        array, original = arrays[0], originals[0]
        for i in range(array.size):
            original[i] = array[i]
        copy_back(arrays[1:], originals[1:])

    return copy_first

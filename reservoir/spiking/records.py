"""The values of one unit as a record, out of one array per variable, in loops that are vectorised over units."""

from numba import types
from numba.core.errors import TypingError
from numba.extending import overload


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

"""Arrays that start on a cache line: no vector of them lies across two, which would take twice as long to read."""

from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.kernels.vectors import N_BYTES


def aligned_zeros(shape: tuple[int, ...], dtype: Any) -> Array:
    """Return zeros that start on a cache line.

    Examples
    --------
    >>> from reservoir.kernels.alignment import aligned_zeros
    >>> zeros = aligned_zeros((3, 8), "float32")
    >>> zeros.shape, zeros.ctypes.data % 64
    ((3, 8), 0)
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    room = np.zeros(size + N_BYTES, np.uint8)
    start = -room.ctypes.data % N_BYTES
    return room[start : start + size].view(dtype).reshape(shape)


def aligned(array: Array) -> Array:
    """Return an array of numbers, or a copy of it that starts on a cache line.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.kernels.alignment import aligned
    >>> aligned(np.arange(3.0)[1:]).ctypes.data % 64
    0
    """
    if array.ctypes.data % N_BYTES == 0 and array.flags.c_contiguous:
        return array
    room = aligned_zeros(array.shape, array.dtype)
    room[...] = array
    return room

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.kernels.alignment import aligned, aligned_zeros


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int32])
@pytest.mark.parametrize("shape", [(0,), (5,), (3, 7), (2, 0, 4), (2, 3, 8)])
def test_arrays_start_on_a_cache_line(shape, dtype):
    zeros = aligned_zeros(shape, dtype)
    assert zeros.flags.c_contiguous and zeros.flags.writeable
    assert zeros.size == 0 or zeros.ctypes.data % 64 == 0
    assert_array_equal(zeros, np.zeros(shape, dtype), strict=True)
    for skip in range(8):
        given = np.arange(zeros.size + 8, dtype=dtype)[skip : skip + zeros.size].reshape(shape)
        moved = aligned(given)
        assert moved.flags.c_contiguous and (moved.size == 0 or moved.ctypes.data % 64 == 0)
        assert_array_equal(moved, given, strict=True)


def test_what_is_aligned_is_not_copied():
    zeros = aligned_zeros((4, 4), float)
    assert aligned(zeros) is zeros
    assert aligned(zeros.T) is not zeros

import pickle
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.series.lazy_series import AT_ONCE, LazySeries, blocks, is_finite, lazily, read_rows

F64 = np.dtype(np.float64)


def numbers(*shape):
    return np.random.RandomState(0).standard_normal(shape)


def locked(x):
    x = x.copy()
    x.setflags(write=False)
    return x


def swapped(x):
    return x.astype(">f8")


def unaligned(x):
    return np.frombuffer(bytearray(b"-" + x.tobytes()), dtype=np.float64, offset=1).reshape(x.shape)


LAYOUTS = [
    locked,
    np.asfortranarray,
    swapped,
    unaligned,
    lambda x: x.astype(np.float32),
    lambda x: (8 * x).astype(np.int8),
    lambda x: x > 0,
    lambda x: np.repeat(x, 2, axis=0)[::2],
    lambda x: x[::-1],
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_slices_are_the_numbers_as_kernels_need_them(layout, dtype):
    x = layout(numbers(20, 3))
    series = read_rows(x, dtype, lazy=True)
    assert isinstance(series, LazySeries) or x.dtype == dtype
    assert series.shape == (20, 3) and series.ndim == 2 and len(series) == 20 and series.dtype == dtype
    for rows in (slice(None), slice(4, 9), slice(-1, None), slice(7, 7), slice(9, 3), slice(15, 99)):
        taken = series[rows]
        assert_array_equal(taken, x[rows].astype(dtype), strict=True)
        assert taken.flags.carray
    assert_array_equal(np.asarray(series), x.astype(dtype), strict=True)
    assert_array_equal(np.concatenate(list(blocks(series))), x.astype(dtype), strict=True)


def test_what_is_ready_is_handed_on():
    x = numbers(20, 3)
    assert read_rows(x, F64, lazy=True) is x and read_rows(x, F64, lazy=False) is x
    series = lazily(locked(x), F64)
    assert read_rows(series, F64, lazy=True) is series
    assert_array_equal(read_rows(series, F64, lazy=False), x, strict=True)
    assert_array_equal(read_rows(series, np.float32, lazy=True), x.astype(np.float32), strict=True)


def test_what_lacks_numbers_is_handed_on_where_that_is_allowed():
    allowed = {"ensure_all_finite": "allow-nan"}
    x = numbers(20, 3)
    x[4, 1] = np.nan
    assert read_rows(x, F64, lazy=True, **allowed) is x and read_rows(x, F64, lazy=False, **allowed) is x
    assert_array_equal(read_rows(locked(x), F64, lazy=True, **allowed)[:], x)
    with pytest.raises(ValueError, match="contains NaN"):
        read_rows(x, F64, lazy=True)
    x[9, 2] = np.inf
    for given in (x, locked(x)):
        with pytest.raises(ValueError, match="contains infinity"):
            read_rows(given, F64, lazy=True, **allowed)


def test_the_first_of_several_types_is_the_one_to_convert_to():
    both = [np.float64, np.float32]
    assert read_rows(locked(numbers(3, 2)).astype(np.float32)[::2], both, lazy=True).dtype == np.float32
    assert read_rows(np.ones((3, 2), dtype=np.int8), both, lazy=True).dtype == np.float64
    assert read_rows([[1, 2]], both, lazy=True).dtype == np.float64


def test_only_consecutive_rows_can_be_taken():
    with pytest.raises(IndexError, match="Consecutive rows"):
        lazily(numbers(4, 2), F64)[::2]


@pytest.mark.parametrize("value, found", [(np.nan, "NaN"), (-np.inf, "infinity")])
@pytest.mark.parametrize("row", [0, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 5])
def test_what_is_not_finite_is_found_in_every_block(row, value, found):
    x = np.zeros((2 * AT_ONCE + 6, 1))
    assert is_finite(x)
    x[row] = value
    assert not is_finite(x)
    for wrong in (x, locked(x), x.astype(np.float32)):
        with pytest.raises(ValueError, match=f"Input Z contains {found}"):
            read_rows(wrong, F64, lazy=True, input_name="Z")


def test_a_number_too_large_for_the_precision_is_refused():
    with pytest.raises(ValueError, match="value too large for dtype"), np.errstate(over="ignore"):
        read_rows(np.array([[1.0], [1e39]]), np.float32, lazy=True)


@pytest.mark.parametrize("x", [np.ones((2, 2), complex), np.empty((0, 2)), np.ones((2, 2, 2)), "x", [["a"]], None])
def test_what_is_no_array_of_numbers_is_left_to_scikit_learn(x):
    with pytest.raises((ValueError, TypeError)):
        read_rows(x, F64, lazy=True)


def test_a_map_is_read_without_a_copy(tmp_path):
    np.save(tmp_path / "x.npy", numbers(1_000_000, 4))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    tracemalloc.start()
    try:
        series = read_rows(mapped, F64, lazy=True)
        for _ in blocks(series):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < mapped.nbytes / 8
    assert np.shares_memory(series.take.args[0], mapped)


def test_only_its_own_rows_are_pickled():
    x = locked(numbers(1000, 3))
    part = lazily(x[10:20], F64)
    pickled = pickle.dumps(part)
    assert len(pickled) < 1000
    assert_array_equal(pickle.loads(pickled)[:], x[10:20])

import numpy as np
import pytest

from readouts.compiling import njit
from reservoir.spiking.records import APART, PAGE, copy_back, either, put, replaced, spread_out, take


@njit
def move_record(arrays, source, target):
    put(arrays, target, take(arrays, source))


@pytest.mark.parametrize("n_arrays", [0, 1, 3])
@pytest.mark.parametrize("move", [move_record, move_record.py_func], ids=["compiled", "plain"])
def test_a_record_is_taken_and_put_in_all_arrays(n_arrays, move):
    arrays = tuple(np.arange(4.0) + 10 * number for number in range(n_arrays))
    move(arrays, 3, 1)
    for number, array in enumerate(arrays):
        assert array.tolist() == [10 * number + value for value in (0.0, 3.0, 2.0, 3.0)]


@njit
def double(arrays):
    copies = spread_out(arrays)
    for index in range(len(copies)):
        for i in range(arrays[index].size):
            copies[index][i] *= 2
    before = arrays[0][1]
    copy_back(copies, arrays)
    return before


@pytest.mark.parametrize("double", [double, double.py_func], ids=["compiled", "plain"])
@pytest.mark.parametrize("n", [2, 3, 513, 1000])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_copies_are_changed_apart_and_written_back(double, n, dtype):
    arrays = np.arange(n, dtype=dtype), np.ones(n, dtype), np.arange(2 * n, dtype=dtype)
    expected = [2 * array for array in arrays]
    assert double(arrays) == 1.0
    for array, doubled in zip(arrays, expected, strict=True):
        np.testing.assert_array_equal(array, doubled)


@njit
def spread(arrays):
    return spread_out(arrays)


@pytest.mark.parametrize("n", [1, 3, 250, 500, 512, 1000, 4096])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_arrays_that_are_spread_out_are_aligned_and_begin_at_other_places_of_a_page(n, dtype):
    places = [copy.ctypes.data for copy in spread((np.zeros(n, dtype),) * 6)]
    assert not np.any(np.array(places) % 32)
    np.testing.assert_array_equal(np.diff(places) % PAGE, APART)
    assert np.diff(places).min() >= n * np.dtype(dtype).itemsize


@njit
def choose(condition, one, other, place):
    return replaced(either(condition, one, other), place, one[0] + other[0])


@pytest.mark.parametrize("choose", [choose, choose.py_func], ids=["compiled", "plain"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_of_two_records_is_chosen_and_one_of_its_values_replaced(choose, place):
    one, other = (1.0, 2.0, np.nan), (4.0, np.inf, 6.0)
    for condition, chosen in ((True, one), (False, other)):
        expected = [*chosen]
        expected[place] = 5.0
        np.testing.assert_array_equal(choose(condition, one, other, place), expected)

import numpy as np
import pytest

from readouts.compiling import njit
from reservoir.spiking.records import put, put_if, take


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
def put_some(chosen, arrays, record):
    for index in range(chosen.size):
        put_if(chosen[index], arrays, index, record)


@pytest.mark.parametrize("put_them", [put_some, put_some.py_func], ids=["compiled", "plain"])
def test_a_record_is_put_only_where_a_condition_holds(put_them):
    arrays = np.arange(4.0), np.arange(4.0) + 10
    put_them(np.array([True, False, True, False]), arrays, (-1.0, -2.0))
    assert [array.tolist() for array in arrays] == [[-1.0, 1.0, -1.0, 3.0], [-2.0, 11.0, -2.0, 13.0]]

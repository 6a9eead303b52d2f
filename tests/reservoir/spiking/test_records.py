import numpy as np
import pytest

from readouts.compiling import njit
from reservoir.spiking.records import put, take


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

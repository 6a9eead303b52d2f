import numpy as np
import pytest

from reservoir.topology import DelayLine, is_nilpotent


def test_power_n_is_zero_and_no_power_before():
    matrix = DelayLine(weight=0.5).draw(6)
    dense = matrix.toarray()
    assert is_nilpotent(matrix)
    assert np.linalg.matrix_power(dense, 5)[5, 0] == 0.5**5
    assert not np.linalg.matrix_power(dense, 6).any()


def test_one_unit_is_alone():
    assert DelayLine().draw(1).nnz == 0


@pytest.mark.parametrize("weight", [0, -1.0, np.inf, "1"])
def test_bad_weight_is_refused(weight):
    with pytest.raises(ValueError, match="'weight' must be a number above 0"):
        DelayLine(weight=weight)

import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir.topology import ErdosRenyi, Shift
from reservoir.topology.shift_form import shift_form


@pytest.mark.parametrize("degree", [1, 3, 12])
def test_shift_form_rebuilds_the_matrix(degree):
    matrix = Shift().draw(12, degree, random_state=0)
    offsets, values = shift_form(matrix)
    rebuilt = np.zeros((12, 12))
    for k, offset in enumerate(offsets):
        for i in range(12):
            rebuilt[i, (i + offset) % 12] = values[k, i]
    np.testing.assert_array_equal(rebuilt, matrix.toarray())


def test_shift_form_is_none_for_other_structures():
    assert shift_form(ErdosRenyi().draw(30, 6, random_state=0)) is None
    assert shift_form(csr_array((5, 5))) is None
    one_entry_moved = np.roll(np.eye(6), 1, axis=1)
    one_entry_moved[2] = np.roll(one_entry_moved[2], 1)
    assert shift_form(csr_array(one_entry_moved)) is None

import numpy as np
import pytest

from reservoir.topology import CycleJump


@pytest.mark.parametrize(("n_units", "jump_length", "n_jumps"), [(12, 3, 4), (13, 3, 4), (18, 4, 4), (8, 4, 1)])
def test_number_of_two_way_jumps(n_units, jump_length, n_jumps):
    # With a jump of half the ring both jumps join the same pair of units.
    matrix = CycleJump(jump_length=jump_length, jump_weight=0.25).draw(n_units).toarray()
    jumps = matrix == 0.25
    assert jumps.sum() == 2 * n_jumps
    np.testing.assert_array_equal(jumps, jumps.T)
    np.testing.assert_array_equal(matrix == 1.0, np.roll(np.eye(n_units), 1, axis=0) == 1.0)


def test_last_jump_of_the_paper():
    # Rodan & Tino 2012: with n mod l > 0 the last jump ends at unit n + 1 - (n mod l), counted from one.
    matrix = CycleJump(jump_length=4).draw(18).toarray()
    assert matrix[16, 12] == matrix[12, 16] == 0.5
    assert matrix[0, 16] == 0.0


def test_bad_jumps_are_refused():
    with pytest.raises(ValueError, match="'jump_length' must be an integer of at least 2; got 1"):
        CycleJump(jump_length=1)
    with pytest.raises(ValueError, match="'jump_weight' must be a number above 0; got -1"):
        CycleJump(jump_weight=-1)
    with pytest.raises(ValueError, match=r"'jump_length' must be at most n_units // 2 = 2; got 3"):
        CycleJump().draw(5)

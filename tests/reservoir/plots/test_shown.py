import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.plots.shown import check_shown


def test_numbers_come_back_in_their_order():
    assert_array_equal(check_shown("units", (3, np.int64(1)), 4), [3, 1])


@pytest.mark.parametrize("numbers", [[], [4], [0, 1, 2]])
def test_none_too_many_and_unknown_ones_are_named(numbers):
    with pytest.raises(ValueError, match="'units' must hold numbers from 0 to 3, 2 of them at most; got "):
        check_shown("units", numbers, 4, most=2)


def test_other_things_are_no_numbers():
    with pytest.raises(ValueError, match="'features' must be a list of numbers from 0 to 3; got 'x'"):
        check_shown("features", "x", 4)

from fractions import Fraction

import numpy as np
import pytest

from readouts.values import is_number


@pytest.mark.parametrize("value", [1, -2.5, np.float32(3), np.int8(4), Fraction(1, 3), 10**400, float("nan")])
def test_real_numbers_of_any_library_and_size_are_numbers(value):
    assert is_number(value)


@pytest.mark.parametrize("value", [True, np.bool_(True), "1", 1j, None, [1.0], np.timedelta64(1, "s"), np.array(1.0)])
def test_truth_values_durations_and_containers_are_none(value):
    assert not is_number(value)

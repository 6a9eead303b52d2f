import numpy as np
import pytest

from reservoir.checks.unit_selection import check_indices, check_mask


def test_units_by_number():
    numbers = check_indices("units", [2, 0], 3)
    assert numbers.dtype == np.int64
    assert numbers.tolist() == [2, 0]
    assert check_indices("units", [], 3).tolist() == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([0.0], "'units' must be a 1-D array of integers; got 1-D of dtype float64"),
        ([[0]], "'units' must be a 1-D array of integers; got 2-D"),
        ([True], "'units' must be a 1-D array of integers; got 1-D of dtype bool"),
        ([0, 3], "'units' must be from 0 to 2; got 0 to 3"),
        ([-1], "'units' must be from 0 to 2; got -1 to -1"),
        ([[0], [1, 2]], "'units' must be an array; got rows of unequal length"),
    ],
)
def test_numbers_that_no_unit_has_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        check_indices("units", value, 3)


def test_units_by_mask_are_copied():
    given = np.array([True, False])
    mask = check_mask("mask", given, 2)
    mask[0] = False
    assert given.tolist() == [True, False]
    assert check_mask("mask", [False, True, True]).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 0], r"'mask' must be a boolean array of shape \(2,\), to agree with 'matrix'; got dtype int64 and shape"),
        ([True], r"'mask' must be a boolean array of shape \(2,\), to agree with 'matrix'; got dtype bool and shape"),
        ([[True, False]], r"got dtype bool and shape \(1, 2\). Use draw_inhibitory to make one"),
        ([[True], [True, False]], "'mask' must be a boolean array; got rows of unequal length"),
    ],
)
def test_masks_of_other_units_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        check_mask("mask", value, 2, like="matrix")

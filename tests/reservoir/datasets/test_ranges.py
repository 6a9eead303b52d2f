import numpy as np
import pytest

from reservoir.datasets.ranges import check_count, check_real


def test_numbers_come_back_as_plain_python():
    assert type(check_count(np.int64(3), "order", example=10)) is int
    assert type(check_real(np.float32(0.5), "step", example=1.0, above=0)) is float


@pytest.mark.parametrize("value", [True, 2.0, "3", None])
def test_count_must_be_an_integer(value):
    with pytest.raises(TypeError, match=r"'order' must be an integer of at least 1; got .*order=10"):
        check_count(value, "order", example=10)


@pytest.mark.parametrize("value", [0, -4])
def test_count_must_be_positive(value):
    with pytest.raises(ValueError, match=rf"'order' must be at least 1; got {value}"):
        check_count(value, "order", example=10)


@pytest.mark.parametrize("value", [True, "1", None, 1j, [1.0]])
def test_real_must_be_a_number(value):
    with pytest.raises(TypeError, match="'step' must be a finite number above 0; got"):
        check_real(value, "step", example=1.0, above=0)


@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf")])
def test_real_must_be_in_range(value):
    with pytest.raises(ValueError, match="'step' must be a finite number above 0; got .* Pass for instance step=1.0"):
        check_real(value, "step", example=1.0, above=0)


def test_both_ends_are_named():
    with pytest.raises(ValueError, match="a finite number at least 0 and at most 1.2; got 2"):
        check_real(2, "initial_spread", example=0.1, at_least=0, at_most=1.2)
    assert check_real(1.2, "initial_spread", example=0.1, at_least=0, at_most=1.2) == 1.2


def test_no_range_is_not_mentioned():
    with pytest.raises(ValueError, match="'rho' must be a finite number; got nan"):
        check_real(float("nan"), "rho", example=28.0)

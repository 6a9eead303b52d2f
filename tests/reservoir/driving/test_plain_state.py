import numpy as np
import pytest
from builders import masked
from numpy.testing import assert_array_equal

from reservoir.driving.plain_state import check_plain_state

REST = np.zeros(3)


def test_a_state_that_kernels_take_is_not_copied():
    state = np.ones(3)
    assert check_plain_state(state, REST) is state


@pytest.mark.parametrize(
    "state",
    [[1, 2, 3], (1.0, 2.0, 3.0), np.arange(1, 4), np.arange(1, 4, dtype="f4"), np.arange(1.0, 7)[:3][::-1][::-1]],
    ids=str,
)
def test_other_numbers_are_converted(state):
    found = check_plain_state(state, REST)
    assert_array_equal(found, [1.0, 2.0, 3.0])
    assert found.dtype == np.float64 and found.flags.carray


def test_a_state_that_may_not_be_written_or_lies_apart_is_copied():
    locked, apart = np.ones(3), np.ones(6)[::2]
    locked.setflags(write=False)
    for state in (locked, apart):
        found = check_plain_state(state, REST)
        assert found is not state and found.flags.carray
    single = check_plain_state(np.ones(3), REST.astype(np.float32))
    assert single.dtype == np.float32


@pytest.mark.parametrize(
    ("state", "came"),
    [
        (np.zeros(2), r"ndarray of shape \(2,\)"),
        (np.zeros((1, 3)), r"ndarray of shape \(1, 3\)"),
        (np.array([0.0, np.nan, 0.0]), "NaN or infinity"),
        (np.array([0.0, np.inf, 0.0]), "NaN or infinity"),
        (np.zeros(3, dtype=complex), "ndarray of shape"),
        (np.zeros(3, dtype=bool), "ndarray of shape"),
        (["a", "b", "c"], r"\['a', 'b', 'c'\]"),
        ([[1], [2, 3]], r"\[\[1\], \[2, 3\]\]"),
        (5, "5"),
        ("state", "'state'"),
        ((np.zeros((4, 3)), REST), r"a tuple of 2 parts \(of `states, state = run\(X\)` only the second is meant\)"),
    ],
    ids=str,
)
def test_what_is_no_state_is_described(state, came):
    message = rf"'state' must be a finite array of shape \(3,\), the second value that run returns; got {came}"
    with pytest.raises(ValueError, match=message):
        check_plain_state(state, REST)


def test_a_masked_state_is_refused():
    with pytest.raises(ValueError, match="'state'"):
        check_plain_state(masked(np.ones(3)), REST)


def test_a_state_too_large_for_single_precision_is_refused():
    with pytest.raises(ValueError, match="'state' must be a finite array .*; got NaN or infinity"):
        check_plain_state(np.full(3, 1e300), np.zeros(3, np.float32))
    assert check_plain_state(np.full(3, 1e30), np.zeros(3, np.float32)).dtype == np.float32

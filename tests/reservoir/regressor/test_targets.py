import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir.regressor.targets import all_known, known_rows, read_targets
from reservoir.series.lazy_series import AT_ONCE
from reservoir.series.sequences import Sequences

THREE = Sequences([np.zeros((n, 1)) for n in (4, 2, 3)], "list")
ONE = Sequences([np.zeros((4, 1))], "series")


@pytest.mark.parametrize("n_targets", [None, 1, 2])
def test_targets_come_in_the_containers_of_the_series(n_targets):
    def target(n):
        return np.arange(float(n)) if n_targets is None else np.arange(float(n * n_targets)).reshape(n, n_targets)

    lists = [target(4), target(2), target(3)]
    boxed = np.empty(3, dtype=object)
    boxed[:] = lists
    for y in (lists, tuple(lists), boxed, [one.tolist() for one in lists]):
        for read, expected in zip(read_targets(y, THREE, labels=False), lists, strict=True):
            assert_array_equal(read, expected, strict=True)
    stack = Sequences([np.zeros((4, 1))] * 3, "array")
    for y in (np.stack([target(4)] * 3), [target(4)] * 3):
        assert_array_equal(np.stack(read_targets(y, stack, labels=False)), np.stack([target(4)] * 3))
    assert_array_equal(read_targets(target(4), ONE, labels=False)[0], target(4))
    assert_array_equal(read_targets(pd.DataFrame(target(4)), ONE, labels=False)[0], target(4).reshape(4, -1))


def test_a_frame_of_targets_holds_one_series_per_row():
    frame = pd.DataFrame(np.arange(12.0).reshape(3, 4))
    stack = Sequences([np.zeros((4, 1))] * 3, "array")
    assert_array_equal(np.stack(read_targets(frame, stack, labels=False)), frame.to_numpy())


@pytest.mark.parametrize(
    "y, sequences, message",
    [
        (None, ONE, "requires y to be passed, but the target y is None"),
        (np.zeros(3), ONE, r"'y' must have one row for every step of its series, shape \(4,\).*; got shape \(3,\)"),
        (np.zeros((4, 1, 1)), ONE, "dim"),
        ([np.zeros(4), np.zeros(2)], THREE, "'y' must hold the targets of each series, 3 here; got 2 entries"),
        ([np.zeros(4), np.zeros(3), np.zeros(2)], THREE, r"'y\[1\]' must have one row .* \(2,\).*; got shape \(3,\)"),
        ([np.zeros(4), np.zeros((2, 1)), np.zeros(3)], THREE, "must have the same columns"),
        ([np.zeros(4), np.full(2, np.inf), np.zeros(3)], THREE, r"y\[1\] contains infinity"),
        (np.array([1j, 0, 0, 0]), ONE, "Complex"),
    ],
)
def test_what_does_not_fit_is_named(y, sequences, message):
    with pytest.raises(ValueError, match=message):
        read_targets(y, sequences, labels=False)


@pytest.mark.parametrize(
    "target, expected",
    [
        (np.array([1.0, np.nan, 0.0]), [1, 0, 1]),
        (np.array([[1.0, 2.0], [np.nan, 1.0], [np.nan, np.nan]]), [1, 0, 0]),
        (np.array([1, 2, 3]), [1, 1, 1]),
        (np.array(["a", None, np.nan], dtype=object), [1, 0, 0]),
        (np.array(["a", "b"]), [1, 1]),
    ],
    ids=str,
)
def test_rows_without_a_target(target, expected):
    assert_array_equal(known_rows(target), np.array(expected, dtype=bool))


@pytest.mark.parametrize("y", ["abc", 1j, 10**400, [[1, 2], [3]], np.zeros((2, 1, 1)), None, np.array(1.0)], ids=str)
def test_what_is_no_target_is_named(y):
    for container in (Sequences([np.zeros((2, 1))], "series"), Sequences([np.zeros((2, 1))] * 2, "list")):
        with pytest.raises((ValueError, TypeError), match=r"'?\by\b"):
            read_targets(y, container, labels=False)


@pytest.mark.parametrize("n_rows", [1, AT_ONCE, AT_ONCE + 1])
def test_what_is_missing_is_found_in_every_part(n_rows):
    target = np.full(n_rows, np.nan)
    assert not all_known(target)
    target[-1] = 1.0
    assert all_known(target) == (n_rows == 1)
    target[:] = 1.0
    assert all_known(target)


@pytest.mark.parametrize("dtype", ["int16", "float32", "float64", "bool"])
def test_masked_numbers_are_missing_whatever_lies_below(dtype):
    y = np.ma.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=dtype, mask=[[0, 0], [0, 1], [0, 0], [1, 1]])
    if y.dtype.kind == "f":
        y.data[y.mask] = np.inf
    read = read_targets(y, ONE, labels=False)[0]
    assert_array_equal(read[:], [[1, 0], [0, np.nan], [1, 1], [np.nan, np.nan]])
    assert known_rows(read[:]).tolist() == [True, False, True, False]


def test_masked_labels_are_missing():
    for labels, read in ((["a", "b", "c", "d"], ["a", None, "c", "d"]), ([1, 2, 3, 4], [1.0, np.nan, 3.0, 4.0])):
        target = read_targets(np.ma.array(labels, mask=[0, 1, 0, 0]), ONE, labels=True)[0]
        assert_array_equal(target, read)
        assert known_rows(target).tolist() == [True, False, True, True]
    whole = read_targets(np.ma.array([1, 2, 3, 4]), ONE, labels=True)[0]
    assert whole.dtype.kind == "i" and not np.ma.isMaskedArray(whole)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("container", [list, tuple, pd.Series])
def test_missing_labels_are_no_class(container, missing):
    target = read_targets(container(["a", missing, "b", "a"]), ONE, labels=True)[0]
    assert known_rows(target).tolist() == [True, False, True, True]
    assert set(target[known_rows(target)]) == {"a", "b"}


def test_missing_dates_are_missing_labels():
    target = read_targets(np.array(["2020", "NaT", "2021", "2020"], dtype="datetime64[Y]"), ONE, labels=True)[0]
    assert known_rows(target).tolist() == [True, False, True, True]


def test_targets_of_several_series_in_one_table_are_refused():
    table = pd.Series(np.zeros(4), pd.MultiIndex.from_product([["p", "q"], range(2)]))
    for y in (table, table.to_frame()):
        for sequences in (ONE, THREE):
            with pytest.raises(ValueError, match=r"'y' has the rows of 2 series.*from_multiindex\(y\)"):
                read_targets(y, sequences, labels=False)
    assert len(read_targets(pd.Series(np.zeros(4), [("p", k) for k in range(4)]), ONE, labels=False)[0]) == 4


def test_targets_for_each_column_tell_that_the_series_lies_on_its_side():
    lying = Sequences([np.zeros((2, 9))] * 2, "list")
    with pytest.raises(ValueError, match=r"got shape \(9,\). The series looks transposed, .*: pass series.T"):
        read_targets([np.zeros(2), np.zeros(9)], lying, labels=False)
    with pytest.raises(ValueError, match=r"got shape \(9,\). The series looks transposed, .*: pass series.T"):
        read_targets(np.zeros(9), Sequences([np.zeros((2, 9))], "series"), labels=False)
    with pytest.raises(ValueError, match=r"got shape \(8,\).$"):
        read_targets(np.zeros(8), Sequences([np.zeros((2, 9))], "series"), labels=False)


@pytest.mark.parametrize("y", [[1, None, 0, 1], [1, pd.NA, 0, 1], pd.Series([1, None, 0, 1], dtype=object)], ids=str)
def test_labels_that_are_numbers_may_be_missing_too(y):
    assert_array_equal(read_targets(y, ONE, labels=True)[0], [1, np.nan, 0, 1], strict=True)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("container", [list, pd.Series, lambda y: np.array(y, dtype=object)[:, None]])
def test_numbers_among_objects_may_be_missing_in_any_way(container, missing):
    y = container(pd.Series([1.0, missing, 0.5, 2.0], dtype=object).tolist())
    assert_array_equal(np.ravel(read_targets(y, ONE, labels=False)[0]), [1.0, np.nan, 0.5, 2.0])

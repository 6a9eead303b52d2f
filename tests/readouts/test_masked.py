"""Masked entries are found in all containers, and masked targets are marked as missing ones."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from readouts.masked import is_masked, mark_missing, refuse_masked

VALUES = np.array([[1.0, 2.0], [3.0, 1e20]])
MASKED = np.ma.array(VALUES, mask=[[False, False], [False, True]])
CLEAN = np.ma.array(VALUES)
RECORDS = np.ma.array([(1, 2.0)], dtype=[("a", int), ("b", float)], mask=[(False, True)])


def boxed(*parts):
    return np.fromiter(parts, dtype=object, count=len(parts))


HIDING = {
    "array": (MASKED, "X"),
    "constant": (np.ma.masked, "X"),
    "number": (np.ma.array(3.0, mask=True), "X"),
    "stack": (np.ma.stack([CLEAN, MASKED]), "X"),
    "strided": (MASKED.T[::-1], "X"),
    "records": (RECORDS, "X"),
    "text": (np.ma.array(["a", "b"], mask=[True, False]), "X"),
    "list of arrays": ([VALUES, MASKED], "X[1]"),
    "tuple": ((MASKED, VALUES), "X[0]"),
    "list that holds the constant": ([1.0, np.ma.masked], "X[1]"),
    "nested lists": ([[1.0], [2.0, np.ma.masked]], "X[1][1]"),
    "objects": (boxed(VALUES, MASKED), "X[1]"),
    "objects in rows": (np.array([[1, 2], [np.ma.masked, 4]], dtype=object), "X[1, 0]"),
    "objects that are masked": (np.ma.array(boxed(VALUES, 1), mask=[False, True]), "X"),
}
SHOWING = {
    "plain": VALUES,
    "without a mask": CLEAN,
    "with a mask of False": np.ma.array(VALUES, mask=np.zeros((2, 2), dtype=bool)),
    "records": np.ma.array(RECORDS.data, mask=[(False, False)]),
    "empty": np.ma.array(np.zeros((0, 2)), mask=np.zeros((0, 2), dtype=bool)),
    "list": [CLEAN, VALUES, "text", 3, None],
    "objects": boxed(CLEAN, None),
    "others": {"a": 1},
}


@pytest.mark.parametrize("value, found", HIDING.values(), ids=HIDING)
def test_a_masked_entry_is_refused_by_the_name_of_its_holder(value, found):
    assert is_masked(value)
    with pytest.raises(ValueError) as caught:
        refuse_masked("X", value)
    assert str(caught.value).startswith(f"'{found}' must have no masked entries;")


@pytest.mark.parametrize("value", [boxed(1.0, np.ma.masked), [1.0, np.ma.masked]], ids=["objects", "list"])
def test_a_masked_entry_that_stands_alone_is_replaced(value):
    with pytest.raises(ValueError, match=r"^'X\[1\]' must have no masked entries; got np.ma.masked. Put a value in"):
        refuse_masked("X", value)
    value[1] = 2.0
    refuse_masked("X", value)


def test_arrays_of_dask_whose_blocks_are_masked():
    lazy = pytest.importorskip("dask.array", reason="dask is not installed").from_array(MASKED, chunks=1)
    for value, found in ((lazy, "X.compute()"), ([VALUES, lazy], "X[1].compute()")):
        with pytest.raises(ValueError, match=f"^'{re.escape(found)}' must .* such as by {re.escape(found)}.filled"):
            refuse_masked("X", value)
    refuse_masked("X", lazy.compute().filled(0))
    assert_array_equal(mark_missing(lazy), [[1.0, 2.0], [3.0, np.nan]])
    assert_array_equal(mark_missing([VALUES, lazy])[1], [[1.0, 2.0], [3.0, np.nan]])


def test_records_are_left_to_those_who_refuse_them():
    assert mark_missing(RECORDS) is RECORDS


@pytest.mark.parametrize("value", SHOWING.values(), ids=SHOWING)
def test_where_nothing_is_masked_nothing_happens(value):
    assert not is_masked(value)
    refuse_masked("X", value)
    assert mark_missing(value) is value


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint16", "bool", "float16", "float32", "float64", "complex64"])
def test_numbers_that_are_missing_become_nan(dtype):
    given = np.ma.array([1, 0, 1], dtype=dtype, mask=[False, False, True])
    before = given.copy()
    marked = mark_missing(given)
    assert type(marked) is np.ndarray and marked.dtype == (dtype if np.dtype(dtype).kind in "fc" else "float64")
    assert_array_equal(marked, [1, 0, np.nan])
    assert_array_equal(given.mask, before.mask)
    assert_array_equal(given.data, before.data)


def test_rows_in_lists_keep_their_places():
    marked = mark_missing([MASKED[1], [5.0, np.ma.masked], VALUES[0]])
    assert_array_equal(marked, [[3.0, np.nan], [5.0, np.nan], [1.0, 2.0]])


@pytest.mark.parametrize(
    "labels",
    [["a", np.ma.masked, "b"], boxed("a", np.ma.masked, "b"), np.ma.array(["a", "x", "b"], mask=[False, True, False])],
    ids=["list", "objects", "array"],
)
def test_a_label_that_is_missing_becomes_none(labels):
    assert list(mark_missing(labels)) == ["a", None, "b"]


def test_numbers_in_a_list_become_an_array():
    for listed in ([1, np.ma.masked, True], (1.0, np.ma.masked, 1)):
        marked = mark_missing(listed)
        assert marked.dtype == np.float64
        assert_array_equal(marked, [1.0, np.nan, 1.0])


def test_objects_keep_their_shape():
    marked = mark_missing(np.array([[1, np.ma.masked], [3, 4]], dtype=object))
    assert marked.dtype == object
    assert_array_equal(marked.astype(float), [[1, np.nan], [3, 4]])

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from readouts import RidgeReadoutClassifier, RLSReadoutClassifier
from readouts.values import are_known, as_labels, check_labels, is_number, refuse_missing


@pytest.mark.parametrize("value", [1, -2.5, np.float32(3), np.int8(4), Fraction(1, 3), 10**400, float("nan")])
def test_real_numbers_of_any_library_and_size_are_numbers(value):
    assert is_number(value)


@pytest.mark.parametrize("value", [True, np.bool_(True), "1", 1j, None, [1.0], np.timedelta64(1, "s"), np.array(1.0)])
def test_truth_values_durations_and_containers_are_none(value):
    assert not is_number(value)


@pytest.mark.parametrize(
    "labels",
    [
        np.array([1.0, np.nan, 2.0]),
        np.array(["a", None, "b"], dtype=object),
        np.array(["2020", "NaT", "2021"], dtype="datetime64[s]"),
        ["a", np.nan, "b"],
        [("a", 1), ("a", np.nan), ("b", 1)],
        pd.Series(["a", pd.NA, "b"]),
        pd.Series([1, pd.NA, 2], dtype="Int64"),
        pd.Series(["a", np.nan, "b"], dtype="category"),
        pd.to_datetime(pd.Series(["2020-01-01", None, "2021-01-01"])),
    ],
    ids=str,
)
def test_missing_labels_are_found_in_any_container(labels):
    assert are_known(labels).tolist() == [True, False, True]
    with pytest.raises(ValueError, match=r"'groups' must hold a label for every row; got .* in row 1, and 1 missing"):
        refuse_missing("groups", labels)


@pytest.mark.parametrize("labels", [[1, 2], np.array(["nan", "b"]), [("a", 1), ("b", 2)], (0.5, "a"), "text", 3, None])
def test_labels_that_are_there_pass(labels):
    refuse_missing("groups", labels)


def test_numbers_are_known_one_by_one():
    assert are_known(np.array([[1.0, np.nan], [np.inf, 2.0]])).tolist() == [[True, False], [True, True]]
    assert are_known(np.arange(3)).tolist() == [True] * 3


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([1, None, 2], np.array([1.0, np.nan, 2.0])),
        (pd.Series([1, pd.NA, 2], dtype=object), np.array([1.0, np.nan, 2.0])),
        (np.array([1, 2], dtype=object), np.array([1, 2])),
        ([True, False], np.array([True, False])),
        (["a", "b"], np.array(["a", "b"])),
        ([[1], [2]], np.array([[1], [2]])),
        (("a", None), np.array(["a", None], dtype=object)),
        (["a", 1], np.array(["a", 1], dtype=object)),
        (pd.Series(["a", "b"]), np.array(["a", "b"], dtype=object)),
        (np.array([[1.0]]), np.array([[1.0]])),
    ],
    ids=str,
)
def test_labels_stay_what_they_are_in_an_array(labels, expected):
    assert as_labels(labels).dtype == expected.dtype
    assert_array_equal(as_labels(labels), expected)


@pytest.mark.parametrize("labels", [["a", 1], np.array([1, "a"], dtype=object), pd.Series([0.5, "a"])], ids=str)
def test_labels_of_two_kinds_are_refused_until_they_are_texts(labels):
    with pytest.raises(ValueError, match="'y' must hold labels of one kind, numbers or strings; got 'a' and"):
        check_labels("y", labels)
    check_labels("y", [str(label) for label in labels])


@pytest.mark.parametrize("model", [RidgeReadoutClassifier(), RLSReadoutClassifier()])
def test_classifiers_take_texts_or_numbers_for_labels(model):
    X = np.arange(4.0)[:, None]
    for call in (model.fit, model.partial_fit, clone(model).fit(X, [0, 0, 1, 1]).score):
        with pytest.raises(ValueError, match="'y' must hold labels of one kind, numbers or strings; got 'a' and 1"):
            call(X, ["a", "a", 1, 1])
    assert model.fit(X, np.array([0, 0, 1, 1], dtype=object)).classes_.tolist() == [0, 1]
    with pytest.raises(ValueError, match="'y' must hold a label for every row; got None in row 0"):
        model.score(X, [None, 0, 1, 1])

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.series.kept_columns import KeptColumns, choose_columns


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, []), ([], []), (1, [1]), (-1, [3]), (np.int64(2), [2]), ("b", [1]), (["d", "a"], [0, 3]),
        ((0, -1), [0, 3]), (["a", -2], [0, 2]), (np.array([1, 3]), [1, 3]), ([1, "b"], [1]),
    ],
)  # fmt: skip
def test_columns_are_chosen_by_name_or_position(value, kept):
    columns = choose_columns("exclude", value, 4, np.array(list("abcd"), dtype=object))
    assert columns.kept == kept and sorted(columns.kept + columns.given) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("value", "names", "message"),
    [
        ("e", "abcd", r"must name columns of X, and those of X are \['a', 'b', 'c', 'd'\]; got 'e'"),
        ("a", None, "X has no column names; give positions; got 'a'"),
        (4, None, "must hold names or positions of the 4 columns of X; got 4"),
        (-5, None, "got -5"),
        (True, None, "must be None, the name or position of a column, or a list of these; got True"),
        ([True], None, "got True"),
        (1.0, None, "got 1.0"),
        ([1.5], None, "got 1.5"),
        ([None], None, "got None"),
        ({0}, None, "or a list of these; got {0}"),
        ([0, 1, 2, 3], None, "must leave at least one of the 4 columns of X"),
    ],
)
def test_what_is_no_column_is_refused(value, names, message):
    with pytest.raises(ValueError, match=f"'exclude' must .*|{message}") as raised:
        choose_columns("exclude", value, 4, None if names is None else list(names))
    assert raised.match(message) and raised.match("'exclude'")


@pytest.mark.parametrize("n_made", [1, 2, 5])
def test_columns_come_apart_as_they_were_put_together(n_made):
    columns = KeptColumns(kept=[0, 2], given=[1, 3])
    made, kept = 10.0 + np.arange(n_made)[None], np.array([[0.0, 2.0]])
    placed = columns.place(made, kept)
    assert placed.tolist() == ([[0, 10, 2, 11]] if n_made == 2 else [[*made[0], 0, 2]])
    for found, expected in zip(columns.separate(placed), (made, kept), strict=True):
        assert_array_equal(found, expected)


def test_without_kept_columns_nothing_is_copied():
    made = np.ones((2, 3))
    assert KeptColumns([], [0, 1]).place(made, made[:, :0]) is made

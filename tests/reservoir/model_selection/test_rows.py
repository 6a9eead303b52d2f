import numpy as np
import pandas as pd
import pytest

from reservoir.model_selection.rows import count_rows, holds_many


@pytest.mark.parametrize("values", [np.zeros((3, 2)), [1, 2, 3], pd.Series([1, 2, 3]), (np.zeros((5, 1)),) * 3])
def test_rows_or_entries_are_counted(values):
    assert count_rows("X", values) == 3


@pytest.mark.parametrize("values", ["abc", b"abc", {1, 2, 3}, {1: 2}, 3, None, np.array(3.0)], ids=str)
def test_what_has_no_rows_is_named(values):
    with pytest.raises(TypeError, match="'groups' must be an array or a list with one entry for each row"):
        count_rows("groups", values)


def test_one_series_and_many_are_distinguished():
    one = np.zeros((4, 2))
    assert not holds_many(one) and not holds_many(one.tolist()) and not holds_many(pd.DataFrame(one))
    assert holds_many([one, one]) and holds_many(np.zeros((3, 4, 2)))
    ragged = np.empty(2, dtype=object)
    ragged[:] = [one, one[:3]]
    assert holds_many(ragged)
    assert holds_many([pd.Series([1.0, 2.0])] * 2) and holds_many([np.zeros(3), np.zeros(4)])
    assert not holds_many(pd.Series([1.0, 2.0])) and not holds_many([[1.0, 2.0], [3.0, 4.0]])


def test_several_series_in_one_table_are_refused():
    table = pd.DataFrame({"a": np.zeros(6)}, pd.MultiIndex.from_product([["p", "q"], range(3)]))
    with pytest.raises(ValueError, match=r"'X' has the rows of 2 series.*from_multiindex\(X\)"):
        holds_many(table)
    assert not holds_many(table.loc[["p"]])

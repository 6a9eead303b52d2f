"""A table with a MultiIndex, to series and back."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from reservoir import from_multiindex, to_multiindex

DAYS = pd.date_range("2024", periods=4, freq="D")
FRAME = pd.DataFrame(
    np.arange(16.0).reshape(8, 2),
    pd.MultiIndex.from_product([["q", "p"], DAYS], names=["patient", "day"]),
    columns=["pulse", "pressure"],
)


def test_the_way_there_and_back():
    assert_frame_equal(to_multiindex(from_multiindex(FRAME)), FRAME)
    assert_series_equal(to_multiindex(from_multiindex(FRAME["pulse"])), FRAME["pulse"])
    ragged = FRAME.iloc[[0, 1, 2, 4, 5]]
    assert_frame_equal(to_multiindex(from_multiindex(ragged)), ragged)


def test_series_with_an_index_of_their_own_are_given_keys():
    series = [x.droplevel(0) for x in from_multiindex(FRAME)]
    keys = FRAME.index.droplevel(-1).unique()
    assert_frame_equal(to_multiindex(series, keys), FRAME)
    assert_frame_equal(to_multiindex(series, ["q", "p"], "patient"), FRAME)
    assert_frame_equal(to_multiindex(series, np.array(["q", "p"]), ["patient"]), FRAME)
    assert_frame_equal(to_multiindex(from_multiindex(FRAME), keys), FRAME)


def test_several_levels_identify_a_series():
    index = pd.MultiIndex.from_product([["n", "s"], [1, 2], DAYS], names=["side", "room", "day"])
    table = pd.DataFrame({"heat": np.arange(16.0)}, index)
    assert_frame_equal(to_multiindex(from_multiindex(table)), table)
    keys = [("n", 1), ("n", 2), ("s", 1), ("s", 2)]
    series = [x.droplevel([0, 1]) for x in from_multiindex(table)]
    assert_frame_equal(to_multiindex(series, keys, ["side", "room"]), table)


def test_rows_of_arrays_are_numbered():
    table = to_multiindex(np.arange(6.0).reshape(2, 3, 1), ["p", "q"])
    expected = pd.DataFrame(np.arange(6.0), pd.MultiIndex.from_product([["p", "q"], range(3)]))
    assert_frame_equal(table, expected)
    assert [x[0].tolist() for x in from_multiindex(table)] == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("series", "keys", "names", "message"),
    [
        ([FRAME.droplevel(0)] * 2, None, None, "'keys' must identify each series"),
        ([FRAME] * 2, ["p"], None, r"'keys' must hold one label for each of the 2 series; got shape \(1,\)"),
        ([FRAME] * 2, FRAME.index, None, "'keys' must hold one label for each of the 2 series"),
        ([FRAME] * 2, [{}, {}], None, "'keys' must hold labels"),
        ([FRAME] * 2, ["p", "p"], None, "'keys' must be known and differ"),
        ([FRAME] * 2, ["p", None], None, "'keys' must hold a label for every row; got None"),
        ([FRAME] * 2, ["p", "q"], ["a", "b"], "'names' must hold one name for each of the 1 levels"),
        ([FRAME] * 2, ["p", "q"], [None], "'names' must be strings"),
        ([FRAME] * 2, ["p", 1], None, "'keys' must hold labels of one kind"),
        ([np.zeros(3)], ["p"], None, r"series\[0\] is 1-D"),
        ([FRAME[:0]], ["p"], None, r"series\[0\] has none"),
        (FRAME, ["p"], None, "'series' must be a list of series"),
        ([], ["p"], None, "'series' must be a list of series"),
    ],
)
def test_what_does_not_fit_is_refused(series, keys, names, message):
    with pytest.raises((ValueError, TypeError), match=message):
        to_multiindex(series, keys, names)


def test_polars_is_shown_its_own_way():
    pl = pytest.importorskip("polars", reason="frames without an index")
    with pytest.raises(TypeError, match="join_by_group"):
        to_multiindex([pl.DataFrame({"a": [1.0]})], ["p"])

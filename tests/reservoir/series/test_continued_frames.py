"""Rows that follow a series in frames like its own."""

import warnings
from collections import namedtuple

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from reservoir.series.continued_frames import (
    like_input,
    like_last_rows,
    likeness_of,
    refuse_other_index,
    refuse_unless_following,
)

ROWS = np.arange(6.0).reshape(3, 2)
DAYS = pd.date_range("2024-02-25", periods=8, freq="D")
FRAME = pd.DataFrame(np.ones((5, 2)), DAYS[:5], columns=["a", "b"])


def test_a_frame_goes_on_with_its_columns_and_its_index():
    assert_frame_equal(like_input(ROWS, likeness_of(FRAME)), pd.DataFrame(ROWS, DAYS[5:], columns=["a", "b"]))
    numbered = FRAME.reset_index(drop=True).set_axis([7, 8], axis=1)
    assert_frame_equal(like_input(ROWS, likeness_of(numbered)), pd.DataFrame(ROWS, range(5, 8), columns=[7, 8]))


@pytest.mark.parametrize("name", ["sales", None, 3])
def test_a_series_goes_on_as_its_frame_would(name):
    series = pd.Series(range(5), DAYS[:5], name=name)
    expected = pd.Series([9.0, 8.0], DAYS[5:7], name=name).to_frame()
    assert_frame_equal(like_input([[9.0], [8.0]], likeness_of(series)), expected)


def test_polars_keeps_the_names_alone():
    pl = pytest.importorskip("polars", reason="frames without an index")
    frame = like_input(ROWS, likeness_of(pl.DataFrame({"a": [1.0], "b": [2.0]})))
    assert frame.equals(pl.DataFrame({"a": [0.0, 2.0, 4.0], "b": [1.0, 3.0, 5.0]}))
    assert like_input(ROWS[:, :1], likeness_of(pl.Series("sales", [1.0]))).columns == ["sales"]
    assert like_input(ROWS[:, :1], likeness_of(pl.Series([1.0]))).columns == pl.Series([1.0]).to_frame().columns
    assert like_last_rows(ROWS, pl.DataFrame({"a": range(5), "b": range(5)})).columns == ["a", "b"]


def test_samples_are_a_list_of_frames():
    samples = like_input(np.stack([ROWS, ROWS + 1]), likeness_of(FRAME))
    assert_frame_equal(samples[1], like_input(ROWS + 1, likeness_of(FRAME)))
    assert len(samples) == 2


def test_a_named_tuple_stays_one_and_is_warned_of_once():
    Bounds = namedtuple("Bounds", ["forecast", "lower"])
    bounds = like_input(Bounds(ROWS, ROWS - 1), likeness_of(FRAME))
    assert_frame_equal(bounds.lower, like_input(ROWS - 1, likeness_of(FRAME)))
    with pytest.warns(UserWarning, match="no regular step") as seen:
        assert like_input(Bounds(ROWS, ROWS - 1), likeness_of(FRAME.iloc[[0, 1, 4]])).forecast.shape == (3, 2)
    assert len(seen) == 1


@pytest.mark.parametrize("X", [np.ones((5, 2)), [[1.0, 2.0]], [np.ones((5, 2))], np.ones(5), []], ids=str)
def test_arrays_and_lists_stay_arrays(X):
    assert likeness_of(X) is None
    assert like_input(ROWS, None) is ROWS
    assert like_last_rows(ROWS, X) is ROWS


def test_an_irregular_index_is_warned_of_with_the_mend():
    likeness = likeness_of(FRAME.iloc[[0, 1, 4]], "context")
    with pytest.warns(UserWarning, match=r"'context' has no regular step.*from 0.*asfreq.*reset_index") as seen:
        frame = like_input(ROWS, likeness)
    assert_frame_equal(frame, pd.DataFrame(ROWS, columns=["a", "b"]))
    assert seen[0].filename == __file__


def test_results_for_the_last_rows_keep_their_index():
    assert_frame_equal(like_last_rows(ROWS, FRAME), pd.DataFrame(ROWS, DAYS[2:5], columns=["a", "b"]))
    several = like_last_rows([ROWS, ROWS[:1]], [FRAME, FRAME])
    assert [list(frame.index) for frame in several] == [list(DAYS[2:5]), [DAYS[4]]]


def test_another_index_beside_a_series_is_refused():
    later = FRAME.set_axis(DAYS[1:6])
    for value, X in ((later, FRAME), ([FRAME, later["a"]], [FRAME, FRAME])):
        with pytest.raises(ValueError, match=r"'known' must have the index of its series, Timestamp.*to_numpy"):
            refuse_other_index("known", value, X)
    unlabelled = FRAME.reset_index(drop=True)
    for value, X in ((FRAME, FRAME), (later.to_numpy(), FRAME), (later, FRAME.to_numpy()), (unlabelled, FRAME)):
        refuse_other_index("known", value, X)
    refuse_other_index("known", None, FRAME)


@pytest.mark.parametrize(
    "labels",
    [
        pd.period_range("2024-01", periods=5, freq="M"),
        pd.timedelta_range("0s", periods=5, freq="h"),
        pd.Index(list("abcde")),
        pd.RangeIndex(1, 6),
        pd.IntervalIndex.from_breaks(range(6)),
        DAYS[:5].tz_localize("UTC"),
    ],
    ids=lambda labels: type(labels).__name__,
)
def test_labels_of_any_type_are_compared(labels):
    with pytest.raises(ValueError, match="'known' must have the index of its series"):
        refuse_other_index("known", FRAME.set_axis(labels), FRAME)
    with pytest.raises(ValueError, match="'known' must have the index of its series"):
        refuse_other_index("known", FRAME, FRAME.set_axis(labels))
    refuse_other_index("known", FRAME.set_axis(labels), FRAME.set_axis(labels))


def test_rows_that_follow_must_have_the_labels_that_follow():
    likeness = likeness_of(FRAME)
    with pytest.raises(ValueError, match=r"'known' must have the index of the rows that follow 'X', .*03-01.*02-25"):
        refuse_unless_following("known", FRAME.iloc[:3], likeness)
    refuse_unless_following("known", pd.Series(range(3), DAYS[5:]), likeness)
    refuse_unless_following("known", ROWS, likeness)
    refuse_unless_following("known", FRAME, None)
    refuse_unless_following("known", FRAME, likeness_of(FRAME.iloc[[0, 1, 4]]))


def test_equal_labels_of_another_type_are_the_same():
    tenths = pd.DataFrame({"a": range(20)}, 0.1 * np.arange(20))
    refuse_unless_following("known", pd.Series(range(20), 0.1 * np.arange(20, 40)), likeness_of(tenths))
    refuse_unless_following("known", pd.Series(range(3), DAYS[5:].as_unit("ns")), likeness_of(FRAME))
    refuse_other_index("known", FRAME.set_axis(FRAME.index.as_unit("s")), FRAME)
    refuse_other_index("known", FRAME, FRAME.set_axis(pd.MultiIndex.from_product([["p"], DAYS[:5]])))


def test_nothing_is_warned_of_where_the_step_is_known():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        like_input(ROWS, likeness_of(FRAME.iloc[:1], fitted=likeness_of(FRAME)))

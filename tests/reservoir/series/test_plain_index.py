"""Indexes of pandas come back from plain values: equal, of the same type, and going on by the same step."""

import json
import pickle
from datetime import timedelta, timezone

import numpy as np
import pytest

from reservoir.series.index_rule import index_rule
from reservoir.series.plain_index import from_plain, to_plain

pd = pytest.importorskip("pandas", reason="indexes are those of pandas, which is not installed")


def assert_equal(first, second):
    assert type(first) is type(second) and first.dtype == second.dtype and list(first.names) == list(second.names)
    assert first.equals(second) and getattr(first, "unit", None) == getattr(second, "unit", None)


INDEXES = {
    "numbered": pd.RangeIndex(3, 12, 3, name="row"),
    "days": pd.date_range("2024-02-27", periods=4, name="day"),
    "microseconds": pd.date_range("2024-01-01", periods=4, freq="250us").as_unit("us"),
    "business days": pd.bdate_range("2024-01-04", periods=4),
    "clocks change": pd.date_range("2024-03-30", periods=4, freq="D", tz="Europe/Berlin"),
    "universal time": pd.date_range("2024-01-01", periods=4, freq="h", tz="UTC"),
    "an offset": pd.date_range("2024-01-01", periods=4, freq="h", tz=timezone(timedelta(hours=-3))),
    "durations": pd.timedelta_range("1h", periods=4, freq="90min", name="since"),
    "months": pd.period_range("2024-01", periods=4, freq="M"),
    "quarters": pd.period_range("2024Q1", periods=4, freq="Q-JAN"),
    "floats": pd.Index(np.arange(4) * 0.25),
    "small integers": pd.Index(np.arange(4, dtype=np.int16)),
    "texts": pd.Index(["a", "b", "c"], name="label"),
    "labels of several types": pd.Index(["a", 1, None], dtype=object),
    "levels": pd.MultiIndex.from_product([["p", "q"], pd.date_range("2024-01-01", periods=2)], names=["who", "when"]),
}


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_an_index_comes_back_from_text(index):
    back = from_plain(json.loads(json.dumps(to_plain(index))))
    assert_equal(back, index)


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_a_rule_goes_on_after_a_pickle(index):
    rule = index_rule(index)
    again = pickle.loads(pickle.dumps(rule))
    assert_equal(again.following(3), rule.following(3))
    assert again.step == rule.step


def test_what_is_not_of_pandas_stays():
    values = (None, True, 3, 0.1, "text", np.float64(0.1))
    assert from_plain(to_plain(values)) == values


def test_a_step_that_does_not_come_back_is_refused():
    holidays = pd.offsets.CustomBusinessDay(holidays=["2024-01-02"])
    with pytest.raises(TypeError, match="can be stored"):
        to_plain(holidays)

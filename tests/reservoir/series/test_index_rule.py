"""An index goes on as pandas itself would have made it longer."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_index_equal

from reservoir.series.index_rule import index_rule

N_AHEAD = 7
HOURS = pd.date_range("2024-01-01", periods=400, freq="h")
EIGHT_HOURS_A_DAY = HOURS[(HOURS.hour >= 9) & (HOURS.hour < 17)]  # at weekends, too, unlike business hours


def assert_goes_on(index):
    assert_index_equal(labels_of(index_rule(index[:-N_AHEAD]).following(N_AHEAD)), labels_of(index[-N_AHEAD:]))


def labels_of(index):
    """Dates and durations without their frequency, which is found where it was not given."""
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        index = index.copy()
        index.freq = None
    return index


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(3, 80, 4, name="row"),
        pd.RangeIndex(40, 0, -1),
        pd.Index([1, 3, 5, 7, 9, 11, 13, 15, 17, 19], name="odd"),
        pd.Index(np.arange(10, 0, -1), dtype="uint8"),
        pd.Index(pd.array(range(10), dtype="Int64")),
        pd.Index(1 + 0.1 * np.arange(50)),
        pd.timedelta_range("1h", periods=20, freq="90min", name="since"),
        pd.TimedeltaIndex(np.arange(20) * np.timedelta64(90, "s")),
    ],
    ids=str,
)
def test_numbers_and_durations_go_on_by_their_step(index):
    assert_goes_on(index)


@pytest.mark.parametrize("known", [True, False], ids=["freq", "inferred"])
@pytest.mark.parametrize("freq", ["D", "MS", "B", "W-WED", "h", "15min", "37s", "WOM-3FRI", "QS-FEB", "YS", "3D"])
def test_dates_go_on_by_their_frequency(freq, known):
    index = pd.date_range("2023-12-15", periods=60, freq=freq, name="when")
    assert_goes_on(index if known else pd.DatetimeIndex(index.to_numpy(), name="when"))


@pytest.mark.parametrize("offset", [pd.offsets.MonthEnd, pd.offsets.BMonthEnd, pd.offsets.QuarterEnd], ids=str)
def test_ends_of_months_go_on_at_ends_of_months(offset):
    index = pd.date_range("2023-01-31", periods=30, freq=offset())
    assert_goes_on(pd.DatetimeIndex(index.to_numpy()))


@pytest.mark.parametrize("known", [True, False], ids=["freq", "inferred"])
@pytest.mark.parametrize("end", ["2024-04-02", "2024-10-29"])
@pytest.mark.parametrize("freq", ["D", "6h"])
def test_time_zones_keep_days_and_hours_across_a_change_of_the_clock(freq, end, known):
    index = pd.date_range(end=pd.Timestamp(end, tz="Europe/Berlin"), periods=40, freq=freq)
    assert len(set(index[-N_AHEAD - 1 :].map(lambda time: time.utcoffset()))) == (2 if freq == "D" else 1)
    assert_goes_on(index if known else pd.DatetimeIndex(list(index)))


@pytest.mark.parametrize("freq", ["h", "30min"])
@pytest.mark.parametrize("n_known", range(1, 6))
def test_hours_go_on_through_the_repeated_and_the_missing_one(freq, n_known):
    for start in ("2024-03-31 00:00", "2024-10-27 00:00"):
        index = pd.date_range(start, periods=3 + n_known + N_AHEAD, freq=freq, tz="Europe/Berlin")
        assert_goes_on(pd.DatetimeIndex(list(index)))


@pytest.mark.parametrize(
    ("end", "hours"), [("2024-03-29 02:30", ["02:30", "03:00", "02:30"]), ("2024-10-25 02:30", ["02:30"] * 3)]
)
def test_a_time_of_day_that_is_skipped_or_repeated_is_the_next_or_the_first(end, hours):
    index = pd.date_range(end=pd.Timestamp(end, tz="Europe/Berlin"), periods=20, freq="D")
    following = index_rule(index).following(3)
    assert following.strftime("%H:%M").tolist() == hours
    assert following.normalize().equals(pd.date_range(index[-1].normalize(), periods=4, freq="D")[1:])
    assert following[1].utcoffset() == pd.Timedelta("2h")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_dates_is_kept(unit):
    assert_goes_on(pd.date_range("2024", periods=20, freq="D").as_unit(unit))


@pytest.mark.parametrize("freq", ["M", "D", "Q-DEC", "3M", "h"])
@pytest.mark.parametrize("every", [1, 2])
def test_periods_go_on_by_their_number(freq, every):
    assert_goes_on(pd.period_range("2020-01", periods=40, freq=freq, name="month")[::every])


@pytest.mark.parametrize(
    ("index", "trouble"),
    [
        (pd.Index(list("abcd")), "has labels of type str"),
        (pd.Index([1, 2, 2, 3]), "has labels that repeat"),
        (pd.Index([1, 2, 4, 8]), "has no regular step"),
        (pd.Index([0.0, 1.0, np.inf]), "has no regular step"),
        (pd.DatetimeIndex(["2024-01-01", "2024-01-02", "2024-01-05", "2024-01-06"]), "has no regular step"),
        (pd.DatetimeIndex(["2024-01-01", "2024-01-02", "NaT"]), "has missing labels"),
        (pd.date_range("2024", periods=5)[::-1], "is not in order of time"),
        (EIGHT_HOURS_A_DAY, "has no regular step"),
        (pd.period_range("2024", periods=5, freq="D")[[0, 1, 4]], "has no regular step"),
        (pd.Index([7]), "has too few labels"),
        (pd.DatetimeIndex(["2024-01-31", "2024-02-29"]), "has too few labels"),
    ],
    ids=str,
)
def test_without_a_step_rows_are_numbered(index, trouble):
    rule = index_rule(index)
    assert rule.step is None and rule.trouble.startswith(trouble) and rule.mend
    assert_index_equal(rule.following(3), pd.RangeIndex(3))


def test_few_labels_go_on_by_the_step_of_another_index():
    months = index_rule(pd.date_range("2020-01-31", periods=9, freq=pd.offsets.MonthEnd()))
    few = index_rule(pd.DatetimeIndex(["2024-01-31", "2024-02-29"])).with_step_of(months)
    assert few.following(2).strftime("%F").tolist() == ["2024-03-31", "2024-04-30"]
    daily = index_rule(pd.date_range("2020-01-31", periods=9, freq="D"))
    assert daily.with_step_of(months) is daily
    assert index_rule(pd.Index([7])).with_step_of(months).step is None


def test_the_last_level_goes_on_and_the_others_stay():
    index = pd.MultiIndex.from_product([["north"], ["p"], range(2, 12)], names=["side", "patient", "hour"])
    expected = pd.MultiIndex.from_product([["north"], ["p"], range(12, 15)], names=["side", "patient", "hour"])
    assert_index_equal(index_rule(index).following(3), expected)


def test_labels_before_the_last_are_not_kept():
    index = pd.DatetimeIndex(pd.date_range("2024", periods=10_000, freq="h").to_numpy())
    rule = index_rule(index)
    assert len(rule.last) == 1 and not np.shares_memory(rule.last.asi8, index.asi8)

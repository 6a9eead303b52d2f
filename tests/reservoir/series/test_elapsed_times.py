from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CTRNNLiquid, elapsed_times, from_multiindex

# The unit of a number of the table, in seconds
SECONDS = {"W": 604800, "D": 86400, "h": 3600, "min": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
GAPS = np.array([0.0, 90.0, 0.5, 86400.0, 3.25])
MOMENTS = [datetime(2026, 3, 28, 23, 59, 59) + timedelta(seconds=s) for s in np.cumsum(GAPS).tolist()]
TIMES = pd.Series(MOMENTS, name="time")
U = np.sin(np.arange(len(GAPS)))
KINDS = {
    "dates and times": TIMES,
    "in milliseconds": TIMES.astype("datetime64[ms]"),
    "in nanoseconds": TIMES.astype("datetime64[ns]"),
    "of a zone": TIMES.dt.tz_localize("UTC").dt.tz_convert("Europe/Lisbon"),
    "objects": pd.Series(MOMENTS, dtype=object),
    "objects of a zone": pd.Series([one.replace(tzinfo=timezone(timedelta(hours=5))) for one in MOMENTS], dtype=object),
    "durations": TIMES - datetime(2026, 1, 1),
    "durations, objects": pd.Series([one - datetime(2026, 1, 1) for one in MOMENTS], dtype=object),
    "periods": TIMES.dt.to_period("ms"),
}


@pytest.fixture(params=KINDS)
def times(request):
    return KINDS[request.param]


def expected(times, unit="s"):
    return GAPS / SECONDS[unit]


def test_a_column_becomes_the_time_since_the_row_before(times):
    frame = pd.DataFrame({"time": times, "u": U}).set_axis(list("abcde"))
    for unit in SECONDS:
        made = elapsed_times(frame, "time", unit=unit)
        assert list(made.columns) == ["u", "elapsed"] and made.index.equals(frame.index)
        assert_allclose(made["elapsed"], expected(times, unit), rtol=1e-12)
        assert made["elapsed"].dtype == float and list(frame.columns) == ["time", "u"]
        assert elapsed_times(frame, unit=unit).equals(made)


def test_seconds_are_exact_and_the_default():
    assert_array_equal(elapsed_times(TIMES), GAPS)
    assert_array_equal(elapsed_times(TIMES.dt.date.drop_duplicates()), [0.0, 86400.0, 86400.0])


def test_an_index_counts_where_no_column_is_named(times):
    frame = pd.DataFrame({"u": U}).set_index(pd.Index(times))
    made = elapsed_times(frame)
    assert made.index.equals(frame.index) and list(made.columns) == ["u", "elapsed"]
    assert_allclose(made["elapsed"], expected(times), rtol=1e-12)
    assert elapsed_times(frame["u"]).equals(made)
    assert_array_equal(elapsed_times(frame.index), made["elapsed"])


def test_times_alone_stay_what_they_are(times):
    made = elapsed_times(times)
    assert isinstance(made, pd.Series) and made.name == "elapsed"
    assert_allclose(made, expected(times), rtol=1e-12)
    array = times.to_numpy()
    if array.dtype.kind == "O" and "period" in str(times.dtype):
        return
    for shape in ((-1,), (-1, 1), (1, -1, 1)):
        one = elapsed_times(array.reshape(shape))
        assert one.shape == array.reshape(shape).shape
        assert_allclose(one.ravel(), expected(times), rtol=1e-12)


def test_several_series_have_their_own_first_rows():
    frame = pd.DataFrame({"time": TIMES, "u": U})
    made = elapsed_times([frame, frame[2:]], "time")
    assert [list(one["elapsed"]) for one in made] == [GAPS.tolist(), [0.0, *GAPS[3:]]]
    made = elapsed_times([TIMES.to_numpy(), MOMENTS[1:]])
    assert [one.tolist() for one in made] == [GAPS.tolist(), [0.0, *GAPS[2:]]]
    assert_array_equal(elapsed_times(MOMENTS), GAPS)
    months = np.array(["2026-01", "2026-02", "2026-03"], dtype="datetime64[M]")
    assert_array_equal(elapsed_times(months, unit="D"), [0, 31, 28])


def test_series_of_a_multiindex_have_their_times_in_the_last_level():
    index = pd.MultiIndex.from_product([["p", "q"], TIMES])
    made = elapsed_times(from_multiindex(pd.DataFrame({"u": np.r_[U, U]}, index)))
    assert [one["elapsed"].tolist() for one in made] == [GAPS.tolist()] * 2
    assert pd.concat(made).index.equals(index)


def test_a_change_of_the_clock_does_not_count():
    moments = pd.date_range("2026-03-29 00:00", periods=4, freq="h", tz="Europe/Lisbon")
    assert_array_equal(elapsed_times(moments, unit="h"), [0, 1, 1, 1])
    autumn = pd.date_range("2026-10-25 00:00", periods=4, freq="h", tz="Europe/Lisbon")
    assert_array_equal(elapsed_times(pd.Series(autumn), unit="h"), [0, 1, 1, 1])


def test_objects_of_numpy_and_pandas_keep_their_precision():
    stamps = [pd.Timestamp(0), pd.Timestamp(1, unit="us"), pd.Timestamp(1500)]
    assert_array_equal(elapsed_times(stamps, unit="ns"), [0, 1000, 500])
    assert_array_equal(elapsed_times([one - stamps[0] for one in stamps], unit="ns"), [0, 1000, 500])
    days = np.array(["2026-01-01", "2026-01-04"], dtype="datetime64[D]")
    assert_array_equal(elapsed_times(days.astype(object), unit="D"), [0, 3])
    assert_array_equal(elapsed_times(np.array(list(days), dtype=object), unit="D"), [0, 3])
    frame = pd.DataFrame({"day": pd.Series(list(days), dtype=object), "u": [1.0, 2.0]})
    assert_array_equal(elapsed_times(frame, unit="D")["elapsed"], [0, 3])


def test_tables_of_polars_stay_such():
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.DataFrame({"time": MOMENTS, "u": U})
    for column in (
        frame["time"],
        frame["time"].dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Lisbon"),
        frame["time"].cast(polars.Datetime("ns")),
        frame["time"] - datetime(2026, 1, 1),
    ):
        made = elapsed_times(frame.with_columns(column), unit="min")
        assert isinstance(made, polars.DataFrame) and made.columns == ["u", "elapsed"]
        assert_allclose(made["elapsed"].to_numpy(), np.diff(np.cumsum(GAPS), prepend=0) / 60, rtol=1e-12)
        alone = elapsed_times(column, unit="min")
        assert isinstance(alone, polars.Series) and alone.name == "elapsed"
    dates = polars.Series("day", [date(2026, 1, 1), date(2026, 1, 3)])
    assert elapsed_times(dates, unit="D").to_list() == [0.0, 2.0]
    with pytest.raises(TypeError, match="'X' must hold its rows; got a LazyFrame"):
        elapsed_times(frame.lazy())
    with pytest.raises(ValueError, match=r"'X\['time'\]' must hold a time in every row; got NaT in row 1"):
        elapsed_times(polars.DataFrame({"time": [MOMENTS[0], None]}))


def test_a_liquid_takes_them():
    frame = pd.DataFrame({"time": TIMES, "u": U})
    liquid = CTRNNLiquid(5, elapsed_column="elapsed", random_state=0)
    plain = CTRNNLiquid(5, elapsed_column=1, random_state=0)
    states = plain.fit_transform(np.column_stack([U, GAPS / 60]))
    assert_array_equal(liquid.fit_transform(elapsed_times(frame, unit="min")), states)


@pytest.mark.parametrize(
    "given",
    [
        pd.Series(U, index=TIMES),
        pd.DataFrame(U[:, None], index=TIMES),
        pd.DataFrame({0: U, 1: TIMES}),
        pd.DataFrame(U[:, None], index=TIMES, columns=pd.MultiIndex.from_tuples([("u", "mV")])),
    ],
    ids=["no name", "no names", "numbers as names", "names of two levels"],
)
def test_a_liquid_takes_them_from_columns_whose_names_are_no_text(given):
    made = elapsed_times(given)
    assert made.columns[-1] == "elapsed" and all(isinstance(name, str) for name in made.columns)
    states = CTRNNLiquid(5, elapsed_column="elapsed", random_state=0).fit_transform(made)
    assert_array_equal(
        states, CTRNNLiquid(5, elapsed_column=1, random_state=0).fit_transform(np.column_stack([U, GAPS]))
    )


def unordered(*order):
    return TIMES.iloc[list(order)].reset_index(drop=True)


ORDER = {
    "unsorted": (unordered(0, 1, 3, 2), "in row 3 after .*Sort the rows by time first"),
    "reversed": (unordered(4, 3, 2), "in row 1 after .*Sort the rows by time first"),
    "repeated": (unordered(0, 1, 2, 2), "in row 3 after .*Keep one row of each time"),
    "missing": (pd.Series([TIMES[0], pd.NaT, TIMES[2]]), "hold a time in every row; got NaT in row 1. Leave"),
    "durations between rows": (TIMES.diff()[1:], "in row 1 after .*If these are times between rows already"),
    "objects, missing": (pd.Series([MOMENTS[0], None], dtype=object), "got NaT in row 1"),
}


@pytest.mark.parametrize("case", ORDER)
def test_times_must_grow(case):
    times, message = ORDER[case]
    for given, name in (
        (times, "'X'"),
        (times.to_numpy(), "'X'"),
        ([TIMES, times], r"'X\[1\]'"),
        (pd.DataFrame({"t": times}), r"'X\['t'\]'"),
        (pd.DataFrame({"u": range(len(times))}, index=pd.Index(times)), r"'X.index'"),
    ):
        with pytest.raises(ValueError, match=f"^{name} must .*{message}"):
            elapsed_times(given)


FRAME = pd.DataFrame({"t": TIMES, "s": TIMES, "u": U})
WRONG = [
    (
        (np.arange(5.0),),
        TypeError,
        r"'X' must hold times, .*float64 .*whether np.diff\(X, prepend=X\[0\]\) is",
    ),
    ((["2026-01-01", "2026-01-02"],), TypeError, r"See whether pandas.to_datetime\(X\) is"),
    ((FRAME, "u"), TypeError, r"'X\['u'\]' must hold times"),
    ((FRAME, "v"), ValueError, r"'column' must be the name of one column of 'X', .*got 'v'"),
    ((FRAME,), TypeError, r"'column' must name the column of 'X' .*with times in \['t', 's'\]"),
    ((FRAME[["u"]],), TypeError, r"'column' must name the column of 'X' .*with times in \[\]"),
    ((TIMES, "t"), TypeError, "'column' must be None where 'X' is no data frame; got 't'"),
    ((FRAME.rename(columns={"u": "elapsed"}), "t"), ValueError, "'X' must not have a column 'elapsed' yet"),
    ((FRAME, "t", "m"), ValueError, "'unit' must be one of 'W', 'D', 'h', 'min', 's', 'ms', 'us', 'ns'; got 'm'"),
    ((FRAME.set_index(["s", "u"]), "t"), ValueError, "'X' has the rows of 5 series, by a MultiIndex"),
    ((FRAME.groupby("u"),), ValueError, "'X' must be series; got DataFrameGroupBy"),
    ((np.ma.array(TIMES.to_numpy(), mask=[0, 1, 0, 0, 0]),), ValueError, "'X' must have no masked entries"),
    ((None,), TypeError, "'X' must hold times"),
    ((TIMES[0],), TypeError, "'X' must hold times"),
    ((FRAME[:0].set_index("t")[["u"]],), TypeError, "'X.index' must hold times, .* of shape "),
    (([MOMENTS[0], MOMENTS[1].replace(tzinfo=UTC)],), ValueError, "'X' must hold times that all have a time"),
    ((np.array([0, 1], "timedelta64[M]"),), TypeError, "'X' must hold durations of a fixed length; got timedelta64.M"),
    ((np.array([0, 1], "timedelta64[Y]"),), TypeError, "'X' must hold durations of a fixed length; got timedelta64.Y"),
    ((np.array([0, 1], "timedelta64"),), TypeError, "'X' must hold durations of a fixed length; got timedelta64"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG, ids=[case[2][:30] for case in WRONG])
def test_what_holds_no_times_is_refused_by_name(arguments, error, message):
    with pytest.raises(error, match=message):
        elapsed_times(*arguments)

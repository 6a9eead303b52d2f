from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

import reservoir
from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from readouts.entries import numbers_expected
from reservoir import (
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    PerSequence,
    ReservoirRegressor,
    SequenceEncoder,
    split_by_group,
)

N = 30
TIMES = pd.Series(pd.date_range("2020-01-01", periods=N, freq="90s"))
MOMENTS = [time.to_pydatetime() for time in TIMES]
TEXTS = pd.Series(["high", "low"] * (N // 2))
Y = np.arange(float(N))
COLUMNS = {
    "durations": TIMES.diff(),
    "durations, objects": pd.Series([pd.NaT] + [timedelta(seconds=90)] * (N - 1), dtype=object),
    "times": TIMES,
    "times of a zone": TIMES.dt.tz_localize("Europe/Lisbon"),
    "times, objects": pd.Series(MOMENTS, dtype=object),
    "dates": pd.Series(pd.date_range("2020-01-01", periods=N)).dt.date,
    "periods": TIMES.dt.to_period("s"),
}
BEFORE = np.array([0.0] + [90.0] * (N - 1))


def frame_with(column):
    return pd.DataFrame({"u": np.sin(np.arange(N)), "t": column})


def refused(call, X):
    """Return the message, which names the column once, in a sentence or two."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call(X)
    message = str(caught.value)
    assert "must hold numbers; got" in message and "DType" not in message and "\n" not in message
    return message


def advised(message, X):
    """Return what the expression of an advice makes of X, or of its column of times."""
    _, _, expression = message.rpartition(": ")
    made = eval(expression.rstrip("."), {"X": X, "np": np, "pandas": pd, "reservoir": reservoir})
    return made["elapsed"] if "elapsed" in getattr(made, "columns", ()) else made


@pytest.mark.parametrize("case", COLUMNS)
def test_a_column_of_times_becomes_seconds_by_the_advice(case):
    frame = frame_with(COLUMNS[case])
    liquid = CTRNNLiquid(5, elapsed_column="t", random_state=0)
    expected = liquid.fit_transform(frame_with(BEFORE))
    for _ in range(3):  # periods become times, and durations have none in the first row
        try:
            liquid.fit(frame)
            break
        except ValueError as error:
            assert "times.diff().fillna(0) for a column of a data frame" in str(error)
            frame["t"] = frame["t"].fillna(0)
        except TypeError as error:
            assert "'X['t']' must hold numbers" in str(error)
            frame["t"] = advised(str(error), frame)
    if not case.startswith("durations") and case != "dates":
        assert_array_equal(frame["t"], BEFORE)
    if case == "dates":
        assert_array_equal(frame["t"], np.where(np.arange(N), 86400.0, 0.0))
    else:
        assert_array_equal(liquid.transform(frame), expected)


def test_arrays_of_times_become_seconds_by_the_advice():
    times = np.repeat(TIMES.to_numpy()[:, None], 2, axis=1)
    for X in (times, np.diff(times, axis=0, prepend=times[:1])):
        for as_given in (X, X[None]):
            refused(EchoStateReservoir(5).fit, as_given)
        assert_array_equal(advised(refused(EchoStateReservoir(5).fit, X), X)[:, 0], BEFORE)


@pytest.mark.parametrize(
    ("X", "place", "entry"),
    [
        (frame_with(TEXTS), "X['t']", "'high' in row 0"),
        (frame_with(TEXTS.astype("category")), "X['t']", "'high' in row 0"),
        (frame_with(TEXTS.astype("string")), "X['t']", "'high' in row 0"),
        ([frame_with(BEFORE), frame_with(TEXTS)], "X[1]['t']", "'high' in row 0"),
        (frame_with(TEXTS).to_numpy(), "X[:, 1]", "'high' in row 0"),
        (frame_with(pd.Series(pd.interval_range(0, N))), "X['t']", "Interval(0, 1, closed='right') in row 0"),
        (frame_with(pd.Series([{"a": 1}] * N)), "X['t']", "{'a': 1} in row 0"),
        (frame_with(pd.Series([1.0] * (N - 1) + [timedelta(1)], dtype=object)), "X['t']", f"in row {N - 1}"),
    ],
)
def test_what_is_no_number_is_named_by_its_place(X, place, entry):
    assert f"'{place}' must hold numbers; got" in refused(EchoStateReservoir(5).fit, X)
    assert entry in refused(EchoStateReservoir(5).fit, X)


@pytest.mark.parametrize(
    "call",
    [
        EchoStateReservoir(5).fit,
        EchoStateReservoir(5).fit(frame_with(BEFORE)).transform,
        EchoStateReservoir(5).fit(frame_with(BEFORE)).run,
        SequenceEncoder(EchoStateReservoir(5)).fit,
        Forecaster(EchoStateReservoir(5), washout=2).fit,
        lambda X: Forecaster(EchoStateReservoir(5), washout=2).fit(BEFORE[:, None], exogenous=X),
        lambda X: ReservoirRegressor(EchoStateReservoir(5)).fit(X, Y),
        PerSequence(EchoStateReservoir(5)).fit,
        lambda X: RidgeReadout().fit(X, Y),
        lambda X: RLSReadout().partial_fit(X, Y),
    ],
)
@pytest.mark.parametrize("column", [TIMES, TIMES.diff(), TEXTS])
def test_wherever_numbers_are_read(call, column):
    message = refused(call, frame_with(column))
    assert message.startswith(("'X['t']'", "'exogenous['t']'"))


def test_texts_are_encoded_by_the_advice():
    assert "pandas.get_dummies" in refused(EchoStateReservoir(5).fit, frame_with(TEXTS))
    assert np.isfinite(EchoStateReservoir(5).fit_transform(pd.get_dummies(frame_with(TEXTS)))).all()


@pytest.mark.parametrize("kind", [Fraction, Decimal, int, bool])
def test_numbers_of_any_class_count_as_their_values(kind):
    column = pd.Series([kind(row % 2) for row in range(N)], dtype=object)
    expected = EchoStateReservoir(5, random_state=0).fit_transform(frame_with(np.arange(N) % 2))
    assert_array_equal(EchoStateReservoir(5, random_state=0).fit_transform(frame_with(column)), expected)


def test_complex_numbers_are_refused_without_their_listing():
    X = np.full((N, 2), 1j)
    for given in (X, X[None], [X], pd.DataFrame(X)):
        with pytest.raises(
            ValueError, match="^Complex data not supported: 'X.*' must be real; got complex128. Give real[^\n]*$"
        ):
            EchoStateReservoir(5).fit(given)
    EchoStateReservoir(5).fit(np.concatenate([X.real, X.imag], axis=-1))


@pytest.mark.parametrize("make", [np.asarray, pd.Series, lambda times: times.to_numpy()[:, None]])
@pytest.mark.parametrize("model", [RidgeReadout(), RLSReadout(), ReservoirRegressor(EchoStateReservoir(5))])
def test_targets_are_numbers_too(make, model):
    X = np.sin(np.arange(N))[:, None]
    for times in (TIMES, TIMES.diff()):
        with pytest.raises(TypeError, match="'y' must hold numbers; got .*64.*reservoir.elapsed_times\\(y\\)"):
            model.fit(X, make(times))
    for y in (Y + 1j, np.stack([Y, Y + 1j], 1)):
        with pytest.raises(ValueError, match="^(?s:.{0,30})Complex data not supported[^\\n]*$"):
            model.fit(X, y)


def test_labels_may_be_texts_where_x_is_refused():
    X = np.full((N, 1), np.nan)
    with pytest.raises(ValueError, match="contains NaN. Leave such rows out, or fill in what is missing"):
        RidgeReadoutClassifier().fit(X, TEXTS)


def test_other_errors_pass():
    with pytest.raises(ValueError, match="^not about entries$"), numbers_expected("X", frame_with(BEFORE)):
        raise ValueError("not about entries")


def polars_frame(column):
    pl = pytest.importorskip("polars", reason="polars is not installed")
    values = {
        "times": MOMENTS,
        "dates": TIMES.dt.date.tolist(),
        "hours": TIMES.dt.time.tolist(),
        "durations": [timedelta(seconds=seconds) for seconds in BEFORE],
    }[column]
    return pl.DataFrame({"u": np.sin(np.arange(N)), "t": values})


def arrow_table(column):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    return pa.table({name: pa.array(values) for name, values in polars_frame(column).to_dict(as_series=False).items()})


@pytest.mark.parametrize("make", [polars_frame, arrow_table])
@pytest.mark.parametrize("column", ["times", "dates", "hours", "durations"])
def test_times_in_tables_of_other_libraries(make, column):
    frame = make(column)
    for call in (EchoStateReservoir(5).fit, lambda X: RidgeReadout().fit(X, Y)):
        message = refused(call, frame)
        assert message.startswith("'X['t']'")
    message = refused(lambda y: RidgeReadout().fit(np.ones((N, 1)), y), frame["t"])
    assert message.startswith("'y'")
    if column in ("times", "durations"):
        assert_array_equal(advised(refused(EchoStateReservoir(5).fit, frame), frame), BEFORE)
    refused(ReservoirRegressor(EchoStateReservoir(5)).fit(np.ones((N, 2)), Y).predict, [frame, frame])


def test_a_lazy_table_is_computed_by_the_advice():
    pl = pytest.importorskip("polars", reason="polars is not installed")
    lazy = pl.LazyFrame({"u": Y, "v": Y})
    liquid = EchoStateReservoir(5, random_state=0)
    for call in (liquid.fit, lambda X: RidgeReadout().fit(X, Y), lambda X: split_by_group(X, Y)):
        with pytest.raises(TypeError, match=r"^'X' must hold its rows; got a LazyFrame.*: pass X.collect\(\).$"):
            call(lazy)
    with pytest.raises(TypeError, match=r"^'X\[0\]' must hold its rows; .*: pass X\[0\].collect\(\).$"):
        liquid.fit([lazy, lazy])
    assert_array_equal(liquid.fit_transform(lazy.collect()), liquid.fit_transform(np.stack([Y, Y], 1)))


@pytest.mark.parametrize("X", [frame_with(pd.Series([pd.NA, *Y[1:]], dtype=object))])
def test_a_missing_value_among_objects_becomes_nan_by_the_advice(X):
    message = refused(EchoStateReservoir(5).fit, X)
    assert "Make it NaN: X['t'] = pandas.to_numeric(X['t'], errors='coerce')." in message
    X["t"] = pd.to_numeric(X["t"], errors="coerce")
    with pytest.raises(ValueError, match="contains NaN. It is in the first row alone"):
        EchoStateReservoir(5).fit(X)


@pytest.mark.parametrize("times", [TIMES, TIMES.diff().fillna(pd.Timedelta(0)), TIMES.to_numpy()])
def test_weights_are_numbers_too(times):
    X = np.ones((N, 1))
    for call in (RidgeReadout().fit, RLSReadout().fit):
        with pytest.raises(TypeError, match="^'sample_weight' must hold numbers; got .*64"):
            call(X, Y, sample_weight=times)


@pytest.mark.parametrize("model", [RidgeReadoutClassifier(), RLSReadoutClassifier()])
def test_days_may_be_classes(model):
    days = np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]")[np.arange(N) % 2]
    X = (np.arange(N) % 2)[:, None]
    assert_array_equal(model.fit(X, days).predict(X), days)


def test_only_rows_of_x_are_filled_in_by_a_pipeline():
    X, missing = np.ones((N, 1)), np.append(np.nan, Y[1:])
    for y, weight, name in ((missing, None, "y"), (Y, missing, "sample_weight")):
        with pytest.raises(ValueError, match=f"{name} contains NaN. Leave such rows out.$"):
            RidgeReadout().fit(X, y, sample_weight=weight)


@pytest.mark.parametrize("kind", ["Duration", "Datetime", "Date", "Time"])
def test_times_of_polars_are_refused_in_every_place(kind):
    polars = pytest.importorskip("polars", reason="makes data frames")
    times, days = polars.Series("t", MOMENTS), polars.Series("t", COLUMNS["dates"].tolist())
    columns = {"Duration": times.diff().fill_null(timedelta(0)), "Datetime": times, "Date": days}
    column = columns.get(kind, times.dt.time())
    X, u = polars.DataFrame({"u": np.sin(np.arange(N)), "t": column}), np.sin(np.arange(N))[:, None]
    liquid = CTRNNLiquid(5, elapsed_column="t", random_state=0)
    messages = [
        refused(liquid.fit, X),
        refused(lambda X: liquid.fit([X, X]), X),
        refused(lambda X: liquid.fit(X["t"]), X),
        refused(lambda X: ReservoirRegressor(washout=5).fit(u, X["t"]), X),
        refused(lambda X: Forecaster(washout=5).fit(u, exogenous=X.select("t")), X),
        refused(lambda X: RidgeReadout().fit(X, Y), X),
    ]
    assert all(f"got {kind}" in message for message in messages)
    assert messages[0].startswith("'X['t']' must") and messages[1].startswith("'X[0]['t']' must")
    if kind != "Time":
        given = X.with_columns(advised(messages[0], X).alias("t"))
        seconds = BEFORE if kind != "Date" else np.where(np.arange(N), 86400.0, 0.0)
        expected = liquid.fit_transform(polars.DataFrame({"u": X["u"], "t": seconds}))
        assert_array_equal(liquid.fit_transform(given), expected)

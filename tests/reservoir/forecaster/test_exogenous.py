import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from waves import KNOWN, WAVES, forecaster, small, stepwise

from readouts import RidgeReadout
from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid
from reservoir.forecaster import Forecaster
from reservoir.forecaster.exogenous import lay_beside, read_exogenous


def read(value, lengths=(4,), **settings):
    return read_exogenous("calendar", value, lengths, np.float64, **({"alone": len(lengths) == 1} | settings))


def test_none_is_no_columns():
    assert [part.shape for part in read(None, (4, 2))] == [(4, 0), (2, 0)]


def test_one_array_for_every_series():
    first, second = read([np.ones((4, 2)), np.zeros((3, 2), dtype=int)], (4, 3))
    assert first.dtype == second.dtype == np.float64
    assert_array_equal(read(np.ones((2, 4, 1)), (4, 4))[1], np.ones((4, 1)))


@pytest.mark.parametrize(
    ("value", "settings", "message"),
    [
        (None, {"n_columns": 2}, "'calendar' must hold the 2 columns that fit saw; got None"),
        (np.ones((4, 1)), {"n_columns": 0}, "'calendar' must be None, as fit saw no such columns"),
        (np.ones((4, 1)), {"n_columns": 2}, r"'calendar' must have a row .* shape \(4, 2\); got \(4, 1\)"),
        (np.ones((3, 1)), {}, r"shape \(4, 1\); got \(3, 1\)"),
        ([np.ones((4, 1))], {"lengths": (4, 3)}, "one array for each of the 2 series; got 1"),
        (np.full((4, 1), np.nan), {}, "calendar contains NaN"),
        (np.ones(3), {}, "2D array"),
        (
            pd.DataFrame({"a": [0.0] * 4}, pd.MultiIndex.from_product([[1, 2], [1, 2]])),
            {},
            r"from_multiindex\(calendar\)",
        ),
        (pd.DataFrame({"a": [[0.0, 1.0]] * 4}), {}, "'calendar' is a nested data frame"),
    ],
)
def test_what_does_not_fit_is_refused(value, settings, message):
    with pytest.raises(ValueError, match=message):
        read(value, **settings)


@pytest.mark.parametrize("column", [np.arange(4), [0, 1, 2, 3], pd.Series(range(4)), "polars"])
def test_one_dimension_is_a_single_column(column):
    if isinstance(column, str):
        column = pytest.importorskip("polars", reason="makes Series").Series(range(4))
    assert_array_equal(read(column)[0], np.arange(4.0)[:, None])
    assert_array_equal(read([column, column], (4, 4))[1], np.arange(4.0)[:, None])


def test_lists_of_rows_are_read_as_arrays_are():
    rows, known = WAVES[:120].tolist(), KNOWN[:120].tolist()  # two numbers a row, and one
    ours, theirs = (
        forecaster().fit(X[:100], exogenous=e[:100]) for X, e in ((rows, known), (WAVES[:120], KNOWN[:120]))
    )
    context = {"exogenous": known[90:93], "context_exogenous": known[:90]}
    assert_array_equal(ours.forecast(3, rows[:90], **context), theirs.forecast(3, WAVES[:90], **context))
    assert_array_equal(ours.predict_one_step(rows, exogenous=known), theirs.predict_one_step(rows, exogenous=known))
    again = {"horizon": 3, "stride": 9, "start": 100, "refit": 1}
    result, expected = (model.backtest(rows, exogenous=known, **again) for model in (ours, theirs))
    assert_array_equal(result.forecasts, expected.forecasts)


def test_the_known_row_is_the_one_to_be_predicted():
    series, known = np.arange(3.0)[:, None], 10 + np.arange(3.0)[:, None]
    assert_array_equal(lay_beside(series, known), [[0, 11], [1, 12]])


def test_what_is_no_array_is_named():
    for value in ("abc", 1j, 10**400, [[1, 2], [3]], np.array([None])):
        with pytest.raises((ValueError, TypeError), match="exogenous"):
            read_exogenous("exogenous", value, [2], np.float64, alone=True)


def test_known_columns_are_those_of_the_predicted_row():
    # u(t+1) = e(t+1): only a readout that sees the row to come beside the present one can know.
    known = np.random.RandomState(0).standard_normal((300, 1))
    fitted = forecaster(readout=RidgeReadout(0)).fit(known[:200], exogenous=known[:200])
    assert fitted.n_exogenous_ == 1
    assert_allclose(fitted.forecast(100, exogenous=known[200:]), known[200:], atol=1e-9)


@pytest.mark.parametrize("cls", [EchoStateReservoir, LTCLiquid, LIFLiquid])
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_known_columns_go_round(cls):
    fitted = forecaster(small(cls)).fit(WAVES[:400], exogenous=KNOWN[:400])
    expected = stepwise(fitted, 20, WAVES[:400], KNOWN[400:], KNOWN[:400])
    assert_allclose(fitted.forecast(20, exogenous=KNOWN[400:]), expected, rtol=1e-10, atol=1e-10)
    again = fitted.forecast(20, WAVES[:400], exogenous=KNOWN[400:], context_exogenous=KNOWN[:400])
    assert_array_equal(fitted.forecast(20, exogenous=KNOWN[400:]), again)


@pytest.mark.parametrize("cls", [CTRNNLiquid, LTCLiquid, CfCLiquid])
@pytest.mark.parametrize("column", [2, 3])
def test_times_between_samples_may_be_known_columns(cls, column):
    gaps = np.random.RandomState(0).uniform(0.5, 1.5, (420, 1))
    series = np.column_stack([np.sin(0.3 * np.cumsum(gaps)), np.cos(0.3 * np.cumsum(gaps))])
    known = np.hstack([gaps, KNOWN] if column == 2 else [KNOWN, gaps])
    fitted = forecaster(small(cls, elapsed_column=column)).fit(series[:400], exogenous=known[:400])
    forecast = fitted.forecast(20, exogenous=known[400:])
    assert_allclose(forecast, stepwise(fitted, 20, series[:400], known[400:], known[:400]), rtol=1e-10, atol=1e-10)


def test_known_times_sharpen_the_forecast():
    gaps = np.random.RandomState(0).uniform(0.5, 1.5, (420, 1))
    series = np.column_stack([np.sin(0.3 * np.cumsum(gaps)), np.cos(0.3 * np.cumsum(gaps))])
    timed = forecaster(small(CTRNNLiquid, elapsed_column=2)).fit(series[:400], exogenous=gaps[:400])
    blind = forecaster(small(CTRNNLiquid)).fit(series[:400])
    error = np.abs(timed.forecast(20, exogenous=gaps[400:]) - series[400:]).max()
    assert error < min(0.2, 0.5 * np.abs(blind.forecast(20) - series[400:]).max())


def test_exogenous_columns_in_another_order_are_refused():
    frame = pd.DataFrame(np.random.RandomState(0).standard_normal((120, 3)), columns=["u", "a", "b"])
    model = Forecaster(small(), washout=10).fit(frame[["u"]], exogenous=frame[["a", "b"]])
    with pytest.raises(
        ValueError, match=r"'exogenous' must have the columns that fit saw, \['a', 'b'\]; got \['b', 'a'\]"
    ):
        model.forecast(5, exogenous=frame[["b", "a"]][:5])
    with pytest.raises(ValueError, match="'exogenous' must hold one 2-D array for each series; got 5"):
        model.fit([WAVES, WAVES], exogenous=5)


def test_the_rows_beside_a_forecast_are_as_many_as_its_steps():
    known = WAVES[:, :1]
    with pytest.raises(ValueError, match=r"'exogenous' must have a row for each of 'n_steps', shape \(7, 1\); got"):
        forecaster().fit(WAVES, exogenous=known).forecast(7, exogenous=known[:3])


def test_what_exogenous_rows_are_prepared_with_is_public():
    known = np.random.RandomState(0).standard_normal((200, 2))
    fitted = Forecaster(EchoStateReservoir(5, random_state=0), difference=1).fit(known, exogenous=7 * known)
    prepared = fitted.known_preparation_.prepare(7 * known)[:]
    differences = np.diff(7 * known, axis=0)
    assert_allclose(prepared, (differences - differences.mean(axis=0)) / differences.std(axis=0), rtol=0, atol=1e-12)

"""Frames in, frames out: forecasts and one-step predictions in the library, the columns and the index of the series."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal, assert_index_equal

from reservoir import EchoStateReservoir, Forecaster, from_multiindex

STEPS = np.arange(130)
WAVES = np.stack([np.sin(0.3 * STEPS), np.cos(0.3 * STEPS)], axis=1)
DAYS = pd.date_range("2024-01-01", periods=130, freq="D")
FRAME = pd.DataFrame(WAVES, DAYS, columns=["sine", "cosine"])


def small(**options):
    return Forecaster(EchoStateReservoir(10, random_state=0), **options)


def test_a_forecast_of_a_frame_goes_on_with_its_index_and_its_columns():
    expected = small().fit(WAVES[:120]).forecast(10)
    forecast = small().fit(FRAME[:120]).forecast(10)
    assert_frame_equal(forecast, pd.DataFrame(expected, DAYS[120:], columns=["sine", "cosine"]))
    assert type(expected) is np.ndarray


def test_precision_is_kept():
    model = Forecaster(EchoStateReservoir(10, dtype="float32", random_state=0)).fit(FRAME.astype("float32")[:120])
    assert (model.forecast(3).dtypes == "float32").all()


def test_a_series_gives_one_column_of_its_name():
    forecaster = small(horizon=5).fit(FRAME["sine"][:120])
    assert_index_equal(forecaster.forecast(4).index, DAYS[120:124])
    assert list(forecaster.forecast(4)) == ["sine"]
    assert list(small().fit(pd.Series(WAVES[:, 0])).forecast(2)) == [0]
    assert small().fit(WAVES[:, 0]).forecast(2).shape == (2, 1)


def test_polars_comes_back_as_polars():
    pl = pytest.importorskip("polars", reason="the other library of frames")
    frame = pl.DataFrame({"sine": WAVES[:120, 0], "cosine": WAVES[:120, 1]})
    forecaster = small().fit(frame)
    assert isinstance(forecaster.forecast(4), pl.DataFrame) and forecaster.forecast(4).columns == ["sine", "cosine"]
    assert_array_equal(forecaster.forecast(4).to_numpy(), small().fit(WAVES[:120]).forecast(4))
    assert forecaster.predict_one_step(frame).shape == (119, 2)
    assert small().fit(frame["sine"]).forecast(4).columns == ["sine"]


def test_bounds_are_frames_and_sample_paths_an_array():
    forecaster, plain = (small(random_state=0).fit(X) for X in (FRAME[:120], WAVES[:120]))
    bounds = forecaster.forecast(5, interval=0.8)
    for frame, expected in zip(bounds, plain.forecast(5, interval=0.8), strict=True):
        assert_frame_equal(frame, pd.DataFrame(expected, DAYS[120:125], columns=["sine", "cosine"]))
    assert bounds.upper is bounds[2]
    assert forecaster.forecast(5, n_samples=3).shape == (3, 5, 2)
    gaps = small(random_state=0).fit(FRAME.drop(FRAME.index[50]))
    with pytest.warns(UserWarning, match="no regular step") as seen:
        gaps.forecast(3, interval=0.8)
    assert len(seen) == 1


def test_the_context_says_what_comes_back():
    forecaster = small().fit(WAVES[:120])
    numbered = FRAME.set_axis([0, 1], axis=1)  # scikit-learn warns of names that come or go
    assert_index_equal(forecaster.forecast(5, numbered[20:60]).index, DAYS[60:65])
    forecaster.fit(numbered[:120])
    assert type(forecaster.forecast(5, WAVES[20:60])) is np.ndarray
    assert_index_equal(forecaster.forecast(5).index, DAYS[120:125])


def test_a_context_too_short_to_tell_its_step_takes_that_of_fit():
    months = FRAME.set_axis(pd.date_range("2010-01-31", periods=130, freq=pd.offsets.MonthEnd()))
    forecaster = small(washout=1).fit(months[:120])
    assert_index_equal(forecaster.forecast(3, months[60:62]).index, months.index[62:65])


def test_several_series_come_back_as_one_table():
    index = pd.MultiIndex.from_product([["p", "q"], DAYS], names=["patient", "day"])
    table = pd.DataFrame(np.vstack([WAVES, WAVES[::-1]]), index, columns=["sine", "cosine"])
    known = table[table.index.get_level_values("day") < DAYS[120]]
    series = from_multiindex(known)
    forecaster = small().fit(series)
    forecast = pd.concat([forecaster.forecast(10, context=x) for x in series])
    assert_index_equal(forecast.index, table.index[table.index.get_level_values("day") >= DAYS[120]])
    with pytest.raises(ValueError, match="'context' must say which series to continue"):
        forecaster.forecast(10)


def test_one_step_predictions_keep_the_index_of_their_rows():
    forecaster = small(period=7).fit(FRAME[:120])
    predicted = forecaster.predict_one_step(FRAME)
    plain = small(period=7).fit(WAVES[:120])
    expected = plain.predict_one_step(WAVES)
    assert_frame_equal(predicted, pd.DataFrame(expected, DAYS[-len(expected) :], columns=["sine", "cosine"]))
    assert [list(x) for x in forecaster.predict_one_step([FRAME, FRAME[:50]])] == [["sine", "cosine"]] * 2
    assert forecaster.score(FRAME) == plain.score(WAVES)


@pytest.mark.parametrize("horizon", [None, 5])
def test_exogenous_rows_must_follow(horizon):
    calendar = pd.DataFrame({"week": STEPS % 7}, DAYS)
    forecaster = small(horizon=horizon).fit(FRAME[:120], exogenous=calendar[:120])
    forecast = forecaster.forecast(5, exogenous=calendar[120:125])
    assert_index_equal(forecast.index, DAYS[120:125])
    assert_frame_equal(forecast, forecaster.forecast(5, exogenous=calendar["week"][120:125]))
    assert_frame_equal(forecast, forecaster.forecast(5, exogenous=calendar[120:125].to_numpy()))
    unlabelled = calendar[120:125].reset_index(drop=True)
    assert_frame_equal(forecast, forecaster.forecast(5, exogenous=unlabelled))
    for wrong in (calendar[119:124], calendar[:5], unlabelled.set_axis(range(1, 6))):
        with pytest.raises(ValueError, match="'exogenous' must have the index of the rows that follow 'X'"):
            forecaster.forecast(5, exogenous=wrong)
    with pytest.raises(ValueError, match="'exogenous' must have the index of the rows that follow 'context'"):
        forecaster.forecast(5, FRAME[:60], context_exogenous=calendar[:60], exogenous=calendar[120:125])
    with pytest.raises(ValueError, match="'context_exogenous' must have the index of its series"):
        forecaster.forecast(5, FRAME[:60], context_exogenous=calendar[1:61], exogenous=calendar[60:65])
    for method in (forecaster.fit, forecaster.predict_one_step, forecaster.score):
        with pytest.raises(ValueError, match="'exogenous' must have the index of its series"):
            method(FRAME[:120], exogenous=calendar[1:121])


def test_an_irregular_index_is_warned_of_where_it_would_go_on():
    gaps = FRAME.drop(FRAME.index[50])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecaster = small().fit(gaps)
        forecaster.predict_one_step(gaps)
    with pytest.warns(UserWarning, match="index of 'X' has no regular step") as seen:
        assert_index_equal(forecaster.forecast(3).index, pd.RangeIndex(3))
    assert seen[0].filename == __file__


def test_what_is_kept_of_the_index_does_not_grow_with_it():
    def size(n_rows):
        index = pd.DatetimeIndex(pd.date_range("2024", periods=n_rows, freq="h").to_numpy())
        rows = np.resize(WAVES, (n_rows, 2))  # themselves kept for intervals
        return len(pickle.dumps(small().fit(pd.DataFrame(rows, index)))) - len(pickle.dumps(small().fit(rows)))

    assert abs(size(4000) - size(400)) < 100

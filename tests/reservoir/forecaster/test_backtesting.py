import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import FunctionTransformer
from waves import KNOWN, WAVES, small

from readouts import RidgeReadout
from reservoir import LTCLiquid
from reservoir.forecaster import Forecaster
from reservoir.forecaster.backtest_result import seasonal_naive

SETTINGS = {
    "loop": {},
    "direct": {"horizon": 6},
    "loop, differences": {"difference": 2},
    "direct, seasons": {"horizon": 6, "period": (5, 12)},
    "loop, seasons": {"period": (5, 4)},
    "loop, transformed": {"transformer": FunctionTransformer(np.sinh, np.arcsinh), "difference": 1},
    "direct, single precision": {"horizon": 4, "reservoir": small(dtype="float32")},
    "loop, other readout": {"readout": KNeighborsRegressor(3)},
    "loop, compiled liquid": {"reservoir": small(LTCLiquid), "readout": RidgeReadout(1e-2)},
}


def build(**settings):
    return Forecaster(**({"reservoir": small(), "readout": RidgeReadout(1e-3), "range_factor": None} | settings))


@pytest.mark.filterwarnings("ignore:'X' has more|The readout")
@pytest.mark.parametrize("known", [False, True], ids=["alone", "exogenous"])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_forecasts_are_those_of_every_context(settings, known):
    columns = {"exogenous": KNOWN} if known else {}
    model = build(**settings).fit(WAVES[:300], exogenous=KNOWN[:300] if known else None)
    result = model.backtest(WAVES[:400], 4, 7, exogenous=KNOWN[:400] if known else None)
    ahead = model.horizon_ if model.horizon_ and known else 4
    assert_array_equal(result.origins, np.arange(300, 400 - ahead + 1, 7))
    for number, origin in enumerate(result.origins):
        known_rows = {}
        if columns:
            rows = model.horizon_ or 4
            known_rows = {"exogenous": KNOWN[origin : origin + rows], "context_exogenous": KNOWN[:origin]}
        expected = model.forecast(4, WAVES[:origin], **known_rows)
        rounding = 1e-12 if model._dtype == np.float64 else 1e-6
        assert_allclose(result.forecasts[number], expected, rtol=1e-12, atol=rounding)
        assert_array_equal(result.truth[number], WAVES[origin : origin + 4].astype(model._dtype))
    period = max(model.periods_, default=1)
    assert_allclose(result.naive, seasonal_naive(WAVES, result.origins, 4, period), rtol=1e-6)


@pytest.mark.parametrize("settings", [{}, {"horizon": 3}], ids=["loop", "direct"])
def test_refits_see_the_rows_before_their_origins(settings):
    model = build(**settings).fit(WAVES[:200], exogenous=KNOWN[:200])
    result = model.backtest(WAVES[:260], 3, 10, exogenous=KNOWN[:260], refit=2)
    assert_array_equal(result.origins, [200, 210, 220, 230, 240, 250])
    for number, origin in enumerate(result.origins):
        fitted_to = origin - 10 * (number % 2)
        again = clone(model).fit(WAVES[:fitted_to], exogenous=KNOWN[:fitted_to])
        known = {"exogenous": KNOWN[origin : origin + 3], "context_exogenous": KNOWN[:origin]}
        assert_allclose(result.forecasts[number], again.forecast(3, WAVES[:origin], **known), atol=1e-10)


def test_refits_are_those_of_the_parameters_that_fit_found():
    model = build(horizon=3, period=4).fit(WAVES[:200])
    expected = model.backtest(WAVES[:260], 3, 20, refit=1)
    model.set_params(horizon=2, period=7, passthrough=False, reservoir=small(n_units=5))
    assert_array_equal(model.backtest(WAVES[:260], 3, 20, refit=1).forecasts, expected.forecasts)


@pytest.mark.filterwarnings("ignore:'readout' has 22 features:UserWarning")
@pytest.mark.parametrize("settings", [{"washout": 20}, {"washout": 20, "horizon": 3}, {"difference": 1}], ids=str)
def test_the_first_fit_has_rows_enough(settings):
    model = build(**settings).fit(WAVES[:200])
    rows = WAVES[1:200]  # of another series than that of fit
    first = int(model.backtest(rows, 3, 50, refit=1).origins[0])
    clone(model).fit(rows[:first])
    if "washout" in settings:
        with pytest.raises(ValueError, match=f"'start' must be at least {first}, .* those that 'refit' fits"):
            model.backtest(rows, 3, 50, start=first - 1, refit=1)
        with pytest.raises(ValueError, match="'washout'"):
            clone(model).fit(rows[: first - 1])


def test_the_first_origin():
    model = build(washout=20, difference=2).fit(WAVES[:200])
    assert model.backtest(WAVES, 5).origins[0] == 200  # X begins with the training series and goes on
    assert model.backtest(WAVES[1:], 5).origins[0] == 22
    assert_array_equal(model.backtest(WAVES, 5, 3, start=400).origins, [400, 403, 406, 409, 412, 415])
    assert build(washout=20).fit([WAVES[:200], WAVES[100:]]).backtest(WAVES[1:], 5).origins[0] == 20


@pytest.mark.parametrize("settings", [{}, {"horizon": 5}], ids=["loop", "direct"])
def test_forecasts_of_rows_that_were_fitted_to_warn(settings):
    model = build(washout=20, **settings).fit(WAVES[:200])
    with pytest.warns(UserWarning, match="'X' has 200 rows that were given to fit, and 17. of 17. .* 'refit'"):
        assert model.backtest(WAVES[:200], 5).origins[0] == 20 + model.preparation_.n_lost
    with pytest.warns(UserWarning, match="'X' has 100 rows that were given to fit, and 3 of 3 "):
        model.backtest(WAVES[:100], 5, 10, start=70)
    with pytest.warns(UserWarning, match="'X' has 200 rows that were given to fit, and 2 of 5 "):
        model.backtest(WAVES[:230], 5, 10, start=185)
    with pytest.warns(UserWarning, match="and 4 of 8 "):
        build(washout=20).fit([WAVES[100:], WAVES[:200]]).backtest(WAVES, 5, 50, start=20)
    model.backtest(WAVES, 5, start=200)  # the suite makes an error of any warning
    model.backtest(WAVES[1:], 5)
    model.backtest(WAVES[:200], 5, 100, start=50, refit=1)


def test_a_stride_beyond_all_integers_leaves_the_first_origin():
    result = build().fit(WAVES[:300]).backtest(WAVES, 3, 2**63, start=310)
    assert_array_equal(result.origins, [310])


def test_frames_have_names():
    frame = pd.DataFrame(WAVES, columns=["sine", "cosine"])
    model = build(horizon=3).fit(frame[:200])
    result = model.backtest(frame[:230], 3, 10, refit=1)
    assert result.feature_names == ["sine", "cosine"]
    expected = build(horizon=3).fit(WAVES[:200]).backtest(WAVES[:230], 3, 10, refit=1)
    assert_array_equal(result.forecasts, expected.forecasts)


def test_refits_take_rows_by_position_where_an_index_holds_decimal_numbers():
    index = np.arange(230) / 2  # of seconds: pandas 2 takes X[:200] for the rows up to second 200
    frame, beside = pd.DataFrame(WAVES[:230], index), pd.Series(KNOWN[:230, 0], index)
    model = build(horizon=3).fit(frame.iloc[:200], exogenous=beside.iloc[:200])
    result = model.backtest(frame, 3, 10, exogenous=beside, refit=1)
    model.fit(WAVES[:200], exogenous=KNOWN[:200])
    expected = model.backtest(WAVES[:230], 3, 10, exogenous=KNOWN[:230], refit=1)
    assert_array_equal(result.forecasts, expected.forecasts)


def test_progress_is_printed(capsys):
    model = build().fit(WAVES[:200])
    model.backtest(WAVES[:260], 3, 10, verbose=True)
    assert capsys.readouterr().out.splitlines()[-1] == "[Forecaster] 6 of 6 origins"
    model.backtest(WAVES[:260], 3, 10, refit=4, verbose=True)
    assert capsys.readouterr().out.splitlines() == ["[Forecaster] 4 of 6 origins", "[Forecaster] 6 of 6 origins"]
    model.backtest(WAVES[:260], 3, 10)
    assert not capsys.readouterr().out
    loud = build(verbose=True).fit(WAVES[:200])
    capsys.readouterr()
    loud.backtest(WAVES[:260], 3, 10, refit=4)  # its fits are silent
    assert capsys.readouterr().out.splitlines() == ["[Forecaster] 4 of 6 origins", "[Forecaster] 6 of 6 origins"]
    loud.backtest(WAVES[:260], 3, 10, verbose=False)
    assert not capsys.readouterr().out


def test_what_leaves_the_training_range_warns_once():
    model = Forecaster(small(), RidgeReadout(1e-3)).fit(WAVES[:200])
    with pytest.warns(UserWarning, match="training data's range") as caught:
        model.backtest(50 * WAVES, 3, 10)
    assert len(caught) == 1


def test_leaving_the_range_is_seen_in_a_column_of_any_unit():
    waves = WAVES * [1e6, 1.0]
    model = Forecaster(small(), RidgeReadout(1e-3)).fit(waves[:200])
    waves[300:310, 1] *= 5
    waves[350:370, 0] *= 2.5  # the farthest from the middle in numbers, but not in widths of the range
    with pytest.warns(UserWarning, match="The forecast of 1 .* training data's range"):
        model.backtest(waves, 3)


def test_wrong_calls_are_refused_and_change_nothing():
    model = build(horizon=3, washout=20).fit(WAVES[:200])
    for wrong, message in [
        ({"horizon": 4}, "'horizon' must be at most that of fit, 3; got 4"),
        ({"horizon": 0}, "'horizon'"),
        ({"stride": 0}, "'stride'"),
        ({"start": 5}, "'start' must be at least 21"),
        ({"start": 419}, "'X' must have at least 422 rows, 419 before the first origin and 3 after"),
        ({"refit": 0}, "'refit'"),
        ({"verbose": "yes"}, "'verbose'"),
        ({"X": [WAVES, WAVES]}, "'X' must be one 2-D series; got several"),
        ({"X": WAVES[:10]}, "'X' must have at least 24 rows"),
        ({"exogenous": KNOWN}, "'exogenous' must be None"),
    ]:
        with pytest.raises((ValueError, TypeError), match=message):
            model.backtest(**({"X": WAVES, "horizon": 3} | wrong))

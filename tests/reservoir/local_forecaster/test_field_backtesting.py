import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster, LTCLiquid
from reservoir.local_forecaster import field_backtesting

FIELD = 3 + np.random.RandomState(0).standard_normal((150, 16))


def model(reservoir=None, readout=None, **parameters):
    settings = {"patch": 4, "halo": 1, "washout": 20, "range_factor": None} | parameters
    reservoir = EchoStateReservoir(20, random_state=0) if reservoir is None else reservoir
    return LocalForecaster(reservoir, RidgeReadout(1.0) if readout is None else readout, **settings)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("parameters", [{}, {"target": "increment", "squares": True}, {"transformer": None}])
def test_forecasts_are_those_of_the_rows_before_each_origin(shared, periodic, parameters):
    fitted = model(shared=shared, periodic=periodic, **parameters).fit(FIELD[:100])
    result = fitted.backtest(FIELD, 7, 6)
    assert result.origins.tolist() == list(range(100, 144, 6))
    for origin, forecast, truth, naive in zip(
        result.origins, result.forecasts, result.truth, result.naive, strict=True
    ):
        assert_array_equal(forecast, fitted.forecast(7, FIELD[:origin]))
        assert_array_equal(truth, FIELD[origin : origin + 7])
        assert_array_equal(naive, np.tile(FIELD[origin - 1], (7, 1)))
    assert result.feature_names == [str(point) for point in range(16)]
    assert_array_equal(result.forecasts[0], fitted.forecast(7))


@pytest.mark.parametrize("shared", [True, False])
def test_fields_of_two_dimensions_in_single_precision_and_states_of_few_origins_at_a_time(monkeypatch, shared):
    maps = FIELD.reshape(150, 2, 4, 2).astype(np.float32)
    reservoir = EchoStateReservoir(20, dtype=np.float32, random_state=0)
    fitted = model(reservoir, patch=2, halo=(0, 1), variables=True, shared=shared).fit([maps[:60], maps[60:]])
    whole = fitted.backtest(maps[30:], 3, 9)
    assert whole.origins[0] == 21
    assert whole.feature_names[:3] == ["0, 0, 0", "0, 0, 1", "0, 1, 0"]
    for origin, forecast in zip(whole.origins, whole.forecasts, strict=True):
        assert_array_equal(forecast, fitted.forecast(3, maps[30 : 30 + origin]).reshape(3, 16))
    monkeypatch.setattr(field_backtesting, "MOST_STATES", 100)  # two origins of two patches
    assert_array_equal(fitted.backtest(maps[30:], 3, 9).forecasts, whole.forecasts)


def test_the_first_origin_may_be_a_field_of_one_row():
    fitted = model(LTCLiquid(10, random_state=0), washout=0, shared=False).fit(FIELD)
    result = fitted.backtest(FIELD[:4] + 1, 2, start=1)
    assert_array_equal(result.forecasts[0], fitted.forecast(2, FIELD[:1] + 1))


def test_refitted_forecasts_are_those_of_clones_fitted_by_hand():
    fitted = model().fit(FIELD[:90])
    fitted.set_params(washout=5)  # which the next fit alone obeys
    result = fitted.backtest(FIELD, 4, 10, start=110, refit=2)
    for start, origins in ((110, (110, 120)), (130, (130, 140))):
        by_hand = model().fit(FIELD[:start])
        for origin in origins:
            forecast = result.forecasts[list(result.origins).index(origin)]
            assert_array_equal(forecast, by_hand.forecast(4, FIELD[:origin]))
    with pytest.warns(UserWarning, match="features and only 4 rows to be fitted to"):
        assert_array_equal(model().fit(FIELD[:90]).backtest(FIELD[:40], 4, 30, refit=1).origins, [22])


def test_rows_that_were_fitted_to_are_known_again():
    fitted = model().fit(FIELD[:100])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fitted.backtest(FIELD, 5, 20).origins[0] == 100
        assert fitted.backtest(FIELD[1:], 5, 20).origins[0] == 21
    with pytest.warns(UserWarning, match="'X' has 80 rows that were given to fit, and 3 of 3"):
        assert fitted.backtest(FIELD[:80], 5, 20).origins[0] == 21
    with pytest.warns(UserWarning, match="100 rows that were given to fit, and 1 of 2"):
        fitted.backtest(FIELD, 5, 50, start=90)
    changed = FIELD.copy()
    changed[99] += 1
    assert fitted.backtest(changed, 5, 50).origins[0] == 21
    assert fitted.fit([FIELD[:50], FIELD[50:]]).backtest(FIELD, 5, 99, start=60).origins[0] == 60


def test_a_backtest_warns_of_the_farthest_forecast_once():
    fitted = model(readout=RidgeReadout(1.0), range_factor=0.0).fit(FIELD[:100] * 0 + np.arange(100)[:, None] % 7)
    with pytest.warns(UserWarning, match="The forecast of the field at step") as caught:
        fitted.backtest(FIELD * 9, 5, 30)
    assert len(caught) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": [FIELD, FIELD]}, "'X' must be one field; got a list of several"),
        ({"start": 20}, "'start' must be at least 21, the rows in which states forget their start, and one more"),
        ({"start": 21, "refit": 1}, "'start' must be at least 22, the rows that 'refit' fits a first time to"),
        ({"start": 146}, "'X' must have at least 151 rows, 146 before the first origin and 5 after it; got 150"),
        ({"horizon": 0}, "'horizon' must be an integer of at least 1"),
        ({"stride": 0}, "'stride' must be an integer of at least 1"),
        ({"X": np.where(FIELD[140, 3] == FIELD, np.nan, FIELD)}, "'X' must be finite everywhere; got NaN at step 140"),
        ({"X": FIELD[:, :8]}, "'X' must have the grid of fit"),
    ],
)
def test_refusals_name_the_argument(arguments, message):
    fitted = model().fit(FIELD[:100])
    with pytest.raises(ValueError, match=message):
        fitted.backtest(**{"X": FIELD, "horizon": 5} | arguments)


def test_progress_is_told_by_the_origins(capsys):
    fitted = model().fit(FIELD[:100])
    fitted.backtest(FIELD, 5, 20, verbose=True)
    assert "origins" in capsys.readouterr().out
    fitted.backtest(FIELD, 5, 20)
    assert capsys.readouterr().out == ""

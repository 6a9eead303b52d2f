import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from waves import KNOWN, WAVES, forecaster, small

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster, LTCLiquid
from reservoir.forecaster.seasonal_loop import beside_last_season, last_rows
from reservoir.series.lazy_series import lazily

LAZY = lazily(WAVES, np.dtype(float))


@pytest.mark.parametrize("rows", [slice(None), slice(0, 3), slice(2, 9), slice(7, 8), slice(100, 130)], ids=str)
def test_rows_stand_beside_those_of_every_season_before(rows):
    lagged = [np.vstack([np.zeros((lag, 2)), WAVES[:-lag]]) for lag in (4, 9)]
    assert_array_equal(beside_last_season(KNOWN, LAZY, (4, 9))[rows], np.hstack([KNOWN, *lagged])[rows])


def test_a_season_longer_than_the_series_is_nothing():
    assert_array_equal(beside_last_season(KNOWN[:5], WAVES[:5], (9,))[:], np.hstack([KNOWN[:5], np.zeros((5, 2))]))
    assert beside_last_season(KNOWN, WAVES, ()) is KNOWN


def test_last_rows():
    rows = np.arange(1.0, 6)[:, None]
    assert last_rows(rows, 3, 4).ravel().tolist() == [2, 3, 4]
    assert last_rows(rows, 2, 7).ravel().tolist() == [0, 0]
    assert last_rows(rows, 3, 7).ravel().tolist() == [0, 0, 1]


def by_hand(fitted, n_steps, known):
    """The loop on seasonal differences by public calls alone, one row after the other."""
    reservoir, state, periods = fitted.reservoir_, None, fitted.periods_
    rows = list(fitted.preparation_.prepare(WAVES[:400])[:])
    past = fitted.preparation_.n_lost

    def before(row, lag):
        return rows[row - lag] if row >= lag else np.zeros(2)

    def drive(row, state):
        inputs = np.hstack([rows[row - 1], known[past + row], *[before(row, lag) for lag in periods]])[None]
        states, state = reservoir.run(inputs, state)
        return np.hstack([states, inputs]), state

    for row in range(1, len(rows)):
        _, state = drive(row, state)
    for _ in range(n_steps):
        features, state = drive(len(rows), state)
        rows.append(fitted.readout_.predict(features)[0])
    return rows[-n_steps:]


def differenced_known(lags):
    """The exogenous column less itself, a season before, in the place of its rows."""
    rows = KNOWN
    for lag in lags:
        rows = naive.difference(rows, lag)
    return np.vstack([np.zeros((sum(lags), 1)), rows])


@pytest.mark.parametrize("cls", [None, LTCLiquid])
@pytest.mark.parametrize("period", [3, (3, 8)])
def test_the_loop_equals_the_loop_by_hand(period, cls):
    reservoir = None if cls is None else small(cls)
    fitted = forecaster(reservoir, RidgeReadout(1e-2), period=period).fit(WAVES[:400], exogenous=KNOWN[:400])
    ahead = np.array(by_hand(fitted, 11, differenced_known(fitted.periods_)))
    expected = fitted.preparation_.restore(WAVES[:400], ahead)
    assert_allclose(fitted.forecast(11, exogenous=KNOWN[400:411]), expected, rtol=1e-9, atol=1e-9)
    assert_array_equal(fitted.forecast(4, exogenous=KNOWN[400:404]), fitted.forecast(11, exogenous=KNOWN[400:411])[:4])


def test_the_loop_of_a_default_readout_runs_in_single_precision():
    single = Forecaster(EchoStateReservoir(20, dtype="float32", random_state=0), period=3, washout=20).fit(WAVES)
    double = Forecaster(EchoStateReservoir(20, random_state=0), single.readout_, period=3, washout=20).fit(WAVES)
    forecast = single.forecast(5)
    assert forecast.dtype == np.float32
    assert_allclose(forecast, double.forecast(5), rtol=0, atol=1e-2)

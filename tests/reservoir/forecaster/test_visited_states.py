"""States of series for conceptors, and loops that start from a state."""

import numpy as np
import pandas as pd
import pytest

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster

WAVE = np.sin(0.3 * np.arange(300))[:, None]


def fitted(X=WAVE, **parameters):
    reservoir = EchoStateReservoir(12, random_state=0)
    return Forecaster(reservoir, RidgeReadout(alpha=1e-6), **{"washout": 40} | parameters).fit(X)


def test_states_are_those_that_the_readout_was_fitted_to():
    forecaster = fitted(transformer=None)
    expected = forecaster.reservoir_.transform(WAVE)[40:-1]
    np.testing.assert_array_equal(forecaster.states_of(WAVE), expected)
    np.testing.assert_array_equal(forecaster.states_of(WAVE[:, 0]), expected)
    several = forecaster.states_of([WAVE, WAVE[:100]])
    np.testing.assert_array_equal(several[0], expected)
    assert several[1].shape == (59, 12)
    assert forecaster.states_of(np.stack([WAVE, WAVE])).shape == (2, 259, 12)


def test_series_are_prepared():
    forecaster = fitted(X=5 + 3 * WAVE)
    scaled = (WAVE - WAVE.mean()) / WAVE.std()
    expected = forecaster.reservoir_.transform(scaled)[40:-1]
    np.testing.assert_allclose(forecaster.states_of(5 + 3 * WAVE), expected, atol=1e-12)
    assert fitted(difference=1).states_of(WAVE).shape == (258, 12)


def test_short_series_are_refused():
    with pytest.raises(ValueError, match="'X' must hold series of at least 42 rows.*got one of 41"):
        fitted().states_of([WAVE, WAVE[:41]])
    assert fitted().states_of(WAVE[:42]).shape == (1, 12)


def test_a_loop_starts_from_a_state():
    """From the state after a series, it goes on as from the series itself, one step later."""
    forecaster = fitted(transformer=None, passthrough=False)
    expected = forecaster.forecast(20)
    _, state = forecaster.reservoir_.run(WAVE)
    found = forecaster.forecast(19, initial_state=state)
    np.testing.assert_allclose(found, expected[1:], atol=1e-12)


def test_the_first_input_of_a_passthrough_is_zero():
    forecaster = fitted(transformer=None, range_factor=None)
    state = forecaster.reservoir_.rest()
    first = forecaster.readout_.predict(np.zeros((1, 13)))
    inputs, rows = first.reshape(1, 1), []
    for _ in range(5):
        states, state = forecaster.reservoir_.run(inputs, state)
        inputs = forecaster.readout_.predict(np.hstack([states, inputs])).reshape(1, 1)
        rows.append(inputs[0])
    np.testing.assert_allclose(forecaster.forecast(5, initial_state=np.zeros(12)), rows, atol=1e-12)


def test_rows_that_continue_no_series_are_numbered_from_zero():
    frame = pd.DataFrame({"wave": WAVE[:, 0]}, pd.date_range("2026-01-01", periods=300))
    forecaster = fitted(X=frame, passthrough=False, range_factor=None)
    rows = forecaster.forecast(3, initial_state=np.zeros(12))
    assert list(rows) == ["wave"] and rows.index.tolist() == [0, 1, 2]
    assert forecaster.forecast(3).index[0] == pd.Timestamp("2026-10-28")


def test_what_is_refused():
    state = np.zeros(12)
    with pytest.raises(ValueError, match="'initial_state' must be None where 'context' is given"):
        fitted().forecast(3, WAVE, initial_state=state)
    with pytest.raises(ValueError, match="'initial_state' must be None where 'horizon' is given"):
        fitted(horizon=3).forecast(3, initial_state=state)
    with pytest.raises(ValueError, match="'initial_state' must be None where 'period' is given"):
        fitted(period=12, difference=0).forecast(3, initial_state=state)
    with pytest.raises(ValueError, match="'initial_state' must be None where rows are differences"):
        fitted(difference=1).forecast(3, initial_state=state)
    with pytest.raises(ValueError, match="'initial_state' must be None where 'expert' is given"):
        fitted(expert=lambda rows: 0.9 * rows).forecast(3, initial_state=state)
    for wrong in (np.zeros(5), np.full(12, np.nan), "rest"):
        with pytest.raises(ValueError, match="'initial_state' must"):
            fitted().forecast(3, initial_state=wrong)

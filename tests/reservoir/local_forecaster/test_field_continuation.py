import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster

FIELD = 3 + np.random.RandomState(0).standard_normal((150, 16))


def model(readout=None, **parameters):
    settings = {"patch": 4, "halo": 1, "washout": 20} | parameters
    return LocalForecaster(EchoStateReservoir(20, random_state=0), readout, **settings)


def test_the_default_penalty_is_raised_until_a_loop_stays_near_the_data():
    # A wave without noise, which tells nothing of what leads back to it.
    steps, points = np.arange(240)[:, None], np.arange(16)
    waves = np.sin(2 * np.pi * points / 16 - 0.2 * steps) + 0.5 * np.cos(4 * np.pi * points / 16 + 0.33 * steps)
    least = min(model(range_factor=None).fit(waves).readouts_[0].alphas)
    fitted = model().fit(waves)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecast = fitted.forecast(100)
    assert np.abs(forecast).max() < 4.5
    assert fitted.readouts_[0].alpha_ >= least


def test_a_forecast_that_leaves_the_range_is_told_by_its_variable():
    field = np.stack([FIELD, 1.02 ** np.arange(150)[:, None] + 0 * FIELD], axis=2)
    fitted = model(RidgeReadout(1e-9), variables=True, range_factor=0.5, target="increment").fit(field)
    with pytest.warns(UserWarning, match="The forecast of variable 1 at step"):
        fitted.forecast(60)
    fitted = model(RidgeReadout(1e-9), variables=True, range_factor=None, target="increment").fit(field)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted.forecast(60)


def test_predictions_and_scores_of_fields_are_those_of_each():
    fitted = model(RidgeReadout(1.0)).fit([FIELD, FIELD[::-1]])
    together = fitted.predict_one_step([FIELD, FIELD[:40]])
    assert_array_equal(together[0], fitted.predict_one_step(FIELD))
    assert_array_equal(together[1], together[0][:39])
    truth, guess = FIELD[21:], together[0][20:]
    expected = np.mean(1 - ((truth - guess) ** 2).sum(axis=0) / ((truth - truth.mean(axis=0)) ** 2).sum(axis=0))
    assert abs(fitted.score(FIELD) - expected) < 1e-12


def test_a_field_that_was_read_is_not_changed():
    field = FIELD.copy()
    fitted = model(RidgeReadout(1.0), transformer=None).fit(field)
    fitted.forecast(5, field), fitted.forecast(5), fitted.predict_one_step(field)
    assert_array_equal(field, FIELD)
    first, states = fitted.forecast(5), [state.copy() for state in fitted.states_]
    assert_array_equal(fitted.forecast(5), first)
    assert_array_equal(fitted.states_, states)

import numpy as np
import pytest
from bare_readout import BareReadout
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import MultiTaskLasso, Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.svm import SVR
from waves import WAVES, forecaster, small

from readouts import RidgeReadout
from reservoir.checks.progress import Progress
from reservoir.forecaster import training
from reservoir.forecaster.exogenous import lay_beside
from reservoir.forecaster.next_rows import NextRows


def test_pieces_lead_to_what_the_whole_leads_to(monkeypatch):
    whole = forecaster(horizon=2, target="increment").fit(WAVES)
    monkeypatch.setattr(training, "ROWS_AT_ONCE", 37)
    monkeypatch.setattr("reservoir.forecaster.predicted_rows.ROWS_AT_ONCE", 37)
    monkeypatch.setattr("reservoir.forecaster.forecast_start.ROWS_AT_ONCE", 37)
    pieces = clone(whole).fit(WAVES)
    assert_array_equal(whole.readout_.coef_, pieces.readout_.coef_)
    assert_array_equal(whole.state_, pieces.state_)
    assert_array_equal(whole.predict_one_step(WAVES), pieces.predict_one_step(WAVES))
    monkeypatch.setattr(training, "MOST_HELD", 0)
    streamed = clone(whole).fit(WAVES)
    assert_allclose(streamed.readout_.coef_, whole.readout_.coef_, rtol=1e-5, atol=1e-7)


def test_long_series_are_solved_as_exactly_in_chunks(monkeypatch):
    held = forecaster(readout=RidgeReadout(1e-12)).fit(WAVES)
    chosen = forecaster(readout=RidgeReadout(alphas=[1e-6, 1.0])).fit(WAVES)
    monkeypatch.setattr(training, "MOST_HELD", 0)
    chunked = forecaster(readout=RidgeReadout(1e-12)).fit(WAVES)
    np.testing.assert_allclose(chunked.predict_one_step(WAVES), held.predict_one_step(WAVES), rtol=0, atol=1e-9)
    assert chunked.readout.solver == "auto"
    again = clone(chosen).fit(WAVES)  # leaving out row by row needs all of them
    assert again.readout_.alpha_ == chosen.readout_.alpha_


def test_what_overflows_is_named_where_it_came_in():
    huge = 1e300 * WAVES
    with pytest.raises(ValueError, match="This is the readout, .* made of 'X' and 'exogenous'"):
        forecaster().fit(WAVES, exogenous=huge)


def test_readouts_of_a_single_target_are_refused_with_a_mend():
    with pytest.raises(ValueError, match="1d array.* This is the readout, .* by .*MultiOutputRegressor"):
        forecaster(readout=SVR(), horizon=3).fit(WAVES[:, :1])
    assert forecaster(readout=MultiOutputRegressor(SVR()), horizon=3).fit(WAVES[:, :1]).forecast(3).shape == (3, 1)


def test_words_of_a_readout_end_before_those_of_the_library():
    with pytest.raises(ValueError, match=r"use ElasticNet\. This is the readout, "):
        forecaster(readout=MultiTaskLasso()).fit(WAVES[:, :1])


@pytest.mark.parametrize("horizon", [None, 3])
def test_a_readout_may_return_nothing_of_fit_and_lists_of_predictions(horizon):
    bare, ridge = (
        forecaster(readout=readout, horizon=horizon).fit(WAVES).forecast(3, interval=0.8)
        for readout in (BareReadout(), Ridge(1e-3))
    )
    for one, other in zip(bare, ridge, strict=True):
        assert_allclose(one, other, rtol=1e-9)


@pytest.mark.parametrize("most_held", [0, training.MOST_HELD])
@pytest.mark.parametrize("passthrough", [True, False])
def test_the_readout_is_fitted_to_the_rows_after_the_washout(passthrough, most_held, monkeypatch):
    monkeypatch.setattr(training, "MOST_HELD", most_held)
    monkeypatch.setattr(training, "ROWS_AT_ONCE", 64)
    reservoir, series = small().fit(WAVES), [WAVES[:200], WAVES[200:]]
    inputs = [lay_beside(x, np.empty((len(x), 0))) for x in series]
    readout, task = RidgeReadout(1e-3), NextRows(20, 2, 3, passthrough, False)
    training.fit_readout(
        readout, reservoir, task, series, inputs, [None, None], 70, None, Progress("Forecaster", False)
    )
    features, targets = [], []
    for x in series:
        for t in range(70, len(x) - 3):
            state = reservoir.transform(x[: t + 1])[-1]
            features.append(np.append(state, x[t]) if passthrough else state)
            targets.append(x[t + 1 : t + 4].ravel())
    expected = Ridge(1e-3, solver="svd").fit(features, targets)
    assert_allclose(readout.predict(features), expected.predict(features), atol=1e-6)

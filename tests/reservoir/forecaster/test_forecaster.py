import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from waves import KNOWN, WAVES, forecaster, small, stepwise

from readouts import RidgeReadout
from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, LTCLiquid
from reservoir.datasets import make_lorenz
from reservoir.forecaster import Forecaster
from reservoir.kernels.closed_loop import SquaringReadout


def test_a_linear_recursion_is_continued_exactly():
    # u(t+1) = 2 cos(w) u(t) - u(t-1): a linear unit that keeps only the last input makes the readout exact.
    wave = np.sin(0.3 * np.arange(300))[:, None]
    delay = EchoStateReservoir(
        recurrent_weights=[[0.0, 0.0], [1.0, 0.0]],
        input_weights=[[1.0], [0.0]],
        bias=0.0,
        leak_rate=1.0,
        activation="identity",
    )
    fitted = Forecaster(delay, RidgeReadout(0), washout=5, passthrough=False).fit(wave[:200])
    assert_allclose(fitted.readout_.coef_, [2 * np.cos(0.3), -1], atol=1e-10)
    assert_allclose(fitted.forecast(100), wave[200:], atol=1e-9)
    assert_allclose(fitted.predict_one_step(wave)[5:], wave[6:], atol=1e-10)
    assert fitted.score(wave) == pytest.approx(1)


def test_one_dimension_is_one_series_of_a_single_feature():
    wave = WAVES[:, 0]
    expected = forecaster().fit(wave[:, None])
    for X in (wave, wave.tolist(), pd.Series(wave, name="level")):
        fitted = forecaster().fit(X)
        assert_array_equal(fitted.forecast(20), expected.forecast(20))
        assert_array_equal(fitted.forecast(20, X[100:300]), expected.forecast(20, wave[100:300, None]))
        assert fitted.score(X) == expected.score(wave[:, None])
    several = forecaster().fit([wave, wave[::-1]])
    expected = forecaster().fit([wave[:, None], wave[::-1, None]])
    assert_array_equal(several.forecast(20, wave), expected.forecast(20, wave[:, None]))


def test_context_continues_another_series():
    fitted = forecaster().fit(WAVES[:300])
    assert_array_equal(fitted.forecast(20), fitted.forecast(20, WAVES[:300]))
    assert_allclose(fitted.forecast(20, WAVES[100:400]), WAVES[400:], atol=0.02)


def test_horizon_predicts_every_row_directly():
    fitted = forecaster(horizon=7).fit(WAVES[:400])
    one = forecaster(readout=LinearRegression()).fit(WAVES[:400]).reservoir_
    states = one.transform(WAVES[:400])
    features, targets = np.hstack([states, WAVES[:400]]), WAVES[5:400]  # row t is to predict row t + 5
    fifth = RidgeReadout(1e-4).fit(features[50:393], targets[50:393])
    forecast = fitted.forecast(7)
    assert_allclose(forecast[4], fifth.predict(features[399:])[0], rtol=1e-7)
    assert_array_equal(fitted.forecast(3), forecast[:3])
    assert_allclose(forecast, WAVES[400:407], atol=0.02)
    assert fitted.predict_one_step(WAVES).shape == (419, 2)
    with pytest.raises(ValueError, match="'n_steps' must be at most horizon=7; got 8"):
        fitted.forecast(8)


def test_one_readout_is_fitted_to_several_series():
    parts = [WAVES[:150], WAVES[150:400]]
    fitted = forecaster(n_jobs=2).fit(parts)
    states = [fitted.reservoir_.run(part[:-1])[0] for part in parts]
    rows = [np.hstack([s, part[:-1]])[50:] for s, part in zip(states, parts, strict=True)]
    expected = RidgeReadout(1e-4).fit(np.vstack(rows), np.vstack([part[51:] for part in parts]))
    assert_array_equal(fitted.readout_.coef_, expected.coef_)
    with pytest.raises(ValueError, match="'context' must say which series to continue"):
        fitted.forecast(3)
    assert_allclose(fitted.forecast(20, WAVES[:400]), WAVES[400:], atol=0.02)
    assert [len(part) for part in fitted.predict_one_step(parts)] == [149, 249]
    assert fitted.predict_one_step(np.stack([WAVES[:100]] * 3)).shape == (3, 99, 2)
    assert fitted.score(parts) > 0.99
    known = [KNOWN[:150], KNOWN[150:400]]
    fitted.fit(parts, exogenous=known)
    assert fitted.score(parts, exogenous=known) > 0.99


def test_forecasting_changes_nothing():
    fitted = forecaster().fit(WAVES[:400])
    before = pickle.dumps(fitted)
    first = fitted.forecast(10)
    fitted.predict_one_step(WAVES), fitted.forecast(5, WAVES), fitted.score(WAVES)
    assert pickle.dumps(fitted) == before
    assert_array_equal(fitted.forecast(10), first)
    assert_array_equal(pickle.loads(before).forecast(10), first)
    with pytest.raises(ValueError, match="read-only"):
        fitted.state_[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        fitted.last_row_[0] = 1


def test_any_regressor_may_read_out():
    wave = WAVES[:, :1]
    fitted = forecaster(readout=RandomForestRegressor(5, random_state=0)).fit(wave[:400])
    assert_allclose(fitted.forecast(10), stepwise(fitted, 10, wave[:400]), rtol=1e-12)
    assert_allclose(forecaster(readout=Ridge(1e-6)).fit(wave[:400]).forecast(20), wave[400:], atol=0.05)


def test_defaults_forecast():
    fitted = Forecaster().fit(WAVES[:400])
    assert isinstance(fitted.readout_, RidgeReadout) and fitted.reservoir_.n_units_ == 100
    assert_allclose(fitted.forecast(20), WAVES[400:], atol=0.01)


def test_grid_search_finds_what_predicts_best():
    grid = {"reservoir__input_scaling": [1e-9, 0.3], "readout__alpha": [1e-4, 1e6]}
    series = make_lorenz(600) / 10
    search = GridSearchCV(forecaster(passthrough=False), grid, cv=TimeSeriesSplit(3)).fit(series)
    assert search.best_params_ == {"reservoir__input_scaling": 0.3, "readout__alpha": 1e-4}
    assert search.best_estimator_.forecast(5).shape == (5, 3)
    cut = [WAVES[start : start + 100] for start in range(0, 400, 50)]
    assert GridSearchCV(forecaster(), {"target": ["next", "increment"]}, cv=2).fit(cut).best_score_ > 0.99


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"reservoir": 3}, "'reservoir' must be a reservoir such as EchoStateReservoir"),
        ({"readout": 3}, "'readout' must be a regressor such as RidgeReadout"),
        ({"washout": -1}, "'washout' must be an integer of at least 0; got -1"),
        ({"washout": 419}, "'washout' must be at most the steps of each sequence less 2; got 419 with .* 420 steps"),
        ({"washout": 415, "horizon": 5}, "at most the steps of each sequence less 6; got 415"),
        ({"horizon": 0}, "'horizon' must be an integer of at least 1; got 0"),
        ({"target": "previous"}, "'target' must be one of 'next', 'increment'; got 'previous'"),
    ],
)
def test_wrong_parameters_are_refused_and_change_nothing(settings, message):
    fitted = forecaster().fit(WAVES)
    before = fitted.forecast(5)
    fitted.set_params(**settings)
    with pytest.raises(ValueError, match=message):
        fitted.fit(WAVES)
    assert_array_equal(fitted.forecast(5), before)


def test_wrong_calls_are_refused():
    fitted = forecaster().fit(WAVES)
    for call, message in [
        (lambda: fitted.forecast(0), "'n_steps' must be an integer of at least 1; got 0"),
        (lambda: fitted.forecast(5, WAVES[:49]), "at least washout=50 rows.*; got 49 rows"),
        (lambda: fitted.forecast(5, [WAVES, WAVES]), "one 2-D series .*; got several series"),
        (lambda: fitted.forecast(5, WAVES[:, :1]), "context has 1 features, but Forecaster is expecting 2"),
        (lambda: fitted.forecast(5, WAVES[:, 0]), "'context' must be 2-D"),
        (lambda: fitted.forecast(5, np.where(WAVES > 0, np.nan, 0)), "Input context contains NaN"),
        (lambda: fitted.forecast(5, exogenous=KNOWN[:5]), "'exogenous' must be None, as fit saw no such columns"),
        (lambda: fitted.forecast(5, context_exogenous=KNOWN), "'context_exogenous' needs a 'context'"),
        (lambda: fitted.predict_one_step(WAVES[:1]), "at least 2 steps"),
        (lambda: fitted.score(WAVES[:51]), "'X' must have more than 51 steps to score.*; got 51"),
        (lambda: fitted.fit(WAVES, exogenous=KNOWN[:-1]), r"shape \(420, 1\); got \(419, 1\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(ValueError, match="'exogenous' must hold the 1 column that fit saw; got None"):
        forecaster().fit(WAVES, exogenous=KNOWN).forecast(5)


def test_parameters_that_are_no_truth_values_or_classes_are_refused():
    with pytest.raises(ValueError, match="'passthrough' must be True or False; got 'no'"):
        Forecaster(passthrough="no").fit(WAVES)
    with pytest.raises(ValueError, match="'readout' must be a regressor such as"):
        Forecaster(readout=RidgeReadout).fit(WAVES)
    with pytest.raises(ValueError, match="'X' must have at least 23 steps to score; got 22"):
        Forecaster(small(), washout=20).fit(WAVES).score(WAVES[:22])


@pytest.mark.parametrize(
    "bad, message",
    [
        ({"n_jobs": "abc"}, "'n_jobs' must be None or an integer"),
        ({"passthrough": "no"}, "'passthrough' must be True or False"),
        ({"noise": 1e308}, "'noise' must leave the series finite"),
        ({"horizon": 10**400}, "horizon=1000"),
        ({"random_state": "abc"}, "'random_state' must be None"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_named(bad, message):
    with pytest.raises(ValueError, match=message):
        forecaster(**bad).fit(WAVES)


@pytest.mark.parametrize("n_steps", [2**62, 10**400])
def test_more_steps_than_memory_holds_are_refused_at_once(n_steps):
    with pytest.raises(ValueError, match="'n_steps' must be small enough"):
        forecaster().fit(WAVES).forecast(n_steps)


def test_progress_is_printed(capsys):
    model = forecaster(verbose=True).fit([WAVES[:100], WAVES[100:200]])
    assert capsys.readouterr().out.splitlines() == [
        "[Forecaster] reservoir fitted to 2 series, 200 rows in all",
        f"[Forecaster] readout fitted to {200 - 2 * (model.washout_ + 1)} rows",
    ]
    model.forecast(1500, WAVES[:90])  # a compiled loop
    assert capsys.readouterr().out == "[Forecaster] 1,500 steps forecast\n"
    model.set_params(verbose=False).forecast(3, WAVES[:90], interval=0.5)  # as it was fitted
    assert "[Forecaster] bounds from residuals out of sample" in capsys.readouterr().out
    slow = forecaster(readout=RandomForestRegressor(2, random_state=0), verbose=True).fit(WAVES[:100])
    capsys.readouterr()
    slow.forecast(20)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[Forecaster] 2 of 20 steps" and len(lines) == 11
    forecaster().fit(WAVES[:100]).forecast(20)
    assert not capsys.readouterr().out


def test_more_rows_than_are_held_are_counted(monkeypatch, capsys):
    monkeypatch.setattr("reservoir.forecaster.training.MOST_HELD", 0)
    monkeypatch.setattr("reservoir.forecaster.training.ROWS_AT_ONCE", 50)
    forecaster(readout=RidgeReadout(1e-3), washout=10, verbose=True).fit(WAVES[:211])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["[Forecaster] 200 of 200 rows", "[Forecaster] readout fitted to 200 rows"] and len(lines) > 4


@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid, LTCLiquid, CfCLiquid])
@pytest.mark.parametrize("parameters", [{}, {"target": "increment"}, {"passthrough": False}, {"difference": 1}])
def test_squares_are_features_in_fits_and_in_compiled_loops(cls, parameters):
    model = forecaster(small(cls), squares=True, **parameters).fit(WAVES[:400])
    assert isinstance(model.loop_readout_, SquaringReadout) and model.squares_
    # One step after the other, by the readout itself.
    model.range_ = 1e9 * model.range_
    rows = np.vstack([WAVES[:400], model.forecast(20)])
    assert_allclose(model.predict_one_step(rows)[-20:], rows[-20:], rtol=1e-7, atol=1e-8)


def test_dynamics_that_change_no_sign_need_squares():
    # The second column is the square of the first, which is of either sign, as are the states of odd units. It does not
    # drive them: the product of a square and a column of either sign would not change its sign either.
    wave = np.random.RandomState(0).standard_normal((400, 1))
    X = np.hstack([wave, np.vstack([[[0.0]], wave[:-1] ** 2])])
    odd = EchoStateReservoir(
        40, spectral_radius=0.0, input_scaling=[0.1, 0.0], bias_scaling=0.0, leak_rate=1.0, random_state=0
    )
    settings = {"washout": 50, "passthrough": False, "transformer": None, "range_factor": None}
    error = {}
    for squares in (True, False):
        model = Forecaster(odd, RidgeReadout(1e-8), squares=squares, **settings).fit(X[:300])
        error[squares] = np.std(model.predict_one_step(X)[300:, 1] - X[301:, 1]) / np.std(X[:, 1])
    assert error[True] < 0.1 and error[False] > 0.9

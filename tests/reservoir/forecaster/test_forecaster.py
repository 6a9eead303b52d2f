import pickle

import naive
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import lfilter
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout
from reservoir import (
    BaseReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
    StateOverflowError,
)
from reservoir.datasets import make_lorenz
from reservoir.forecaster import Forecaster
from reservoir.forecaster import training
from reservoir.kernels.closed_loop import AffineReadout
from reservoir.topology import AutoNCP

WAVES = np.column_stack([np.sin(0.2 * np.arange(420)), np.cos(0.31 * np.arange(420))])
KNOWN = np.sin(0.05 * np.arange(420) ** 1.3)[:, None]


def small(cls=EchoStateReservoir, **settings):
    return cls(**({"n_units": 20, "random_state": 0} | settings))


def forecaster(reservoir=None, readout=None, **settings):
    reservoir = small() if reservoir is None else reservoir
    return Forecaster(reservoir, RidgeReadout(1e-4) if readout is None else readout, **({"washout": 50} | settings))


def stepwise(fitted, n_steps, context, known=None, context_known=None):
    """The loop by public calls alone: run one row, predict, feed the prediction back."""
    reservoir, readout, row, state = fitted.reservoir_, fitted.readout_, context[-1], None
    rows = context if context_known is None else np.hstack([context[:-1], context_known[1:]])
    if len(context) > 1:
        _, state = reservoir.run(rows[: len(context) - 1], state)
    rows = []
    for t in range(n_steps):
        given = row if known is None else np.hstack([row, known[t]])
        inputs = given[None].astype(reservoir.dtype)
        states, state = reservoir.run(inputs, state)
        features = np.hstack([states, inputs] if fitted.passthrough else [states])
        prediction = readout.predict(features.astype(np.float64)).reshape(-1)
        row = prediction + row.astype(reservoir.dtype) if fitted.target == "increment" else prediction
        rows.append(row)
    return np.array(rows)


RESERVOIRS = {
    "EchoState shift": (EchoStateReservoir, {}),
    "EchoState random": (EchoStateReservoir, {"topology": "random", "leak_rate": (0.1, 0.9)}),
    "CTRNN": (CTRNNLiquid, {}),
    "LTC": (LTCLiquid, {}),
    "LTC gate rk4": (LTCLiquid, {"synapse": "gate", "solver": "rk4"}),
    "LTC memory": (LTCLiquid, {"mixed_memory": True}),
    "CfC": (CfCLiquid, {}),
    "CfC wired memory": (CfCLiquid, {"topology": AutoNCP(20, 3), "mixed_memory": True}),
    "CfC outputs": (CfCLiquid, {"output_weights": np.eye(20)[:5]}),
    "LIF": (LIFLiquid, {}),
}


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("name", RESERVOIRS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_loop_equals_the_loop_by_hand(name, dtype):
    cls, settings = RESERVOIRS[name]
    fitted = forecaster(small(cls, dtype=dtype, **settings)).fit(WAVES[:400])
    assert isinstance(fitted.loop_readout_, AffineReadout)
    forecast = fitted.forecast(15)
    assert forecast.dtype == dtype and forecast.shape == (15, 2)
    expected = stepwise(fitted, 15, WAVES[:400].astype(dtype)).astype(dtype)
    assert_allclose(forecast, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("settings", [{"target": "increment"}, {"passthrough": False}])
@pytest.mark.parametrize("readout", [Ridge(1e-4), make_pipeline(StandardScaler(), Ridge(1e-4))])
def test_every_setting_equals_the_loop_by_hand(settings, readout):
    fitted = forecaster(readout=readout, **settings).fit(WAVES[:400])
    assert isinstance(fitted.loop_readout_, AffineReadout) == isinstance(readout, Ridge)
    assert_allclose(fitted.forecast(30), stepwise(fitted, 30, WAVES[:400]), rtol=1e-10, atol=1e-10)


def test_loop_agrees_with_plain_numpy():
    fitted = forecaster().fit(WAVES[:400])
    one, forecast = fitted.reservoir_, []
    weights = (one.recurrent_weights_.toarray(), one.input_weights_, one.bias_, one.leak_rate_, "tanh")
    state, row = naive.run_echo_state(*weights, WAVES[:399], np.zeros(20))[-1], WAVES[399]
    for _ in range(30):
        state = naive.run_echo_state(*weights, row[None], state)[-1]
        row = fitted.readout_.coef_ @ np.concatenate([state, row]) + fitted.readout_.intercept_
        forecast.append(row)
    assert_allclose(fitted.forecast(30), forecast, rtol=1e-10, atol=1e-10)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_stacks_and_reservoirs_of_the_user_go_round_too():
    class Copy(BaseReservoir):
        def _draw(self, n_features, random_state):
            self.n_units_ = n_features

        def _rest(self):
            return np.zeros(self.n_units_)

        def _drive(self, X, state):
            return X.copy(), X[-1].copy()

    for reservoir in (Copy(), StackedReservoir([small(), small(LIFLiquid)], random_state=0)):
        fitted = forecaster(reservoir).fit(WAVES[:400])
        assert_allclose(fitted.forecast(10), stepwise(fitted, 10, WAVES[:400]), rtol=1e-10, atol=1e-10)


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


def test_one_step_predictions_come_from_the_rows_before():
    fitted = forecaster().fit(WAVES[:300])
    predictions = fitted.predict_one_step(WAVES)
    assert predictions.shape == (419, 2)
    for t in (60, 200):
        assert_allclose(predictions[t], fitted.forecast(1, WAVES[: t + 1])[0], rtol=1e-12, atol=1e-12)
    assert fitted.score(WAVES) == pytest.approx(r2_score(WAVES[51:], predictions[50:]))


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
    with pytest.raises(ValueError, match="'exogenous' must be None with a horizon"):
        fitted.fit(WAVES, exogenous=KNOWN)


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


def test_pieces_lead_to_what_the_whole_leads_to(monkeypatch):
    whole = forecaster(horizon=2, target="increment").fit(WAVES)
    monkeypatch.setattr(training, "ROWS_AT_ONCE", 37)
    monkeypatch.setattr("reservoir.forecaster.predicted_rows.ROWS_AT_ONCE", 37)
    monkeypatch.setattr("reservoir.forecaster.forecaster.ROWS_AT_ONCE", 37)
    pieces = clone(whole).fit(WAVES)
    assert_array_equal(whole.readout_.coef_, pieces.readout_.coef_)
    assert_array_equal(whole.state_, pieces.state_)
    assert_array_equal(whole.predict_one_step(WAVES), pieces.predict_one_step(WAVES))
    monkeypatch.setattr(training, "MOST_HELD", 0)
    streamed = clone(whole).fit(WAVES)
    assert_allclose(streamed.readout_.coef_, whole.readout_.coef_, rtol=1e-5, atol=1e-7)


def test_noise_shrinks_the_weight_of_what_it_blurs():
    # u(t+1) = r u(t) + e(t): with noise of variance s on the input, least squares gives r v / (v + s), v that of u.
    random = np.random.RandomState(0)
    series = lfilter([1.0], [1.0, -0.8], random.standard_normal((20_000, 2)), axis=0)
    none = {"input_weights": np.eye(2), "bias": 0.0, "leak_rate": 1.0, "activation": "identity"}
    wire = EchoStateReservoir(recurrent_weights=np.zeros((2, 2)), **none)
    settings = {"passthrough": False, "noise": [0.0, 1.5], "random_state": 3}
    fitted = Forecaster(wire, LinearRegression(), **settings).fit(series)
    variance = series.var(axis=0)
    assert_allclose(np.diag(fitted.readout_.coef_), 0.8 * variance / (variance + [0, 1.5**2]), atol=0.02)
    again = clone(fitted).fit(series)
    assert_array_equal(fitted.readout_.coef_, again.readout_.coef_)
    assert_array_equal(fitted.state_, series[-2])  # what is continued is the series without noise
    increments = clone(fitted).set_params(target="increment").fit(series)
    assert_allclose(increments.readout_.coef_, fitted.readout_.coef_ - np.eye(2), atol=1e-10)


def test_wrong_noise_is_refused():
    with pytest.raises(ValueError, match="'noise' must be a number at least 0; got -1"):
        forecaster(noise=-1).fit(WAVES)
    with pytest.raises(ValueError, match="'noise' must be one number or one per feature"):
        forecaster(noise=[1, 2, 3]).fit(WAVES)


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


def test_a_forecast_that_diverges_is_an_error():
    series = 4.0 ** np.arange(300.0)[:, None] / 1e120
    diverging = Forecaster(small(), RidgeReadout(0), washout=10)
    with pytest.raises(StateOverflowError, match=r"The forecast overflowed at step \d+ of 1000"):
        diverging.fit(series[:200]).forecast(1000)
    with pytest.raises(StateOverflowError, match="overflowed at step"):
        diverging.set_params(readout=make_pipeline(StandardScaler(), LinearRegression())).fit(series).forecast(1000)
    single = Forecaster(small(dtype="float32"), RidgeReadout(0), washout=10, passthrough=False).fit(series[:200])
    single.readout_ = LinearRegression()
    single.readout_.coef_, single.readout_.intercept_ = np.full(single.reservoir_.n_units_, 1e38), 1e38
    with pytest.raises(StateOverflowError, match="overflowed at step"):
        single.forecast(50)
    single.readout_.intercept_ = 1e39
    with pytest.raises(StateOverflowError, match="LinearRegression predicted NaN or infinity"):
        single.predict_one_step(series[:20])
    growing = small(activation="identity", spectral_radius=1.05, leak_rate=1.0)
    with pytest.raises(StateOverflowError, match="overflowed at step"):
        forecaster(growing).fit(WAVES).forecast(20_000)


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
        (lambda: fitted.score(WAVES[:51]), "'washout' must be at most"),
        (lambda: fitted.fit(WAVES, exogenous=KNOWN[:-1]), r"shape \(420, 1\); got \(419, 1\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(ValueError, match="'exogenous' must hold the 1 columns that fit saw; got None"):
        forecaster().fit(WAVES, exogenous=KNOWN).forecast(5)


class Clipped(Ridge):
    def predict(self, X):
        return np.clip(super().predict(X), -0.5, 0.5)


def test_a_readout_that_clips_is_asked_in_the_loop():
    rising = np.cumsum(np.full((400, 1), 0.001), 0)
    assert Forecaster(small(), Clipped(1e-6), washout=20).fit(rising).forecast(300).max() <= 0.5


def test_a_readout_that_is_fitted_again_is_followed():
    wave = WAVES[:, :1]
    model = Forecaster(small(), RidgeReadout(1e-8), washout=20).fit(wave)
    before, rows = model.forecast(5), np.hstack([model.reservoir_.transform(wave), wave])
    model.readout_.fit(rows, np.full(len(rows), 0.25))
    assert not np.allclose(before, 0.25)
    np.testing.assert_allclose(model.forecast(5), 0.25)


def test_long_series_are_solved_as_exactly_in_chunks(monkeypatch):
    held = Forecaster(small(), RidgeReadout(1e-12), washout=20).fit(WAVES)
    chosen = Forecaster(small(), RidgeReadout(alphas=[1e-6, 1.0]), washout=20).fit(WAVES)
    monkeypatch.setattr(training, "MOST_HELD", 0)
    chunked = Forecaster(small(), RidgeReadout(1e-12), washout=20).fit(WAVES)
    np.testing.assert_allclose(chunked.predict_one_step(WAVES), held.predict_one_step(WAVES), rtol=0, atol=1e-9)
    assert chunked.readout.solver == "auto"
    again = clone(chosen).fit(WAVES)  # leaving out row by row needs all of them
    assert again.readout_.alpha_ == chosen.readout_.alpha_


def test_exogenous_columns_in_another_order_are_refused():
    frame = pd.DataFrame(np.random.RandomState(0).standard_normal((120, 3)), columns=["u", "a", "b"])
    model = Forecaster(small(), washout=10).fit(frame[["u"]], exogenous=frame[["a", "b"]])
    with pytest.raises(
        ValueError, match=r"'exogenous' must have the columns that fit saw, \['a', 'b'\]; got \['b', 'a'\]"
    ):
        model.forecast(5, exogenous=frame[["b", "a"]][:5])
    with pytest.raises(ValueError, match="'exogenous' must hold one 2-D array for each series; got 5"):
        model.fit([WAVES, WAVES], exogenous=5)


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


def test_noise_is_the_same_however_many_rows_are_driven_at_once(monkeypatch):
    expected = forecaster(noise=0.1, random_state=0).fit([WAVES, WAVES[:200]]).readout_.coef_
    monkeypatch.setattr(training, "ROWS_AT_ONCE", 17)
    assert_allclose(forecaster(noise=0.1, random_state=0).fit([WAVES, WAVES[:200]]).readout_.coef_, expected, rtol=1e-9)
    alone = np.random.RandomState(0)
    forecaster(noise=0.1, random_state=alone).fit(WAVES)
    drawn = np.random.RandomState(0)
    drawn.standard_normal((len(WAVES) - 1, WAVES.shape[1]))
    assert alone.randint(2**31) == drawn.randint(2**31)


def test_what_overflows_is_named_where_it_came_in():
    huge = 1e300 * WAVES
    with pytest.raises(ValueError, match="This is the readout, .* made of 'X' and 'exogenous'"):
        forecaster().fit(WAVES, exogenous=huge)


def test_the_rows_beside_a_forecast_are_as_many_as_its_steps():
    known = WAVES[:, :1]
    with pytest.raises(ValueError, match=r"'exogenous' must have a row for each of 'n_steps', shape \(7, 1\); got"):
        forecaster().fit(WAVES, exogenous=known).forecast(7, exogenous=known[:3])

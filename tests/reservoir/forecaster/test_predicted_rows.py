import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from waves import WAVES, forecaster, small, stepwise

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
from reservoir.forecaster import Forecaster
from reservoir.kernels.closed_loop import AffineReadout
from reservoir.topology import AutoNCP

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


def test_one_step_predictions_come_from_the_rows_before():
    fitted = forecaster().fit(WAVES[:300])
    predictions = fitted.predict_one_step(WAVES)
    assert predictions.shape == (419, 2)
    for t in (60, 200):
        assert_allclose(predictions[t], fitted.forecast(1, WAVES[: t + 1])[0], rtol=1e-12, atol=1e-12)
    assert fitted.score(WAVES) == pytest.approx(r2_score(WAVES[51:], predictions[50:]))


def test_a_forecast_that_diverges_is_an_error():
    series = 4.0 ** np.arange(300.0)[:, None] / 1e120
    diverging = forecaster(readout=RidgeReadout(0), washout=10)
    with pytest.raises(StateOverflowError, match=r"The forecast overflowed at step \d+ of 1000"):
        diverging.fit(series[:200]).forecast(1000)
    with pytest.raises(StateOverflowError, match="overflowed at step"):
        diverging.set_params(readout=make_pipeline(StandardScaler(), LinearRegression())).fit(series).forecast(1000)
    single = forecaster(small(dtype="float32"), RidgeReadout(0), washout=10, passthrough=False).fit(series[:200])
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


class Clipped(Ridge):
    def predict(self, X):
        return np.clip(super().predict(X), -0.5, 0.5)


def test_a_readout_that_clips_is_asked_in_the_loop():
    rising = np.cumsum(np.full((400, 1), 0.001), 0)
    assert Forecaster(small(), Clipped(1e-6), washout=20).fit(rising).forecast(300).max() <= 0.5


def test_what_is_predicted_beyond_the_next_row_is_left_out():
    fitted = forecaster(readout=LinearRegression(), horizon=3).fit(WAVES)
    expected = fitted.predict_one_step(WAVES)
    fitted.readout_.intercept_[-1] = np.nan
    assert_array_equal(fitted.predict_one_step(WAVES), expected)
    with pytest.raises(StateOverflowError, match="LinearRegression predicted NaN or infinity"):
        fitted.forecast(3)

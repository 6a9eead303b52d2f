import numpy as np
import pytest
from numpy.testing import assert_allclose
from onnx_runs import run, states_after
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler

from readouts import RidgeReadout
from reservoir import CfCLiquid, EchoStateReservoir, Forecaster
from reservoir.interop import to_onnx

WAVES = np.sin(0.2 * np.arange(400))[:, None] * [1.0, 20.0] + np.array([0.0, 100.0])


def forecaster(dtype="float64", **parameters):
    reservoir = parameters.pop("reservoir", None) or EchoStateReservoir(30, dtype=dtype, random_state=0)
    readout = parameters.pop("readout", None) or RidgeReadout(1e-4)
    return Forecaster(reservoir, readout, range_factor=None, **parameters)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"target": "increment"},
        {"transformer": None},
        {"passthrough": False},
        {"squares": True},
        {"squares": True, "passthrough": False, "target": "increment"},
    ],
    ids=["plain", "increments", "as it is", "states alone", "squares", "squares of states alone"],
)
def test_predictions_and_forecast(parameters, dtype):
    waves = WAVES.astype(dtype)
    model = forecaster(dtype, **parameters).fit(waves[:300])
    outputs = run(to_onnx(model), X=waves, n_steps=np.array(50))
    scale = np.abs(waves).max(axis=0)  # a column of 100 has numbers with errors 100 times those of one of 1
    atol = 1e-10 if dtype == "float64" else 1e-3
    assert outputs["forecast"].dtype == outputs["predictions"].dtype == dtype
    assert_allclose(outputs["predictions"][:-1] / scale, model.predict_one_step(waves) / scale, rtol=0, atol=atol)
    assert_allclose(outputs["forecast"] / scale, model.forecast(50, context=waves) / scale, rtol=0, atol=atol)


def test_the_first_row_ahead_is_the_last_prediction_and_the_default():
    model = forecaster().fit(WAVES)
    outputs = run(to_onnx(model), X=WAVES)
    assert_allclose(outputs["forecast"], outputs["predictions"][-1:], rtol=1e-14)


def test_a_stream_goes_on_from_the_known_rows_and_not_from_the_forecast():
    model, graph = forecaster().fit(WAVES), None
    graph = to_onnx(model)
    head = run(graph, X=WAVES[:200], n_steps=np.array(20))
    tail = run(graph, X=WAVES[200:], n_steps=np.array(5), **states_after(head))
    assert_allclose(tail["forecast"], model.forecast(5), rtol=0, atol=1e-9)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
def test_squares_over_10000_steps_and_as_many_of_a_loop(dtype, tolerance):
    model = forecaster(dtype, squares=True, readout=RidgeReadout(1.0)).fit(WAVES.astype(dtype))
    rows = (np.sin(0.2 * np.arange(10_001))[:, None] * [1.0, 20.0] + np.array([0.0, 100.0])).astype(dtype)
    outputs, scale = run(to_onnx(model), X=rows, n_steps=np.array(10_000)), np.array([1.0, 100.0])
    expected = model.predict_one_step(rows), model.forecast(10_000, context=rows)
    assert_allclose(outputs["predictions"][:-1] / scale, expected[0] / scale, rtol=0, atol=tolerance)
    assert_allclose(outputs["forecast"] / scale, expected[1] / scale, rtol=0, atol=tolerance)


def test_a_batch_and_a_liquid_with_two_states():
    model = forecaster(reservoir=CfCLiquid(20, mixed_memory=True, random_state=0)).fit(WAVES)
    batch = np.stack([WAVES, WAVES[::-1]])
    outputs = run(to_onnx(model, batch=True), X=batch, n_steps=np.array(3))
    assert outputs["forecast"].shape == (2, 3, 2)
    for one, forecast in zip(batch, outputs["forecast"], strict=True):
        assert_allclose(forecast, model.forecast(3, context=one), rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("horizon", {"horizon": 3, "difference": 0}),
        ("period", {"period": 12}),
        ("difference", {"difference": 1}),
        ("transformer", {"transformer": MinMaxScaler()}),
        ("transformer", {"transformer": FunctionTransformer(np.log, np.exp)}),
    ],
)
def test_a_forecaster_that_does_more_is_refused_by_the_name_of_the_parameter(name, parameters):
    model = forecaster(**parameters).fit(WAVES + 100)
    with pytest.raises(ValueError, match=f"'model' must be a Forecaster whose '{name}' is"):
        to_onnx(model)


def test_exogenous_columns_and_a_readout_that_is_not_linear_are_refused():
    model = forecaster().fit(WAVES, exogenous=np.ones((400, 1)) * np.arange(400)[:, None])
    with pytest.raises(ValueError, match="'model' must be a Forecaster whose 'exogenous' is left out"):
        to_onnx(model)
    model = Forecaster(EchoStateReservoir(9, random_state=0), KNeighborsRegressor()).fit(WAVES)
    with pytest.raises(ValueError, match="readout that is linear.*KNeighbors"):
        to_onnx(model)

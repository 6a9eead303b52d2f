import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose
from onnx_runs import assert_same_states, run

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.interop import to_onnx

DTYPES = ["float64", "float32"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ["tanh", "identity", "relu", "sigmoid"])
def test_every_activation(activation, dtype):
    reservoir = EchoStateReservoir(20, activation=activation, dtype=dtype, random_state=0)
    assert_same_states(reservoir.fit(series()), series())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "parameters",
    [
        {"n_units": 1},
        {"topology": "random", "leak_rate": (0.05, 1.0)},
        {"n_units": 300, "topology": "random", "degree": 3},
        {"recurrent_weights": np.random.RandomState(0).standard_normal((7, 7)) / 5},
        {"recurrent_weights": np.zeros((4, 4)), "leak_rate": 1.0},
        {"leak_rate": np.linspace(0.1, 1, 20), "bias": 0.5},
    ],
    ids=["one unit", "random", "gathered", "full", "no recurrence", "a rate for each unit"],
)
def test_every_kind_of_weights(parameters, dtype):
    reservoir = EchoStateReservoir(**({"n_units": 20} | parameters), dtype=dtype, random_state=0)
    assert_same_states(reservoir.fit(series()), series())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("elapsed_column", [None, 0, -1])
@pytest.mark.parametrize("method", ["exponential", "euler"])
@pytest.mark.parametrize("form", ["normalized", "additive", "antisymmetric"])
def test_every_form_and_method(form, method, elapsed_column, dtype):
    if form == "antisymmetric" and method == "exponential":
        method = "euler"  # the only steps that it has
    liquid = CTRNNLiquid(
        15, form=form, method=method, elapsed_column=elapsed_column, tau_range=(0.5, 50), dtype=dtype, random_state=0
    )
    X = np.abs(series())
    assert_same_states(liquid.fit(X), X)


def test_a_unit_without_input_decays_as_its_time_constant_says():
    liquid = CTRNNLiquid(
        topology=np.zeros((1, 1)),
        tau_range=4.0,
        bias=0.0,
        input_weights=[[1.0]],
        activation="identity",
        elapsed_column=1,
    ).fit([[0.0, 0.0]])
    times = np.array([0.5, 0.0, 3.0, 100.0, 1e-9])
    states = run(to_onnx(liquid), X=np.column_stack([np.zeros(5), times]), state=np.ones(1))["states"]
    assert_allclose(states[:, 0], np.exp(-times.cumsum() / 4), rtol=1e-14)


def test_slow_units_keep_their_digits():
    # 1 - exp(-z) would have none below 1e-16.
    liquid = CTRNNLiquid(
        topology=np.zeros((1, 1)),
        tau_range=1e12,
        bias=0.0,
        input_weights=[[1.0]],
        activation="identity",
        elapsed_column=1,
    ).fit([[0.0, 0.0]])
    states = run(to_onnx(liquid), X=np.array([[1.0, 1e-6]]))["states"]
    assert_allclose(states, 1e-18, rtol=1e-14)

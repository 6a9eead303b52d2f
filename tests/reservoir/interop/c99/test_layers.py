"""Stacks in C: what each layer is given, in stacks of every kind."""

import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_in_c
from numpy.testing import assert_allclose

from readouts import RidgeReadout
from reservoir import (
    AdaptiveReservoir,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    ReservoirRegressor,
    StackedReservoir,
)
from reservoir.interop import to_c
from reservoir.lagged import LaggedReservoir
from reservoir.plasticity import IntrinsicPlasticity

U = np.abs(series(500, 4))


def echo(n_units):
    return EchoStateReservoir(n_units)


def liquid(n_units, **parameters):
    return CTRNNLiquid(n_units, **parameters)


def stack(*layers, **parameters):
    return StackedReservoir(list(layers), random_state=0, **parameters)


STACKS = {
    "all": stack(echo(9), liquid(7)),
    "last": stack(echo(9), liquid(7), output="last"),
    "input to all": stack(echo(9), echo(7), liquid(5), input_to_all=True),
    "times to some": stack(echo(9), liquid(7), echo(5), elapsed_column=1),
    "times and input to all": stack(liquid(9), echo(7), liquid(5), input_to_all=True, elapsed_column=1),
    "times last, input to all": stack(echo(9), liquid(7), input_to_all=True, elapsed_column=-1),
    "times of the first layer": stack(liquid(9, elapsed_column=0), echo(7), input_to_all=True),
    "times of the first layer, last": stack(liquid(9, elapsed_column=-1), echo(7), input_to_all=True),
    "a stack below": stack(stack(echo(5), liquid(6), input_to_all=True), echo(7), input_to_all=True),
    "a stack above": stack(
        echo(3), stack(echo(5), liquid(6), output="last"), echo(7), elapsed_column=2, input_to_all=True
    ),
    "one layer": stack(echo(5)),
}  # fmt: skip


@needs_gcc
@pytest.mark.parametrize("name", STACKS)
def test_states_are_those_of_run(tmp_path, name):
    states, _ = STACKS[name].fit(U).run(U)
    files = to_c(STACKS[name], tmp_path / "stack")
    assert_allclose(outputs_in_c(files, U), states, rtol=0, atol=1e-12)


@needs_gcc
def test_a_layer_that_was_fitted_again_by_itself_changes_nothing(tmp_path):
    model = stack(echo(5), echo(4)).fit(U)
    states, _ = model.run(U)
    model.layers_[1].set_params(random_state=7).fit(np.zeros((1, 5)))
    assert_allclose(outputs_in_c(to_c(model, tmp_path / "stack"), U), states, rtol=0, atol=1e-12)


@needs_gcc
def test_a_negative_time_is_refused_before_any_layer_changes(tmp_path):
    model = STACKS["times to some"].fit(U)
    X = U.copy()
    X[3, 1] = -1e-9
    outputs = outputs_in_c(to_c(model, tmp_path / "stack"), X)
    states, _ = model.run(np.delete(X, 3, axis=0))
    assert np.all(outputs[3] == -1)
    assert_allclose(np.delete(outputs, 3, axis=0), states, rtol=0, atol=1e-12)


LAGGED = {
    "past inputs": LaggedReservoir(echo(9), (1, 4)),
    "states alone": LaggedReservoir(liquid(7), 3, inputs="none"),
    "a stack and all inputs": LaggedReservoir(STACKS["times to some"], (2,), inputs="all"),
}


@needs_gcc
@pytest.mark.parametrize("name", LAGGED)
def test_states_and_inputs_of_earlier_steps_are_those_of_run(tmp_path, name):
    states, _ = LAGGED[name].fit(U).run(U)
    files = to_c(LAGGED[name], tmp_path / "lagged")
    assert_allclose(outputs_in_c(files, U), states, rtol=0, atol=1e-12)


@needs_gcc
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
def test_a_readout_of_earlier_states_stays_as_near_over_10000_steps(tmp_path, dtype, tolerance):
    X = np.abs(series(10_000, 4))
    model = ReservoirRegressor(echo(20), RidgeReadout(10.0), lags=(1, 5), feedback=True, washout=5).fit(U, U[:, :2])
    files = to_c(model, tmp_path / "lagged", dtype=dtype)
    assert_allclose(outputs_in_c(files, X, dtype=dtype), model.predict(X), rtol=0, atol=tolerance)


def test_an_adaptive_reservoir_with_lags_is_refused(tmp_path):
    model = LaggedReservoir(AdaptiveReservoir(echo(5), IntrinsicPlasticity(n_epochs=1)), 2).fit(U)
    with pytest.raises(TypeError, match="'model' must not have an AdaptiveReservoir.*reservoir_"):
        to_c(model, tmp_path / "lagged")


class Own(EchoStateReservoir):
    """An echo state that may do what it likes."""


@pytest.mark.parametrize(
    "model", [Own(5), stack(echo(4), Own(5)), stack(stack(Own(5)))], ids=["bare", "above", "inside"]
)
def test_a_reservoir_of_another_class_is_refused(tmp_path, model):
    with pytest.raises(TypeError, match="'model' must be made of reservoirs whose step is known in C, .*; got Own"):
        to_c(model.fit(U), tmp_path / "own")
    assert not list(tmp_path.iterdir())


def test_an_adaptive_reservoir_is_refused_and_what_it_adapted_is_not(tmp_path):
    model = AdaptiveReservoir(echo(5), IntrinsicPlasticity(n_epochs=1)).fit(U)
    with pytest.raises(TypeError, match="'model' must not have an AdaptiveReservoir.*reservoir_"):
        to_c(model, tmp_path / "adapted")
    to_c(model.reservoir_, tmp_path / "adapted")


def test_a_forecaster_beside_an_expert_is_refused(tmp_path):
    hybrid = Forecaster(echo(5), expert=np.tanh).fit(U)
    with pytest.raises(TypeError, match="'model' must not have an 'expert'.*tanh"):
        to_c(hybrid, tmp_path / "hybrid")
    assert not list(tmp_path.iterdir())

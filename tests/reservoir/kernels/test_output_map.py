import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCLiquid, LTCLiquid, StateOverflowError
from reservoir.kernels.output_map import check_output_map, map_outputs

U = np.random.RandomState(0).standard_normal((30, 2))
W, B = np.random.RandomState(1).standard_normal((3, 9)), np.array([1.0, -2.0, 0.0])


def test_outputs_are_an_affine_function_of_states():
    states = np.random.RandomState(2).standard_normal((50, 9))
    assert_allclose(map_outputs((W, B), states), states @ W.T + B, atol=1e-14)
    single = map_outputs((W.astype(np.float32), B.astype(np.float32)), states.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, states @ W.T + B, atol=1e-5)
    assert map_outputs(None, states) is states


def test_a_row_does_not_depend_on_the_number_of_rows():
    states = np.random.RandomState(2).standard_normal((50, 9))
    whole = map_outputs((W, B), states)
    for size in (1, 2, 7):
        pieces = [map_outputs((W, B), states[k : k + size]) for k in range(0, 50, size)]
        assert_array_equal(np.vstack(pieces), whole)


def test_no_bias_is_a_bias_of_zero():
    weights, bias = check_output_map(W.tolist(), None, 9, np.float64)
    assert_array_equal(weights, W)
    assert_array_equal(bias, np.zeros(3))
    assert_array_equal(check_output_map(W, 2, 9, np.float64)[1], [2, 2, 2])
    assert check_output_map(None, None, 9, np.float64) is None


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
@pytest.mark.parametrize("mixed_memory", [False, True])
def test_a_liquid_shows_its_outputs_and_goes_on_from_all_units(cls, mixed_memory, dtype):
    settings = {"mixed_memory": mixed_memory, "dtype": dtype, "random_state": 0}
    plain, shown = cls(9, **settings).fit(U), cls(9, output_weights=W, output_bias=B, **settings).fit(U)
    outputs, state = shown.run(U)
    assert outputs.dtype == dtype and outputs.shape == (30, 3)
    assert_allclose(outputs, plain.transform(U) @ W.T + B, rtol=0, atol=1e-13 if dtype == "float64" else 1e-5)
    assert_array_equal(state, plain.run(U)[1], strict=True)
    assert shown.get_feature_names_out().tolist() == [f"{cls.__name__.lower()}{k}" for k in range(3)]
    tail, _ = shown.run(U[11:], shown.run(U[:11])[1])
    assert_array_equal(tail, outputs[11:], strict=True)
    twin = pickle.loads(pickle.dumps(shown))
    assert_array_equal(twin.transform(U), outputs, strict=True)
    assert_array_equal(shown.set_output(transform="pandas").transform(U).to_numpy(), outputs)


@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
@pytest.mark.parametrize("mixed_memory", [False, True])
def test_an_output_that_overflows_raises_although_the_state_is_finite(cls, mixed_memory):
    huge = cls(9, output_weights=np.full((1, 9), 1e308), output_bias=1.7e308, mixed_memory=mixed_memory, random_state=0)
    with pytest.raises(StateOverflowError, match="overflowed at step"):
        huge.fit(U).transform(U)


@pytest.mark.parametrize("cls", [LTCLiquid, CfCLiquid])
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"output_weights": np.ones(9)}, r"'output_weights' must have shape \(1, 9\); got \(9,\)"),
        ({"output_weights": np.ones((3, 8))}, r"'output_weights' must have shape \(3, 9\); got \(3, 8\)"),
        ({"output_weights": np.ones((0, 9))}, r"'output_weights' must have at least one row; got shape \(0, 9\)"),
        ({"output_weights": 1.0}, "'output_weights' must have shape"),
        ({"output_weights": W * np.nan}, "'output_weights' must be finite"),
        ({"output_weights": W * 1j}, "'output_weights' must hold real numbers"),
        ({"output_weights": W, "output_bias": np.ones(9)}, "'output_bias' must be one number or one per output"),
        ({"output_weights": W, "output_bias": np.inf}, "'output_bias' must be a finite number; got inf"),
        ({"output_bias": 1.0}, "'output_bias' needs 'output_weights', which is None; got 1.0"),
    ],
)
def test_a_map_that_is_none_is_refused(cls, parameters, message):
    with pytest.raises(ValueError, match=message):
        cls(9, **parameters).fit(U)


@pytest.mark.parametrize(("weights", "bias", "name"), [(1e300, 0.0, "output_weights"), (1.0, 1e300, "output_bias")])
def test_a_map_too_large_for_single_precision_is_refused(weights, bias, name):
    with pytest.raises(ValueError, match=f"'{name}' must be finite in float32; got a number too large"):
        check_output_map(np.full((1, 2), weights), bias, 2, np.dtype("float32"))

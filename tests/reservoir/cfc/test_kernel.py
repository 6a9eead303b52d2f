import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCLiquid
from reservoir.cfc.kernel import (
    BACKBONE_ACTIVATIONS,
    MODES,
    activate,
    add_time,
    gated_step,
    pure_step,
    step,
    ungated_step,
)
from reservoir.topology import NCP, AutoNCP, FullyConnected, RandomWiring

U = np.random.RandomState(0).standard_normal((30, 5))
GAPS = np.random.RandomState(1).exponential(size=30)
GAPS[[3, 4]] = 0, 20
N = 23
WIRINGS = {
    "NCP": NCP(10, 8, 5, sensory_fanout=3, inter_fanout=4, recurrent_command_synapses=9, motor_fanin=5),
    "AutoNCP": AutoNCP(N, 5),
    "FullyConnected": FullyConnected(N),
    "RandomWiring": RandomWiring(N, sparsity_level=0.6),
}
EVERY_MODE = pytest.mark.parametrize("mode", MODES)


def assert_is_its_twin(dtype, atol=1e-12, **parameters):
    n_units = CfCLiquid(N, **parameters).fit(U).n_units_
    start = np.random.RandomState(1).uniform(-0.5, 0.5, n_units)
    for column, X, times in [(None, U, np.ones(30)), (5, np.column_stack([U, GAPS]), GAPS)]:
        liquid = CfCLiquid(N, elapsed_column=column, dtype=dtype, random_state=2, **parameters).fit(X)
        states, end = liquid.run(X, start)
        activation = parameters.get("backbone_activation", "lecun_tanh")
        expected = naive.run_cfc(liquid.weights_, liquid.mode, activation, U, times, start)
        assert states.dtype == end.dtype == dtype
        assert_allclose(states, expected, rtol=0, atol=atol if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@EVERY_MODE
@pytest.mark.parametrize("layers", [0, 1, 3])
def test_kernel_agrees_with_its_plain_twin(layers, mode, dtype):
    # Without a gate this liquid is expanding: a rounding error grows, so the weights are taken smaller.
    gain = 0.5 if mode == "no_gate" else 1.0
    assert_is_its_twin(dtype, mode=mode, backbone_layers=layers, backbone_units=17, gain=gain)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", BACKBONE_ACTIVATIONS)
def test_every_activation_agrees_with_its_plain_twin(activation, dtype):
    assert_is_its_twin(dtype, backbone_layers=2, backbone_units=40, backbone_activation=activation)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@EVERY_MODE
@pytest.mark.parametrize("wiring", WIRINGS)
def test_chains_agree_with_their_plain_twin(wiring, mode, dtype):
    gain = 0.5 if mode == "no_gate" else 1.0
    assert_is_its_twin(dtype, topology=WIRINGS[wiring], mode=mode, gain=gain)


@EVERY_MODE
@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 1), (9, 4)])
def test_any_size_agrees(sizes, mode):
    n_units, n_features = sizes
    u = U[:, :n_features]
    for layers in ({}, {"backbone_layers": 1, "backbone_units": 1}):
        liquid = CfCLiquid(n_units, mode=mode, random_state=0, **layers).fit(u)
        expected = naive.run_cfc(liquid.weights_, mode, "lecun_tanh", u, np.ones(30), np.zeros(n_units))
        assert_allclose(liquid.transform(u), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", BACKBONE_ACTIVATIONS)
def test_activations_are_what_they_are_called(activation, dtype):
    x = np.concatenate([np.linspace(-30, 30, 1001), [0.0, 1e-30, -1e-30]]).astype(dtype)
    y = np.empty_like(x)
    activate(BACKBONE_ACTIVATIONS[activation], x, y)
    eps = np.finfo(dtype).eps
    assert_allclose(y, naive.BACKBONE_ACTIVATIONS[activation](x.astype(float)), rtol=20 * eps, atol=20 * eps)


def test_nan_is_not_lost_on_the_way():
    for code in BACKBONE_ACTIVATIONS.values():
        y = np.empty(1)
        activate(code, np.array([np.nan]), y)
        assert np.isnan(y[0])
    for one_step in (gated_step, ungated_step):
        h = np.zeros(1)
        one_step(np.array([np.nan]), np.zeros(1), np.zeros(1), h)
        assert np.isnan(h[0])


def test_one_step_of_each_kind():
    first, second, timing = np.array([0.3, -2.0]), np.array([1.0, 0.5]), np.array([0.7, -0.2])
    g = 1 / (1 + np.exp(-timing))
    gated, ungated, pure = np.empty(2), np.empty(2), np.empty(2)
    gated_step(first, second, timing, gated)
    ungated_step(first, second, timing, ungated)
    assert_allclose(gated, (1 - g) * np.tanh(first) + g * np.tanh(second), rtol=1e-14)
    assert_allclose(ungated, np.tanh(first) + g * np.tanh(second), rtol=1e-14)
    rate, amplitude = np.array([-0.5, 0.25]), np.array([0.9, -0.4])
    pure_step(1.5, first, rate, amplitude, pure)
    assert_allclose(pure, amplitude - amplitude * np.exp(-1.5 * (np.abs(rate) + np.abs(first))) * first, rtol=1e-14)
    logit = timing.copy()
    add_time(2.0, first, logit)
    assert_allclose(logit, 2 * timing + first, rtol=1e-15)


@pytest.mark.parametrize("mode", ["default", "no_gate"])
def test_three_heads_are_four_for_a_row_of_one(mode):
    heads, pure = np.random.RandomState(0).standard_normal((4, 6)), np.zeros((2, 6))
    four, three = np.empty(6), np.empty(6)
    step(MODES[mode], 1.0, heads.flatten(), pure, four)  # which is also its room to work in
    step(MODES[mode], 1.0, np.concatenate([heads[0], heads[1], heads[2] + heads[3]]), pure, three)
    assert_array_equal(three, four)

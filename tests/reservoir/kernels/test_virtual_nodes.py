import naive_delays
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.kernels.virtual_nodes import (
    MACKEY_GLASS_OF_SIZE,
    NODES,
    run_delay_line,
    run_delay_line_closed,
    run_delay_line_lanes,
    whole_power,
)

N, N_LANES, LENGTHS = 9, 16, np.array([12, 12, 9, 5, 5, 1])
ACTIVE = (np.arange(12)[:, None] < LENGTHS).sum(axis=1)
KINDS = [(code, name, 3) for name, code in NODES.items()] + [(MACKEY_GLASS_OF_SIZE, "mackey_glass", 2.5)]


def program(node, exponent, dtype):
    weights = np.random.RandomState(0).uniform(-0.2, 0.2, (2, N)).astype(dtype)
    constants = np.array([np.exp(-0.4), -0.7 * np.expm1(-0.4), exponent, 0.3], dtype)
    return weights, np.full(N, 0.1, dtype), node, int(exponent), constants


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("spare", [0, 3, 20])
@pytest.mark.parametrize(("node", "name", "exponent"), KINDS)
def test_lanes_have_the_bits_of_each_series_alone(node, name, exponent, spare, dtype):
    given = program(node, exponent, dtype)
    X = np.random.RandomState(1).uniform(-1, 1, (12, 2, N_LANES)).astype(dtype)
    start = np.random.RandomState(2).uniform(-0.3, 0.3, (N + spare, N_LANES)).astype(dtype)
    line, states = start.copy(), np.zeros((12, N, N_LANES), dtype)
    run_delay_line_lanes(*given, X, ACTIVE, line, states)
    for lane, length in enumerate(LENGTHS):
        own, alone = start[:, lane].copy(), np.empty((length, N), dtype)
        inputs = X[:length, :, lane].copy()
        run_delay_line(*given, inputs, own, alone)
        assert_array_equal(states[:length, :, lane], alone)
        assert_array_equal(line[:, lane], own)
        function = naive_delays.delay_node(name, exponent, 0.3)
        weights, bias = given[0].T.astype(float), given[1].astype(float)
        expected, _ = naive_delays.run_delay_node(
            function, 0.4, 0.7, weights, bias, inputs, start[:, lane].astype(float)
        )
        assert_allclose(alone, expected, atol=1e-13 if dtype == np.float64 else 1e-5)
    assert_array_equal(line[:, len(LENGTHS) :], start[:, len(LENGTHS) :])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_loop_takes_its_outputs_as_the_next_inputs(dtype):
    given, readout = program(0, 1, dtype), np.random.RandomState(3).uniform(-0.5, 0.5, (1, N + 1))
    inputs = np.random.RandomState(1).uniform(-1, 1, (6, 2)).astype(dtype)
    known, outputs, line = inputs[:, 1].copy(), np.full((6, 1), 0.2), np.zeros(N, dtype)
    run_delay_line_closed(*given, readout, inputs, np.empty(0, dtype), line, outputs)
    own, u = np.zeros(N, dtype), inputs[0, 0]
    for t in range(6):
        state = np.empty((1, N), dtype)
        run_delay_line(*given, np.array([[u, known[t]]], dtype), own, state)
        u = 0.2 + readout[0, :N] @ state[0] + readout[0, N] * u
        assert_allclose(outputs[t, 0], u, rtol=1e-5 if dtype == np.float32 else 1e-12)
        u = outputs[t, 0].astype(dtype)
    assert_array_equal(line, own)


@pytest.mark.parametrize("exponent", [1, 2, 3, 7, 12, 64])
def test_whole_powers_keep_their_sign(exponent):
    for z in (-1.1, -0.3, 0.0, 0.7, 1.05):
        assert_allclose(whole_power(z, exponent), z**exponent, rtol=1e-13)
        assert whole_power(np.float32(z), exponent) == pytest.approx(z**exponent, rel=1e-4)

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from waves import small

from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, LTCLiquid
from reservoir.forecaster.noisy_readout import with_noise
from reservoir.kernels.closed_loop import AffineReadout, SquaringReadout

RANDOM = np.random.RandomState(0)
NOISE = RANDOM.standard_normal((30, 2))


def loop_of(reservoir):
    return AffineReadout(0.1 * RANDOM.standard_normal((2, reservoir.n_features_out_ + 2)), np.array([0.1, -0.2]))


@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid, LTCLiquid, CfCLiquid])
def test_every_output_has_its_noise_added(cls):
    reservoir = small(cls).fit(np.zeros((1, 2)))
    loop, inputs = loop_of(reservoir), np.zeros((30, 2))
    outputs = reservoir.close_loop(with_noise(loop, NOISE), inputs, 2, reservoir.rest())
    assert_array_equal(inputs[1:], outputs[:-1])
    states, _ = reservoir.drive(inputs)
    assert_allclose(outputs, loop(np.hstack([states, inputs])) + NOISE, rtol=1e-9, atol=1e-12)
    by_rows = reservoir.close_loop(with_noise(lambda row: loop(row), NOISE), np.zeros((30, 2)), 2, reservoir.rest())
    assert_allclose(by_rows, outputs, rtol=1e-9, atol=1e-12)


def test_squares_of_states_are_kept():
    reservoir, squares = small().fit(np.zeros((1, 2))), RANDOM.standard_normal((2, 30))[:, : small().n_units]
    loop = SquaringReadout(*loop_of(reservoir), 0.1 * squares)
    noisy = with_noise(loop, NOISE)
    outputs = reservoir.close_loop(noisy, np.zeros((30, 2)), 2, reservoir.rest())
    by_rows = reservoir.close_loop(with_noise(lambda row: loop(row), NOISE), np.zeros((30, 2)), 2, reservoir.rest())
    assert isinstance(noisy, SquaringReadout)
    assert_allclose(by_rows, outputs, rtol=1e-9, atol=1e-12)


def test_no_noise_changes_no_bit():
    reservoir = small().fit(np.zeros((1, 2)))
    loop = loop_of(reservoir)
    quiet = reservoir.close_loop(with_noise(loop, np.zeros((30, 2))), np.zeros((30, 2)), 2, reservoir.rest())
    assert_array_equal(quiet, reservoir.close_loop(loop, np.zeros((30, 2)), 2, reservoir.rest()))

import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.kernels.functions import ACTIVATIONS
from reservoir.kernels.leaky import (
    EULER,
    EXPONENTIAL,
    UNDAMPED,
    irregular_pace,
    leaky_update,
    regular_pace,
    run_leaky,
    set_pace,
)
from reservoir.kernels.recurrence import arrange
from reservoir.topology import Random, Shift

DTYPES = [np.float64, np.float32]
N = 17
U = np.random.RandomState(0).standard_normal((40, 3))
INPUT, BIAS = np.random.RandomState(1).uniform(-1, 1, (N, 3)), np.random.RandomState(2).uniform(-1, 1, N)


def paced(rule, time, rate, scale=1.0):
    keep, gain = np.empty_like(rate), np.empty_like(rate)
    set_pace(rule, rate.dtype.type(time), rate, np.full_like(rate, scale), keep, gain)
    return keep, gain


@pytest.mark.parametrize("family", [Shift(), Random()])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_kernel_agrees_with_its_plain_twin(family, activation):
    matrix, leak = family.draw(N, 4, 0), np.linspace(0.1, 1, N)
    matrix.data *= 0.3
    states, start = np.empty((40, N)), np.linspace(-0.5, 0.5, N)
    pace, nothing = regular_pace(1 - leak, leak), np.empty(0)
    run_leaky(arrange(matrix), INPUT.T.copy(), BIAS, ACTIVATIONS[activation], pace, U, nothing, start, states)
    expected = naive.run_echo_state(matrix.toarray(), INPUT, BIAS, leak, activation, U, start)
    assert_allclose(states, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_pace_of_a_row(dtype):
    rate = np.array([0.01, 0.2, 1.0, 30.0], dtype)
    keep, gain = paced(EXPONENTIAL, 0.7, rate)
    eps = np.finfo(dtype).eps
    assert_allclose(keep, np.exp(-0.7 * rate.astype(float)), rtol=20 * eps)  # the argument's rounding counts 21-fold
    assert_allclose(gain, -np.expm1(-0.7 * rate.astype(float)), rtol=4 * eps)
    keep, gain = paced(EULER, 0.7, rate, 5)
    assert_allclose(keep, [1 - 0.007, 1 - 0.14, 0.3, 0], atol=eps)
    assert_allclose(gain, [0.035, 0.7, 3.5, 5], rtol=4 * eps)
    keep, gain = paced(UNDAMPED, 0.7, rate, 5)
    assert_array_equal(keep, 1)
    assert_allclose(gain, [0.035, 0.7, 3.5, 5], rtol=4 * eps)


@pytest.mark.parametrize("rule", [EXPONENTIAL, EULER, UNDAMPED])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_row_of_no_time_keeps_everything_and_gains_nothing(rule, dtype):
    keep, gain = paced(rule, 0, np.array([1e-6, 1, 1e6], dtype), 7)
    assert_array_equal(keep, 1)
    assert_array_equal(gain, 0)


def test_a_row_of_endless_time_forgets():
    for time in (1e6, 1e300):
        keep, gain = paced(EXPONENTIAL, time, np.array([1e-3, 1, 1e3]))
        assert np.all(keep <= 1e-300)
        assert_array_equal(gain, 1)


def test_a_pace_is_the_callers_no_longer():
    keep, gain, rate, scale = np.ones((4, 3))
    for pace in (regular_pace(keep, gain), irregular_pace(EULER, rate, scale)):
        assert not any(np.shares_memory(own, given) for own in pace[1:] for given in (keep, gain, rate, scale))


@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid])
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"bias": 1e308}, "'bias' must be finite in float32"),
        ({"input_weights": np.full((3, 2), 1e300)}, "'input_weights' must be finite in float32"),
        ({"recurrent_weights": np.full((3, 3), 1e300)}, "'recurrent_weights' must be finite in float32"),
        ({"spectral_radius": 1e300}, "'recurrent_weights' must be finite .* follow from 'spectral_radius'"),
        ({"input_scaling": 1e300}, "'input_weights' must be finite .* follow from 'input_scaling'"),
        ({"bias_scaling": 1e300}, "'bias' must be finite .* follow from 'bias_scaling'"),
    ],
)
def test_weights_too_large_for_single_precision_are_refused(cls, bad, message):
    with pytest.raises(ValueError, match=message):
        cls(3, dtype="float32", random_state=0, **bad).fit(np.ones((4, 2)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_leaky_update(name, dtype):
    random_state = np.random.RandomState(1)
    drive, before = random_state.standard_normal((2, 37)).astype(dtype)
    leak = random_state.uniform(0.1, 1, 37).astype(dtype)
    after = np.empty_like(drive)
    leaky_update(ACTIVATIONS[name], leak, 1 - leak, drive, before, after)
    expected = (1 - leak) * before + leak * naive.ACTIVATIONS[name](drive)
    np.testing.assert_allclose(after, expected, rtol=0, atol=1e-15 if dtype is np.float64 else 1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_is_never_hidden_by_an_activation(name):
    ones, after = np.ones(3), np.empty(3)
    leaky_update(ACTIVATIONS[name], ones, 0 * ones, np.array([np.nan, 1, 2]), ones, after)
    assert np.isnan(after[0])
    assert np.isfinite(after[1:]).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_state_that_has_decayed_is_flushed(dtype):
    tiny = np.finfo(dtype).tiny
    after = np.empty(1, dtype)
    one, before = np.ones(1, dtype), np.array([1e9 * tiny], dtype)
    leaky_update(ACTIVATIONS["identity"], 0 * one, one, one, before, after)
    assert after[0] == 0

import numpy as np
import pytest
from scipy.stats import kstest

from reservoir import LIFLiquid
from reservoir.spiking.noise import draw_noise


def test_noise_is_a_function_of_time():
    scale = np.array([1.0, 2.0, 0.0])
    whole = draw_noise(scale, 7, 0, 20, 5, np.float64)
    np.testing.assert_array_equal(draw_noise(scale, 7, 12, 8, 5, np.float64), whole[60:])
    assert not np.array_equal(draw_noise(scale, 8, 0, 20, 5, np.float64), whole)
    assert draw_noise(np.zeros(3), 7, 0, 20, 5, np.float32).shape == (0, 3)


def test_noise_is_white_and_gaussian():
    noise = draw_noise(np.ones(50), 0, 0, 400, 10, np.float64)
    assert kstest(noise.ravel(), "norm").pvalue > 0.01
    assert abs(np.corrcoef(noise[1:].ravel(), noise[:-1].ravel())[0, 1]) < 0.01


def test_a_membrane_filters_noise_as_an_autoregressive_process():
    # V(k + 1) = a V(k) + (1 - a) sigma xi: its variance is sigma^2 (1 - a) / (1 + a)
    quiet = {"background_current": 0.0, "threshold": 1e6, "input_weights": np.zeros((300, 1)), "output": "voltages"}
    liquid = LIFLiquid(300, noise=10.0, random_state=0, recurrent_scaling=0.0, **quiet).fit(np.zeros((5, 1)))
    voltages = liquid.transform(np.zeros((300, 1)))[20:]
    a = np.exp(-1 / 20)
    assert voltages.var() == pytest.approx(100 * (1 - a) / (1 + a), rel=0.05)


def test_a_series_cut_in_two_meets_the_same_noise():
    u = np.random.RandomState(0).standard_normal((30, 3))
    liquid = LIFLiquid(40, noise=30.0, random_state=0).fit(u)
    first, state = liquid.run(u[:11])
    second, _ = liquid.run(u[11:], state)
    np.testing.assert_array_equal(np.vstack([first, second]), liquid.transform(u))
    np.testing.assert_array_equal(liquid.transform([u, u])[1], liquid.transform(u))

import mpmath
import numpy as np
import pytest

from reservoir.datasets.exponential_integrator import exponential_coefficients, exponential_steps


def weights(z):
    """The formulas of Cox & Matthews, equations 26-29, with 60 digits."""
    with mpmath.workdps(60):
        z, e = mpmath.mpf(z), mpmath.exp(z)
        return (
            (mpmath.exp(z / 2) - 1) / z,
            (-4 - z + e * (4 - 3 * z + z**2)) / z**3,
            (4 + 2 * z + e * (-4 + 2 * z)) / z**3,
            (-4 - 3 * z - z**2 + e * (4 - z)) / z**3,
        )


@pytest.mark.parametrize("z", [1e-9, -1e-9, 1e-3, 0.25, -0.7, 1.0, -1.0, -5.0, -80.0, -700.0])
def test_weights_are_those_of_many_digits_near_zero_and_far_from_it(z):
    step = 0.5
    own = exponential_coefficients(np.array([z / step]), step)
    np.testing.assert_allclose([own.full[0], own.half[0]], [np.exp(z), np.exp(z / 2)], rtol=1e-15)
    expected = [step * float(weight) for weight in weights(z)]
    np.testing.assert_allclose([weight[0] for weight in own[2:]], expected, rtol=1e-12, atol=1e-16)


def test_the_linear_part_is_exact():
    rates = np.array([-300.0, -1.0, 0.0, 0.5])
    coefficients = exponential_coefficients(rates, 0.25)
    state = exponential_steps(np.ones(4), 8, coefficients, np.zeros_like)
    np.testing.assert_allclose(state, np.exp(2 * rates), rtol=1e-14)


def test_a_constant_is_integrated_exactly():
    rates, constant = np.array([-20.0, -1.0, 0.0, 0.5]), np.array([3.0, -2.0, 1.5, 0.25])
    coefficients = exponential_coefficients(rates, 0.25)
    state = exponential_steps(np.zeros(4), 8, coefficients, lambda state: constant)
    growth = np.array([np.expm1(2 * rate) / rate if rate else 2.0 for rate in rates])
    np.testing.assert_allclose(state, constant * growth, rtol=1e-12)


def test_without_a_linear_part_it_is_the_classical_runge_kutta_method():
    def slope(state):
        return np.sin(state) + 1

    h, state = 0.3, np.array([0.2, -1.0, 2.0])
    one = slope(state)
    two = slope(state + h / 2 * one)
    three = slope(state + h / 2 * two)
    four = slope(state + h * three)
    own = exponential_steps(state, 1, exponential_coefficients(np.zeros(3), h), slope)
    np.testing.assert_allclose(own, state + h / 6 * (one + 2 * two + 2 * three + four), rtol=1e-13)


@pytest.mark.parametrize("rate", [1.0, -3.0])
def test_the_error_falls_with_the_fourth_power_of_the_step(rate):
    # The Bernoulli equation ds/dt = rate s - s^2 has a solution in closed form.
    def error(n_steps):
        own = exponential_steps(
            np.array([0.5]), n_steps, exponential_coefficients(np.array([rate]), 1 / n_steps), lambda s: -s * s
        )
        return abs(own[0] - rate / (1 + (rate / 0.5 - 1) * np.exp(-rate)))

    assert error(8) / error(16) == pytest.approx(16, rel=0.15)
    assert error(16) / error(32) == pytest.approx(16, rel=0.08)


def test_many_states_are_moved_at_once_and_left_as_they_are():
    coefficients = exponential_coefficients(np.array([1.0, -2.0]), 0.1)
    states = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    before = states.copy()
    together = exponential_steps(states, 3, coefficients, lambda s: -s * s)
    np.testing.assert_array_equal(states, before)
    alone = [exponential_steps(state, 3, coefficients, lambda s: -s * s) for state in states]
    np.testing.assert_array_equal(together, alone)

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from reservoir.datasets import make_rossler


def test_shape_and_first_row():
    X = make_rossler(7, initial=(1, 2, 3), transient=0)
    assert X.shape == (7, 3) and X.dtype == np.float64
    np.testing.assert_array_equal(X[0], [1.0, 2.0, 3.0])


def test_a_short_series_is_the_beginning_of_a_long_one():
    np.testing.assert_array_equal(make_rossler(50), make_rossler(500)[:50])


def test_the_plane_without_z_is_a_linear_spiral():
    a, step = 0.15, 0.1
    X = make_rossler(100, step=step, a=a, b=0.0, initial=(1, 0.5, 0), transient=0)
    turn = expm(step * np.array([[0, -1], [1, a]]))
    spiral = [np.linalg.matrix_power(turn, k) @ [1, 0.5] for k in range(100)]
    np.testing.assert_allclose(X[:, :2], spiral, atol=1e-10)
    np.testing.assert_array_equal(X[:, 2], 0)


def test_fixed_point_stays():
    a, b, c = 0.2, 0.2, 5.7
    z = (c - np.sqrt(c**2 - 4 * a * b)) / (2 * a)
    X = make_rossler(200, initial=(a * z, -z, z), transient=0)
    np.testing.assert_allclose(X - X[0], 0, atol=1e-10)


def test_agrees_with_another_solver():
    X = make_rossler(301, transient=0)
    field = lambda time, s: [-s[1] - s[2], s[0] + 0.2 * s[1], 0.2 + s[2] * (s[0] - 5.7)]  # noqa: E731
    times = 0.1 * np.arange(301)
    other = solve_ivp(field, (0, 30), [1.0, 1.0, 1.0], method="LSODA", t_eval=times, rtol=1e-13, atol=1e-13)
    assert np.abs(X - other.y.T).max() < 1e-8


def test_attractor_has_the_known_extent():
    x, y, z = make_rossler(3000).T
    assert -9.5 < x.min() < -8.5 and 11 < x.max() < 12
    assert -11.2 < y.min() < -10 and 7 < y.max() < 8.5
    assert 0 < z.min() < 0.02 and 20 < z.max() < 24
    # Averaging the second equation over time: <x> + a <y> = (y(T) - y(0)) / T.
    assert x.mean() + 0.2 * y.mean() == pytest.approx((y[-1] - y[0]) / 300, abs=5e-3)


def test_bad_constants_are_named():
    with pytest.raises(ValueError, match="'c' must be a finite number; got '5.7'"):
        make_rossler(10, c="5.7")

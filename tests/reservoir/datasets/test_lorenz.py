import numpy as np
import pytest
from scipy.integrate import solve_ivp

from reservoir.datasets import make_lorenz


def lorenz(time, state, sigma=10.0, rho=28.0, beta=8 / 3):
    x, y, z = state
    return [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]


def test_shape_and_first_row():
    X = make_lorenz(7, initial=(1, 2, 3), transient=0)
    assert X.shape == (7, 3) and X.dtype == np.float64
    np.testing.assert_array_equal(X[0], [1.0, 2.0, 3.0])


def test_a_short_series_is_the_beginning_of_a_long_one():
    # Peers spread n samples over linspace(0, n * step, n): their step depends on n.
    np.testing.assert_array_equal(make_lorenz(50), make_lorenz(2000)[:50])


@pytest.mark.parametrize("n_steps", [2, 11, 400])
def test_the_z_axis_decays_with_exactly_this_step(n_steps):
    X = make_lorenz(n_steps, step=0.03, beta=0.5, initial=(0, 0, 20), transient=0)
    np.testing.assert_array_equal(X[:, :2], 0)
    np.testing.assert_allclose(X[:, 2], 20 * np.exp(-0.5 * 0.03 * np.arange(n_steps)), atol=1e-10)


def test_fixed_points_stay():
    beta, rho = 8 / 3, 28.0
    c = np.sqrt(beta * (rho - 1))
    for point in ([0, 0, 0], [c, c, rho - 1], [-c, -c, rho - 1]):
        np.testing.assert_allclose(make_lorenz(200, initial=point, transient=0) - point, 0, atol=1e-9)


def test_volumes_shrink_at_the_rate_of_the_divergence():
    base, time, h = np.array([3.0, -2.0, 20.0]), 0.25, 1e-5
    ends = [
        [make_lorenz(2, step=time, initial=base + s * h * axis, transient=0)[1] for s in (1, -1)] for axis in np.eye(3)
    ]
    jacobian = np.array([(plus - minus) / (2 * h) for plus, minus in ends])
    np.testing.assert_allclose(np.linalg.det(jacobian), np.exp(-(10 + 1 + 8 / 3) * time), rtol=1e-4)


def test_agrees_with_another_solver_for_ten_time_units():
    X = make_lorenz(501, transient=0)
    times = 0.02 * np.arange(501)
    other = solve_ivp(lorenz, (0, 10), [1.0, 1.0, 1.0], method="LSODA", t_eval=times, rtol=1e-13, atol=1e-13)
    assert np.abs(X - other.y.T).max() < 1e-6


def test_transient_and_step_choose_where_one_solution_is_read():
    whole = make_lorenz(200, step=0.02, transient=0)
    np.testing.assert_allclose(make_lorenz(50, step=0.04, transient=2.0), whole[100::2], atol=1e-8)


def test_attractor_has_the_known_statistics():
    X = make_lorenz(5000)
    x, y, z = X.T
    duration = 0.02 * 4999
    mean = lambda values: (values[1:] + values[:-1]).mean() / 2  # noqa: E731
    assert 23.0 < z.mean() < 24.1 and 7.6 < x.std() < 8.2 and 8.4 < z.std() < 8.9
    # Averaging the third equation over time: <xy> - beta <z> = (z(T) - z(0)) / T.
    assert mean(x * y) - 8 / 3 * mean(z) == pytest.approx((z[-1] - z[0]) / duration, abs=5e-3)


def test_bad_constants_are_named():
    with pytest.raises(ValueError, match="'rho' must be a finite number; got nan"):
        make_lorenz(10, rho=float("nan"))
    with pytest.raises(ValueError, match="'n_steps' must be an integer"):
        make_lorenz(10.0)
    with pytest.raises(ValueError, match="'initial' must hold 3"):
        make_lorenz(10, initial=(1.0, 1.0))

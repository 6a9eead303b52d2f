import numpy as np
import pytest
from scipy.integrate import solve_ivp

from reservoir.datasets import make_mackey_glass


def solve_by_steps(times, history, tau, beta=0.2, gamma=0.1, exponent=10.0):
    """The method of steps with an adaptive solver and its own interpolation: shares nothing with the library."""
    past = lambda time: history  # noqa: E731
    values, start, state = np.empty(len(times)), 0.0, history
    while start <= times[-1]:
        field = lambda time, x, past=past: beta * past(time - tau) / (1 + past(time - tau) ** exponent) - gamma * x  # noqa: E731
        solution = solve_ivp(
            field, (start, start + tau), [state], method="DOP853", rtol=1e-12, atol=1e-13, dense_output=True,
            max_step=0.25,
        )  # fmt: skip
        inside = (times >= start) & (times <= start + tau)
        values[inside] = solution.sol(times[inside])[0]
        past = lambda time, solution=solution: solution.sol(time)[0]  # noqa: E731
        start, state = start + tau, solution.y[0, -1]
    return values


def exact_start(n_steps, **parameters):
    """The series from the first moment on, with a history that is known."""
    return make_mackey_glass(n_steps, initial_spread=0.0, transient=0.0, **parameters)[:, 0]


@pytest.mark.parametrize(
    ("tau", "step", "parameters"),
    [
        (17.0, 1.0, {}),
        (2.718, 0.3, {"beta": 2.0, "gamma": 1.0, "exponent": 9.65}),
        (0.013, 0.01, {"beta": 2.0, "gamma": 1.0}),
    ],
)
def test_agrees_with_an_independent_solver(tau, step, parameters):
    times = np.arange(0, 5 * tau, step)
    X = exact_start(len(times), tau=tau, step=step, **parameters)
    np.testing.assert_allclose(X, solve_by_steps(times, 1.2, tau, **parameters), atol=1e-8)


def test_the_error_falls_with_the_fourth_power_of_the_step():
    times = np.arange(0.0, 80.0, 0.7)
    reference = solve_by_steps(times, 1.2, 17.0)
    errors = [np.abs(exact_start(len(times), step=0.7, integration_step=h) - reference).max() for h in (0.4, 0.2, 0.1)]
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    assert (orders > 3.5).all(), orders


@pytest.mark.parametrize("step", [0.1, 1.0, 3.7])
def test_without_production_it_decays_exponentially(step):
    # A peer's scheme leaves the 4th-order update out: 0.90785 instead of 0.90484 after one unit.
    X = exact_start(100, beta=0.0, step=step)
    np.testing.assert_allclose(X, 1.2 * np.exp(-0.1 * step * np.arange(100)), atol=1e-10)


def test_first_delay_is_the_closed_form():
    production = 0.2 * 1.2 / (1 + 1.2**10)
    times = np.arange(17)
    expected = production / 0.1 + (1.2 - production / 0.1) * np.exp(-0.1 * times)
    np.testing.assert_allclose(exact_start(17), expected, atol=1e-12)


@pytest.mark.parametrize("step", [0.1, 1.0])
def test_attractor_keeps_its_range_whatever_the_step(step):
    # A peer leaves the step out of the production term: with step 0.1 its series runs from 0.32 to 7.96.
    X = make_mackey_glass(int(3000 / step), step=step, random_state=0)
    assert 0.40 < X.min() < 0.44 and 1.30 < X.max() < 1.33


def test_halving_the_internal_step_changes_nothing_visible():
    coarse = make_mackey_glass(200, random_state=0)
    fine = make_mackey_glass(200, integration_step=0.01, random_state=0)
    assert np.abs(coarse - fine).max() < 1e-6


def test_step_only_chooses_where_one_solution_is_read():
    whole, half = make_mackey_glass(300, random_state=3), make_mackey_glass(600, step=0.5, random_state=3)
    np.testing.assert_array_equal(half[::2], whole)
    thirds = make_mackey_glass(900, step=1 / 3, random_state=3)
    np.testing.assert_allclose(thirds[::3], whole, atol=1e-9)


def test_a_short_series_is_the_beginning_of_a_long_one():
    np.testing.assert_array_equal(make_mackey_glass(50, random_state=1), make_mackey_glass(800, random_state=1)[:50])


def test_the_steady_state_stays():
    # beta / (1 + x^n) = gamma at x = 1 for beta = 2 gamma.
    np.testing.assert_allclose(exact_start(200, initial=1.0), 1.0, atol=1e-12)


def test_seeds():
    first, again, other = (make_mackey_glass(500, random_state=seed) for seed in (0, 0, 1))
    assert first.shape == (500, 1) and first.dtype == np.float64
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.1
    assert make_mackey_glass(1, transient=0, random_state=None)[0, 0] == pytest.approx(1.2, abs=0.1)
    np.testing.assert_array_equal(make_mackey_glass(9, initial_spread=0), make_mackey_glass(9, initial_spread=0))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tau", 0),
        ("beta", -0.1),
        ("gamma", -0.1),
        ("exponent", 0),
        ("step", 0),
        ("initial", 0),
        ("initial_spread", 1.3),
        ("transient", -1),
        ("integration_step", 0),
    ],
)
def test_arguments_out_of_range_are_named(name, value):
    with pytest.raises(ValueError, match=f"'{name}' must be a number .*; got {value}"):
        make_mackey_glass(10, **{name: value})


def test_n_steps_must_be_a_count():
    with pytest.raises(ValueError, match="'n_steps' must be an integer of at least 1; got 0"):
        make_mackey_glass(0)


def test_endless_integrations_are_refused_at_once():
    for arguments in ({"tau": 1e-320}, {"tau": 1e-9}, {"step": 1e308}, {"transient": 2.0**40}):
        with pytest.raises(ValueError, match="'n_steps', 'step' and 'transient' must last at most 1e.07 delays 'tau'"):
            make_mackey_glass(10, **arguments)
    for arguments in ({"tau": 1e308}, {"integration_step": 1e-320}):
        with pytest.raises(ValueError, match="'tau' .* must last at most 1e.10 times 'integration_step'"):
            make_mackey_glass(10, **arguments)


def test_more_rows_than_memory_are_refused_at_once():
    for n_steps in (2**40, 10**400):
        with pytest.raises(ValueError, match="'n_steps' must be small enough for the .* bytes of memory here"):
            make_mackey_glass(n_steps)


@pytest.mark.parametrize("arguments", [{"initial": 1e308}, {"initial": 1e308, "beta": 0}])
def test_no_solution_is_infinite(arguments):
    with pytest.raises(ValueError, match="'initial', 'beta', 'gamma', .* must give a finite solution"):
        make_mackey_glass(10, transient=0, **arguments)


def test_rows_closer_than_rounding_are_equal():
    np.testing.assert_array_equal(np.ptp(make_mackey_glass(5, step=1e-320, random_state=0)), 0.0)

"""The Mackey-Glass equation: chaos in one variable, out of a delay."""

import math

import numpy as np
from scipy.signal import lfilter

from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_integer, check_memory, check_number, check_random_state

# More than any sensible series needs; a delay takes about 0.1 ms and a grid interval 50 ns.
_MOST_DELAYS = 10**7
_MOST_INTERVALS = 10**10
_WIDEST_SPREAD = 1e300  # twice that is still a number
# For the time, delay and value of a row, or for the temporary arrays of a grid interval.
_BYTES_PER_STEP = 40


def make_mackey_glass(
    n_steps: int,
    *,
    tau: float = 17.0,
    beta: float = 0.2,
    gamma: float = 0.1,
    exponent: float = 10.0,
    step: float = 1.0,
    initial: float = 1.2,
    initial_spread: float = 0.1,
    transient: float = 1000.0,
    integration_step: float = 0.02,
    random_state: RandomState = None,
) -> Array:
    """Make a series of the Mackey-Glass delay equation.

    The equation is::

        dx/dt = beta x(t - tau) / (1 + x(t - tau)^exponent) - gamma x(t)

    with x(t) = `initial` + U(-`initial_spread`, `initial_spread`) for all t <= 0, one draw per series. It is solved
    one delay after the other: within a delay the first term is known, the second is integrated exactly, and the
    Runge-Kutta method of order 4 becomes a linear recursion. The grid divides `tau`, so that the kinks of the solution
    at multiples of the delay fall on grid points; delayed values and samples between grid points come from cubic
    Hermite interpolation. Neither `step` nor `n_steps` changes the grid: they only choose where the same solution is
    sampled. With `tau=17` the series is mildly chaotic and stays between about 0.42 and 1.32.

    Parameters
    ----------
    n_steps : int, at least 1
        Number of rows.
    tau : float, above 0, default 17
        Delay, in time units; need not be an integer. 30 is the harder standard task. Below `integration_step` times
        a few, the run time grows as 1 / `tau`.
    beta : float, at least 0, default 0.2
        Production rate, per time unit.
    gamma : float, at least 0, default 0.1
        Decay rate, per time unit.
    exponent : float, above 0, default 10
        Steepness of the feedback, without unit.
    step : float, above 0, default 1
        Time between two rows, in time units.
    initial : float, above 0, default 1.2
        Centre of the constant history.
    initial_spread : float, from 0 to `initial`, default 0.1
        Half-width of the random draw about `initial`; with 0 the series does not depend on `random_state`.
    transient : float, at least 0, default 1000
        Time integrated before the first row, in time units; 0 makes the constant history's value the first row.
    integration_step : float, above 0, default 0.02
        Upper limit of the internal step, in time units. The error falls with its fourth power; the default leaves
        about 1e-12 in the first hundred time units.
    random_state : int, RandomState instance or None, default None
        Source of the history's value; an int makes the series reproducible.

    Returns
    -------
    X : ndarray of shape (n_steps, 1)
        Time along rows.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Mackey & Glass (1977), Oscillation and chaos in physiological control systems, Science 197, pages 287-289.
    Jaeger (2001), The "echo state" approach to analysing and training recurrent neural networks, GMD Report 148,
    section 6 (there with an Euler step of 0.1, which gives another trajectory of nearly the same attractor).
    Lawson (1967), Generalized Runge-Kutta processes, SIAM Journal on Numerical Analysis 4, pages 372-380.

    Examples
    --------
    >>> from reservoir.datasets import make_mackey_glass
    >>> X = make_mackey_glass(3000, random_state=0)
    >>> X.shape
    (3000, 1)
    >>> print(f"{X.min():.1f} to {X.max():.1f}")
    0.4 to 1.3
    """
    n_steps = check_integer("n_steps", n_steps)
    tau = check_number("tau", tau, above=0)
    rates = (
        check_number("beta", beta, at_least=0),
        check_number("gamma", gamma, at_least=0),
        check_number("exponent", exponent, above=0),
    )
    step = check_number("step", step, above=0)
    initial = check_number("initial", initial, above=0)
    spread = check_number("initial_spread", initial_spread, at_least=0, at_most=_WIDEST_SPREAD)
    if spread > initial:
        raise ValueError(f"'initial_spread' must be a number at most 'initial', {initial:g}; got {spread:g}.")
    transient = check_number("transient", transient, at_least=0)
    integration_step = check_number("integration_step", integration_step, above=0)
    check_memory("n_steps", n_steps, _BYTES_PER_STEP * n_steps)
    n_intervals = _count_intervals(transient + step * (n_steps - 1), tau, integration_step)
    history = initial + check_random_state(random_state).uniform(-spread, spread)
    times = transient + step * np.arange(n_steps)
    with np.errstate(over="ignore", invalid="ignore"):
        samples = _solve(times, history, tau, rates, n_intervals)
    if not np.isfinite(samples).all():
        raise ValueError(
            "'initial', 'beta', 'gamma', 'exponent' and 'tau' must give a finite solution; got one that leaves the "
            "range of floats. Pass values nearer to the defaults."
        )
    return samples[:, np.newaxis]


def _count_intervals(duration, tau, integration_step):
    """Return the number of grid intervals in a delay, unless there are too many in all."""
    per_delay = tau / integration_step
    n_delays = duration / tau + 1
    if not n_delays <= _MOST_DELAYS:
        raise ValueError(
            f"'n_steps', 'step' and 'transient' must last at most {_MOST_DELAYS:g} delays 'tau'; got {n_delays:.3g}. "
            "Pass a shorter series or a longer tau."
        )
    if not n_delays * per_delay <= _MOST_INTERVALS:
        raise ValueError(
            f"'n_steps', 'step' and 'transient', or 'tau' if that is longer, must last at most {_MOST_INTERVALS:g} "
            f"times 'integration_step'; got {n_delays * per_delay:.3g}. Pass a shorter series or a longer step."
        )
    n_intervals = math.ceil(per_delay)
    check_memory("integration_step", integration_step, _BYTES_PER_STEP * n_intervals)
    return n_intervals


def _solve(times, history, tau, rates, n_intervals):
    """Return the solution at the given increasing times, holding two delays of it at once."""
    width = tau / n_intervals
    delays = np.floor(times / tau).astype(int)
    values, slopes = np.full(n_intervals + 1, history), np.zeros(n_intervals + 1)
    samples = np.empty(len(times))
    first = 0
    for delay in range(delays[-1] + 1):
        values, slopes = _advance_one_delay(values, slopes, width, *rates)
        last = np.searchsorted(delays, delay, side="right")
        samples[first:last] = _interpolate(values, slopes, width, (times[first:last] - delay * tau) / width)
        first = last
    return samples


def _advance_one_delay(values, slopes, width, beta, gamma, exponent):
    """Return values and slopes at the grid points of the next delay, given those of the last one."""
    middle = (values[:-1] + values[1:]) / 2 + width / 8 * (slopes[:-1] - slopes[1:])
    production = beta * values / (1 + values**exponent)
    production_middle = beta * middle / (1 + middle**exponent)
    decay = math.exp(-gamma * width)
    # The factor exp(gamma t) removes the decay from the equation; Runge-Kutta on a known right side is Simpson's rule.
    gain = 4 * math.exp(-gamma * width / 2) * production_middle
    gain += decay * production[:-1] + production[1:]
    last = values[-1]
    following, _ = lfilter([1.0], [1.0, -decay], width / 6 * gain, zi=[decay * last])
    values = np.concatenate([[last], following])
    # At both ends of the delay this is the one-sided slope: the kink there never enters an interpolation.
    return values, production - gamma * values


def _interpolate(values, slopes, width, positions):
    """Cubic Hermite interpolation at positions counted in grid intervals."""
    left = np.clip(positions.astype(int), 0, len(values) - 2)
    right = left + 1
    s = positions - left
    return (
        (1 + 2 * s) * (1 - s) ** 2 * values[left]
        + s * (1 - s) ** 2 * width * slopes[left]
        + s**2 * (3 - 2 * s) * values[right]
        + s**2 * (s - 1) * width * slopes[right]
    )

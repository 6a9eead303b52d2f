"""Exponential time differencing: an integrator of order 4 for stiff equations whose linear part is diagonal."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from readouts.types import Array

# Points on a circle of radius 1 about each coefficient's argument; 32 leave nothing but rounding errors.
_N_POINTS = 32


class ExponentialCoefficients(NamedTuple):
    """What a step of length h multiplies with, for each mode: exponentials, and weights of the nonlinear part.

    `full` is exp(h L) and `half` exp(h L / 2), `stage` weighs the nonlinear part inside a half step; `first`,
    `middle` and `last` weigh its values at the start, at both midpoints and at the end.
    """

    full: Array
    half: Array
    stage: Array
    first: Array
    middle: Array
    last: Array


def exponential_coefficients(rates: Array, step: float) -> ExponentialCoefficients:
    """Return the coefficients of the exponential Runge-Kutta method of order 4 for real linear rates.

    With z = step * rates they are::

        stage  = step (exp(z / 2) - 1) / z
        first  = step (-4 - z + exp(z) (4 - 3 z + z^2)) / z^3
        middle = step (4 + 2 z + exp(z) (-4 + 2 z)) / z^3
        last   = step (-4 - 3 z - z^2 + exp(z) (4 - z)) / z^3

    Near z = 0 nothing would remain of these differences but rounding errors. The functions are analytic, so that each
    is the mean of its values on a circle about z, where no denominator is small.

    Parameters
    ----------
    rates : ndarray of shape (n_modes,)
        Diagonal of the linear part, per time unit.
    step : float, above 0
        Length of a step, in time units.

    Returns
    -------
    coefficients : ExponentialCoefficients
        Arrays of shape (n_modes,).

    References
    ----------
    Cox & Matthews (2002), Exponential time differencing for stiff systems, Journal of Computational Physics 176,
    pages 430-455, equations 26-29 (the method).
    Kassam & Trefethen (2005), Fourth-order time-stepping for stiff PDEs, SIAM Journal on Scientific Computing 26,
    pages 1214-1233, section 3 (the circle).

    Examples
    --------
    >>> import numpy as np
    >>> coefficients = exponential_coefficients(np.zeros(1), step=0.6)
    >>> [round(float(weight[0]), 12) for weight in coefficients]  # without a linear part: the classical method
    [1.0, 1.0, 0.3, 0.1, 0.2, 0.1]
    """
    z = step * rates
    # The functions are real on the real axis: the upper half of the circle suffices.
    circle = np.exp(1j * np.pi * (np.arange(_N_POINTS) + 0.5) / _N_POINTS)
    around = z[:, np.newaxis] + circle
    powers, halves = np.exp(around), np.exp(around / 2)

    def mean(values):
        return step * values.mean(axis=1).real

    return ExponentialCoefficients(
        full=np.exp(z),
        half=np.exp(z / 2),
        stage=mean((halves - 1) / around),
        first=mean((-4 - around + powers * (4 - 3 * around + around**2)) / around**3),
        middle=mean((4 + 2 * around + powers * (-4 + 2 * around)) / around**3),
        last=mean((-4 - 3 * around - around**2 + powers * (4 - around)) / around**3),
    )


def exponential_steps(
    state: Array, n_steps: int, coefficients: ExponentialCoefficients, nonlinear: Callable[[Array], Array]
) -> Array:
    """Return the state after some steps of ds/dt = L s + N(s), where L is diagonal.

    The four stages of a step are those of Cox & Matthews (2002), equations 26-29. It solves ds/dt = L s exactly.

    Parameters
    ----------
    state : ndarray of shape (..., n_modes)
        Where the steps begin; it is left as it is.
    n_steps : int, at least 0
        Number of steps of the length that the coefficients are made for.
    coefficients : ExponentialCoefficients
        For the rates of all modes.
    nonlinear : callable
        `nonlinear(state)` returns N, of the shape of the state.

    Returns
    -------
    state : ndarray of shape (..., n_modes)

    Examples
    --------
    >>> import numpy as np
    >>> logistic = exponential_coefficients(np.ones(1), step=0.1)  # ds/dt = s - s^2
    >>> exponential_steps(np.array([0.5]), 10, logistic, lambda s: -s * s).round(5)
    array([0.73106])
    >>> print(round(1 / (1 + np.exp(-1)), 5))
    0.73106
    """
    full, half, stage, first, middle, last = coefficients
    for _ in range(n_steps):
        at_start = nonlinear(state)
        moved = half * state
        midpoint = moved + stage * at_start
        at_midpoint = nonlinear(midpoint)
        at_second = nonlinear(moved + stage * at_midpoint)
        at_end = nonlinear(half * midpoint + stage * (2 * at_second - at_start))
        state = full * state + first * at_start + middle * (at_midpoint + at_second) + last * at_end
    return state

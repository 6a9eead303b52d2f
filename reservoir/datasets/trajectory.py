"""Sample the solution of an ordinary differential equation on an exact grid of times."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from scipy.integrate import ode

from readouts.masked import refuse_masked
from readouts.types import Array
from reservoir.checks.arguments import check_integer, check_memory, check_number

# The least that DOP853 keeps in double precision, with a margin: chaos amplifies the error that remains.
TOLERANCE = 1e-12
# Limit for each interval: a solution that diverges in ever smaller steps ends after a few seconds.
MAX_INTERNAL_STEPS = 200_000


def sample_trajectory(
    derivative: Callable[[float, Array], list[float]],
    initial: Sequence[float],
    n_steps: int,
    *,
    step: float,
    transient: float,
    constants: Sequence[str] = (),
) -> Array:
    """Integrate an autonomous system and return its state at times `transient + k * step`, k = 0, 1, ...

    Every interval between two samples is integrated separately by DOP853, an explicit Runge-Kutta method of order 8
    with relative and absolute tolerance 1e-12. No sample depends on how many follow, so that a short series is,
    bit for bit, the beginning of a long one.

    Parameters
    ----------
    derivative : callable
        `derivative(time, state)` returns the list of the state's time derivatives.
    initial : sequence of float, shape (n_features,)
        State at time 0.
    n_steps : int, at least 1
        Number of samples.
    step : float, above 0
        Time between two samples, in time units of the equation.
    transient : float, at least 0
        Time integrated before the first sample, in the same units.
    constants : sequence of str
        Names of the constants of the derivative, for the message about a solution that diverges.

    Returns
    -------
    X : ndarray of shape (n_steps, n_features)

    Raises
    ------
    ValueError
        If an argument is out of range, or if the solution diverges or takes more than 200,000
        internal steps from one sample to the next.

    References
    ----------
    Hairer, Norsett & Wanner (1993), Solving Ordinary Differential Equations I, section II.5 (DOP853 is described
    in its second edition).

    Examples
    --------
    >>> decay = lambda time, state: [-state[0]]
    >>> sample_trajectory(decay, [1.0], 3, step=1.0, transient=0.0).round(6)
    array([[1.      ],
           [0.367879],
           [0.135335]])
    """
    n_steps = check_integer("n_steps", n_steps)
    step = check_number("step", step, above=0)
    transient = check_number("transient", transient, at_least=0)
    check_memory("n_steps", n_steps, 8 * len(initial) * n_steps)
    solver = ode(derivative).set_integrator("dop853", rtol=TOLERANCE, atol=TOLERANCE, nsteps=MAX_INTERNAL_STEPS)
    solver.set_initial_value(initial, 0.0)
    X = np.empty((n_steps, len(initial)))
    for row in range(n_steps):
        time = transient + row * step
        # The integrator refuses steps of length 0: at the start, or where steps are smaller than rounding errors.
        if solver.t < time < np.inf:
            with warnings.catch_warnings():  # a failed step is an error below
                warnings.simplefilter("ignore", UserWarning)
                solver.integrate(time)
        if not (time < np.inf and solver.successful() and np.isfinite(solver.y).all()):
            names = ", ".join(f"'{name}'" for name in (*constants, "initial", "step"))
            raise ValueError(
                f"{names} and 'transient' must give a bounded, smooth solution; got one that diverges or turns too "
                f"stiff before time {time:g}. Pass values nearer to the defaults."
            )
        X[row] = solver.y
    return X


def check_state(initial: Sequence[float] | Array, n_features: int) -> list[float]:
    """Return the `initial` state as a list of `n_features` finite floats.

    Parameters
    ----------
    initial : sequence of float, shape (n_features,)
        The argument to check.
    n_features : int
        How many numbers the system's state has.

    Returns
    -------
    state : list of float

    Raises
    ------
    ValueError
        If the length differs or a value is not a finite real number.

    Examples
    --------
    >>> check_state((1, 2, 3), 3)
    [1.0, 2.0, 3.0]
    """
    example = ", ".join(["1.0"] * n_features)
    message = (
        f"'initial' must hold {n_features} finite real numbers; got {initial!r}. Pass for instance initial=({example})."
    )
    refuse_masked("initial", initial)
    try:
        state = np.asarray(initial)
    except ValueError as error:
        raise ValueError(message) from error
    if state.shape != (n_features,) or state.dtype.kind not in "iuf" or not np.isfinite(state).all():
        raise ValueError(message)
    return state.astype(float).tolist()

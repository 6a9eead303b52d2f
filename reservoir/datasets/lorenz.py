"""The Lorenz system, the standard test of forecasting chaos."""

from collections.abc import Sequence

from readouts.types import Array
from reservoir.checks.arguments import check_number
from reservoir.datasets.trajectory import check_state, sample_trajectory


def make_lorenz(
    n_steps: int,
    *,
    step: float = 0.02,
    sigma: float = 10.0,
    rho: float = 28.0,
    beta: float = 8 / 3,
    initial: Sequence[float] | Array = (1.0, 1.0, 1.0),
    transient: float = 10.0,
) -> Array:
    """Make a series of the Lorenz system.

    The three equations are::

        dx/dt = sigma (y - x)
        dy/dt = x (rho - z) - y
        dz/dt = x y - beta z

    With the default constants the solution is chaotic; its largest Lyapunov exponent is about 0.906 per time unit,
    so that one Lyapunov time is about 1.104 time units, or 55 steps. Row k is the state at time
    `transient + k * step` exactly, whatever `n_steps` is. The series is deterministic; another `initial` gives
    another one. An error made at time 0 grows about e-fold per Lyapunov time: no integration with tolerance 1e-12
    is the true solution much beyond 30 time units, although it stays on the attractor.

    Parameters
    ----------
    n_steps : int, at least 1
        Number of rows.
    step : float, above 0, default 0.02
        Time between two rows, in time units of the equations.
    sigma : float, default 10
        Prandtl number, without unit.
    rho : float, default 28
        Rayleigh number relative to its critical value, without unit.
    beta : float, default 8/3
        Aspect ratio of the convection cells, without unit.
    initial : sequence of 3 floats, default (1, 1, 1)
        State (x, y, z) at time 0.
    transient : float, at least 0, default 10
        Time integrated before the first row, in time units; 0 makes `initial` the first row. The default is long
        enough for the solution to reach the attractor.

    Returns
    -------
    X : ndarray of shape (n_steps, 3)
        Columns x, y, z; time along rows.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the solution diverges.

    References
    ----------
    Lorenz (1963), Deterministic nonperiodic flow, Journal of the Atmospheric Sciences 20, section 5,
    equations 25-27.

    Examples
    --------
    >>> from reservoir.datasets import make_lorenz
    >>> make_lorenz(2, transient=0).round(4)
    array([[1.    , 1.    , 1.    ],
           [1.0488, 1.524 , 0.9731]])
    """
    sigma = check_number("sigma", sigma)
    rho = check_number("rho", rho)
    beta = check_number("beta", beta)

    def derivative(time, state):
        # Python floats: three times as fast here as arithmetic on NumPy scalars.
        x, y, z = state.tolist()
        return [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]

    start, constants = check_state(initial, 3), ("sigma", "rho", "beta")
    return sample_trajectory(derivative, start, n_steps, step=step, transient=transient, constants=constants)

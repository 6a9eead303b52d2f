"""The Rössler system: one band of chaos, gentler than Lorenz's two wings."""

from collections.abc import Sequence

from readouts.types import Array
from reservoir.checks.arguments import check_number
from reservoir.datasets.trajectory import check_state, sample_trajectory


def make_rossler(
    n_steps: int,
    *,
    step: float = 0.1,
    a: float = 0.2,
    b: float = 0.2,
    c: float = 5.7,
    initial: Sequence[float] | Array = (1.0, 1.0, 1.0),
    transient: float = 100.0,
) -> Array:
    """Make a series of the Rössler system.

    The three equations are::

        dx/dt = -y - z
        dy/dt = x + a y
        dz/dt = b + z (x - c)

    With the default constants the solution is chaotic; its largest Lyapunov exponent is about 0.071 per time unit,
    so that one Lyapunov time is about 14 time units, or 140 steps. Row k is the state at time
    `transient + k * step` exactly, whatever `n_steps` is. The series is deterministic; another `initial` gives
    another one.

    Parameters
    ----------
    n_steps : int, at least 1
        Number of rows.
    step : float, above 0, default 0.1
        Time between two rows, in time units of the equations.
    a, b, c : float, default 0.2, 0.2, 5.7
        Constants of the equations, without unit.
    initial : sequence of 3 floats, default (1, 1, 1)
        State (x, y, z) at time 0.
    transient : float, at least 0, default 100
        Time integrated before the first row, in time units; 0 makes `initial` the first row. The default is long
        enough for the solution to spiral out to the attractor.

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
    Rössler (1976), An equation for continuous chaos, Physics Letters A 57, pages 397-398.

    Examples
    --------
    >>> from reservoir.datasets import make_rossler
    >>> make_rossler(2, transient=0).round(4)
    array([[1.    , 1.    , 1.    ],
           [0.8139, 1.1116, 0.6349]])
    """
    a = check_number("a", a)
    b = check_number("b", b)
    c = check_number("c", c)

    def derivative(time, state):
        # Python floats: three times as fast here as arithmetic on NumPy scalars.
        x, y, z = state.tolist()
        return [-y - z, x + a * y, b + z * (x - c)]

    start, constants = check_state(initial, 3), ("a", "b", "c")
    return sample_trajectory(derivative, start, n_steps, step=step, transient=transient, constants=constants)

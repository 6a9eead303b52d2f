"""Models of one step, at module level so that they can be pickled, and rows that follow from them."""

import numpy as np

LORENZ_SUBSTEPS = 4


def logistic(rows):
    """The logistic map, whose rows are chaotic."""
    return 3.9 * rows * (1 - rows)


def nearly_logistic(rows):
    return logistic(rows) + 0.02 * np.sin(9 * rows)


def turn(rows, angle=0.2):
    """A turn of the plane, each coordinate distorted and back, so that what follows is not linear but exact."""
    x, y = np.sinh(rows).T
    return np.arcsinh(np.column_stack([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y]))


def iterate(step, start, n_rows):
    rows = [np.atleast_2d(np.asarray(start, dtype=float))]
    while len(rows) < n_rows:
        rows.append(step(rows[-1]))
    return np.concatenate(rows)


def lorenz(rows, rho=28.0, step=0.1):
    """Runge-Kutta steps of order 4 through one row of the Lorenz system, of many states at once."""

    def slope(state):
        x, y, z = state
        return np.array([10 * (y - x), x * (rho - z) - y, x * y - 8 / 3 * z])

    state, h = rows.T, step / LORENZ_SUBSTEPS
    for _ in range(LORENZ_SUBSTEPS):
        a = slope(state)
        b = slope(state + h / 2 * a)
        c = slope(state + h / 2 * b)
        state = state + h / 6 * (a + 2 * b + 2 * c + slope(state + h * c))
    return state.T


CHAOS = iterate(logistic, [0.3], 700)
WHEEL = iterate(turn, [1.5, 0.0], 700)

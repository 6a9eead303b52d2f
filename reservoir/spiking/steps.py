"""Times become whole steps of the grid as in Brian2, which divides seconds: their rounding decides half steps."""

import numpy as np

LONGEST = 2**62  # steps, to which more can still be added


def rounded_steps(times, dt):
    """Return times in steps of ``dt``, both in ms, rounded half up; whole numbers as floats, for they may be large."""
    second = _second(dt)
    return np.floor(np.asarray(times, dtype=np.float64) * second / (dt * second) + 0.5)


def refractory_steps(times, dt):
    """Return refractory times in steps of ``dt``, both in ms, rounded down but for a thousandth of a step."""
    second = _second(dt)
    with np.errstate(over="ignore"):  # what is too long for a number is held for ever
        steps = (np.asarray(times, dtype=np.float64) * second + 1e-3 * (dt * second)) / (dt * second)
    return np.minimum(steps, LONGEST).astype(np.int64)


def _second(dt):
    return 1e-3 if dt > 1e-300 else 1.0  # of what is even shorter, seconds keep no digits

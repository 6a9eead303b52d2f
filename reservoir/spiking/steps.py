"""Times become whole steps of the grid as in Brian2, which divides seconds: their rounding decides half steps."""

import numpy as np

LONGEST_TIME = 2**62  # steps, to which more can still be added
LONGEST_DELAY = 2**20  # steps; a spike is kept for so long, in memory for every step


def rounded_steps(times, dt):
    """Return times in steps of ``dt``, both in ms, rounded half up; whole numbers as floats, for they may be large."""
    second = _second(dt)
    return np.floor(np.asarray(times, dtype=np.float64) * second / (dt * second) + 0.5)


def delay_steps(name, delays, dt):
    """Return delays in steps of ``dt``, rounded half up as in Brian2; see `rounded_steps`."""
    if np.any(delays > LONGEST_DELAY * dt):
        raise ValueError(
            f"'{name}' must be at most {LONGEST_DELAY * dt:g} ms, 2**20 steps of dt={dt:g} ms; got {delays.max():g} ms."
        )
    return rounded_steps(delays, dt).astype(np.int32)


def refractory_steps(times, dt):
    """Return refractory times in steps of ``dt``, both in ms, rounded down but for a thousandth of a step.

    So a unit may spike again up to a step sooner than the time says, as in Brian2, and in the next step at the soonest.
    """
    second = _second(dt)
    with np.errstate(over="ignore"):  # an infinite number of steps becomes the longest
        steps = (np.asarray(times, dtype=np.float64) * second + 1e-3 * (dt * second)) / (dt * second)
    return np.minimum(steps, LONGEST_TIME).astype(np.int64)


def _second(dt):
    return 1e-3 if dt > 1e-300 else 1.0  # in seconds, shorter steps would be denormal

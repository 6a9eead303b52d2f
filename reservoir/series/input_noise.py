"""Noise on the inputs of a reservoir, drawn only where rows are taken, so that it is never held as a whole."""

from functools import partial

import numpy as np

from reservoir.checks.arguments import check_per_unit, check_random_state
from reservoir.series.lazy_series import LazySeries

BLOCK = 4096  # rows from one stored random state to the next


def add_noise(inputs, noise, n_features, random_state, what="feature"):
    """Return series with Gaussian noise on their leading columns, the same whenever, and beside whatever, it is taken.

    Parameters
    ----------
    inputs : list of LazySeries
    noise, random_state : the parameters of these names, not checked yet
        A random state is advanced past the noise of all series.
    n_features : int
        Number of leading columns.
    what : str, default="feature"
        What a leading column is, for the message.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.series.input_noise import add_noise
    >>> from reservoir.series.lazy_series import lazily
    >>> (noisy,) = add_noise([lazily(np.zeros((9, 2)), np.dtype(float))], 0.5, 1, 0)
    >>> noisy[3:5].round(3)
    array([[1.12 , 0.   ],
           [0.934, 0.   ]])
    """
    deviations = check_per_unit("noise", noise, n_features, what, at_least=0)
    random_state = check_random_state(random_state)
    if not deviations.any():
        return inputs
    noisy = []
    for rows in inputs:
        beginnings = []
        for start in range(0, len(rows), BLOCK):
            beginnings.append(random_state.get_state(legacy=False))
            random_state.standard_normal((min(BLOCK, len(rows) - start), n_features))
        noisy.append(LazySeries(rows.shape, rows.dtype, partial(_take, rows, deviations, beginnings, noise)))
    return noisy


def _take(inputs, deviations, beginnings, noise, start, stop):
    rows, n_features = inputs[start:stop].copy(), len(deviations)
    for number in range(start // BLOCK, -(-stop // BLOCK)):
        first = number * BLOCK
        n_rows = min(stop - first, BLOCK)
        drawn = _resume(beginnings[number]).standard_normal((n_rows, n_features))[max(start - first, 0) :]
        end = first + n_rows - start
        with np.errstate(over="ignore"):
            rows[end - len(drawn) : end, :n_features] += deviations * drawn
    if not np.isfinite(rows).all():
        raise ValueError(f"'noise' must leave the series finite; got {noise!r}. Use less.")
    return rows


def _resume(state):
    """Return a random state that draws on from a state, in half the time of a deep copy of another."""
    random_state = np.random.RandomState(getattr(np.random, state["bit_generator"])(0))
    random_state.set_state(state)
    return random_state

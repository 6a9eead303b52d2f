"""A reservoir driven by independent uniform numbers: its input, and the states that this led to."""

from dataclasses import dataclass

import numpy as np

from reservoir.checks.arguments import as_list, check_integer, check_memory, check_number, check_random_state
from reservoir.diagnostics.by_run import as_reservoir

LEAST_STEPS = 10_000  # by default
LEAST_DELAYS, MOST_DELAYS = 100, 1000  # by default


@dataclass(frozen=True, eq=False)
class Drive:
    """States after the washout, and the signal that led to them, as far back as the longest delay.

    Parameters
    ----------
    signal : array (max_delay + n_steps,)
        In [-1, 1], whatever the range of the input. Row t of the states belongs to
        ``signal[max_delay + t]``.
    states : array (n_steps, n_columns)
    """

    signal: np.ndarray
    states: np.ndarray

    @property
    def max_delay(self):
        """The longest delay."""
        return len(self.signal) - len(self.states)


def random_drive(reservoir, *, max_delay, n_steps, washout, input_range, column, random_state):
    """Drive a fitted reservoir from rest by numbers that are uniform and independent from step to step.

    Parameters
    ----------
    reservoir : fitted reservoir, or object with a method ``run``, see `as_reservoir`
    max_delay : int or None
        At least 0; None is twice the number of units, at least 100 and at most 1000.
    n_steps : int or None
        Rows of states to be returned. None is ten for each of their columns, at least 10,000.
    washout : int
        At least 0: rows that are driven first, in addition to ``max_delay`` of them.
    input_range : pair of floats
        Lowest and highest input.
    column : int or None
        The column of X with the signal, the others being 0; None is every column. An elapsed column is 1 throughout.
    random_state : int, RandomState or None

    Returns
    -------
    Drive

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> from reservoir import NVAR
    >>> from reservoir.diagnostics.memory.random_drive import random_drive
    >>> nvar = NVAR(delay=2, order=1).fit([[0.0]])
    >>> drive = random_drive(nvar, max_delay=1, n_steps=110, washout=0, input_range=(4, 6), column=None, random_state=0)
    >>> bool(abs(drive.states[:, 1] - (5 + drive.signal[:-1])).max() < 1e-12)  # the second column is u(t - 1)
    True
    """
    reservoir = as_reservoir(reservoir)
    n_columns = reservoir.n_features_out_
    max_delay = default_delay(reservoir) if max_delay is None else check_integer("max_delay", max_delay, at_least=0)
    washout = check_integer("washout", washout, at_least=0)
    least = 4 * n_columns + 100
    n_steps = max(10 * n_columns, LEAST_STEPS) if n_steps is None else check_integer("n_steps", n_steps)
    if n_steps < least:
        raise ValueError(
            f"'n_steps' must be at least {least} for states of {n_columns} columns, four for each and 100 more; "
            f"got {n_steps}."
        )
    weights = input_direction(reservoir, column)
    for name, value in (("n_steps", n_steps), ("max_delay", max_delay), ("washout", washout)):
        check_memory(name, value, 8 * value * (len(weights) + n_columns))
    low, high = check_range(input_range)
    signal = check_random_state(random_state).uniform(-1, 1, washout + max_delay + n_steps)
    X = np.outer((low + high) / 2 + (high - low) / 2 * signal, weights)
    states, _ = reservoir.run(regular(reservoir, X))
    return Drive(signal[washout:], states[washout + max_delay :])


def default_delay(reservoir):
    """Return twice the number of units, at least 100 and at most 1000."""
    return min(max(2 * reservoir.n_units_, LEAST_DELAYS), MOST_DELAYS)


def input_direction(reservoir, column):
    """Return 1 for every column of X that holds the signal, and 0 for the others."""
    n_features, elapsed = reservoir.n_features_in_, reservoir.elapsed_column_
    weights = np.ones(n_features)
    if column is not None:
        column = check_integer("column", column, at_least=0)
        if column >= n_features or column == elapsed:
            raise ValueError(
                f"'column' must be None or the position of an input among the {n_features} columns that the reservoir "
                f"was fitted on; got {column}{', which holds elapsed times' if column == elapsed else ''}."
            )
        weights = np.eye(n_features)[column]
    return weights


def regular(reservoir, X):
    """Put a time of 1 into the elapsed column, in place, where there is one."""
    if (elapsed := reservoir.elapsed_column_) is not None:
        X[:, elapsed] = 1
    return X


def check_range(input_range):
    """Return the lowest and the highest input, or raise ValueError."""
    pair = as_list(input_range)
    if pair is None or len(pair) != 2:
        raise ValueError(f"'input_range' must be a pair (lowest, highest); got {input_range!r}.")
    low, high = pair
    low, high = check_number("input_range", low), check_number("input_range", high)
    if not low < high or high / 2 - low / 2 > np.finfo(np.float64).max / 2:
        raise ValueError(
            f"'input_range' must rise from the lowest to the highest input, by a finite number; got {input_range!r}."
        )
    return low, high

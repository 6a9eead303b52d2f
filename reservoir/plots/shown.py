"""Which of many units or features are shown, and when each row is."""

import numpy as np

from reservoir.checks.arguments import as_list, check_integer, check_number

LATEST = 1e300  # matplotlib needs some room beyond


def check_shown(name, numbers, n_all, most=None):
    """Return numbers of units or features as an array, or raise ValueError.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    numbers : sequence of ints
    n_all : int
        There are numbers 0 ... n_all - 1.
    most : int or None, default=None
        How many may be shown at once; None is any number of them.

    Returns
    -------
    int array

    Raises
    ------
    ValueError
        If there are none or too many, or one does not exist.

    Examples
    --------
    >>> from reservoir.plots.shown import check_shown
    >>> check_shown("units", [2, 0], n_all=3)
    array([2, 0])
    """
    listed = as_list(numbers)
    if listed is None:
        raise ValueError(f"'{name}' must be a list of numbers from 0 to {n_all - 1}; got {numbers!r}.")
    numbers = [check_integer(name, number, at_least=0) for number in listed]
    if not numbers or max(numbers) >= n_all or (most is not None and len(numbers) > most):
        limit = f", {most} of them at most" if most is not None else ""
        raise ValueError(f"'{name}' must hold numbers from 0 to {n_all - 1}{limit}; got {numbers}.")
    return np.array(numbers)


def times_of_rows(name, step, n_rows, first=0):
    """Return the times of rows that are ``step`` apart, or raise ValueError if no axis can reach so far."""
    if check_number(name, step, above=0) * (first + n_rows) > LATEST:
        raise ValueError(f"'{name}' must leave times below {LATEST:g} for {n_rows} rows; got {step!r}.")
    return float(step) * (first + np.arange(n_rows))

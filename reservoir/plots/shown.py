"""Which of many units or features are shown, and the time of each row."""

from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import as_list, check_integer, check_number

LATEST = 1e300  # matplotlib computes with larger numbers than those on an axis


def check_shown(name: str, numbers: Any, n_all: int, most: int | None = None) -> Array:
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


def times_of_rows(name: str, step: float, n_rows: int, first: int = 0) -> Array:
    """Return the times of rows that are ``step`` apart, or raise ValueError if no axis can reach so far."""
    if check_number(name, step, above=0) * (first + n_rows) > LATEST:
        raise ValueError(f"'{name}' must leave times below {LATEST:g} for {n_rows} rows; got {step!r}.")
    return float(step) * (first + np.arange(n_rows))

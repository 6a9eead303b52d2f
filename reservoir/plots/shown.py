"""Which of many units or features are shown."""

import numpy as np

from reservoir.arguments import check_integer


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
    if np.ndim(numbers) != 1:
        raise ValueError(f"'{name}' must be a list of numbers from 0 to {n_all - 1}; got {numbers!r}.")
    numbers = [check_integer(name, number, at_least=0) for number in numbers]
    if not numbers or max(numbers) >= n_all or (most is not None and len(numbers) > most):
        limit = f", {most} of them at most" if most is not None else ""
        raise ValueError(f"'{name}' must hold numbers from 0 to {n_all - 1}{limit}; got {numbers}.")
    return np.array(numbers)

"""Numbers with a range: one sentence that says what was expected, what came and what to pass instead."""

import math
from numbers import Integral, Real


def check_count(value, name, *, example):
    """Return `value` as an int of at least 1.

    Parameters
    ----------
    value : int
        The argument to check; NumPy integers are welcome, booleans are not.
    name : str
        The argument's name, for the message.
    example : int
        A value that works, for the message.

    Returns
    -------
    count : int

    Raises
    ------
    TypeError
        If `value` is not an integer.
    ValueError
        If `value` is below 1.

    Examples
    --------
    >>> check_count(5, "n_steps", example=1000)
    5
    """
    advice = f"Pass a whole number, for instance {name}={example}."
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"'{name}' must be an integer of at least 1; got {value!r}. {advice}")
    if value < 1:
        raise ValueError(f"'{name}' must be at least 1; got {value!r}. {advice}")
    return int(value)


def check_real(value, name, *, example, above=-math.inf, at_least=-math.inf, at_most=math.inf):
    """Return `value` as a finite float within its range.

    Parameters
    ----------
    value : float
        The argument to check; NumPy numbers are welcome, booleans are not.
    name : str
        The argument's name, for the message.
    example : float
        A value that works, for the message.
    above, at_least, at_most : float, default: no limit
        The range: `value` must exceed `above`, reach `at_least` and not exceed `at_most`.

    Returns
    -------
    number : float

    Raises
    ------
    TypeError
        If `value` is not a real number.
    ValueError
        If `value` is not finite or leaves the range.

    Examples
    --------
    >>> check_real(2, "step", example=0.02, above=0)
    2.0
    """
    limits = [f"above {above}"] * (above > -math.inf)
    limits += [f"at least {at_least}"] * (at_least > -math.inf) + [f"at most {at_most}"] * (at_most < math.inf)
    expected = " ".join(["a finite number", " and ".join(limits)]).strip()
    message = f"'{name}' must be {expected}; got {value!r}. Pass for instance {name}={example}."
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(message)
    if not math.isfinite(value) or not (value > above and at_least <= value <= at_most):
        raise ValueError(message)
    return float(value)

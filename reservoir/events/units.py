"""Units of time, and exact numbers of them."""

from fractions import Fraction
from numbers import Integral, Rational
from typing import Any, Literal, TypeAlias

from reservoir.checks.arguments import check_choice, check_number

Unit: TypeAlias = Literal["s", "ms", "us"]

SECONDS: dict[str, Fraction] = {"s": Fraction(1), "ms": Fraction(1, 1000), "us": Fraction(1, 10**6)}
SHORTEST, LONGEST = 1e-6, 1e9  # ms: no sensor has a finer clock, and no recording lasts for days
NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}


def check_unit(value: Any) -> Unit:
    """Return ``value``, the name of a unit of time, which nobody but the user knows."""
    if value is None:
        raise ValueError("'unit' must be stated, 's', 'ms' or 'us', that of the times; got None.")
    return check_choice("unit", value, SECONDS)


def check_period(value: Any, unit: Unit) -> Fraction:
    """Return a period in ms as an exact number of ``unit``."""
    check_number("period", value, at_least=SHORTEST, at_most=LONGEST)
    return exactly(value) * SECONDS["ms"] / SECONDS[unit]


def exactly(value: Any) -> Fraction:
    """Return a number exactly; a float is the shortest decimal that stands for it.

    Examples
    --------
    >>> from reservoir.events.units import exactly
    >>> exactly(0.1), exactly(20)
    (Fraction(1, 10), Fraction(20, 1))
    """
    if isinstance(value, Integral):
        return Fraction(int(value))
    return Fraction(value) if isinstance(value, Rational) else Fraction(str(value))

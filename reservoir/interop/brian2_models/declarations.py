"""Constants of units as Brian2 declares them, with their dimensions, and the units of their values."""

from functools import reduce
from operator import mul, truediv

# By the unit in which a neuron declares a constant: its dimension in equations, and its name in Brian2.
UNITS = {
    "1": ("1", None),
    "ms": ("second", "ms"),
    "mV": ("volt", "mV"),
    "nA": ("amp", "nA"),
    "uS": ("siemens", "uS"),
    "nF": ("farad", "nF"),
    "MOhm": ("ohm", "Mohm"),
}


def dimension(unit):
    """Return the dimension of a unit, as equations of Brian2 name it.

    Examples
    --------
    >>> from reservoir.interop.brian2_models.declarations import dimension
    >>> dimension("mV/ms")
    'volt/second'
    """
    return "/".join(UNITS[part][0] for part in _parts(unit))


def quantity(brian2, unit):
    """Return the quantity of Brian2 that a unit is, 1 for ``"1"``."""
    parts = [1 if UNITS[part][1] is None else getattr(brian2, UNITS[part][1]) for part in _parts(unit)]
    return reduce(truediv, parts[1:], mul(1, parts[0]))


def declare(units):
    """Return equations that declare constants, which are given by name with their units.

    Examples
    --------
    >>> from reservoir.interop.brian2_models.declarations import declare
    >>> print(declare({"tau_membrane": "ms", "a": "1/ms"}), end="")
    tau_membrane : second (constant)
    a : 1/second (constant)
    """
    return "".join(f"{name} : {dimension(unit)} (constant)\n" for name, unit in units.items())


def _parts(unit):
    parts = unit.split("/")
    unknown = [part for part in parts if part not in UNITS]
    if unknown:
        raise ValueError(
            f"'liquid' must have units whose constants are in {', '.join(UNITS)}, or in quotients of these, for "
            f"to_brian2; got {unit!r}."
        )
    return parts

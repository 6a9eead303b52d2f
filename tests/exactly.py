"""Fused products as IEEE 754 defines them: exact, then rounded once, by fractions of integers."""

from fractions import Fraction

import numpy as np


def rounded(exact, dtype):
    """Return the number of a precision that is nearest to a fraction, the even one of two that are as near."""
    near = dtype(float(exact))  # rounded twice in single precision, so it may be the neighbour of the right one
    around = (np.nextafter(near, dtype(-np.inf)), near, np.nextafter(near, dtype(np.inf)))
    bits = np.dtype(dtype).str.replace("f", "u")
    return min(around, key=lambda number: (abs(Fraction(float(number)) - exact), int(number.view(bits)) & 1))


def fused(a, b, c):
    """Return a * b + c, rounded once."""
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    return rounded(exact, type(c)) if exact else a * b + c


def chain(total, weights, values):
    """Return a total to which products are added one after the other, each fused."""
    for weight, value in zip(weights, values, strict=True):
        total = fused(weight, value, total)
    return total

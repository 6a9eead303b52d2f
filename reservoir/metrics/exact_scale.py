"""Powers of two that bring numbers near 1, where neither squares nor sums overflow; division by them is exact."""

import math

import numpy as np

from readouts.types import Array


def exponent_of(columns: Array) -> Array:
    """Return the exponent of the largest number of each column."""
    return np.frexp(np.abs(columns).max(axis=0))[1]


def mean_of(errors: Array, exponents: Array, blamed: str = "'y_pred'") -> float:
    """Return the mean of errors that were divided by powers of two; ValueError if it is larger than any number.

    `blamed` is what the message puts that down to.
    """
    with np.errstate(over="ignore"):
        mean = float(np.mean(np.ldexp(errors, exponents)))
    if not math.isfinite(mean):
        raise ValueError(f"{blamed} must be nearer to 'y_true': the error is larger than any number. Check the units.")
    return mean

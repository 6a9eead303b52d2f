"""Numbers of the library as numbers of NIR, and back to the last bit: times in seconds, thresholds that V exceeds."""

import numpy as np

from readouts.types import Array


def seconds(times: Array | float) -> Array:
    """Return times in ms in seconds."""
    return np.asarray(times, np.float64) / 1000


def milliseconds(times: Array | float) -> Array:
    """Return times in seconds in ms: the numbers, if there are any, that `seconds` makes these times of."""
    times = np.asarray(times, np.float64)
    product = times * 1000
    for other in (np.nextafter(product, 0), np.nextafter(product, np.inf)):
        product = np.where((seconds(product) != times) & (seconds(other) == times), other, product)
    return product


def largest_below(values: Array) -> Array:
    """Return the next smaller numbers of the same precision: V exceeds these where it is at least ``values``."""
    return np.nextafter(values, -np.inf, dtype=values.dtype).astype(np.float64)


def smallest_above(values: Array, dtype: str) -> Array:
    """Return the smallest numbers of a precision that exceed ``values``: what V is at least where it exceeds these."""
    rounded = values.astype(dtype)
    return np.where(rounded > values, rounded, np.nextafter(rounded, np.inf, dtype=rounded.dtype)).astype(np.float64)

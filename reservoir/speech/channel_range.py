"""The range of every channel, learned once, and values brought from it to 0 ... 1."""

from collections.abc import Sequence

import numpy as np

from readouts.types import Array


def learn_range(series: Sequence[Array]) -> tuple[Array, Array]:
    """Return the lowest and the highest value of every channel over all ``series``, two arrays (n_features,)."""
    low = np.min([x.min(axis=0) for x in series], axis=0)
    high = np.max([x.max(axis=0) for x in series], axis=0)
    with np.errstate(over="ignore"):
        overflowed = np.flatnonzero(np.isinf(high - low))
    if overflowed.size:
        channel = overflowed[0]
        raise ValueError(
            f"'X' must have a finite range per feature; feature {channel} goes from {low[channel]:g} to "
            f"{high[channel]:g}. Rescale it."
        )
    return low, high


def scale_to_range(x: Array, low: Array, high: Array) -> Array:
    """Return ``(x - low) / (high - low)``, clipped to 0 ... 1; a channel without a range is 0."""
    varies = high > low
    with np.errstate(over="ignore"):  # values far outside the range, which are clipped
        scaled = (x - low) / np.where(varies, high - low, 1.0)
    return np.where(varies, np.clip(scaled, 0.0, 1.0), 0.0)

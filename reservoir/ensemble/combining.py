"""What becomes of the forecasts of many members: their mean or median, and how far they are apart."""

from collections.abc import Callable
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.series.continued_frames import like_last_rows

COMBINATIONS: dict[str, Callable] = {"mean": np.mean, "median": np.median}


def combined(outputs: list, combine: str) -> Any:
    """Return the mean or median of the outputs of all members, in the container of each.

    Parameters
    ----------
    outputs : list of arrays or data frames (n_rows, n_features), or of lists of them, one for every series
    combine : {"mean", "median"}

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.ensemble.combining import combined
    >>> combined([np.array([[1.0]]), np.array([[2.0]]), np.array([[6.0]])], "median")
    array([[2.]])
    """
    first = outputs[0]
    if isinstance(first, list):
        return [combined(list(parts), combine) for parts in zip(*outputs, strict=True)]
    return like_last_rows(across(np.stack([np.asarray(one) for one in outputs]), combine), first)


def across(rows: Array, combine: str) -> Array:
    """Return the mean or median over the first axis, in the precision of the rows."""
    return COMBINATIONS[combine](rows, axis=0).astype(rows.dtype)


def bounds(rows: Array, spread: float) -> tuple[Array, Array]:
    """Return what the middle share ``spread`` of the members, along the first axis, lies between."""
    tail = (1 - spread) / 2
    lower, upper = np.quantile(rows, (tail, 1 - tail), axis=0)
    return lower.astype(rows.dtype), upper.astype(rows.dtype)

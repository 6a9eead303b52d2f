"""Selections of units: by their numbers, or by a truth value for each."""

from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import as_array


def check_indices(name: str, value: Any, size: int) -> Array:
    """Return numbers from 0 to ``size - 1``, a 1-D array of int64."""
    array = as_array(name, value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"'{name}' must be a 1-D array of integers; got {array.ndim}-D of dtype {array.dtype}.")
    if array.size and (array.min() < 0 or array.max() >= size):
        raise ValueError(f"'{name}' must be from 0 to {size - 1}; got {array.min()} to {array.max()}.")
    return array.astype(np.int64)


def check_mask(name: str, value: Any, n_units: int | None = None, like: str | None = None) -> Array:
    """Return a copy of a boolean array of ``n_units``, if known; ``like`` is the parameter that it has to match."""
    mask = as_array(name, value, "a boolean array")
    n_units = max(len(mask), 1) if n_units is None and mask.ndim == 1 else n_units
    if mask.shape != (n_units,) or mask.dtype != bool:
        agree = f", to agree with '{like}'" if like else ""
        raise ValueError(
            f"'{name}' must be a boolean array of shape ({n_units or 'n_units'},){agree}; got dtype {mask.dtype} and "
            f"shape {mask.shape}. Use draw_inhibitory to make one."
        )
    return mask.copy()

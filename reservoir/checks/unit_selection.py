"""Which of the units: their numbers, or a truth value for each."""

import numpy as np

from reservoir.checks.arguments import as_array


def check_indices(name, value, size):
    """Return numbers from 0 to ``size - 1``, a 1-D array of int64."""
    array = as_array(name, value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"'{name}' must be a 1-D array of integers; got {array.ndim}-D of dtype {array.dtype}.")
    if array.size and (array.min() < 0 or array.max() >= size):
        raise ValueError(f"'{name}' must be from 0 to {size - 1}; got {array.min()} to {array.max()}.")
    return array.astype(np.int64)


def check_mask(name, value, n_units=None, like=None):
    """Return truth values of all units, ``n_units`` if that is known, as a copy; ``like`` says what knows it."""
    mask = as_array(name, value, "a boolean array")
    n_units = max(len(mask), 1) if n_units is None and mask.ndim == 1 else n_units
    if mask.shape != (n_units,) or mask.dtype != bool:
        agree = f", to agree with '{like}'" if like else ""
        raise ValueError(
            f"'{name}' must be a boolean array of shape ({n_units or 'n_units'},){agree}; got dtype {mask.dtype} and "
            f"shape {mask.shape}. Use draw_inhibitory to make one."
        )
    return mask.copy()

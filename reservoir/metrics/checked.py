"""What metrics take: finite real columns of one shape, and trials of one length."""

import numpy as np
from numpy.typing import ArrayLike

from readouts.entries import refuse_times
from readouts.masked import refuse_masked
from readouts.types import Array


def check_pair(y_true: ArrayLike, y_pred: ArrayLike, name: str = "y_pred") -> tuple[Array, Array]:
    """Return both as columns, of the same shape; `name` is that of the second."""
    y_true, y_pred = as_columns(y_true, "y_true"), as_columns(y_pred, name)
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"'{name}' must have the shape of 'y_true', {y_true.shape}; got {y_pred.shape}. "
            "Drop the same rows (washout) from both."
        )
    return y_true, y_pred


def as_columns(
    values: ArrayLike, name: str, row: str = "row", mend: str = "Drop such rows from all arguments."
) -> Array:
    """Return a finite float64 array of shape (n_steps, n_outputs); `row` is what a message calls a row of it."""
    refuse_masked(name, values)
    refuse_times(name, values)
    expected = f"'{name}' must be a real array of shape (n_steps,) or (n_steps, n_outputs)"
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{expected}; got sequences of different shapes. Join them by np.concatenate.") from error
    if array.dtype.kind not in "biuf":
        to_floats = "np.abs(...)" if array.dtype.kind == "c" else "np.asarray(..., dtype=float)"
        raise TypeError(f"{expected}; got dtype {array.dtype}. Convert it by {to_floats}.")
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{expected} with at least one row; got shape {array.shape}. Join series by np.concatenate.")
    array = array.astype(np.float64).reshape(len(array), -1)
    if not np.isfinite(array).all():
        first = np.flatnonzero(~np.isfinite(array).all(axis=1))[0]
        raise ValueError(f"'{name}' must be finite; got NaN or infinity first in {row} {first}. {mend}")
    return array


def as_trials(values: ArrayLike, name: str, one: str = "trial", *, at_least: int = 1) -> Array:
    """Return a finite float64 array of shape (n_trials, n_steps, n_outputs); `one` is what a message calls a trial."""
    refuse_masked(name, values)
    refuse_times(name, values)
    try:
        array = np.asarray(values)
    except ValueError:  # trials of unequal length
        array = np.empty(0)
    advice = f"a single one goes in as [{one}]" if at_least == 1 else f"pass [{one}, {one}, ...]"
    if array.ndim not in (2, 3) or array.size == 0:
        found = f"shape {array.shape}" if array.size else f"nothing, or {one}s of different lengths"
        raise ValueError(
            f"'{name}' must be an array of shape (n_{one}s, n_steps) or (n_{one}s, n_steps, n_outputs); got {found}. "
            f"Cut all {one}s to the same length; {advice}."
        )
    if len(array) < at_least:
        raise ValueError(f"'{name}' must hold at least {at_least} {one}s; got {len(array)}. Draw more of them.")
    columns = as_columns(array.reshape(len(array), -1), name, one, f"Leave such {one}s out.")
    return columns.reshape(*array.shape[:2], -1)

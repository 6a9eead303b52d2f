"""The rows of all series in one array, and their targets."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from readouts.types import Array
from readouts.values import as_labels
from reservoir.series.lazy_series import LazySeries, blocks


def stack_rows(series: Sequence[Array | LazySeries]) -> Array:
    """Return the rows of all series in one array; every series is read block by block."""
    rows = np.empty((sum(map(len, series)), series[0].shape[1]), np.result_type(*(x.dtype for x in series)))
    stop = 0
    for block in (block for x in series for block in blocks(x)):
        start, stop = stop, stop + len(block)
        rows[start:stop] = block
    return rows


def targets_of_rows(series: Sequence[Array | LazySeries], y: Any) -> Array | None:
    """Return the targets of these rows: a target of a whole series is that of each of its rows; None stays None."""
    if y is None:
        return None
    try:
        n_targets: int | str = len(y)
    except TypeError:
        n_targets = repr(y)
    if n_targets != len(series):
        raise ValueError(f"'y' must have one entry per series, {len(series)} here; got {n_targets}.")
    lengths = [len(x) for x in series]
    targets = list(y.to_numpy() if hasattr(y, "to_numpy") else y)
    if [np.shape(target)[:1] for target in targets] == [(length,) for length in lengths]:
        return np.concatenate(targets)
    if len({np.shape(target) for target in targets}) > 1:
        raise ValueError(
            "'y' must hold, for each series, a target for every row or one target; got entries of shapes "
            f"{', '.join(str(np.shape(target)) for target in targets[:3])} ... for series of "
            f"{', '.join(map(str, lengths[:3]))} ... rows."
        )
    return np.repeat(as_labels(targets), lengths, axis=0)

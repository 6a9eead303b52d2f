"""A diagnostic at many settings of a reservoir, computed in parallel."""

import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.parallel import Parallel, delayed

from readouts.types import Array
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import check_array, check_flag, check_jobs
from reservoir.checks.progress import Progress
from reservoir.diagnostics.stability.at_point import check_template, measure_at
from reservoir.spiking import LiquidHealthWarning

N_BATCHES = 20


def scan(
    reservoir: BaseReservoir | Callable[..., BaseReservoir],
    X: ArrayLike,
    points: Sequence[dict[str, Any]],
    metric: Callable[[BaseReservoir, Any], Any],
    *,
    n_jobs: int | None = None,
    verbose: bool = False,
    argument: str = "points",
    who: str = "scan",
) -> Array:
    """Return the values of a diagnostic at every point; rows are masked where a state overflows or it returns None.

    Parameters
    ----------
    reservoir : reservoir, or callable
        Is cloned for every point, set to its parameters and fitted on X. Where its own ``random_state`` is None, one
        seed is drawn for all points. A callable makes the reservoir out of the parameters of a point.
    X : 2-D array (n_steps, n_features)
    points : list of dict
        Parameters by name, such as ``{"spectral_radius": 0.9}`` or ``{"layer2__leak_rate": 0.1}``.
    metric : callable
        ``metric(reservoir, X)`` returns a number, always the same number of them, or None; the reservoir is fitted.
    n_jobs : int or None, default=None
        Number of processes over points.
    verbose : bool, default=False
        Whether to print the progress.
    argument : str, default="points"
        Name of the argument that held the points, for messages.
    who : str, default="scan"
        Name of what the user has called, for the progress.

    Returns
    -------
    masked array (n_points, n_numbers)

    Raises
    ------
    TypeError
        If ``reservoir`` is no reservoir, or has no such parameter.
    ValueError
        If parameters or X are invalid, or the metric returns NaN or something else; the message begins with the point.
    """
    n_jobs, verbose = check_jobs("n_jobs", n_jobs), check_flag("verbose", verbose)
    reservoir = check_template(reservoir)
    start, rows, progress = time.perf_counter(), [], Progress(who, verbose)
    with warnings.catch_warnings(), Parallel(n_jobs=n_jobs) as parallel:
        warnings.simplefilter("ignore", LiquidHealthWarning)  # silent and overactive liquids are part of a map
        for batch in np.array_split(np.arange(len(points)), min(N_BATCHES, len(points))):
            rows += parallel(delayed(_measure)(reservoir, X, points[number], metric, argument) for number in batch)
            progress.say(f"{len(rows)} of {len(points)} points, {time.perf_counter() - start:.1f} s")
    sizes = {row.size for row in rows if row is not None} or {1}
    if len(sizes) > 1:
        raise ValueError(f"'metric' must return as many numbers at every point; got {sorted(sizes)} of them.")
    values = np.ma.masked_all((len(points), *sizes))
    for number, row in enumerate(rows):
        if row is not None:
            values[number] = row
    return values


def check_scanned(name: str, values: Any, shape: tuple[int | str, ...], like: str) -> Array:
    """Return values as `scan` returns them, where those that are not masked may be infinite, but not NaN."""
    masked = isinstance(values, np.ma.MaskedArray)
    numbers = check_array(name, values.filled(0) if masked else values, shape, finite=False, like=like)
    return np.ma.array(numbers, mask=np.ma.getmaskarray(values) if masked else False)


def _measure(reservoir, X, point, metric, argument):
    try:
        return measure_at(reservoir, X, point, metric, argument)
    except StateOverflowError:
        return None

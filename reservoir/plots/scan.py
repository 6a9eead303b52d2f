"""A diagnostic at many settings of a reservoir, computed in parallel."""

import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.utils.parallel import Parallel, delayed

from readouts.masked import is_masked
from readouts.types import Array
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import check_array, check_flag, check_jobs
from reservoir.diagnostics import lyapunov_exponents
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
    _check_reservoir(reservoir)
    if isinstance(reservoir, BaseReservoir):
        copy: BaseReservoir = clone(reservoir)
        if copy.get_params(deep=False).get("random_state", 0) is None:
            copy.set_params(random_state=np.random.randint(2**31 - 1))
        reservoir = copy
    start, rows = time.perf_counter(), []
    with warnings.catch_warnings(), Parallel(n_jobs=n_jobs) as parallel:
        warnings.simplefilter("ignore", LiquidHealthWarning)  # silent and overactive liquids are part of a map
        for batch in np.array_split(np.arange(len(points)), min(N_BATCHES, len(points))):
            rows += parallel(delayed(_measure)(reservoir, X, points[number], metric, argument) for number in batch)
            if verbose:
                print(f"{len(rows)} of {len(points)} points, {time.perf_counter() - start:.1f} s", flush=True)
    sizes = {row.size for row in rows if row is not None} or {1}
    if len(sizes) > 1:
        raise ValueError(f"'metric' must return as many numbers at every point; got {sorted(sizes)} of them.")
    values = np.ma.masked_all((len(points), *sizes))
    for number, row in enumerate(rows):
        if row is not None:
            values[number] = row
    return values


def largest_exponent(reservoir: BaseReservoir, X: ArrayLike) -> float:
    """Return the largest Lyapunov exponent, see `reservoir.diagnostics.lyapunov_exponents`."""
    return float(lyapunov_exponents(reservoir, X, random_state=0)[0])


def check_scanned(name: str, values: Any, shape: tuple[int | str, ...], like: str) -> Array:
    """Return values as `scan` returns them, where those that are not masked may be infinite, but not NaN."""
    masked = isinstance(values, np.ma.MaskedArray)
    numbers = check_array(name, values.filled(0) if masked else values, shape, finite=False, like=like)
    return np.ma.array(numbers, mask=np.ma.getmaskarray(values) if masked else False)


def _check_reservoir(reservoir):
    if not isinstance(reservoir, BaseReservoir) and (isinstance(reservoir, BaseEstimator) or not callable(reservoir)):
        raise TypeError(
            "'reservoir' must be a reservoir such as EchoStateReservoir(), or a function that returns one; got "
            f"{type(reservoir).__name__}."
        )


def _make(reservoir, point, argument):
    if isinstance(reservoir, BaseReservoir):
        unknown = sorted(set(point) - set(reservoir.get_params()))
        if unknown:
            raise ValueError(f"'{argument}' must name parameters of {type(reservoir).__name__}; got {unknown[0]!r}.")
        return clone(reservoir).set_params(**point)
    try:
        made = reservoir(**point)
    except TypeError as error:
        raise TypeError(f"'reservoir' must take these parameters where it is a function: {error}") from error
    if not isinstance(made, BaseReservoir):
        raise TypeError(f"'reservoir' must return a reservoir where it is a function; it returned {made!r}.")
    return made


def _call(metric, reservoir, X):
    try:
        return metric(reservoir, X)
    except TypeError as error:
        raise TypeError(f"'metric' cannot be computed: {error}") from error


def _measure(reservoir, X, point, metric, argument):
    try:
        result = _call(metric, _make(reservoir, point, argument).fit(X), X)
        if result is None:
            return None
        if is_masked(result):
            raise ValueError(f"'metric' must return real numbers, none of them masked; got {result!r}.")
        result = np.asarray(result)
        if result.dtype.kind not in "fiub" or result.ndim > 1 or np.isnan(result).any():
            raise ValueError(f"'metric' must return real numbers; got {result!r}.")
    except StateOverflowError:
        return None
    except (TypeError, ValueError) as error:
        where = ", ".join(f"{name}={value!r}" for name, value in point.items())
        kind = ValueError if isinstance(error, ValueError) else TypeError
        raise kind(f"At {where} in '{argument}': {error}") from error
    return result.astype(np.float64).reshape(-1)

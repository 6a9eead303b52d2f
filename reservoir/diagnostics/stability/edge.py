"""The edge of stability: where a parameter carries the largest Lyapunov exponent through 0."""

import time
import warnings
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from readouts.types import RandomState, SeriesLike
from readouts.values import is_number
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import (
    as_list,
    check_flag,
    check_integer,
    check_jobs,
    check_memory,
    check_number,
    check_random_state,
    check_text,
)
from reservoir.checks.headline import number
from reservoir.checks.progress import Progress
from reservoir.checks.stack_level import stack_level
from reservoir.diagnostics.stability.at_point import check_template, largest_exponent, measure_at
from reservoir.diagnostics.stability.bisection import Bisection, spaced
from reservoir.diagnostics.stability.edge_result import Edge
from reservoir.spiking import LiquidHealthWarning


def find_edge(
    reservoir: BaseReservoir | Callable[..., BaseReservoir],
    X: SeriesLike,
    parameter: str = "spectral_radius",
    bounds: Sequence[float] = (0.1, 10.0),
    *,
    metric: Callable[[BaseReservoir, Any], float | None] | None = None,
    level: float = 0.0,
    n_seeds: int = 1,
    n_points: int = 9,
    tolerance: float = 1e-3,
    n_jobs: int | None = None,
    random_state: RandomState = None,
    verbose: bool = False,
) -> Edge:
    """Find the value of a parameter at which the largest Lyapunov exponent of a reservoir under an input is 0.

    On one side of this edge the input makes the reservoir forget where it started, on the other differences grow.
    With f(p) the exponent of the reservoir that is set to p and fitted to X::

        f(p) = level,    p between two measured points, one with f above the level and one not

    First f is measured at ``n_points`` values between the bounds. The lowest two neighbours between which it crosses
    the level are then halved until they are closer than ``tolerance``; the edge lies on the straight line through them.
    A linear reservoir ``x(t) = ((1 - a) I + a W) x(t-1) + V u(t)`` has its edge exactly where the spectral radius of
    the matrix is 1, whatever the input. Others are often stable beyond that, for an input that moves them quenches
    chaos.

    Parameters
    ----------
    reservoir : reservoir of any class, or callable
        Need not be fitted: for every value it is cloned, set to it and fitted on X. Where its ``random_state`` is None,
        one seed is drawn for all values. A callable, such as ``maass2002`` of the presets, is called with the value by
        name, and ``random_state`` where there are several seeds, and returns the reservoir.
    X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or list of 2-D arrays
        One series, or several, of which the mean exponent counts, or what ``metric`` makes of them. The longer, the
        less an exponent depends on where a series ends.
    parameter : str, default="spectral_radius"
        Name of a number as ``set_params`` takes it, such as ``"leak_rate"`` or ``"layer2__leak_rate"``.
    bounds : pair of floats, default=(0.1, 10.0)
        Between which values of it the edge is looked for: evenly by factors if both are above 0.
    metric : callable or None, default=None
        ``metric(reservoir, X)`` returns a float for a fitted reservoir, or None where it is undefined, as for a silent
        liquid; with several processes it is pickled. None is the largest of
        `reservoir.diagnostics.lyapunov_exponents`, infinite where a state overflows. For spiking liquids the
        ``exponent`` of `reservoir.diagnostics.spike_lyapunov_exponent`, the effect of one spike, is more informative.
    level : float, default=0.0
        What the metric is to cross.
    n_seeds : int, default=1
        1 leaves the reservoir its seed. More draw as many reservoirs, each with an edge of its own.
    n_points : int, default=9
        Number of values that are measured first, at least 2. More of them miss fewer of several edges.
    tolerance : float, default=1e-3
        Width of the bracket that is good enough, as a share of the larger of its ends in size, above 0.
    n_jobs : int or None, default=None
        Number of processes over seeds and values.
    random_state : int, RandomState or None, default=None
        Seed of the seeds, where there are several.
    verbose : bool, default=False
        Whether to print the progress.

    Returns
    -------
    Edge

    Raises
    ------
    TypeError
        If ``reservoir`` is no reservoir, or ``metric`` not callable.
    ValueError
        If the exponent stays on one side of the level everywhere between the bounds, which says what it is at both
        ends; or if an argument, a value or X is invalid.

    Warns
    -----
    UserWarning
        If the exponent crosses the level more than once, so that there are several edges, or one that is blurred by
        noise; if only some of the seeds have an edge; or if the metric is undefined so near to it that the bracket
        cannot be halved.

    References
    ----------
    N. Bertschinger and T. Natschlaeger, "Real-time computation at the edge of chaos in recurrent neural networks",
    Neural Computation 16:1413, 2004. What an input quenches: L. Molgedey, J. Schuchhardt and H. G. Schuster,
    "Suppressing chaos in neural networks by noise", Physical Review Letters 69:3717, 1992.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import find_edge
    >>> u = np.random.RandomState(0).uniform(-1, 1, (500, 1))
    >>> linear = EchoStateReservoir(50, leak_rate=1.0, activation="identity", random_state=0)
    >>> round(find_edge(linear, u).value, 3)
    1.0
    >>> find_edge(EchoStateReservoir(50, random_state=0), u).value > 1.5
    True
    """
    reservoir = check_template(reservoir)
    seeds = _check_seeds(reservoir, check_integer("n_seeds", n_seeds), random_state)
    _check_parameter(reservoir, parameter)
    if metric is not None and not callable(metric):
        raise TypeError(f"'metric' must be None or callable, metric(reservoir, X) -> float; got {metric!r}.")
    low, high = _check_bounds(bounds)
    level, tolerance = check_number("level", level), check_number("tolerance", tolerance, above=0)
    n_points = check_integer("n_points", n_points, at_least=2)
    check_memory("n_points", n_points, 1000 * n_points * len(seeds))
    n_jobs, verbose = check_jobs("n_jobs", n_jobs), check_flag("verbose", verbose)
    searches = [Bisection(level, tolerance, logarithmic=low > 0) for _ in seeds]
    wanted = [(place, value) for place in range(len(seeds)) for value in spaced(low, high, n_points)]
    report = _Report(parameter, verbose)
    with warnings.catch_warnings(), Parallel(n_jobs=n_jobs) as parallel:
        warnings.simplefilter("ignore", LiquidHealthWarning)  # silent and overactive liquids are part of a search
        while wanted:
            tasks = [(reservoir, X, {parameter: value} | seeds[place], metric) for place, value in wanted]
            for (place, value), found in zip(wanted, parallel(delayed(_measure)(*one) for one in tasks), strict=True):
                searches[place].add(value, found)
            report.add(len(wanted), searches)
            following = [(place, search.next()) for place, search in enumerate(searches)]
            wanted = [(place, value) for place, value in following if value is not None]
    if all(search.bracket is None for search in searches):
        raise ValueError(_no_edge(searches[0], parameter, level, metric))
    edge = Edge(
        parameter, (low, high), level, values=np.array([search.edge for search in searches]),
        brackets=np.array([search.bracket_or_nan for search in searches]),
        n_crossings=np.array([search.n_crossings for search in searches]),
        points=[search.points for search in searches], exponents=[search.values for search in searches],
    )  # fmt: skip
    _warn(edge, searches)
    return edge


def _warn(edge, searches):
    """Say why an edge is not to be trusted as it is, if so."""
    said = [] if edge.is_clear else [edge.statement]
    for search in searches:
        if search.undefined is not None:
            low, high = map(number, search.bracket)
            said.append(
                f"'metric' is undefined at {edge.parameter}={number(search.undefined)}, so that the bracket stays from "
                f"{low} to {high}. Let it return a number there, or look between these ends with other 'n_points'."
            )
    for text in said:
        warnings.warn(text, UserWarning, stacklevel=stack_level())


class _Report:
    """Prints how far a search has come, if asked to."""

    def __init__(self, parameter, verbose):
        self.parameter, self.progress = parameter, Progress("find_edge", verbose)
        self.n_points, self.start = 0, time.perf_counter()

    def add(self, n_points, searches):
        self.n_points += n_points
        brackets = [search.bracket for search in searches if search.bracket is not None]
        ends = [min(low for low, _ in brackets), max(high for _, high in brackets)] if brackets else []
        where = f"{self.parameter} from {number(ends[0])} to {number(ends[1])}" if ends else "no edge yet"
        self.progress.say(f"{self.n_points} points, {time.perf_counter() - self.start:.1f} s, {where}")


def _measure(reservoir, X, point, metric):
    """Return the metric at a point: NaN where it is undefined, and inf for exponents where a state overflows."""
    try:
        found = measure_at(reservoir, X, point, largest_exponent if metric is None else metric, "bounds")
    except StateOverflowError:
        return np.inf if metric is None else np.nan
    if found is None:
        return np.nan
    if found.size != 1:
        raise ValueError(f"'metric' must return one number; got {found.size}. Let it return a mean.")
    return float(found[0])


def _check_seeds(reservoir, n_seeds, random_state):
    """Return the parameters that seed each reservoir: none for a single one, which keeps its own seed."""
    random_state = check_random_state(random_state)
    if n_seeds == 1:
        return [{}]
    check_memory("n_seeds", n_seeds, 1000 * n_seeds)
    names = ["random_state"]
    if isinstance(reservoir, BaseReservoir) and "random_state" not in reservoir.get_params(deep=False):
        names = [name for name in reservoir.get_params() if name.endswith("__random_state")]
    if not names:
        raise ValueError(
            f"'n_seeds' must be 1 for {type(reservoir).__name__}, which draws nothing at random; got {n_seeds}."
        )
    return [dict.fromkeys(names, int(seed)) for seed in random_state.randint(2**31 - 1, size=n_seeds)]


def _check_parameter(reservoir, parameter):
    check_text("parameter", parameter)
    if not isinstance(reservoir, BaseReservoir):
        return
    known = reservoir.get_params()
    if parameter not in known:
        close = get_close_matches(parameter, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else f" It has {', '.join(map(repr, sorted(known)))}."
        raise ValueError(f"'parameter' must be a parameter of {type(reservoir).__name__}; got {parameter!r}.{hint}")
    value = known[parameter]
    if value is not None and not is_number(value):
        raise ValueError(
            f"'parameter' must name one that is a single number; {parameter!r} is {value!r}. Set it to a number, or "
            "pass a function of one number in place of the reservoir, which makes the reservoir."
        )


def _check_bounds(bounds):
    pair = as_list(bounds)
    if pair is None or len(pair) != 2:
        raise ValueError(f"'bounds' must be a pair (lowest, highest); got {bounds!r}.")
    low, high = (check_number("bounds", end) for end in pair)
    if not low < high or not np.isfinite(high - low):
        raise ValueError(f"'bounds' must rise from the lowest to the highest value; got {bounds!r}.")
    return low, high


def _no_edge(search, parameter, level, metric):
    """Return the message about an exponent that stays on one side of the level."""
    name = "the largest exponent" if metric is None else "the metric"
    points, values = search.points, search.values
    if not len(points):
        return (
            f"'metric' must return a number somewhere between 'bounds'; it is undefined at all points of {parameter}."
        )
    side = "above" if values[0] > level else "not above"
    nearest = int(np.argmin(np.abs(values - level)))
    advice = "Move 'bounds'"
    if nearest in (0, len(points) - 1):
        advice = f"Widen 'bounds' at the {'lower' if nearest == 0 else 'upper'} end, where it comes nearest"
    return (
        f"'bounds' must have {name} cross {number(level)} ('level') between them; it is {number(values[0])} at "
        f"{parameter}={number(points[0])} and {number(values[-1])} at {parameter}={number(points[-1])}, {side} "
        f"{number(level)} at all {len(points)} points that were measured. {advice}, or change another parameter or X."
    )

"""How many spikes one spike is followed by: the branching ratio."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_array, check_integer, check_number
from reservoir.checks.headline import Headline, html_of, number, share, text_of
from reservoir.diagnostics.spiking.trains import spike_trains

_SMALLEST, _LARGEST = 1e-3, 2.0  # a ratio is looked for between these
_GRID = 400
# The slopes of independent bins have a variance of 1 / n_bins; the best fit to them stays below this 99 times in 100.
_BY_CHANCE = 12.0


@dataclass(frozen=True, eq=False)
class BranchingRatio:
    """Branching ratio of activity per bin.

    Parameters
    ----------
    ratio : float
        m of the multistep regression; 0 where activity is not followed by more of it than independent bins would
        have by chance, as may happen to weak activity in short recordings.
    conventional : float
        Slope r_1 of the activity of a bin on that of the bin before.
    timescale : float
        Time in ms in which activity fades by a factor of e, ``-bin_width / log(m)``; inf for m >= 1, 0 for m = 0.
    amplitude : float
        b: what is left of the slopes where units are not seen, or spikes are noise.
    explained : float
        Part of the sum of the squares of the slopes that ``b m^k`` explains, at most 1.
    slopes : array (n_lags,)
        r_k, k = 1, ..., n_lags.
    bin_width : float
        In ms.
    """

    ratio: float
    conventional: float
    timescale: float
    amplitude: float
    explained: float
    slopes: Array
    bin_width: float

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        rows = [
            ("branching ratio", number(self.ratio), "below 1 activity dies out, at 1 it is critical"),
            ("conventional", number(self.conventional), "from a lag of one bin only"),
            ("time scale", number(self.timescale, " ms"), "in which activity fades by a factor of e"),
            ("amplitude", number(self.amplitude), "what is left of the slopes where units are not seen"),
            ("explained", share(self.explained), "of the slopes, by one exponential"),
        ]
        return Headline(f"BranchingRatio, bins of {number(self.bin_width)} ms, {len(self.slopes)} lags", rows)


def branching_ratio(
    reservoir: BaseReservoir, X: ArrayLike, *, bin_width: float = 4.0, n_lags: int = 40, washout: int = 0
) -> BranchingRatio:
    """Branching ratio of the spikes of a spiking reservoir along one series: by how many one spike is followed.

    With the number A(t) of spikes of all units in bin t, the slope of A(t + k) on A(t), and a fit by least squares over
    m and b from 0 to 1::

        r_k = cov(A(t), A(t + k)) / var(A(t)),    r_k = b m^k,    k = 1, ..., n_lags

    with m up to 2 if any r_k is above 1, else up to 1.

    This m is the ratio, also where only some of the units are seen, for that lowers b only, from 1; r_1 alone, the
    conventional estimate, is then too small. Below 1 activity dies out, at 1 it is critical, above it grows.

    The theory is of activity that makes more of itself under a steady drive. An input that changes has correlations
    of its own, which r_k cannot distinguish from those made by the recurrence; so does a period. ``explained`` says how
    far the slopes are an exponential at all: where it is far below 1, m means nothing.

    Parameters
    ----------
    reservoir : fitted SpikingLiquid, or stack with one in it
        Of a stack, the units of all its spiking layers; see `spike_trains`.
    X : 2-D array (n_steps, n_features)
        One series.
    bin_width : float, default=4.0
        In ms, above 0, rounded half up to a whole number of ``dt``: the time in which a spike can cause another.
    n_lags : int, default=40
        Number of slopes, at least 2; X must last for four times as many bins. They should span what activity takes to
        fade.
    washout : int, default=0
        Number of rows of X at the beginning whose spikes do not count, less than those of X.

    Returns
    -------
    BranchingRatio

    Raises
    ------
    TypeError
        If the reservoir has no spikes.
    ValueError
        If X is too short, activity is the same in all bins, or a parameter is invalid.

    References
    ----------
    J. Wilting and V. Priesemann, "Inferring collective dynamical states from widely unobserved systems", Nature
    Communications 9:2325, 2018, figure 1 (multistep regression, and why r_1 is biased).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics import branching_ratio
    >>> zeros = np.zeros((500, 1))
    >>> liquid = LIFLiquid(100, recurrent_scaling=0.5, noise=20.0, random_state=0).fit(zeros)
    >>> found = branching_ratio(liquid, zeros, washout=20)
    >>> bool(0 <= found.ratio < 1)
    True
    """
    bins, _, n_bins, width = spike_trains(reservoir, X, washout=washout).binned(bin_width)
    return _estimate("X", np.bincount(bins, minlength=n_bins), check_integer("n_lags", n_lags, at_least=2), width)


def branching_ratio_of_activity(activity: ArrayLike, *, bin_width: float = 4.0, n_lags: int = 40) -> BranchingRatio:
    """Branching ratio of activity that is at hand, the number of events in every bin; see `branching_ratio`.

    Parameters
    ----------
    activity : 1-D array (n_bins,)
        At least ``4 n_lags`` finite numbers.
    bin_width : float, default=4.0
        In ms, above 0: the unit of ``timescale``.
    n_lags : int, default=40
        Number of slopes, at least 2.

    Returns
    -------
    BranchingRatio

    Examples
    --------
    Activity that makes 0.9 of itself, of which one event in five is seen:

    >>> import numpy as np
    >>> from reservoir.diagnostics import branching_ratio_of_activity
    >>> random = np.random.RandomState(0)
    >>> activity = [100]
    >>> for _ in range(20000):
    ...     activity.append(random.poisson(0.9 * activity[-1] + 10))
    >>> found = branching_ratio_of_activity(random.binomial(activity, 0.2))
    >>> print(f"{found.ratio:.1f}, conventional {found.conventional:.1f}")
    0.9, conventional 0.5
    """
    n_lags, bin_width = check_integer("n_lags", n_lags, at_least=2), check_number("bin_width", bin_width, above=0)
    activity = check_array("activity", activity, ("n_bins",))
    # Squares of large numbers would be none; a power of two changes nothing else.
    return _estimate("activity", np.ldexp(activity, -np.frexp(np.abs(activity).max())[1]), n_lags, bin_width)


def _estimate(name, activity, n_lags, bin_width):
    if len(activity) < 4 * n_lags:
        raise ValueError(
            f"'{name}' must last for at least {4 * n_lags} bins, 4 for each of n_lags={n_lags}; got {len(activity)} of "
            f"{bin_width:g} ms. Use a longer series, fewer 'n_lags' or a smaller 'bin_width'."
        )
    slopes = _slopes(name, activity.astype(np.float64), n_lags)
    ratio, amplitude = _fit(slopes)
    left = slopes - amplitude * ratio ** np.arange(1, n_lags + 1)
    square = np.sum(slopes**2)
    if len(activity) * (square - np.sum(left**2)) <= _BY_CHANCE:  # no more than independent bins have
        ratio, amplitude, left = 0.0, 0.0, slopes
    explained = float(1 - np.sum(left**2) / square) if square > 0 else 0.0
    timescale = np.inf if ratio >= 1 else -bin_width / np.log(ratio) if ratio > 0 else 0.0
    return BranchingRatio(ratio, float(slopes[0]), float(timescale), amplitude, explained, slopes, bin_width)


def _slopes(name, activity, n_lags):
    slopes = np.empty(n_lags)
    for lag in range(1, n_lags + 1):
        before, after = activity[:-lag], activity[lag:]
        deviation = before - before.mean()
        variance = deviation @ deviation
        if variance <= 1e-24 * (before @ before):
            raise ValueError(
                f"'{name}' must not give the same activity in every bin, for there is no change to be followed. "
                "Use more input, a longer series or another 'bin_width'."
            )
        slopes[lag - 1] = deviation @ after / variance
    return slopes


def _fit(slopes):
    """Return m and b of the least squares of ``r_k - b m^k``; for a given m, the best b is known."""
    lags = np.arange(1, len(slopes) + 1)

    def project(logarithm):
        # The curve is taken relative to its highest point, which is far away for a large m and many lags.
        exponent = np.multiply.outer(logarithm, lags)
        top = exponent.max(axis=-1)
        shape = np.exp(exponent - top[..., None])
        along, size, most = shape @ slopes, np.sum(shape**2, axis=-1), np.exp(np.minimum(top, 700.0))
        height = np.clip(along / size, 0.0, most)
        return height**2 * size - 2 * height * along, height / most

    # Dense where m is close to 1; above, only for activity that grows, for a late peak of the slopes is no growth.
    away = np.geomspace(1e-6, -np.log(_SMALLEST), _GRID)
    most = np.log(_LARGEST) if slopes.max() > 1 + 1e-9 else 0.0
    grid = np.concatenate([-away[::-1], [0.0], away[away < most]])
    losses, _ = project(grid)
    best = int(np.argmin(losses))
    if losses[best] >= 0:
        return 0.0, 0.0
    bounds = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(lambda one: project(one)[0], bounds=bounds, method="bounded", options={"xatol": 1e-12})
    logarithm = found.x if found.fun < losses[best] else grid[best]
    return float(np.exp(logarithm)), float(project(logarithm)[1])

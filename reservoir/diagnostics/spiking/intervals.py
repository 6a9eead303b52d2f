"""How regular units spike: the variation of the intervals between their spikes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer
from reservoir.checks.headline import Headline, html_of, number, of, text_of
from reservoir.diagnostics.spiking.trains import SpikeTrains, check_trains, spike_trains


@dataclass(frozen=True, eq=False)
class IntervalVariation:
    """Variation of the intervals between the spikes of a unit, for the units that have enough of them.

    Parameters
    ----------
    units : integer array (n_counted,)
        The units that count, in ascending order.
    n_intervals : integer array (n_counted,)
    cv, lv : arrays (n_counted,)
        Coefficient of variation, and local variation.
    mean_cv, mean_lv : float
        Means over the units that count.
    """

    units: Array
    n_intervals: Array
    cv: Array
    lv: Array
    mean_cv: float
    mean_lv: float

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        n_intervals = of(np.sum, self.n_intervals)
        rows = [
            ("mean CV", number(self.mean_cv), "coefficient of variation: 0 for a clock, 1 for a Poisson process"),
            ("mean LV", number(self.mean_lv), "local variation: the same, hardly changed by a slow rate"),
        ]
        return Headline(f"IntervalVariation of {len(self.units)} units with {n_intervals:.0f} intervals", rows)


def interval_variation(
    reservoir: BaseReservoir, X: ArrayLike, *, min_intervals: int = 5, washout: int = 0
) -> IntervalVariation:
    """Coefficient of variation and local variation of the inter-spike intervals of every unit along one series.

    With the n intervals I_1, ..., I_n of a unit::

        CV = sqrt(mean of (I_k - mean I)^2) / mean I
        LV = 3 / (n - 1) sum_k ((I_k - I_{k+1}) / (I_k + I_{k+1}))^2,    k = 1, ..., n - 1

    Both are 0 for a clock and 1 for a Poisson process; bursts have more. CV also sees a rate that changes slowly, LV
    hardly. From a few intervals CV comes out too small: of a Poisson process 0.78 from 5 on average, 0.97 from 50.

    Parameters
    ----------
    reservoir : fitted SpikingLiquid, or stack with one in it
        Of a stack, the units of all its spiking layers; see `spike_trains`.
    X : 2-D array (n_steps, n_features)
        One series.
    min_intervals : int, default=5
        Units with fewer intervals do not count; at least 2.
    washout : int, default=0
        Number of rows of X at the beginning whose spikes do not count, less than those of X.

    Returns
    -------
    IntervalVariation

    Raises
    ------
    TypeError
        If the reservoir has no spikes.
    ValueError
        If no unit has enough intervals, or X or a parameter is invalid.

    References
    ----------
    S. Shinomoto, K. Shima and J. Tanji, "Differences in spiking patterns among cortical neurons", Neural Computation
    15:2823, 2003 (both); W. Gerstner, W. Kistler, R. Naud and L. Paninski, "Neuronal dynamics", Cambridge 2014, section
    7.3 (CV).

    Examples
    --------
    Without input and noise, units spike like clocks:

    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics import interval_variation
    >>> zeros = np.zeros((300, 1))
    >>> alone = {"background_current": 20.0, "recurrent_scaling": 0.0, "random_state": 0}
    >>> interval_variation(LIFLiquid(20, **alone).fit(zeros), zeros).mean_cv
    0.0
    >>> noisy = LIFLiquid(20, noise=20.0, **alone).fit(zeros)
    >>> interval_variation(noisy, zeros).mean_cv > 0.1
    True
    """
    min_intervals = check_integer("min_intervals", min_intervals, at_least=2)
    return interval_variation_of_trains(spike_trains(reservoir, X, washout=washout), min_intervals=min_intervals)


def interval_variation_of_trains(trains: SpikeTrains, *, min_intervals: int = 5) -> IntervalVariation:
    """Variation of the inter-spike intervals of spikes that are at hand; see `interval_variation`.

    Parameters
    ----------
    trains : SpikeTrains
    min_intervals : int, default=5
        Units with fewer intervals do not count; at least 2.

    Returns
    -------
    IntervalVariation

    Examples
    --------
    >>> from reservoir.diagnostics import SpikeTrains, interval_variation_of_trains
    >>> clock = SpikeTrains(steps=[0, 10, 20, 30], units=[0, 0, 0, 0], n_steps=40, n_units=2)
    >>> interval_variation_of_trains(clock, min_intervals=3).cv
    array([0.])
    """
    check_trains(trains)
    min_intervals = check_integer("min_intervals", min_intervals, at_least=2)
    order = np.argsort(trains.units, kind="stable")
    owner, steps = trains.units[order], trains.steps[order]
    same = np.diff(owner) == 0
    owner, intervals = owner[1:][same], np.diff(steps)[same].astype(np.float64)
    n_intervals = np.bincount(owner, minlength=trains.n_units)
    units = np.flatnonzero(n_intervals >= min_intervals)
    if not units.size:
        raise ValueError(
            f"'X' must be long enough for units to fire at least {min_intervals + 1} spikes; the most active of "
            f"{trains.n_units} fired {np.bincount(trains.units, minlength=1).max()} in {trains.seconds:g} s. "
            "Use a longer series, fewer 'min_intervals' or more input."
        )

    def mean_of(values, owner, n):
        return np.bincount(owner, values, minlength=trains.n_units)[units] / n

    n = n_intervals[units]
    mean = np.zeros(trains.n_units)
    mean[units] = mean_of(intervals, owner, n)
    cv = np.sqrt(mean_of((intervals - mean[owner]) ** 2, owner, n)) / mean[units]
    following = np.diff(owner) == 0
    contrast = (np.diff(intervals) / (intervals[1:] + intervals[:-1]))[following]
    lv = 3 * mean_of(contrast**2, owner[1:][following], n - 1)
    return IntervalVariation(units, n, cv, lv, float(cv.mean()), float(lv.mean()))

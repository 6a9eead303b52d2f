"""How much units spike together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reservoir.base import BaseReservoir
from reservoir.checks.headline import Headline, html_of, number, text_of
from reservoir.diagnostics.spiking.trains import SpikeTrains, check_trains, spike_trains


@dataclass(frozen=True, eq=False)
class Synchrony:
    """Synchrony of the units that spike.

    Parameters
    ----------
    chi : float
        From 0 to 1; about ``1 / sqrt(n_active)`` for independent units.
    correlation : float
        Mean covariance of two units over their mean variance: 1 for units that do the same, 0 for independent ones.
    n_active : int
        Number of units that spike, over which the means are taken.
    """

    chi: float
    correlation: float
    n_active: int

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        rows = [
            ("chi", number(self.chi), "1 for units that do all the same, 1 / sqrt(n) for independent ones"),
            ("correlation", number(self.correlation), "mean covariance of two units over their mean variance"),
        ]
        return Headline(f"Synchrony of the {self.n_active} units that spike", rows)


def synchrony(reservoir: BaseReservoir, X: ArrayLike, *, bin_width: float = 5.0, washout: int = 0) -> Synchrony:
    """Synchrony of the units of a spiking reservoir along one series, whatever its number of units.

    With the number of spikes c_i(b) of unit i in bin b, and variances over bins::

        chi^2 = var(mean over i of c_i) / mean over i of var(c_i)
        correlation = (N chi^2 - 1) / (N - 1) = mean of cov(c_i, c_j) over i != j / mean over i of var(c_i)

    chi is 1 for units that do all the same; for independent units it is ``1 / sqrt(N)``, where the correlation is 0
    whatever N. Common input counts too, not only what units do to each other.

    Parameters
    ----------
    reservoir : fitted SpikingLiquid, or stack with one in it
        Of a stack, the units of all its spiking layers; see `spike_trains`.
    X : 2-D array (n_steps, n_features)
        One series.
    bin_width : float, default=5.0
        Time within which spikes are together, in ms, above 0; rounded half up to a whole number of ``dt``.
    washout : int, default=0
        Number of rows of X at the beginning whose spikes do not count, less than those of X.

    Returns
    -------
    Synchrony
        Of the N = ``n_active`` units that spike; silent ones would only dilute it.

    Raises
    ------
    TypeError
        If the reservoir has no spikes.
    ValueError
        If less than two units spike, or X or a parameter is invalid.

    References
    ----------
    D. Golomb and J. Rinzel, "Dynamics of globally coupled inhibitory neurons with heterogeneity", Physical Review E
    48:4810, 1993; D. Golomb, "Neuronal synchrony measures", Scholarpedia 2:1347, 2007 (chi, of voltages there).

    Examples
    --------
    Independent inputs, and one input for all:

    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics import synchrony
    >>> u = np.random.RandomState(0).standard_normal((300, 50))
    >>> alone = {"recurrent_scaling": 0.0, "input_scaling": 20.0, "random_state": 0}
    >>> apart = LIFLiquid(50, input_weights=20 * np.eye(50), **alone).fit(u)
    >>> together = LIFLiquid(50, input_weights=20 * np.eye(50)[:1].repeat(50, axis=0), **alone).fit(u)
    >>> print(f"{synchrony(apart, u).correlation:.2f} {synchrony(together, u).correlation:.2f}")
    0.00 0.60
    """
    return synchrony_of_trains(spike_trains(reservoir, X, washout=washout), bin_width=bin_width)


def synchrony_of_trains(trains: SpikeTrains, *, bin_width: float = 5.0) -> Synchrony:
    """Synchrony of spikes that are at hand; see `synchrony`.

    Parameters
    ----------
    trains : SpikeTrains
    bin_width : float, default=5.0
        In ms, above 0; rounded half up to a whole number of ``dt``.

    Returns
    -------
    Synchrony

    Examples
    --------
    >>> from reservoir.diagnostics import SpikeTrains, synchrony_of_trains
    >>> trains = SpikeTrains(steps=[2, 4, 52, 53], units=[0, 1, 1, 0], n_steps=100, n_units=2)
    >>> synchrony_of_trains(trains).chi
    1.0
    """
    check_trains(trains)
    bins, units, n_bins, width = trains.binned(bin_width)
    n_spikes = np.bincount(units, minlength=trains.n_units)
    n_active = int(np.count_nonzero(n_spikes))
    if n_active < 2:
        raise ValueError(f"At least two units must spike to do so together; got {n_active}. Use more input, or longer.")
    # Sums of squares from the few bins with spikes: all bins of all units might not fit into memory.
    _, counts = np.unique(units * n_bins + bins, return_counts=True)
    squares = np.sum(counts.astype(np.float64) ** 2) - np.sum(n_spikes.astype(np.float64) ** 2) / n_bins
    mean_variance = squares / (n_bins * n_active)
    if mean_variance <= 1e-12 * np.mean(n_spikes) / n_bins:
        raise ValueError(
            f"'bin_width' must leave bins with different numbers of spikes; got {width:g} ms, with {n_bins} bins. "
            "Use narrower bins, or a longer X."
        )
    total = np.bincount(bins, minlength=n_bins) / n_active
    chi_squared = float(np.clip(np.var(total) / mean_variance, 0.0, 1.0))
    return Synchrony(float(np.sqrt(chi_squared)), (n_active * chi_squared - 1) / (n_active - 1), n_active)

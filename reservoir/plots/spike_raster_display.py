"""Spikes of a liquid, unit by unit, above the rates of its populations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_array, check_number
from reservoir.checks.unit_selection import check_indices, check_mask
from reservoir.diagnostics import SpikeTrains, spike_trains
from reservoir.diagnostics.spiking.trains import check_trains
from reservoir.plots.canvas import NEGATIVE, NEGATIVE_LINE, POSITIVE, POSITIVE_LINE, axes_grid, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BINS = 1_000_000


class SpikeRasterDisplay:
    """Raster of spikes by population, above the rate of each.

    Units are sorted: excitatory ones below, in the order of their numbers, inhibitory ones on top.

    Parameters
    ----------
    times : array (n_spikes,)
        In ms.
    units : int array (n_spikes,)
        The unit of each spike.
    inhibitory : boolean array (n_units,)
    duration : float
        Length of the raster in ms.
    bin_width : float, default=20.0
        Of the bins in which spikes are counted for the rates, in ms, above 0.

    Attributes
    ----------
    axes_ : array of two matplotlib axes
        Raster and rates.
    figure_ : matplotlib figure
    rates_ : array (2, n_bins)
        In Hz, mean over the excitatory and over the inhibitory units; 0 for a population of none.
    points_, steps_ : dict of matplotlib artists
        Of the raster and of the rates, by the names of the populations.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.plots import SpikeRasterDisplay
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> liquid = LIFLiquid(n_units=40, random_state=0).fit(u)
    >>> display = SpikeRasterDisplay.from_estimator(liquid, u)
    >>> display.rates_.shape
    (2, 25)
    >>> plt.close(display.figure_)
    """

    def __init__(
        self, times: Array, units: Array, *, inhibitory: Array, duration: float, bin_width: float = 20.0
    ) -> None:
        self.times = times
        self.units = units
        self.inhibitory = inhibitory
        self.duration = duration
        self.bin_width = bin_width

    @classmethod
    def from_estimator(
        cls,
        reservoir: BaseReservoir,
        X: ArrayLike,
        *,
        washout: int = 0,
        bin_width: float = 20.0,
        ax: "Axes | Sequence[Axes] | Array | None" = None,
    ) -> Self:
        """Drive a fitted spiking reservoir from rest and draw its spikes.

        Parameters
        ----------
        reservoir : fitted SpikingLiquid, or stack with one in it
            Of a stack, the units of all its spiking layers; see `reservoir.diagnostics.spike_trains`.
        X : 2-D array (n_steps, n_features)
            One series.
        washout : int, default=0
            Number of rows of X at the beginning whose spikes are not drawn, less than those of X.
        bin_width, ax : as in the class and in ``plot``

        Returns
        -------
        SpikeRasterDisplay

        Raises
        ------
        TypeError
            If the reservoir has no spikes.
        ValueError
            If an argument or X is invalid.
        """
        return cls.from_trains(spike_trains(reservoir, X, washout=washout), bin_width=bin_width, ax=ax)

    @classmethod
    def from_trains(
        cls, trains: SpikeTrains, *, bin_width: float = 20.0, ax: "Axes | Sequence[Axes] | Array | None" = None
    ) -> Self:
        """Draw spikes that are given.

        Parameters
        ----------
        trains : reservoir.diagnostics.SpikeTrains
        bin_width, ax : as in the class and in ``plot``

        Returns
        -------
        SpikeRasterDisplay
        """
        check_trains(trains)
        times, duration = trains.steps * trains.dt, trains.n_steps * trains.dt
        display = cls(times, trains.units, inhibitory=trains.inhibitory, duration=duration, bin_width=bin_width)
        return display.plot(ax)

    def plot(self, ax: "Axes | Sequence[Axes] | Array | None" = None) -> Self:
        """Draw the raster and the rates.

        Parameters
        ----------
        ax : matplotlib axes, array of two, or None, default=None
            One is divided; None makes a new figure.

        Returns
        -------
        self
        """
        bin_width = check_number("bin_width", self.bin_width, above=0)
        duration = check_number("duration", self.duration, above=0)
        times = check_array("times", self.times, ("n_spikes",), at_least=0)
        inhibitory = check_mask("inhibitory", self.inhibitory)
        spiking = check_indices("units", self.units, len(inhibitory))
        if len(spiking) != len(times):
            raise ValueError(f"'units' must name one for each of the {len(times)} 'times'; got {len(spiking)}.")
        if not duration / bin_width <= MOST_BINS:
            of = f"for a 'duration' of {duration:g} ms"
            raise ValueError(f"'bin_width' must leave at most {MOST_BINS} bins {of}; got {bin_width:g} ms.")
        n_bins = max(int(np.ceil(duration / bin_width - 1e-9)), 1)
        edges = bin_width * np.arange(n_bins + 1)
        edges[-1] = duration  # the last bin may be a shorter one
        rows = np.argsort(np.argsort(inhibitory, kind="stable"))
        self.axes_ = axes_grid(ax, 2, figsize=(8, 5), heights=(2.4, 1), sharex=True)
        self.figure_, self.points_, self.steps_ = self.axes_[0].figure, {}, {}
        self.rates_ = np.zeros((2, n_bins))
        populations = (
            ("excitatory", ~inhibitory, POSITIVE, POSITIVE_LINE),
            ("inhibitory", inhibitory, NEGATIVE, NEGATIVE_LINE),
        )
        for number, (name, members, colour, line) in enumerate(populations):
            size, own = int(members.sum()), members[spiking]
            if size == 0:
                continue
            self.rates_[number] = np.histogram(times[own], edges)[0] / size / (np.diff(edges) / 1000)
            style = {"s": np.clip(600 / len(members), 1.5, 12), "linewidths": 0, "color": colour}
            self.points_[name] = self.axes_[0].scatter(times[own], rows[spiking[own]], **style)
            self.steps_[name] = self.axes_[1].stairs(self.rates_[number], edges, color=colour, linestyle=line)
            self.axes_[0].plot([], [], marker="s", markersize=4, linestyle=line, color=colour, label=f"{size} {name}")
        self._label(len(inhibitory), int((~inhibitory).sum()), duration)
        return self

    def _label(self, n_units, n_excitatory, duration):
        raster, rates = self.axes_
        if 0 < n_excitatory < n_units:
            raster.axhline(n_excitatory - 0.5, color="0.6", linewidth=0.6)
        raster.set(ylabel="unit, sorted", ylim=(-1, n_units), xlim=(0, duration))
        rates.set(xlabel="time in ms", ylabel="rate in Hz", xlim=(0, duration))
        rates.set_ylim(bottom=0)
        legend_above(raster)

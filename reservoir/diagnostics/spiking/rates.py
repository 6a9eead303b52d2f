"""How often units spike: by population, and how many are silent or saturated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.headline import Headline, html_of, number, share, text_of
from reservoir.diagnostics.spiking.trains import SpikeTrains, check_trains, spike_trains
from reservoir.spiking.steps import refractory_steps


@dataclass(frozen=True, eq=False)
class FiringRates:
    """Firing rates of one series.

    Parameters
    ----------
    per_unit : array (n_units,)
        In Hz.
    mean, excitatory, inhibitory : float
        Mean over all units and over those of a population, in Hz; 0 for a population without units.
    silent : float
        Fraction of the units that never spike.
    saturated : float
        Fraction of the units that spike at more than half the rate that their refractory steps allow.
    is_saturated : boolean array (n_units,) or None, default=None
        Which units do.
    """

    per_unit: Array
    mean: float
    excitatory: float
    inhibitory: float
    silent: float
    saturated: float
    is_saturated: Array | None = None

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        rows = [
            ("mean rate", number(self.mean, " Hz"), f"of {len(self.per_unit)} units"),
            ("excitatory", number(self.excitatory, " Hz"), ""),
            ("inhibitory", number(self.inhibitory, " Hz"), ""),
            ("silent units", share(self.silent), ""),
            ("saturated units", share(self.saturated), "above half of the rate that refractory steps allow"),
        ]
        return Headline("FiringRates", rows)


def firing_rates(reservoir: BaseReservoir, X: ArrayLike, *, washout: int = 0) -> FiringRates:
    """Return the firing rates of a spiking reservoir along one series, driven from rest.

    ::

        rate_i = spikes of unit i / duration,    saturated: rate_i > 0.5 / (dt max(steps_i, 1)), with 2 spikes or more

    with steps_i the whole steps for which unit i is refractory, ``refractory_steps_``.

    Parameters
    ----------
    reservoir : fitted SpikingLiquid, or stack with one in it
        Of a stack, the units of all its spiking layers; see `spike_trains`.
    X : 2-D array (n_steps, n_features)
        One series.
    washout : int, default=0
        Number of rows of X at the beginning whose spikes do not count, less than those of X.

    Returns
    -------
    FiringRates
        All zeros, with ``silent`` 1, if no unit spikes.

    Raises
    ------
    TypeError
        If the reservoir has no spikes.
    ValueError
        If X or ``washout`` is invalid.

    References
    ----------
    W. Gerstner, W. Kistler, R. Naud and L. Paninski, "Neuronal dynamics", Cambridge 2014, section 7.2.1 (the rate as a
    spike count).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics import firing_rates
    >>> u = np.random.RandomState(0).standard_normal((300, 3))
    >>> rates = firing_rates(LIFLiquid(100, random_state=0).fit(u), u)
    >>> print(f"{rates.mean:.0f} Hz; {rates.silent:.0%} silent, {rates.saturated:.0%} saturated")
    14 Hz; 0% silent, 0% saturated
    """
    return firing_rates_of_trains(spike_trains(reservoir, X, washout=washout))


def firing_rates_of_trains(trains: SpikeTrains) -> FiringRates:
    """Return the firing rates of spikes that are at hand; see `firing_rates`.

    Parameters
    ----------
    trains : SpikeTrains

    Returns
    -------
    FiringRates

    Examples
    --------
    >>> from reservoir.diagnostics import SpikeTrains, firing_rates_of_trains
    >>> trains = SpikeTrains(steps=[100, 300, 500], units=[0, 0, 0], n_steps=1000, n_units=2)
    >>> firing_rates_of_trains(trains).per_unit
    array([3., 0.])
    """
    check_trains(trains)
    counts = np.bincount(trains.units, minlength=trains.n_units)
    rates = counts / trains.seconds
    # One spike in a series of a few steps would be a high rate already.
    apart = np.maximum(refractory_steps(trains.refractory, trains.dt), 1)
    saturated = (counts > 1) & (2.0 * apart * counts > trains.n_steps)
    populations = rates[~trains.inhibitory], rates[trains.inhibitory]
    excitatory, inhibitory = (float(part.mean()) if part.size else 0.0 for part in populations)
    silent = float(np.mean(counts == 0))
    return FiringRates(rates, float(rates.mean()), excitatory, inhibitory, silent, float(saturated.mean()), saturated)

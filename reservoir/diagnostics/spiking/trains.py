"""The spikes that a reservoir fires along one series, with what is needed to read them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer, check_memory, check_number, check_per_unit, check_washout
from reservoir.checks.headline import Headline, html_of, number, text_of
from reservoir.checks.unit_selection import check_indices, check_mask
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.recorded import RECORD_SPIKES, refuse_recorded
from reservoir.dispatch import for_fitted, refuse
from reservoir.spiking import SpikingLiquid
from reservoir.spiking.steps import rounded_steps

_SHORTEST, _LONGEST = 1e-280, 1e280  # ms, for durations and rates that are numbers

REMEDY = (
    "It has no spikes to look at. Its states, transform(X), have a scale of their own; see effective_dimension for how "
    "alike units are, and echo_state_index or lyapunov_exponents for whether it is stable."
)


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """Spikes of several units on a grid of time steps.

    Parameters
    ----------
    steps, units : integer arrays (n_spikes,)
        Unit ``units[k]`` spiked in step ``steps[k]``, at most once in each.
    n_steps, n_units : int
        At least 1; steps and units are counted from 0.
    dt : float, default=1.0
        Duration of a step in ms, above 0.
    inhibitory : boolean array (n_units,) or None, default=None
        Which units are inhibitory; None is none.
    refractory : float or array (n_units,), default=0.0
        Refractory time in ms, at least 0, held for whole steps as by `SpikingLiquid`, rounded down.

    Raises
    ------
    ValueError
        If a value is out of range, or a unit spikes twice in a step.

    Examples
    --------
    >>> from reservoir.diagnostics import SpikeTrains
    >>> trains = SpikeTrains(steps=[3, 5, 9], units=[0, 1, 0], n_steps=10, n_units=2)
    >>> trains.inhibitory
    array([False, False])
    """

    steps: Any  # whatever makes an array, and an array once it is checked
    units: Any
    n_steps: int
    n_units: int
    dt: float = 1.0
    inhibitory: Any = None
    refractory: Any = 0.0

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        rate = len(self.steps) / (self.n_units * self.seconds)
        n_inhibitory = int(np.sum(self.inhibitory))
        rows = [
            ("spikes", number(len(self.steps)), f"{number(rate)} Hz per unit on average"),
            ("units", number(self.n_units), f"{n_inhibitory} of them inhibitory"),
            ("duration", number(self.seconds, " s"), f"{self.n_steps} steps of {number(self.dt)} ms"),
        ]
        return Headline("SpikeTrains", rows)

    def __post_init__(self):
        n_steps, n_units = check_integer("n_steps", self.n_steps), check_integer("n_units", self.n_units)
        check_memory("n_units", n_units, 8 * n_units)
        if n_steps > np.iinfo(np.int64).max:
            raise ValueError(f"'n_steps' must be a number of 64 bits; got {n_steps}.")
        steps, units = check_indices("steps", self.steps, n_steps), check_indices("units", self.units, n_units)
        if len(steps) != len(units):
            raise ValueError(f"'steps' and 'units' must be of one length; got {len(steps)} and {len(units)}.")
        order = np.lexsort((units, steps))
        steps, units = steps[order], units[order]
        if np.any((np.diff(steps) == 0) & (np.diff(units) == 0)):
            raise ValueError("'steps' must hold a step only once for a unit; use a smaller 'dt' to separate spikes.")
        inhibitory = np.zeros(n_units, bool) if self.inhibitory is None else self.inhibitory
        checked = {
            "steps": steps,
            "units": units,
            "n_steps": n_steps,
            "n_units": n_units,
            "dt": check_number("dt", self.dt, at_least=_SHORTEST, at_most=_LONGEST),
            "inhibitory": check_mask("inhibitory", inhibitory, n_units, like="n_units"),
            "refractory": check_per_unit("refractory", self.refractory, n_units, at_least=0),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def seconds(self) -> float:
        """Duration in s."""
        return self.n_steps * self.dt / 1000

    def binned(self, bin_width: float) -> tuple[Array, Array, int, float]:
        """Return the bin of every spike, its unit, the number of bins, and their width in ms, a whole number of dt.

        The width is rounded half up, as delays are. Spikes after the last whole bin are left out.
        """
        width = check_number("bin_width", bin_width, above=0)
        steps = max(int(min(rounded_steps(width, self.dt), self.n_steps)), 1)
        n_bins = self.n_steps // steps
        bins = self.steps // steps
        return bins[bins < n_bins], self.units[bins < n_bins], n_bins, steps * self.dt


@for_fitted
def spike_trains(reservoir: BaseReservoir, X: ArrayLike, *, washout: int = 0) -> SpikeTrains:
    """Return the spikes of a spiking reservoir, driven from rest by one series.

    Of a stack, these are the spikes of all its spiking layers, unit after unit, each driven by its own input; the
    layers must have the same ``dt`` and ``input_period``.

    Parameters
    ----------
    reservoir : fitted SpikingLiquid, or stack with one in it
        Or of a class that was added by ``spike_trains.register``, as to singledispatch functions.
    X : 2-D array (n_steps, n_features)
        One series.
    washout : int, default=0
        Number of rows of X at the beginning whose spikes do not count, less than those of X.

    Returns
    -------
    SpikeTrains
        Step 0 is the first one after the washout.

    Raises
    ------
    TypeError
        If the reservoir has no spikes.
    ValueError
        If X or ``washout`` is invalid, or spiking layers keep different times.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics import spike_trains
    >>> u = np.random.RandomState(0).standard_normal((100, 3))
    >>> trains = spike_trains(LIFLiquid(40, random_state=0).fit(u), u, washout=20)
    >>> trains.n_steps, trains.n_units, trains.seconds
    (800, 40, 0.8)
    """
    refuse_recorded(reservoir, "spike_trains", "counts spikes in their own time steps", RECORD_SPIKES)
    known = tuple(one for one in spike_trains.registry if one is not object)
    parts = [spike_trains(part, series, washout=washout) for part, series in spiking_parts(reservoir, X, known)]
    if not parts:
        refuse(spike_trains, reservoir, REMEDY)
    first = parts[0]
    for part in parts[1:]:
        if (part.dt, part.n_steps) != (first.dt, first.n_steps):
            raise ValueError(
                f"Spiking layers must have the same 'dt' and 'input_period' to be analysed together; got "
                f"dt={first.dt:g} and {part.dt:g} ms, {first.n_steps} and {part.n_steps} steps. Pass each of layers_, "
                "with its own input."
            )
    offsets = np.cumsum([0] + [part.n_units for part in parts])
    return SpikeTrains(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.units + offset for part, offset in zip(parts, offsets[:-1], strict=True)]),
        first.n_steps,
        int(offsets[-1]),
        first.dt,
        np.concatenate([part.inhibitory for part in parts]),
        np.concatenate([part.refractory for part in parts]),
    )


@spike_trains.register(SpikingLiquid)
def _of_spiking(liquid, X, *, washout=0):
    n_rows, n_substeps = len(read_one_series(liquid, X)), liquid.n_substeps_
    first = check_washout(washout, n_rows) * n_substeps
    steps, units = liquid.spikes(X)
    kept = steps >= first
    return SpikeTrains(
        steps[kept] - first,
        units[kept],
        n_rows * n_substeps - first,
        liquid.n_units_,
        liquid.dt_,
        liquid.inhibitory_,
        liquid.refractory_steps_ * liquid.dt_,
    )


def spiking_parts(reservoir, X, kinds):
    """Return every reservoir of the given classes that this one is or holds, in pairs with its input series."""
    if isinstance(reservoir, kinds):
        return [(reservoir, X)]
    if not isinstance(reservoir, BaseReservoir):
        return []
    parts = reservoir.parts(read_one_series(reservoir, X))
    return [(part.reservoir, part.X) for part in parts if isinstance(part.reservoir, kinds)]


def check_trains(trains):
    """Raise TypeError unless ``trains`` are `SpikeTrains`."""
    if not isinstance(trains, SpikeTrains):
        raise TypeError(
            f"'trains' must be SpikeTrains, such as spike_trains(reservoir, X) returns; got {type(trains).__name__}."
        )

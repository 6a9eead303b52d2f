"""What becomes of a spike that fails: the Lyapunov exponent of a spiking reservoir."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_choice,
    check_flag,
    check_integer,
    check_jobs,
    check_number,
    check_random_state,
    check_washout,
)
from reservoir.checks.headline import Headline, html_of, number, of, share, text_of
from reservoir.checks.progress import Progress
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.recorded import RECORD_TWICE, refuse_recorded
from reservoir.diagnostics.spiking.trains import spiking_parts
from reservoir.diagnostics.spiking.twins import Twins
from reservoir.dispatch import check_fitted_reservoir
from reservoir.driving.threads import map_series
from reservoir.spiking import SpikingLiquid


@dataclass(frozen=True, eq=False)
class SpikeLyapunov:
    """How twins that lack one spike part from the original, or come back to it.

    Parameters
    ----------
    exponent : float
        In 1/s; ``-1000 / tau_trace`` where no other spike changes.
    times : array (horizon + 1,)
        Time since the dropped spike in ms, from 0.
    distances : array (n_twins, horizon + 1)
        Of the filtered spikes, 1 at time 0.
    last_differences : array (n_twins,)
        Time of the last spike that only the twin fires, or only the original; 0 if it is the dropped one.
    reconverged : float
        Fraction of the twins whose state in the end is that of the original to the last bit.
    """

    exponent: float
    times: Array
    distances: Array
    last_differences: Array
    reconverged: float

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        n_twins = len(self.distances)
        duration = number(of(np.max, self.times), " ms")
        rows = [
            ("exponent", number(self.exponent, " per s"), "above 0 the effect of a dropped spike grows"),
            ("reconverged", share(self.reconverged), "of the twins, to the last bit"),
            ("distance", number(of(np.mean, self.distances[:, -1:])), f"mean after {duration}, 1 at first"),
        ]
        return Headline(f"SpikeLyapunov of {n_twins} twins that lack a spike, followed for {duration}", rows)


def spike_lyapunov_exponent(
    reservoir: BaseReservoir,
    X: ArrayLike,
    *,
    dropped: Literal["units", "inputs"] = "units",
    n_twins: int = 20,
    horizon: int | None = None,
    tau_trace: float = 30.0,
    washout: int = 0,
    n_jobs: int | None = None,
    random_state: RandomState = None,
    verbose: bool = False,
) -> SpikeLyapunov:
    """Lyapunov exponent of a spiking reservoir, by twins that lack one spike each.

    Twin j is the same reservoir, driven alike, but at time t_j one spike fails: the unit is reset as if it had fired,
    and it reaches no other unit; or an input spike does not arrive. With the spikes of both filtered by
    ``exp(-t / tau_trace)``, and the horizon T::

        d_j(t) = || traces of twin j - traces of the original || at t_j + t,    d_j(0) = 1, the dropped spike
        exponent = mean over j of log(d_j(T)) / T

    A positive one says that a spike more or less changes the future (chaos). Where it changes no other spike, as
    without recurrence, the exponent is ``-1 / tau_trace``, the fading of the dropped spike's own trace, and it is
    hardly less anywhere. As distances cannot grow past that of unrelated spikes, positive values shrink with T: it is
    the sign, and ``distances`` over ``times``, that count.

    Parameters
    ----------
    reservoir : fitted SpikingLiquid, or stack with just one in it
        Of a stack, that layer's exponent for its own input.
    X : 2-D array (n_steps, n_features)
        One series, long enough for some spikes before its last ``horizon`` rows.
    dropped : {"units", "inputs"}, default="units"
        Whose spikes fail: those of units, or of the channels of X, where ``input="spikes"``.
    n_twins : int, default=20
        Number of dropped spikes, drawn from those in reach; all of them if there are fewer.
    horizon : int or None, default=None
        T in rows of X, at least 1; None is half of those after the washout.
    tau_trace : float, default=30.0
        In ms, above 0.
    washout : int, default=0
        Number of rows of X at the beginning in which no spike is dropped, less than those of X.
    n_jobs : int or None, default=None
        Number of threads over twins.
    random_state : int, RandomState or None, default=None
        Draws the spikes to drop.
    verbose : bool, default=False
        Whether a line is printed for every twin.

    Returns
    -------
    SpikeLyapunov

    Raises
    ------
    TypeError
        If the reservoir has no spikes.
    ValueError
        If there is no spike to drop, X is too short, a stack has several spiking layers, or a parameter is invalid.

    Notes
    -----
    Whether twins come back to the last bit depends on time: currents and voltages, which fade, take some 40 of their
    time constants, and dynamic synapses, whose resources recover in a second or so, minutes. ``last_differences``
    answer sooner. Where there is noise, or a delay of 0, a unit that fails is only held at its reset: other variables
    than its voltage, which a spike changes in some models, keep their course.

    References
    ----------
    R. Legenstein and W. Maass, "Edge of chaos and prediction of computational performance for neural circuit models",
    Neural Networks 20:323, 2007 (the exponent of spiking liquids, from states that differ by one input spike); M.
    London, A. Roth, L. Beeren, M. Haeusser and P. Latham, "Sensitivity to perturbations in vivo implies high noise and
    suggests rate coding in cortex", Nature 466:123, 2010 (what one spike more brings about).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics import spike_lyapunov_exponent
    >>> u = np.random.RandomState(0).standard_normal((60, 3))
    >>> for scaling in (0.0, 3.0):
    ...     liquid = LIFLiquid(50, recurrent_scaling=scaling, random_state=0).fit(u[:1])
    ...     found = spike_lyapunov_exponent(liquid, u, random_state=0)
    ...     print(f"{found.reconverged:.0%} back, {'chaotic' if found.exponent > 0 else 'stable'}")
    100% back, stable
    0% back, chaotic
    """
    check_fitted_reservoir(reservoir)
    refuse_recorded(reservoir, "spike_lyapunov_exponent", "drops a spike and drives it on", RECORD_TWICE)
    liquid, rows = _only_liquid(reservoir, X)
    rows = read_one_series(liquid, rows)
    n_jobs, verbose = check_jobs("n_jobs", n_jobs), check_flag("verbose", verbose)
    n_twins, tau_trace = check_integer("n_twins", n_twins), check_number("tau_trace", tau_trace, above=0)
    washout, horizon = _check_window(washout, horizon, len(rows))
    of_inputs = check_choice("dropped", dropped, ("units", "inputs")) == "inputs"
    twins = Twins(liquid, rows, horizon, of_inputs)
    drawn = twins.draw(washout, n_twins, check_random_state(random_state))

    progress = Progress("spike_lyapunov_exponent", verbose)

    def follow(number):
        differing, same = twins.compare(drawn[number])
        progress.say(f"twin {number + 1} of {len(drawn)}: {len(differing[0]) - 1} other spikes differ")
        return *twins.distance(differing, tau_trace), same

    distances, logarithms, last, same = zip(*map_series(follow, range(len(drawn)), n_jobs), strict=True)
    times = liquid.input_period_ * np.arange(horizon + 1)
    exponent = 1000 * np.mean(logarithms) / times[-1]
    return SpikeLyapunov(float(exponent), times, np.array(distances), np.array(last), float(np.mean(same)))


def _only_liquid(reservoir, X):
    """Return the only spiking liquid in a reservoir, and its input."""
    parts = spiking_parts(reservoir, X, SpikingLiquid)
    if not parts:
        raise TypeError(
            "'reservoir' must be of a class whose equations spike_lyapunov_exponent knows, SpikingLiquid; got "
            f"{type(reservoir).__name__}. "
            "For units without spikes use lyapunov_exponents or echo_state_index."
        )
    if len(parts) > 1:
        raise ValueError(
            f"'reservoir' must hold one spiking layer here; got {len(parts)}. Pass each of layers_, with its own input."
        )
    return parts[0]


def _check_window(washout, horizon, n_rows):
    washout = check_washout(washout, n_rows)
    left = n_rows - washout
    if left < 2:
        raise ValueError(f"'X' must have at least 2 steps after the washout; got {left}. Use a longer series.")
    horizon = left // 2 if horizon is None else check_integer("horizon", horizon)
    if horizon >= left:
        raise ValueError(
            f"'horizon' must be smaller than the number of steps after the washout; got {horizon} with {left} steps."
        )
    return washout, horizon

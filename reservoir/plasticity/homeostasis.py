"""Homeostasis: every unit of a spiking liquid moves its threshold or background until it fires at a given rate."""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning

from readouts.types import Array, SeriesLike
from reservoir.checks.arguments import check_choice, check_flag, check_integer, check_number, check_per_unit
from reservoir.checks.progress import Progress
from reservoir.checks.stack_level import stack_level
from reservoir.plasticity.adaptable import check_adaptable
from reservoir.plasticity.rebuild import rebuild
from reservoir.series.sequences import read_sequences
from reservoir.spiking import SpikingLiquid

# A unit whose error keeps its sign takes larger steps, one whose error changes sign has gone too far.
_FASTER, _SLOWER, _SMALLEST_STEP = 1.2, 0.5, 1e-6
_LARGEST_MOVE = 100.0


@dataclass(frozen=True)
class Homeostasis:
    """Threshold or background current of every spiking unit, moved until it fires at the target rate.

    After every pass over the series a unit with rate r moves by its step s and its error e::

        e = (r - target_rate) / (r + target_rate)
        threshold             threshold - reset  <-  exp(s e) (threshold - reset)
        background_current    background  <-  background - s e reach

    with the way to the threshold that the neuron declares, its `reach`: by itself ``threshold - min(resting, reset)``.
    Where spikes have an upstroke, ``reset`` may lie above ``threshold``: there, a threshold moves by its reach
    instead, and stays below the peak at which spikes are detected.

    The error lies in [-1, 1], so that silent and saturated units move at a bounded speed. A step is multiplied by 1.2
    while the error keeps its sign and halved when it changes. Adaptation ends when all units are within the tolerance;
    otherwise the pass with the smallest mean deviation is kept.

    Parameters
    ----------
    target_rate : float or array (n_units,), default=8.0
        In Hz, above 0.
    on : {"threshold", "background"}, default="threshold"
        What moves. Thresholds calm liquids with strong recurrent weights, which backgrounds may not. A threshold stays
        above ``reset``, so a unit whose input never lifts it above that stays silent; a background current wakes
        every unit, and those of models without a constant ``threshold``, such as Izhikevich's.
    tolerance : float, default=1.0
        Largest deviation of a unit from the target, in Hz, at least 0. One spike more or less in the whole of X is
        always allowed.
    step : float, default=0.3
        First and largest step s is ``step`` and twice that; above 0.
    n_epochs : int, default=100
        Largest number of passes, at least 1; it ends sooner when all units are within the tolerance.

    Notes
    -----
    The learning curve is the mean over units of ``|r - target_rate|`` in Hz, one value per pass. The distance
    of a threshold from reset stays between a hundredth and a hundred times the first; a background moves by at most a
    hundred times its reach. Units outside the tolerance at the end are named in a
    ``ConvergenceWarning``.

    References
    ----------
    A. Lazar, G. Pipa and J. Triesch, "SORN: a self-organizing recurrent neural network", Frontiers in Computational
    Neuroscience 3:23, 2009 (thresholds that follow a target rate); M. Riedmiller and H. Braun, "A direct adaptive
    method for faster backpropagation learning: the RPROP algorithm", IEEE International Conference on Neural Networks,
    1993 (steps).

    Examples
    --------
    A liquid that is silent without adaptation:

    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.plasticity import AdaptiveReservoir, Homeostasis
    >>> u = np.random.RandomState(0).standard_normal((500, 3))
    >>> silent = LIFLiquid(30, input_scaling=2.0, background_current=5.0, random_state=0)
    >>> steps, units = silent.fit(u[:1]).spikes(u)
    >>> len(units)
    0
    >>> adapted = AdaptiveReservoir(silent, Homeostasis(target_rate=8.0)).fit(u)
    >>> steps, units = adapted.reservoir_.spikes(u)
    >>> rates = np.bincount(units, minlength=30) / 5  # 500 rows of 10 ms
    >>> bool(np.all(np.abs(rates - 8.0) <= 1.0))
    True
    """

    target_rate: ArrayLike = 8.0
    on: Literal["threshold", "background"] = "threshold"
    tolerance: float = 1.0
    step: float = 0.3
    n_epochs: int = 100

    def adapt(self, reservoir: SpikingLiquid, X: SeriesLike, verbose: bool = False) -> tuple[SpikingLiquid, Array]:
        """Return the adapted liquid, fitted, and the learning curve.

        Parameters
        ----------
        reservoir : fitted SpikingLiquid
            It is left as it is.
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
            Every series is driven from rest.
        verbose : bool, default=False
            Whether a line is printed after every pass.

        Returns
        -------
        reservoir : fitted SpikingLiquid
        history : array (n_passes,)

        Raises
        ------
        TypeError
            If the reservoir is no SpikingLiquid.
        ValueError
            If a parameter or X is invalid, or units have no threshold to move.

        Warns
        -----
        ConvergenceWarning
            If units do not come within the tolerance.
        """
        check_spiking(reservoir, "Homeostasis")
        verbose = check_flag("verbose", verbose)
        target, tolerance, step, n_epochs = self._check(reservoir)
        sequences = read_sequences(reservoir, X, reset=False, dtype=reservoir.dtype_).series
        seconds = sum(map(len, sequences)) * float(reservoir.input_period_) / 1000
        tolerance = max(tolerance, 1 / seconds)
        moved = _Movement(reservoir, self.on, step)
        liquid, history = rebuild(reservoir, output="counts"), []
        for epoch in range(n_epochs):
            rates = _count(liquid, sequences) / seconds
            deviation = np.abs(rates - target)
            history.append(deviation.mean())
            Progress("Homeostasis", verbose).say(
                f"pass {epoch + 1} of {n_epochs}: {history[-1]:.2f} Hz from the target"
            )
            outside = deviation > tolerance
            content = not outside.any()
            if content or history[-1] == min(history):
                kept = moved.values(), outside, rates
            if content or epoch == n_epochs - 1:
                break
            moved.move((rates - target) / (rates + target))
            liquid = rebuild(liquid, **{moved.name: moved.values()})
        values, outside, rates = kept
        _warn(outside, rates, tolerance, self.on)
        return rebuild(reservoir, **{moved.name: values}), np.array(history)

    def _check(self, liquid):
        neuron = liquid.neuron_
        if check_choice("on", self.on, _NAMES) == "threshold" and "threshold" not in neuron.constants():
            raise ValueError(
                f"'on' must be 'background' for {type(neuron).__name__} units, which have no constant 'threshold'; got "
                "'threshold'. Use Homeostasis(on='background')."
            )
        return (
            check_per_unit("target_rate", self.target_rate, liquid.n_units_, above=0),
            check_number("tolerance", self.tolerance, at_least=0),
            check_number("step", self.step, above=0),
            check_integer("n_epochs", self.n_epochs),
        )


def check_spiking(reservoir, rule):
    """Raise unless ``reservoir`` is a fitted spiking liquid."""
    advice = "For an EchoStateReservoir or a CTRNNLiquid use IntrinsicPlasticity."
    check_adaptable(reservoir, rule, (SpikingLiquid,), advice)


def _count(liquid, series):
    """Return the number of spikes of every unit of a liquid that puts out counts."""

    def count(number, before, piece):
        return piece.states.sum(axis=0, dtype=np.float64)

    return np.sum(liquid.drive_many(series, count, n_jobs=liquid.n_jobs), axis=0)


_NAMES = {"threshold": "threshold", "background": "background_current"}


class _Movement:
    """The present thresholds or backgrounds, and the step of every unit."""

    def __init__(self, liquid, on, step):
        neuron, self._most = liquid.neuron_, np.inf
        self.name, self._on_threshold = _NAMES[on], on == "threshold"
        if self.name not in liquid.get_params(deep=False):
            self.name = f"neuron__{self.name}"
        self._scale = neuron.reach()
        if not self._on_threshold:
            self._origin = liquid.background_current_.astype(np.float64)
        elif neuron.crossing == "threshold":
            self._origin = liquid.reset_.astype(np.float64)
            self._scale = liquid.threshold_ - self._origin
        else:
            self._origin = liquid.threshold_ - self._scale
            self._most = getattr(neuron, neuron.crossing).astype(np.float64)
        self._place = np.zeros(liquid.n_units_)
        self._step, self._largest = np.full(liquid.n_units_, step), 2 * step
        self._before = np.zeros(liquid.n_units_)

    def move(self, error):
        turned = np.sign(error) * np.sign(self._before)
        factor = np.where(turned > 0, _FASTER, np.where(turned < 0, _SLOWER, 1.0))
        self._step = np.clip(factor * self._step, _SMALLEST_STEP, self._largest)
        self._before = error
        limit = np.log(_LARGEST_MOVE) if self._on_threshold else _LARGEST_MOVE
        sense = 1 if self._on_threshold else -1
        self._place = np.clip(self._place + sense * self._step * error, -limit, limit)

    def values(self):
        moved = self._origin + self._scale * (np.exp(self._place) if self._on_threshold else self._place)
        return np.minimum(moved, self._most)


def _warn(outside, rates, tolerance, on):
    if outside.any():
        other = ", or on='background', which reaches silent units too" if on == "threshold" else ""
        units = np.flatnonzero(outside)
        listed = ", ".join(f"{unit} ({rates[unit]:.1f} Hz)" for unit in units[:5]) + (", ..." if len(units) > 5 else "")
        warnings.warn(
            f"{len(units)} of {len(rates)} units did not come within {tolerance:.3g} Hz of the target rate: {listed}. "
            f"Use more epochs, a wider tolerance, longer series{other}.",
            ConvergenceWarning,
            stack_level(),
        )

"""Spike-timing-dependent plasticity between the excitatory units of a spiking liquid."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from readouts.compiling import njit
from readouts.types import Array, SeriesLike
from reservoir.checks.arguments import check_flag, check_integer, check_memory, check_number
from reservoir.checks.progress import Progress
from reservoir.kernels.functions import exp
from reservoir.plasticity.homeostasis import check_spiking
from reservoir.plasticity.rebuild import rebuild
from reservoir.series.sequences import read_sequences
from reservoir.spiking import SpikingLiquid
from reservoir.spiking.steps import rounded_steps


@dataclass(frozen=True)
class STDP:
    """Weights between excitatory units that grow where the presynaptic unit fires first, and shrink where it does last.

    Every pair of a spike's arrival at the synapse and a postsynaptic spike, t ms later, changes the weight w::

        t > 0    w <- w + learning_rate max_weight (1 - w / max_weight)^mu exp(-t / tau_potentiation)
        t < 0    w <- w - depression learning_rate max_weight (w / max_weight)^mu exp(t / tau_depression)

    with mu = ``weight_dependence``, within ``[0, max_weight]``. All pairs count (all-to-all), in order of time, each
    series by itself; a pair with t = 0 does not. Delays are axonal: a spike arrives a delay after it was fired. The
    spikes of a pass are those of the weights at its start. After a pass, synaptic scaling multiplies the excitatory
    weights onto each unit so that their sum is what it was before learning.

    Parameters
    ----------
    learning_rate : float, default=0.01
        Change by one pair at t = 0, relative to ``max_weight``; above 0.
    depression : float, default=1.05
        Strength of depression relative to potentiation, at least 0.
    tau_potentiation, tau_depression : float, default=20.0
        In ms, above 0.
    weight_dependence : float, default=0.0
        mu in [0, 1]: 0 is additive, where weights part into weak and strong ones; 1 multiplicative, where they do not.
    max_weight : float or None, default=None
        In nA, or uS of conductances, above 0; None is the largest weight between excitatory units. Larger ones are cut
        at the start of a pass; scaling comes after it, and may raise weights above.
    scaling : bool, default=True
        Whether sums are kept. A unit whose weights would all vanish keeps those it had before the pass.
    n_epochs : int, default=5
        Number of passes over the series, at least 1, each series from rest.

    Notes
    -----
    Which synapses there are does not change: a weight that has fallen to 0 stays as a stored zero and can grow. The
    learning curve is the mean over synapses of ``|change of w|`` per pass, scaling included, in nA or uS.

    References
    ----------
    S. Song, K. Miller and L. Abbott, "Competitive Hebbian learning through spike-timing-dependent synaptic plasticity",
    Nature Neuroscience 3:919, 2000 (additive); R. Guetig, R. Aharonov, S. Rotter and H. Sompolinsky, "Learning input
    correlations through nonlinear temporally asymmetric Hebbian plasticity", Journal of Neuroscience 23:3697, 2003
    (weight dependence).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.plasticity import AdaptiveReservoir, STDP
    >>> u = np.random.RandomState(0).standard_normal((300, 3))
    >>> liquid = LIFLiquid(40, random_state=0).fit(u)
    >>> adapted = AdaptiveReservoir(liquid, STDP(n_epochs=2)).fit(u)
    >>> before, after = liquid.recurrent_weights_, adapted.reservoir_.recurrent_weights_
    >>> bool(np.any(before.data != after.data)), bool(np.allclose(before.sum(axis=1), after.sum(axis=1)))
    (True, True)
    """

    learning_rate: float = 0.01
    depression: float = 1.05
    tau_potentiation: float = 20.0
    tau_depression: float = 20.0
    weight_dependence: float = 0.0
    max_weight: float | None = None
    scaling: bool = True
    n_epochs: int = 5

    def adapt(self, reservoir: SpikingLiquid, X: SeriesLike, verbose: bool = False) -> tuple[SpikingLiquid, Array]:
        """Return the adapted liquid, fitted, and the learning curve.

        Parameters
        ----------
        reservoir : fitted SpikingLiquid
            It is left as it is.
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        verbose : bool, default=False
            Whether a line is printed after every pass.

        Returns
        -------
        reservoir : fitted SpikingLiquid
        history : array (n_epochs,)

        Raises
        ------
        TypeError
            If the reservoir is no SpikingLiquid.
        ValueError
            If a parameter or X is invalid, or the liquid has no synapse between excitatory units.
        """
        check_spiking(reservoir, "STDP")
        verbose = check_flag("verbose", verbose)
        rule, n_epochs = self._check(reservoir.dt_)
        series = read_sequences(reservoir, X, reset=False, dtype=reservoir.dtype_).series
        n_steps = [len(one) * round(reservoir.input_period_ / reservoir.dt_) for one in series]
        plastic, unit = _plastic(reservoir), "nA" if reservoir.synapses_ is None else "uS"
        synapses = _arrange(reservoir, plastic)
        first = reservoir.recurrent_weights_.data[plastic].astype(np.float64)
        limit = self._limit(first, unit)
        weights, liquid, history = first, reservoir, np.empty(n_epochs)
        for epoch in range(n_epochs):
            with np.errstate(over="ignore"):  # NumPy 1.26 warns of overflow where numbers are near 0
                learned = np.minimum(weights, limit) / limit
            for (steps, units), end in zip(liquid.spikes(series), n_steps, strict=True):
                run_stdp(steps, units, end, *synapses, rule, learned)
            after = _scaled(learned, weights, first, synapses[4]) if self.scaling else limit * learned
            history[epoch] = np.abs(after - weights).mean()
            weights, liquid = after, _with_weights(reservoir, plastic, after)
            Progress("STDP", verbose).say(
                f"epoch {epoch + 1} of {n_epochs}: weights changed by {history[epoch]:.3g} {unit} on average"
            )
        return liquid, history

    def _check(self, dt):
        """Return the rule as the kernel takes it, times in steps, and the number of epochs."""
        rate = check_number("learning_rate", self.learning_rate, above=0)
        weakening = rate * check_number("depression", self.depression, at_least=0)
        taus = [check_number(name, getattr(self, name), above=0) for name in ("tau_potentiation", "tau_depression")]
        dependence = check_number("weight_dependence", self.weight_dependence, at_least=0, at_most=1)
        check_flag("scaling", self.scaling)
        n_epochs = check_integer("n_epochs", self.n_epochs)
        check_memory("n_epochs", n_epochs, 8 * n_epochs)  # of the learning curve
        # At a rate of a thousand a trace is gone within a step; an infinite rate times no time would be NaN.
        fading = (min(dt / tau, 1e3) for tau in taus)
        return (rate, weakening, *fading, dependence), n_epochs

    def _limit(self, weights, unit):
        if self.max_weight is not None:
            return check_number("max_weight", self.max_weight, above=0)
        if weights.max() == 0:
            raise ValueError(
                f"'max_weight' must be a number in {unit} here, for all excitatory weights are 0; got None."
            )
        return weights.max()


def _plastic(liquid):
    """Return which stored weights learn: those between excitatory units that are not negative."""
    matrix = liquid.recurrent_weights_
    targets = np.repeat(np.arange(liquid.n_units_), np.diff(matrix.indptr))
    plastic = ~(liquid.inhibitory_[targets] | liquid.inhibitory_[matrix.indices]) & (matrix.data >= 0)
    if not plastic.any():
        raise ValueError(
            "STDP must find synapses between excitatory units to change; the liquid has none. Use fewer 'inhibitory' "
            "units or a larger 'degree'."
        )
    return plastic


def _arrange(liquid: SpikingLiquid, plastic: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return the plastic synapses as the kernel takes them, by postsynaptic unit, and by presynaptic unit and delay."""
    n_units, matrix = liquid.n_units_, liquid.recurrent_weights_
    targets = np.repeat(np.arange(n_units), np.diff(matrix.indptr))[plastic]
    incoming = np.searchsorted(targets, np.arange(n_units + 1))
    steps = rounded_steps(liquid.delays_.data[plastic], liquid.dt_).astype(np.int64)
    delays, kinds = np.unique(steps, return_inverse=True)
    segments = matrix.indices[plastic].astype(np.int64) * len(delays) + kinds
    order = np.argsort(segments, kind="stable")
    outgoing = np.searchsorted(segments[order], np.arange(n_units * len(delays) + 1))
    return incoming, segments, outgoing, order, targets, delays


def _scaled(learned, before, first, targets):
    """Return weights in the proportions of those learned, whose sum onto each unit is what it was at first."""
    wanted, found = np.bincount(targets, first), np.bincount(targets, learned)
    lost = (found == 0)[targets]
    factor = wanted / np.where(found > 0, found, 1)
    return np.where(lost, before, factor[targets] * learned)


def _with_weights(liquid, plastic, weights):
    matrix = liquid.recurrent_weights_
    data = matrix.data.astype(np.float64)
    data[plastic] = weights
    return rebuild(liquid, recurrent_weights=csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape))


@njit
def run_stdp(steps, units, n_steps, incoming, segments, outgoing, order, targets, delays, rule, weights):
    """Change weights, relative to the largest, in place by all pairs of the spikes of one series (Song et al. 2000).

    Synapses are sorted by postsynaptic unit, those onto unit i beginning at ``incoming[i]``. A segment,
    ``j n_delays + c``, holds those of presynaptic unit j with delay number c: ``order`` lists them, from
    ``outgoing[segment]``. In a step, first spikes potentiate by earlier arrivals, then arrivals depress by earlier
    spikes, then spikes are added to their traces.
    """
    rate, weakening, forget_arrivals, forget_spikes, dependence = rule
    arrived, arrived_at = np.zeros(outgoing.size - 1), np.zeros(outgoing.size - 1, np.int64)
    spiked, spiked_at = np.zeros(incoming.size - 1), np.zeros(incoming.size - 1, np.int64)
    position, spike = np.zeros(delays.size, np.int64), 0
    for step in range(n_steps):
        first = spike
        while spike < steps.size and steps[spike] == step:
            unit = units[spike]
            for k in range(incoming[unit], incoming[unit + 1]):
                trace = faded(arrived, arrived_at, segments[k], step, forget_arrivals)
                weights[k] = min(weights[k] + rate * power(1 - weights[k], dependence) * trace, 1.0)
            spike += 1
        for c in range(delays.size):
            while position[c] < steps.size and steps[position[c]] + delays[c] == step:
                segment = units[position[c]] * delays.size + c
                for place in range(outgoing[segment], outgoing[segment + 1]):
                    k = order[place]
                    trace = faded(spiked, spiked_at, targets[k], step, forget_spikes)
                    weights[k] = max(weights[k] - weakening * power(weights[k], dependence) * trace, 0.0)
                arrived[segment] = faded(arrived, arrived_at, segment, step, forget_arrivals) + 1
                arrived_at[segment] = step
                position[c] += 1
        for place in range(first, spike):
            unit = units[place]
            spiked[unit] = faded(spiked, spiked_at, unit, step, forget_spikes) + 1
            spiked_at[unit] = step


@njit
def faded(trace, last, index, step, rate):
    """Return what is left of a trace that was last renewed at ``last[index]``."""
    return trace[index] * exp(-rate * (step - last[index]))


@njit
def power(base, exponent):
    """Return ``base ** exponent``, fast for the usual exponent 0."""
    return 1.0 if exponent == 0 else base**exponent

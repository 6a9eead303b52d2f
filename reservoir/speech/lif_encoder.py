"""Values as currents of one spiking neuron per channel: firing rates without randomness."""

from typing import Self, final

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.compiling import njit
from readouts.types import SeriesLike, SeriesOut
from reservoir.checks.arguments import check_integer, check_memory, check_number
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import SeriesTransformerMixin
from reservoir.speech.channel_range import learn_range, scale_to_range
from reservoir.speech.frame_series import transform_each

MOST_SPIKES = 1e6  # per frame; spikes are found one by one


@final
class LIFEncoder(OneToOneFeatureMixin, SeriesTransformerMixin, BaseEstimator):
    """Spikes of one leaky integrate-and-fire neuron per channel, driven by the channel's value.

    With s the value brought from its range in ``fit`` to 0 ... 1, held over the frame, the neuron follows::

        tau_membrane dv/dt = -v + I        I = gain s + bias

    and fires when v reaches 1; then v is 0 for the refractory period. A constant current makes the rate::

        1 / (refractory + tau_membrane ln(I / (I - 1)))        if I > 1, else 0

    Spike times are computed, not stepped to: they are exact to rounding for any ``n_substeps``, which sets only how
    fine the grid is in which spikes are counted.

    Parameters
    ----------
    gain : float, default=3.0
        Current at the upper end of the range less that at the lower end, above 0, in units of the current that just
        reaches the threshold.
    bias : float, default=0.0
        Current at the lower end of the range. A channel starts to fire where s passes ``(1 - bias) / gain``.
    tau_membrane : float, default=20.0
        Membrane time constant, above 0, in ms.
    refractory : float, default=2.0
        Time after a spike during which v stays at 0, at least 0, in ms. As spike times are on no grid, it is kept to
        the last digit, where that of `LIFLiquid` is rounded down to whole steps.
    frame_step : float, default=10.0
        Time from one frame to the next, above 0, in ms.
    n_substeps : int, default=10
        Steps per frame in which spikes are counted, at least 1.

    Attributes
    ----------
    low_, high_ : arrays (n_features,)
        The range of every channel; values outside it count as its ends. A channel that was constant in ``fit`` has
        s = 0, the current ``bias``.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    W. Gerstner, W. M. Kistler, R. Naud and L. Paninski, Neuronal Dynamics, Cambridge University Press, 2014,
    section 1.3.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import LIFEncoder
    >>> frames = np.repeat([[0.0], [1.0]], 100, axis=0)
    >>> spikes = LIFEncoder().fit_transform(frames)
    >>> spikes.shape
    (2000, 1)
    >>> rate = 1000 / (2 + 20 * np.log(3 / 2))
    >>> print(spikes[:1000].sum(), spikes[1000:].sum(), round(rate, 1))
    0.0 99.0 98.9
    """

    def __init__(
        self,
        gain: float = 3.0,
        bias: float = 0.0,
        *,
        tau_membrane: float = 20.0,
        refractory: float = 2.0,
        frame_step: float = 10.0,
        n_substeps: int = 10,
    ) -> None:
        self.gain = gain
        self.bias = bias
        self.tau_membrane = tau_membrane
        self.refractory = refractory
        self.frame_step = frame_step
        self.n_substeps = n_substeps

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Learn the range of every channel, over all series of X.

        Parameters
        ----------
        X : 2-D array (n_frames, n_features), 3-D array (n_sequences, n_frames, n_features), or list of 2-D arrays
        y : ignored

        Returns
        -------
        self
        """
        self._gain = check_number("gain", self.gain, above=0)
        self._bias = check_number("bias", self.bias)
        tau = check_number("tau_membrane", self.tau_membrane, above=0)
        refractory = check_number("refractory", self.refractory, at_least=0)
        self._times = tau, refractory, check_number("frame_step", self.frame_step, above=0)
        self._n_substeps = check_integer("n_substeps", self.n_substeps)
        check_memory("n_substeps", self._n_substeps, 8 * self._n_substeps)
        _refuse_too_many_spikes(self._gain + self._bias, *self._times)
        sequences = read_sequences(self, X, reset=True, dtype=np.float64)
        self.low_, self.high_ = learn_range(sequences.series)
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Drive the neurons with every series, from v = 0.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        spikes : in the container of X, ``n_substeps`` rows per frame
            Numbers of spikes: whole, at least 0.
        """
        check_is_fitted(self)
        return transform_each(self, X, self._encode, self._n_substeps)

    def _encode(self, x):
        currents = self._gain * scale_to_range(x, self.low_, self.high_) + self._bias
        spikes = np.zeros((len(x) * self._n_substeps, x.shape[1]))
        run_lif_encoder(currents, *self._times, self._n_substeps, spikes)
        return spikes


def _refuse_too_many_spikes(current, tau, refractory, frame_step):
    if current <= 1:
        return
    interval = refractory - tau * np.log1p(-1 / current)
    if not frame_step < MOST_SPIKES * interval:
        raise ValueError(
            f"'gain' and 'bias' must keep a neuron below {MOST_SPIKES:g} spikes per frame; got a current of up to "
            f"{current:g} with 'tau_membrane'={tau:g}, 'refractory'={refractory:g} and 'frame_step'={frame_step:g}. "
            "Use a smaller gain, a longer refractory or shorter frames."
        )


@njit
def run_lif_encoder(currents, tau, refractory, frame_step, n_substeps, spikes):
    """Add the spikes of every channel, driven by ``currents`` (n_frames, n_channels), to the substeps they fall in.

    From v at a time t the threshold is reached at t + tau ln((I - v) / (I - 1)), if I > 1.
    """
    for channel in range(currents.shape[1]):
        v, waiting = 0.0, 0.0
        for frame in range(currents.shape[0]):
            current = currents[frame, channel]
            time = waiting  # end of the refractory period, from the start of the frame
            if current > 1.0:
                spike = time + tau * np.log1p((1.0 - v) / (current - 1.0))
                while spike < frame_step:
                    substep = min(int(spike / frame_step * n_substeps), n_substeps - 1)
                    spikes[frame * n_substeps + substep, channel] += 1.0
                    v = 0.0
                    time = spike + refractory
                    spike = time + tau * np.log1p(1.0 / (current - 1.0))
            waiting = max(time - frame_step, 0.0)
            if time < frame_step:
                # Rounding could lift v above the threshold, where the logarithm is not defined.
                v = min(current + (v - current) * np.exp((time - frame_step) / tau), 1.0)

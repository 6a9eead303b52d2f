"""Ben's spiker algorithm: the spikes that, filtered, give the signal back."""

from typing import Self, final

import numpy as np
from scipy.signal import firwin, lfilter
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.compiling import njit, njit_sum
from readouts.slices import slices
from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_integer, check_memory, check_number
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import SeriesTransformerMixin
from reservoir.speech.channel_range import learn_range, scale_to_range
from reservoir.speech.frame_series import decode_each, transform_each


@final
class BSAEncoder(OneToOneFeatureMixin, SeriesTransformerMixin, BaseEstimator):
    """Spikes chosen so that a low-pass filter turns them back into the channel (Ben's spiker algorithm).

    Every channel, brought from its range in ``fit`` to 0 ... 1 as s, is read from its start. At each step the next
    values are compared with the filter h, which a spike here would add when decoded::

        error1 = sum_j |s(t+j) - h(j)|        error2 = sum_j |s(t+j)|

    If ``error1 <= error2 - threshold``, a spike is emitted and h subtracted from s(t), s(t+1), ... Values after the end
    of a series are left out of both sums. This is the condition of the original paper; some ports have
    ``error1 <= threshold * error2`` instead, whose thresholds mean something else.

    Decoding is one convolution, ``sum_j h(j) spikes(t-j)``, and keeps only frequencies that the filter passes. There is
    at most one spike per step: frames should come at several times the rate at which spikes are wanted. The taps of h
    sum to 1, so that a constant s makes spikes in about a fraction s of the steps, provided that it passes the
    threshold, which is where ``sum_j max(h(j) - s, 0) <= (1 - threshold) / 2``: with the defaults from s = 0.11 on.

    Parameters
    ----------
    threshold : float, default=0.955
        By how much a spike must lower the error, at least 0. With no negative tap, as in the default filter, a spike
        lowers it by 1 at most, so that a threshold above 1 makes no spikes.
    n_taps : int, default=20
        Length of the filter in steps, at least 1. The last ``n_taps - 1`` steps of a series, and series shorter than
        the filter, have few spikes or none: there is too little left to compare.
    cutoff : float, default=0.1
        Cut-off of the filter, designed by `scipy.signal.firwin`, as a fraction of the Nyquist frequency, above 0 and
        below 1. Threshold and filter belong together: compare ``signal_to_noise``.

    Attributes
    ----------
    taps_ : array (n_taps,)
        The filter h.
    low_, high_ : arrays (n_features,)
        The range of every channel; values outside it count as its ends. A channel that was constant in ``fit`` stays
        silent.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    B. Schrauwen and J. Van Campenhout, "BSA, a fast and accurate spike train encoding scheme", IJCNN 2003, page 2825.
    The defaults are those of a Python port of NeuCube (S. Budhraja, class ``BensSpikerAlgorithm``), and common
    elsewhere, but for the cut-off; with it, sines below a fiftieth of the Nyquist frequency come back with 22 to 25 dB.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import BSAEncoder
    >>> x = np.sin(np.linspace(0, 20, 1000))[:, None]
    >>> encoder = BSAEncoder().fit(x)
    >>> spikes = encoder.transform(x)
    >>> encoder.decode(spikes).shape
    (1000, 1)
    >>> print(encoder.signal_to_noise(x).round())  # dB
    [17.]
    """

    def __init__(self, threshold: float = 0.955, *, n_taps: int = 20, cutoff: float = 0.1) -> None:
        self.threshold = threshold
        self.n_taps = n_taps
        self.cutoff = cutoff

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Design the filter and learn the range of every channel, over all series of X.

        Parameters
        ----------
        X : 2-D array (n_frames, n_features), 3-D array (n_sequences, n_frames, n_features), or list of 2-D arrays
        y : ignored

        Returns
        -------
        self
        """
        self._threshold = check_number("threshold", self.threshold, at_least=0)
        n_taps = check_integer("n_taps", self.n_taps)
        check_memory("n_taps", n_taps, 8 * n_taps)
        self.taps_ = firwin(n_taps, check_number("cutoff", self.cutoff, above=0, below=1))
        sequences = read_sequences(self, X, reset=True, dtype=np.float64)
        self.low_, self.high_ = learn_range(sequences.series)
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Choose the spikes of every series.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        spikes : in the container of X, of its shape
            0 or 1.
        """
        check_is_fitted(self)
        return transform_each(self, X, self._encode)

    def decode(self, spikes: SeriesLike) -> SeriesOut:
        """Return the series that the spikes stand for.

        Parameters
        ----------
        spikes : what ``transform`` returned

        Returns
        -------
        series : in the container of ``spikes``, of its shape
        """
        check_is_fitted(self)
        return decode_each(self, spikes, self.n_features_in_, self._decode)

    def signal_to_noise(self, X: SeriesLike) -> Array:
        """Return how well the spikes of X give it back, per channel, over all series.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        array (n_features,)
            ``10 log10(sum (x - low)^2 / sum (x - decoded)^2)`` in dB; infinite where nothing is lost.
        """
        check_is_fitted(self)
        series = read_sequences(self, X, reset=False, dtype=np.float64).series
        signals = np.concatenate(series) - self.low_
        errors = np.concatenate([x - self._decode(self._encode(x)) for x in series])
        largest = np.maximum(np.abs(signals).max(axis=0), np.abs(errors).max(axis=0))
        unit = np.where(largest > 0, largest, 1.0)
        signal, noise = (((values / unit) ** 2).sum(axis=0) for values in (signals, errors))
        with np.errstate(divide="ignore", over="ignore"):
            return 10 * np.log10(np.divide(signal, noise, out=np.full_like(noise, np.inf), where=noise > 0))

    def _encode(self, x):
        spikes = np.zeros_like(x)
        # A copy: taps that a pickle maps from disk are read-only, which would compile another version of the kernel.
        run_bsa(scale_to_range(x, self.low_, self.high_), self.taps_.copy(), self._threshold, spikes)
        return spikes

    def _decode(self, spikes):
        return self.low_ + (self.high_ - self.low_) * lfilter(self.taps_, 1.0, spikes, axis=0)


def run_bsa(signal, taps, threshold, spikes):
    """Set the spikes of every channel, and subtract from ``signal`` the part that they account for."""
    for rows in slices(*signal.shape):
        _run_rows(signal, taps, threshold, rows.start, rows.stop, spikes)


@njit
def _run_rows(signal, taps, threshold, start, stop, spikes):
    n_steps, n_channels = signal.shape
    for t in range(start, stop):
        n_taps = min(taps.size, n_steps - t)
        for channel in range(n_channels):
            error1, error2 = _errors(signal, t, channel, taps, n_taps)
            if error1 <= error2 - threshold:
                spikes[t, channel] = 1.0
                for j in range(n_taps):
                    signal[t + j, channel] -= taps[j]


@njit_sum
def _errors(signal, t, channel, taps, n_taps):
    """Return how far the next values are from the filter, and how far from 0."""
    error1, error2 = 0.0, 0.0
    for j in range(n_taps):
        error1 += abs(signal[t + j, channel] - taps[j])
        error2 += abs(signal[t + j, channel])
    return error1, error2

"""Changes as spikes: one whenever a channel has moved by a threshold, upwards or downwards."""

from collections.abc import Sequence
from typing import Self, final

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.compiling import njit
from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_names, check_number
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import SeriesTransformerMixin
from reservoir.speech.frame_series import decode_each, transform_each


@final
class SendOnDeltaEncoder(OneToOneFeatureMixin, SeriesTransformerMixin, BaseEstimator):
    """ON and OFF spikes that count the thresholds by which a channel has moved since its last spike.

    Every channel has a level that follows it in steps of the threshold d, from the channel's mean in ``fit`` on::

        n(t) = trunc((x(t) - level(t-1)) / d)       level(t) = level(t-1) + n(t) d

    The ON channel emits n(t) spikes if it is positive, the OFF channel -n(t) if it is negative: a jump over several
    thresholds makes several spikes at once. The level stays within one threshold of the channel, so that ``decode``,
    which adds the spikes up again, errs by less than d.

    Parameters
    ----------
    threshold : float, default=0.5
        d as a fraction of the channel's standard deviation in ``fit``, above 0.

    Attributes
    ----------
    mean_, threshold_ : arrays (n_features,)
        Where the level starts, and d in the unit of the channel. A channel that was constant in ``fit`` has threshold 0
        and stays silent.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid, or if a value is 2^53 thresholds or more away from the mean.

    References
    ----------
    M. Miskowicz, "Send-on-delta concept: an event-based data reporting strategy", Sensors 6:49, 2006, section 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import SendOnDeltaEncoder
    >>> x = np.sin(np.linspace(0, 6.0, 50))[:, None]
    >>> encoder = SendOnDeltaEncoder(threshold=0.25).fit(x)
    >>> spikes = encoder.transform(x)
    >>> spikes.shape, list(encoder.get_feature_names_out())
    ((50, 2), ['x0_on', 'x0_off'])
    >>> bool(np.abs(encoder.decode(spikes) - x).max() < encoder.threshold_[0])
    True
    """

    def __init__(self, threshold: float = 0.5) -> None:
        self.threshold = threshold

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Learn mean and standard deviation of every channel, over all frames of all series of X.

        Parameters
        ----------
        X : 2-D array (n_frames, n_features), 3-D array (n_sequences, n_frames, n_features), or list of 2-D arrays
        y : ignored

        Returns
        -------
        self
        """
        threshold = check_number("threshold", self.threshold, above=0)
        sequences = read_sequences(self, X, reset=True, dtype=np.float64)
        self.mean_, deviation = _mean_and_deviation(sequences.series)
        with np.errstate(over="ignore"):
            self.threshold_ = threshold * deviation
        if not np.isfinite(self.threshold_).all():
            raise ValueError(f"'threshold' must give finite thresholds; got {threshold:g}. Use a smaller one.")
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Emit the spikes of every series.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        spikes : in the container of X, one row per frame, ``2 * n_features`` columns
            Numbers of spikes, whole and at least 0: the ON channels of all features, then their OFF channels.
        """
        check_is_fitted(self)
        return transform_each(self, X, self._encode)

    def decode(self, spikes: SeriesLike) -> SeriesOut:
        """Return the levels that the spikes stand for.

        Parameters
        ----------
        spikes : what ``transform`` returned

        Returns
        -------
        levels : in the container of ``spikes``, ``n_features`` columns
        """
        check_is_fitted(self)
        return decode_each(self, spikes, 2 * self.n_features_in_, self._decode)

    def get_feature_names_out(self, input_features: Sequence[str] | Array | None = None) -> Array:
        """Return a name for every column: that of the feature with ``_on``, then with ``_off``.

        Parameters
        ----------
        input_features : sequence of str (n_features,), or None for the names of ``fit``

        Returns
        -------
        array of str (2 * n_features,)
        """
        if input_features is not None:
            input_features = check_names("input_features", input_features)
        names = super().get_feature_names_out(input_features)
        return np.array([f"{name}_{side}" for side in ("on", "off") for name in names], dtype=object)

    def _encode(self, x):
        with np.errstate(over="ignore"):
            distance = np.divide(x - self.mean_, self.threshold_, out=np.zeros_like(x), where=self.threshold_ > 0)
        if np.abs(distance).max() >= 2.0**53:  # from here on floats do not represent every whole number
            frame, channel = np.unravel_index(np.abs(distance).argmax(), x.shape)
            raise ValueError(
                f"'X' must stay within 2^53 thresholds of the mean; got {x[frame, channel]:g} in row {frame}, feature "
                f"{channel}, whose threshold is {self.threshold_[channel]:g}. Fit on series of the same scale."
            )
        spikes = np.zeros((len(x), 2 * x.shape[1]))
        run_send_on_delta(distance, spikes)
        return spikes

    def _decode(self, spikes):
        steps = spikes[:, : self.n_features_in_] - spikes[:, self.n_features_in_ :]
        return self.mean_ + self.threshold_ * np.cumsum(steps, axis=0)


def _mean_and_deviation(series):
    # Divided by the largest value first: squares of large numbers would overflow, those of small ones vanish.
    largest = np.max([np.abs(x).max(axis=0) for x in series], axis=0)
    unit = np.where(largest > 0, largest, 1.0)
    constant = np.max([x.max(axis=0) for x in series], axis=0) == np.min([x.min(axis=0) for x in series], axis=0)
    n_frames = sum(len(x) for x in series)
    mean = sum((x / unit).sum(axis=0) for x in series) / n_frames
    variance = sum(((x / unit - mean) ** 2).sum(axis=0) for x in series) / n_frames
    deviation = np.where(constant, 0.0, np.sqrt(variance) * unit)  # rounding would give a constant a deviation
    return np.where(constant, series[0][0], mean * unit), deviation


@njit
def run_send_on_delta(distance, spikes):
    """Count the whole thresholds that ``distance``, in thresholds from the start, moves by; ON columns, then OFF."""
    n_channels = distance.shape[1]
    for channel in range(n_channels):
        level = 0.0  # a whole number: adding up thresholds themselves would drift
        for t in range(distance.shape[0]):
            moved = np.trunc(distance[t, channel] - level)
            level += moved
            if moved > 0.0:
                spikes[t, channel] = moved
            elif moved < 0.0:
                spikes[t, n_channels + channel] = -moved

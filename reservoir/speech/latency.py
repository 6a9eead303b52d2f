"""Values as times: the larger a value, the earlier its one spike within the frame."""

from typing import Self, final

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import SeriesLike, SeriesOut
from reservoir.checks.arguments import check_integer, check_memory, check_number
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import SeriesTransformerMixin
from reservoir.speech.channel_range import learn_range, scale_to_range
from reservoir.speech.frame_series import transform_each


@final
class LatencyEncoder(OneToOneFeatureMixin, SeriesTransformerMixin, BaseEstimator):
    """One spike per channel and frame, the earlier the larger the value; none below a threshold.

    A frame is divided into ``n_substeps`` steps. With s the value brought from its range in ``fit`` to 0 ... 1, the
    spike of a channel falls into the step::

        min(floor((1 - s) * n_substeps), n_substeps - 1)        if s >= threshold and s > 0

    so that the largest value fires at once and every step stands for an equal part of the range.

    Parameters
    ----------
    threshold : float, default=0.1
        Smallest s that makes a spike, 0 to 1. With 0 only the lower end of the range is silent.
    n_substeps : int, default=10
        Steps per frame, at least 1.

    Attributes
    ----------
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
    S. Thorpe, A. Delorme and R. Van Rullen, "Spike-based strategies for rapid processing", Neural Networks
    14:715, 2001 (first spikes as a code).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import LatencyEncoder
    >>> encoder = LatencyEncoder(n_substeps=4).fit([[0.0, 0.0], [1.0, 1.0]])
    >>> encoder.transform([[1.0, 0.4]]).astype(int)
    array([[1, 0],
           [0, 0],
           [0, 1],
           [0, 0]])
    """

    def __init__(self, threshold: float = 0.1, *, n_substeps: int = 10) -> None:
        self.threshold = threshold
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
        self._threshold = check_number("threshold", self.threshold, at_least=0, at_most=1)
        self._n_substeps = check_integer("n_substeps", self.n_substeps)
        check_memory("n_substeps", self._n_substeps, 8 * self._n_substeps)
        sequences = read_sequences(self, X, reset=True, dtype=np.float64)
        self.low_, self.high_ = learn_range(sequences.series)
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Place the spikes of every series.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        spikes : in the container of X, ``n_substeps`` rows per frame
            0 or 1, at most one 1 per frame and channel.
        """
        check_is_fitted(self)
        return transform_each(self, X, self._encode, self._n_substeps)

    def _encode(self, x):
        scaled = scale_to_range(x, self.low_, self.high_)
        last = self._n_substeps - 1
        step = np.minimum(np.floor((1 - scaled) * self._n_substeps), last).astype(np.intp)
        frames, channels = np.nonzero((scaled >= self._threshold) & (scaled > 0))
        spikes = np.zeros((len(x) * self._n_substeps, x.shape[1]))
        spikes[frames * self._n_substeps + step[frames, channels], channels] = 1.0
        return spikes

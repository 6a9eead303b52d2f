"""Every utterance is brought to a scale of its own, which removes what speaker and microphone add to all frames."""

from typing import Self, final

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import SeriesLike, SeriesOut
from reservoir.checks.arguments import check_flag, check_number
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import SeriesTransformerMixin
from reservoir.speech.frame_series import transform_each


@final
class UtteranceNormalizer(OneToOneFeatureMixin, SeriesTransformerMixin, BaseEstimator):
    """Center and scale every series by its own mean and standard deviation.

    Over the frames of one utterance, feature by feature, with M their mean and S their standard deviation::

        y(t) = (x(t) - mean M) / S        with variance
        y(t) =  x(t) - mean M             without

    A feature that is constant in an utterance, as all are where it has a single frame, is not scaled. On cepstra,
    ``mean=1, variance=False`` is cepstral mean normalization, which takes a fixed linear filter out of the sound, and
    the defaults are cepstral mean and variance normalization; a fraction takes away part of the speaker and keeps part
    of the loudness.

    Parameters
    ----------
    mean : float, default=1.0
        Fraction of the mean that is subtracted, 0 to 1.
    variance : bool, default=True
        Whether to divide by the standard deviation.

    Attributes
    ----------
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    B. S. Atal, "Effectiveness of linear prediction characteristics of the speech wave for automatic speaker
    identification and verification", Journal of the Acoustical Society of America 55:1304, 1974. O. Viikki and
    K. Laurila, "Cepstral domain segmental feature vector normalization for noise robust speech recognition", Speech
    Communication 25:133, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import UtteranceNormalizer
    >>> utterances = [np.array([[1.0], [3.0]]), np.array([[10.0], [10.0], [40.0]])]
    >>> [x.ravel().tolist() for x in UtteranceNormalizer(mean=0.5, variance=False).fit_transform(utterances)]
    [[0.0, 2.0], [0.0, 0.0, 30.0]]
    """

    def __init__(self, mean: float = 1.0, *, variance: bool = True) -> None:
        self.mean = mean
        self.variance = variance

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Check the parameters; nothing is learned from X but its number of features.

        Parameters
        ----------
        X : 2-D array (n_frames, n_features), 3-D array (n_sequences, n_frames, n_features), or list of 2-D arrays
        y : ignored

        Returns
        -------
        self
        """
        self._fraction = check_number("mean", self.mean, at_least=0, at_most=1)
        self._scaled = check_flag("variance", self.variance)
        read_sequences(self, X, reset=True, dtype=np.float64, lazy=True)  # only the number of columns counts
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Normalize every series by itself.

        Parameters
        ----------
        X : as in ``fit``

        Returns
        -------
        normalized : in the container of X
        """
        check_is_fitted(self)
        return transform_each(self, X, self._normalize)

    def _normalize(self, x):
        with np.errstate(over="ignore", invalid="ignore"):
            centered = x - self._fraction * x.mean(axis=0)
            deviation = x.std(axis=0) if self._scaled else np.zeros(x.shape[1])
        if not (np.isfinite(centered).all() and np.isfinite(deviation).all()):
            raise ValueError(
                f"'X' must hold values whose squares can be summed; got a series with {np.abs(x).max():g}. Rescale it."
            )
        # The deviation of a constant is not exactly 0 after rounding, and must not be divided by.
        constant = deviation <= len(x) * np.finfo(np.float64).eps * np.abs(x).max(axis=0)
        return centered / np.where(constant, 1.0, deviation)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64"]
        return tags

"""Rates as random spikes: the larger a value, the more spikes, at random times."""

import hashlib
from typing import Self, final

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import RandomState, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_integer, check_memory, check_number, check_random_state
from reservoir.series.sequences import read_sequences
from reservoir.series.series_output import SeriesTransformerMixin
from reservoir.speech.channel_range import learn_range, scale_to_range
from reservoir.speech.frame_series import transform_each

MOST_SPIKES = 1e6  # per frame, on average; every spike is placed by itself


@final
class PoissonEncoder(OneToOneFeatureMixin, SeriesTransformerMixin, BaseEstimator):
    """Poisson spikes whose rate follows the value of each channel.

    A frame is held for ``n_substeps`` steps. In each of them channel i emits a random number of spikes, independent
    of all others, with the mean::

        max_rate * frame_step / n_substeps * (x_i - low_i) / (high_i - low_i)

    where low and high are the range of the channel in ``fit``; values outside it count as its ends.

    Every series has a random stream of its own, seeded by ``random_state`` and the values of the series. It therefore
    gives the same spikes alone, in any batch and in any order, while series that differ anywhere are independent.

    Parameters
    ----------
    max_rate : float, default=100.0
        Rate at the upper end of the range, above 0, in Hz.
    frame_step : float, default=10.0
        Time from one frame to the next, above 0, in ms.
    n_substeps : int, default=10
        Steps per frame, at least 1. With the defaults a step lasts 1 ms.
    random_state : int, RandomState or None, default=None
        Seed of the spikes; drawn once, in ``fit``.

    Attributes
    ----------
    low_, high_ : arrays (n_features,)
        The range of every channel. A channel that was constant in ``fit`` stays silent.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    P. Dayan and L. F. Abbott, Theoretical Neuroscience, MIT Press, 2001, section 1.4.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import PoissonEncoder
    >>> frames = np.linspace(0, 1, 200)[:, None]
    >>> spikes = PoissonEncoder(random_state=0).fit_transform(frames)
    >>> spikes.shape
    (2000, 1)
    >>> print(spikes.sum())  # 2 s at 50 Hz on average
    99.0
    """

    def __init__(
        self,
        max_rate: float = 100.0,
        *,
        frame_step: float = 10.0,
        n_substeps: int = 10,
        random_state: RandomState = None,
    ) -> None:
        self.max_rate = max_rate
        self.frame_step = frame_step
        self.n_substeps = n_substeps
        self.random_state = random_state

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
        self._n_substeps = check_integer("n_substeps", self.n_substeps)
        check_memory("n_substeps", self._n_substeps, 8 * self._n_substeps)
        self._largest_mean = self._check_largest_mean()
        random_state = check_random_state(self.random_state)
        sequences = read_sequences(self, X, reset=True, dtype=np.float64)
        self.low_, self.high_ = learn_range(sequences.series)
        self._seed = random_state.randint(2**31 - 1)
        return self

    @of_one_fit
    def transform(self, X: SeriesLike) -> SeriesOut:
        """Draw the spikes of every series.

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
        # Poisson numbers per frame, each spike then put into a step at random, are Poisson numbers per step.
        stream = _own_stream(self._seed, x)
        numbers = stream.poisson(self._largest_mean * scale_to_range(x, self.low_, self.high_))
        first_step = np.arange(len(x))[:, None] * self._n_substeps
        place = np.repeat(first_step * x.shape[1] + np.arange(x.shape[1]), numbers.ravel())
        place += stream.randint(self._n_substeps, size=place.size, dtype=np.int64) * x.shape[1]
        shape = len(x) * self._n_substeps, x.shape[1]
        return np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)

    def _check_largest_mean(self):
        max_rate = check_number("max_rate", self.max_rate, above=0)
        frame_step = check_number("frame_step", self.frame_step, above=0)
        mean = max_rate * (frame_step / 1000)
        if not mean <= MOST_SPIKES:
            raise ValueError(
                f"'max_rate' must make at most {MOST_SPIKES:g} spikes per frame; got {max_rate:g} Hz and "
                f"'frame_step'={frame_step:g} ms. Use a smaller rate."
            )
        return mean


def _own_stream(seed, x):
    # Adding 0 turns -0.0, which is the same value, into the same bytes.
    content = f"{seed} {x.shape} ".encode() + (x + 0.0).astype("<f8").tobytes()
    digest = int.from_bytes(hashlib.sha256(content).digest(), "little")
    return np.random.RandomState(np.random.PCG64(digest))  # ten times as fast to seed as the default generator

"""One waveform or a list of them, distinguished here and nowhere else; the base class of all front ends."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from numbers import Number
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.entries import refuse_lazy
from readouts.masked import refuse_masked
from readouts.types import Array, SeriesOut
from reservoir.checks.arguments import as_array
from reservoir.series.tables import is_frame, refuse_grouped, refuse_multiindex, refuse_nested
from reservoir.series.waveform import Waveform

# One waveform (1-D or a single column), or a list of waveforms.
WaveformLike: TypeAlias = ArrayLike | Sequence[ArrayLike]

_PCM_SCALES = {("i", 2): 2.0**15, ("i", 4): 2.0**31}


def scale_samples(samples: Array) -> Array | None:
    """Return an array of floats as float64, one of 16- or 32-bit PCM divided by 2^15 or 2^31, and None for others."""
    scale = 1.0 if samples.dtype.kind == "f" else _PCM_SCALES.get((samples.dtype.kind, samples.dtype.itemsize))
    return None if scale is None else np.ascontiguousarray(samples / np.float64(scale), dtype=np.float64)


def read_waveforms(X: Any) -> tuple[list[Array], bool]:
    """Check the sound in X.

    One waveform is 1-D ``(n_samples,)`` or a single column ``(n_samples, 1)``; many are a list, tuple or object array
    of such. Floats are taken as they are, at any scale. 16- and 32-bit integers are PCM and divided by 2^15 and 2^31,
    whatever their values, so that arrays of `scipy.io.wavfile` and `read_wav` are treated alike.

    Parameters
    ----------
    X : array (n_samples,), array (n_samples, 1), or list of such

    Returns
    -------
    waveforms : list of arrays (n_samples,), float64
    many : bool
        Whether X was a list.

    Raises
    ------
    ValueError, TypeError
        If a waveform is empty, has several channels, NaN or infinity, or numbers of another kind.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech.waveforms import read_waveforms
    >>> read_waveforms(np.array([0, 16384], dtype=np.int16))
    ([array([0. , 0.5])], False)
    >>> read_waveforms([np.zeros(2), np.ones((3, 1))])
    ([array([0., 0.]), array([1., 1., 1.])], True)
    """
    refuse_masked("X", X)
    refuse_lazy("X", X)
    refuse_grouped(X, "X")
    if issparse(X):
        raise TypeError("'X' must be dense sound; got a sparse matrix. Pass X.toarray().ravel().")
    if isinstance(X, (str, bytes)) or np.ndim(X if not isinstance(X, (list, tuple)) else ()) == 0:
        raise ValueError(f"'X' must be a waveform or a list of waveforms; got {X!r}. Files are read by read_wav.")
    refuse_multiindex(X, "X")
    if is_frame(X):
        refuse_nested(X, "X")
        return [_read_waveform("X", X)], False
    X = X if isinstance(X, (list, tuple)) else np.asarray(X)
    _refuse_pair("X", X, "a waveform or a list of waveforms")
    if len(X) == 0:
        raise ValueError("'X' must hold at least one sample or waveform; got an empty one (zero samples).")
    if _holds_waveforms(X):
        return [_read_waveform(f"X[{number}]", x) for number, x in enumerate(X)], True
    return [_read_waveform("X", X)], False


def check_rates(X: Any, sampling_rate: float | None, owner: str) -> None:
    """Raise ValueError if a `Waveform` in the checked X has another rate in Hz than ``owner``, if that has one."""
    alone = isinstance(X, np.ndarray) and X.dtype != object
    named = {"X": X} if alone else {f"X[{number}]": x for number, x in enumerate(X)}
    for name, x in named.items():
        rate = x.sampling_rate if isinstance(x, Waveform) else None
        if rate is None or sampling_rate is None or rate == sampling_rate:
            continue
        ratio = (Fraction(float(sampling_rate)) / Fraction(float(rate))).limit_denominator(10**6)
        raise ValueError(
            f"'{name}' must be sampled at {sampling_rate:g} Hz, the 'sampling_rate' of {owner}; got {rate:g} Hz. "
            f"Resample it by scipy.signal.resample_poly(x, {ratio.numerator}, {ratio.denominator}), or fit anew with "
            f"sampling_rate={rate:g}."
        )


def _holds_waveforms(X):
    is_list = isinstance(X, (list, tuple)) or (X.dtype == object and X.ndim == 1)
    return is_list and not np.isscalar(X[0])


def _refuse_pair(name, x, expected):
    if isinstance(x, (list, tuple)) and len(x) == 2 and isinstance(x[0], Number) != isinstance(x[1], Number):
        raise ValueError(
            f"'{name}' must be {expected}; got a pair of one and a rate. Pass the waveform, or "
            "Waveform(samples, rate), whose rate is compared with 'sampling_rate'."
        )


def _read_waveform(name, x):
    _refuse_pair(name, x, "a waveform")
    channels = f"{name}.to_numpy()" if is_frame(x) else name
    x = as_array(name, x, "1-D or a single column")
    if x.ndim == 2 and x.shape[1] == 1:
        x = x[:, 0]
    if x.ndim != 1:
        raise ValueError(
            f"'{name}' must be one waveform, 1-D or a single column; got shape {x.shape}. "
            f"Pass one channel, such as {channels}[:, 0], or, if the rows are waveforms, list({channels})."
        )
    if x.size == 0:
        raise ValueError(f"'{name}' must hold at least one sample; got a waveform of 0 samples. Leave it out.")
    waveform = scale_samples(x)
    if waveform is None:
        raise ValueError(
            f"'{name}' must hold floats, or 16- or 32-bit integer PCM; got dtype {x.dtype}. "
            "Convert it to floats in [-1, 1)." + " Complex data not supported." * (x.dtype.kind == "c")
        )
    if not np.isfinite(waveform).all():
        sample = int(np.flatnonzero(~np.isfinite(waveform))[0])
        raise ValueError(
            f"'{name}' must be finite; got NaN or infinity, first at sample {sample}. Replace what is not, such as by "
            "silence: np.where(np.isfinite(x), x, 0)."
        )
    return waveform


class WaveformTransformer(
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
    ABC,
    auto_wrap_output_keys=None,  # type: ignore[call-arg]  # taken by scikit-learn, which has no types
):
    """A front end: waveforms in, series of frames out, each waveform on its own.

    A subclass stores its arguments and defines ``_design()``, which checks them and returns the fitted attributes as a
    dict, ``n_features_out_`` among them, and ``_frames_of(waveform)``, which returns the frames of one checked
    waveform. The number of rows changes, so there is no ``set_output``. If the subclass has a ``sampling_rate``, a
    `Waveform` has to have the same.
    """

    def __init_subclass__(cls, **kwargs):
        # scikit-learn wraps every subclass anew for set_output unless it is passed None each time.
        super().__init_subclass__(auto_wrap_output_keys=None, **kwargs)

    @all_at_once
    def fit(self, X: WaveformLike, y: object = None) -> Self:
        """Check the parameters and lay out the filters; nothing is learned from the sound.

        Parameters
        ----------
        X : array (n_samples,), array (n_samples, 1), or list of such
        y : ignored

        Returns
        -------
        self
        """
        read_waveforms(X)
        design, rate = self._design(), getattr(self, "sampling_rate", None)
        check_rates(X, rate, type(self).__name__)
        self.__dict__.update(design, n_features_in_=1, _sampling_rate=rate)
        return self

    @of_one_fit
    def transform(self, X: WaveformLike) -> SeriesOut:
        """Turn every waveform of X into frames.

        Parameters
        ----------
        X : array (n_samples,), array (n_samples, 1), or list of such
            Floats at any scale, or 16- or 32-bit integer PCM, which is divided by 2^15 or 2^31. A `Waveform` has to
            have the ``sampling_rate`` of fit.

        Returns
        -------
        frames : array (n_frames, n_features_out), or a list of such if X is a list
        """
        check_is_fitted(self)
        waveforms, many = read_waveforms(X)
        check_rates(X, self._sampling_rate, type(self).__name__)
        frames = [self._finite_frames_of(number, waveform) for number, waveform in enumerate(waveforms)]
        return frames if many else frames[0]

    @abstractmethod
    def _design(self) -> dict[str, Any]:
        """Check the parameters and return the fitted attributes."""

    @abstractmethod
    def _frames_of(self, waveform: Array) -> Array:
        """Return the frames of one waveform."""

    def _finite_frames_of(self, number, waveform):
        with np.errstate(over="ignore", invalid="ignore"):
            frames = self._frames_of(waveform)
        if not np.isfinite(frames).all():
            raise ValueError(
                f"'X' must hold sound whose energy is a finite number; waveform {number} has samples as large as "
                f"{np.abs(waveform).max():g}. Scale it to [-1, 1)."
            )
        return frames

    @property
    def _n_features_out(self):
        return self.n_features_out_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False  # a column is one waveform; rows are never samples of a data set
        tags.transformer_tags.preserves_dtype = ["float64"]
        return tags

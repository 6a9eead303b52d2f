"""Logarithmic energies in bands of equal width on the mel scale."""

from typing import final

import numpy as np

from reservoir.checks.arguments import check_integer, check_memory, check_number
from reservoir.speech.frames import check_frequency, count_samples, cut_frames, power_spectra
from reservoir.speech.waveforms import WaveformTransformer

# Spectra of an hour of sound would fill gigabytes at once.
_FRAMES_AT_ONCE = 4096


@final
class LogMel(WaveformTransformer):
    """Log-mel energies: the logarithm of the power in triangular bands, equally spaced in mel.

    With P the periodogram of a Hamming-windowed frame of the pre-emphasized waveform x(t) - pre_emphasis x(t-1)::

        mel(f) = 2595 log10(1 + f / 700)
        H_b(f) = max(0, 1 - |mel(f) - mel_b| / d)          triangle around the b-th centre, d from centre to centre
        y_b    = log(max(floor, sum_k H_b(f_k) P(k)))      natural logarithm

    The centres are the inner ones of ``n_bands + 2`` points from ``low_frequency`` to ``high_frequency``. The mel
    formula and triangles that are straight in mel are those of HTK (and Kaldi); librosa's default mel scale (Slaney's)
    is another one.

    Parameters
    ----------
    sampling_rate : float, default=8000.0
        Samples per second of the waveforms, in Hz, above 0.
    frame_length : float, default=25.0
        Length of a frame, in ms; rounded half up to samples.
    frame_step : float, default=10.0
        Time from frame to frame, in ms; rounded half up to samples. The last frame is filled up with zeros, so a
        waveform shorter than a frame gives one frame.
    n_bands : int, default=40
        Number of bands, at least 1.
    low_frequency : float, default=50.0
        Lower edge of the lowest band, in Hz, at least 0.
    high_frequency : float or None, default=None
        Upper edge of the highest band, in Hz, at most half the sampling rate, which is what None means.
    pre_emphasis : float, default=0.97
        Weight of the previous sample, 0 to 1; 0 leaves the waveform as it is.
    n_fft : int or None, default=None
        Length of the Fourier transform, in samples, at least that of a frame. None: the next power of two.
    floor : float, default=1e-12
        Energy that counts as silence, above 0; smaller ones are raised to it. The default lies below the rounding noise
        of 16-bit sound in [-1, 1).

    Attributes
    ----------
    center_frequencies_ : array (n_bands,)
        Where the bands peak, in Hz.
    filters_ : array (n_bands, n_bins)
        H, the weight of every bin of the spectrum in every band.
    n_features_out_ : int
    n_features_in_ : int
        1, one channel.

    Raises
    ------
    ValueError
        If a parameter is out of range, a band is so narrow that no bin of the spectrum lies in it, or X is no sound.

    References
    ----------
    S. Young et al., "The HTK book", version 3.4, Cambridge University, 2006, sections 5.2 and 5.4 (mel scale, filter
    bank). S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition in
    continuously spoken sentences", IEEE Transactions on Acoustics, Speech, and Signal Processing 28:357, 1980.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import LogMel
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    >>> log_mel = LogMel()
    >>> frames = log_mel.fit_transform(tone)
    >>> frames.shape
    (99, 40)
    >>> print(log_mel.center_frequencies_[frames.mean(axis=0).argmax()].round())
    979.0
    """

    def __init__(
        self,
        sampling_rate: float = 8000.0,
        frame_length: float = 25.0,
        frame_step: float = 10.0,
        *,
        n_bands: int = 40,
        low_frequency: float = 50.0,
        high_frequency: float | None = None,
        pre_emphasis: float = 0.97,
        n_fft: int | None = None,
        floor: float = 1e-12,
    ) -> None:
        self.sampling_rate = sampling_rate
        self.frame_length = frame_length
        self.frame_step = frame_step
        self.n_bands = n_bands
        self.low_frequency = low_frequency
        self.high_frequency = high_frequency
        self.pre_emphasis = pre_emphasis
        self.n_fft = n_fft
        self.floor = floor

    def _design(self):
        design = design_log_mel(self)
        return design | {"n_features_out_": len(design["filters_"])}

    def _frames_of(self, waveform):
        return log_mel_energies(waveform, self.filters_, *self._layout)


def design_log_mel(estimator):
    """Check the parameters that a front end shares with `LogMel` and return the fitted attributes by name."""
    rate = check_number("sampling_rate", estimator.sampling_rate, above=0)
    length = count_samples("frame_length", estimator.frame_length, rate)
    step = count_samples("frame_step", estimator.frame_step, rate)
    pre_emphasis = check_number("pre_emphasis", estimator.pre_emphasis, at_least=0, at_most=1)
    floor = check_number("floor", estimator.floor, above=0)
    n_fft = 2 ** (length - 1).bit_length() if estimator.n_fft is None else check_integer("n_fft", estimator.n_fft)
    if n_fft < length:
        raise ValueError(
            f"'n_fft' must be at least the length of a frame, {length} samples by 'frame_length' and 'sampling_rate'; "
            f"got {n_fft}. Pass None."
        )
    n_bands = check_integer("n_bands", estimator.n_bands)
    check_memory("n_fft", n_fft, 8 * n_fft)
    check_memory("n_bands", n_bands, 8 * n_bands * (n_fft // 2 + 1))
    low = check_frequency("low_frequency", estimator.low_frequency, rate, at_least=0, below=rate / 2)
    high = rate / 2 if estimator.high_frequency is None else estimator.high_frequency
    high = check_frequency("high_frequency", high, rate, above=low, at_most=rate / 2)
    filters, centers = design_mel_filters(n_bands, low, high, n_fft, rate)
    return {
        "filters_": filters,
        "center_frequencies_": centers,
        "_layout": (length, step, np.hamming(length), n_fft, pre_emphasis, floor),
    }


def design_mel_filters(n_bands, low, high, n_fft, sampling_rate):
    """Return the triangles ``(n_bands, n_fft // 2 + 1)`` and their centres in Hz ``(n_bands,)``."""
    edges = np.linspace(_to_mel(low), _to_mel(high), n_bands + 2)
    bins = _to_mel(np.arange(n_fft // 2 + 1) * (sampling_rate / n_fft))
    filters = np.maximum(0.0, 1.0 - np.abs(bins - edges[1:-1, None]) / (edges[1] - edges[0]))
    empty = np.flatnonzero(~(filters > 0).any(axis=1))
    if empty.size:
        raise ValueError(
            f"'n_bands' must leave every band wide enough for a bin of the spectrum; got {n_bands}, of which band "
            f"{empty[0]} has none: bins are {sampling_rate / n_fft:g} Hz apart. Use fewer bands, a larger 'n_fft', or "
            "'low_frequency' and 'high_frequency' farther apart."
        )
    return filters, 700.0 * (10.0 ** (edges[1:-1] / 2595.0) - 1.0)


def log_mel_energies(waveform, filters, length, step, window, n_fft, pre_emphasis, floor):
    """Return the log-mel energies ``(n_frames, n_bands)`` of one waveform."""
    emphasized = waveform.copy()
    emphasized[1:] -= pre_emphasis * waveform[:-1]
    frames = cut_frames(emphasized, length, step)
    energies = np.empty((len(frames), len(filters)))
    for start in range(0, len(frames), _FRAMES_AT_ONCE):
        block = slice(start, start + _FRAMES_AT_ONCE)
        energies[block] = power_spectra(frames[block], window, n_fft) @ filters.T
    return np.log(np.maximum(energies, floor))


def _to_mel(frequency):
    return 2595.0 * np.log10(1.0 + frequency / 700.0)

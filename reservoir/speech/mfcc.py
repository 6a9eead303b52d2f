"""Mel-frequency cepstral coefficients: the shape of a log-mel spectrum in a few numbers, and how it moves."""

from typing import final

from scipy.fft import dct

from reservoir.checks.arguments import check_integer, check_memory
from reservoir.speech.deltas import append_deltas
from reservoir.speech.log_mel import design_log_mel, log_mel_energies
from reservoir.speech.waveforms import WaveformTransformer


@final
class MFCC(WaveformTransformer):
    """Mel-frequency cepstral coefficients with their deltas.

    The log-mel energies y of a frame, B bands as in `LogMel`, pass through the orthonormal cosine transform DCT-II::

        c_j = s_j sum_b y_b cos(pi j (b + 1/2) / B),    b = 0, ..., B - 1,    s_0 = sqrt(1/B), s_j = sqrt(2/B)

    of which the first ``n_coefficients`` are kept, c_0 (loudness) among them, without liftering. The slopes of the
    regression over ``delta_width`` frames on each side follow, then the slopes of those (``delta_orders``)::

        d(t) = sum_n n [c(t+n) - c(t-n)] / (2 sum_n n^2),    n = 1, ..., delta_width

    with the first and last frame repeated beyond the ends. The defaults give 13 + 13 + 13 features.

    Parameters
    ----------
    sampling_rate : float, default=8000.0
        Samples per second of the waveforms, in Hz, above 0.
    frame_length : float, default=25.0
        Length of a frame, in ms; rounded half up to samples.
    frame_step : float, default=10.0
        Time from frame to frame, in ms; rounded half up to samples. The last frame is filled up with zeros, so a
        waveform shorter than a frame gives one frame.
    n_coefficients : int, default=13
        Coefficients kept, 1 to ``n_bands``.
    delta_orders : int, default=2
        How often the coefficients are differentiated, at least 0.
    delta_width : int, default=2
        Frames on each side that a slope is taken over, at least 1.
    n_bands, low_frequency, high_frequency, pre_emphasis, n_fft, floor
        As in `LogMel`, with the same defaults: 40 bands from 50 Hz to half the sampling rate, 0.97, None, 1e-12.

    Attributes
    ----------
    center_frequencies_ : array (n_bands,)
        Where the bands peak, in Hz.
    filters_ : array (n_bands, n_bins)
        The weight of every bin of the spectrum in every band.
    n_features_out_ : int
        ``n_coefficients * (delta_orders + 1)``.
    n_features_in_ : int
        1, one channel.

    Raises
    ------
    ValueError
        If a parameter is out of range, or X is no sound.

    References
    ----------
    S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition in
    continuously spoken sentences", IEEE Transactions on Acoustics, Speech, and Signal Processing 28:357, 1980,
    section II. S. Young et al., "The HTK book", version 3.4, Cambridge University, 2006, sections 5.6 (the transform,
    whose c_0 is larger by sqrt(2)) and 5.9 (deltas).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import MFCC
    >>> waveforms = [np.random.RandomState(0).randn(n) for n in (4000, 2500)]
    >>> [frames.shape for frames in MFCC().fit_transform(waveforms)]
    [(49, 39), (30, 39)]
    """

    def __init__(
        self,
        sampling_rate: float = 8000.0,
        frame_length: float = 25.0,
        frame_step: float = 10.0,
        *,
        n_coefficients: int = 13,
        delta_orders: int = 2,
        delta_width: int = 2,
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
        self.n_coefficients = n_coefficients
        self.delta_orders = delta_orders
        self.delta_width = delta_width
        self.n_bands = n_bands
        self.low_frequency = low_frequency
        self.high_frequency = high_frequency
        self.pre_emphasis = pre_emphasis
        self.n_fft = n_fft
        self.floor = floor

    def _design(self):
        design = design_log_mel(self)
        n_bands = len(design["filters_"])
        n_coefficients = check_integer("n_coefficients", self.n_coefficients)
        if n_coefficients > n_bands:
            raise ValueError(
                f"'n_coefficients' must be at most n_bands, {n_bands}; got {n_coefficients}. "
                "Use more bands or fewer coefficients."
            )
        orders = check_integer("delta_orders", self.delta_orders, at_least=0)
        width = check_integer("delta_width", self.delta_width)
        # The memory that a single frame takes with its slopes and its padding.
        check_memory("delta_orders", orders, 8 * n_coefficients * (orders + 1))
        check_memory("delta_width", width, 8 * n_coefficients * (2 * width + 1))
        return design | {"n_features_out_": n_coefficients * (orders + 1), "_cepstrum": (n_coefficients, orders, width)}

    def _frames_of(self, waveform):
        n_coefficients, orders, width = self._cepstrum
        energies = log_mel_energies(waveform, self.filters_, *self._layout)
        coefficients = dct(energies, type=2, norm="ortho", axis=1)[:, :n_coefficients]
        return append_deltas(coefficients, orders, width)

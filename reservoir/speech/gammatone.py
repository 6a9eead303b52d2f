"""A bank of gammatone filters, which resemble those of the ear, and the energy that passes through each of them."""

from typing import Literal, final

import numpy as np

from reservoir.checks.arguments import check_choice, check_integer, check_memory, check_number
from reservoir.speech.frames import check_frequency, count_frames, count_samples
from reservoir.speech.gammatone_kernel import run_gammatone
from reservoir.speech.waveforms import WaveformTransformer

# The zeros: with p = s + b, t^3 exp(-b t) cos(w t) has the transform 6 (p^4 - 6 p^2 w^2 + w^4) / (p^2 + w^2)^4, whose
# numerator vanishes at p = w (1 + sqrt(2)), w (1 - sqrt(2)) and their negatives.
_ZEROS = np.array([1 + np.sqrt(2), -1 - np.sqrt(2), 1 - np.sqrt(2), np.sqrt(2) - 1])

_BYTES_PER_BAND = 8 * 4 * 6  # four sections of six numbers


@final
class Gammatone(WaveformTransformer):
    """Loudness in the channels of a fourth-order gammatone filter bank.

    The filter around the frequency f has the impulse response, with gain 1 at f::

        g(t) ~ t^3 exp(-2 pi 1.019 ERB(f) t) cos(2 pi f t)
        ERB(f) = 24.7 (4.37 f / 1000 + 1)                    equivalent rectangular bandwidth of the ear, in Hz

    and the centres are equally spaced on the scale ``21.4 log10(4.37 f / 1000 + 1)`` from ``low_frequency`` to
    ``high_frequency``, both included. The output of a filter is detected frame by frame and compressed::

        "rms"        a = sqrt(mean of z^2)        "log"         y = log(max(floor, a))     natural logarithm
        "half_wave"  a = mean of max(0, z)        "cube_root"   y = a^(1/3)

    A tone of amplitude A at f gives a = A / sqrt(2) or A / pi.

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
        Number of filters, at least 1; a single one stands at ``low_frequency``.
    low_frequency : float, default=50.0
        Centre of the lowest filter, in Hz, above 0.
    high_frequency : float or None, default=None
        Centre of the highest filter, in Hz, below half the sampling rate. None: 0.45 times the sampling rate.
    detector : {"rms", "half_wave"}, default="rms"
        Energy, or the mean of the half-wave rectified signal, as hair cells pass it on.
    compression : {"log", "cube_root"}, default="log"
        Logarithm, or the power law of loudness.
    floor : float, default=1e-6
        Amplitude that counts as silence under the logarithm, above 0.

    Attributes
    ----------
    center_frequencies_ : array (n_bands,)
        In Hz, from low to high.
    sections_ : array (n_bands, 4, 6)
        Every filter as second-order sections, for `scipy.signal.sosfilt`.
    n_features_out_ : int
    n_features_in_ : int
        1, one channel.

    Raises
    ------
    ValueError
        If a parameter is out of range, or X is no sound.

    References
    ----------
    B. R. Glasberg and B. C. J. Moore, "Derivation of auditory filter shapes from notched-noise data", Hearing Research
    47:103, 1990, equations 3 and 4 (bandwidth and scale). R. D. Patterson et al., "An efficient auditory filterbank
    based on the gammatone function", APU report 2341, 1987 (1.019). M. Slaney, "An efficient implementation of the
    Patterson-Holdsworth auditory filter bank", Apple technical report 35, 1993 (four sections).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import Gammatone
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    >>> gammatone = Gammatone()
    >>> frames = gammatone.fit_transform(tone)
    >>> frames.shape
    (99, 40)
    >>> print(gammatone.center_frequencies_[frames.mean(axis=0).argmax()].round())
    993.0
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
        detector: Literal["rms", "half_wave"] = "rms",
        compression: Literal["log", "cube_root"] = "log",
        floor: float = 1e-6,
    ) -> None:
        self.sampling_rate = sampling_rate
        self.frame_length = frame_length
        self.frame_step = frame_step
        self.n_bands = n_bands
        self.low_frequency = low_frequency
        self.high_frequency = high_frequency
        self.detector = detector
        self.compression = compression
        self.floor = floor

    def _design(self):
        rate = check_number("sampling_rate", self.sampling_rate, above=0)
        length = count_samples("frame_length", self.frame_length, rate)
        step = count_samples("frame_step", self.frame_step, rate)
        n_bands = check_integer("n_bands", self.n_bands)
        check_memory("n_bands", n_bands, _BYTES_PER_BAND * n_bands)
        low = check_frequency("low_frequency", self.low_frequency, rate, above=0, below=rate / 2)
        high = 0.45 * rate if self.high_frequency is None else self.high_frequency
        high = check_frequency("high_frequency", high, rate, above=low, below=rate / 2)
        detector = check_choice("detector", self.detector, ("rms", "half_wave"))
        compression = check_choice("compression", self.compression, ("log", "cube_root"))
        floor = check_number("floor", self.floor, above=0)
        centers = _from_erb_scale(np.linspace(_to_erb_scale(low), _to_erb_scale(high), n_bands))
        return {
            "center_frequencies_": centers,
            "sections_": np.stack([design_gammatone(center, rate) for center in centers]),
            "n_features_out_": n_bands,
            "_layout": (length, step, detector, compression, floor),
        }

    def _frames_of(self, waveform):
        length, step, detector, compression, floor = self._layout
        means = np.empty((count_frames(waveform.size, length, step), len(self.sections_)))
        # Arrays of a pickle mapped from disk are read-only, and Numba would compile the kernel once more for these.
        sections = np.require(self.sections_, requirements="W")
        run_gammatone(waveform, sections, length, step, detector == "half_wave", means)
        amplitudes = np.sqrt(means) if detector == "rms" else means
        return np.log(np.maximum(amplitudes, floor)) if compression == "log" else np.cbrt(amplitudes)


def equivalent_rectangular_bandwidth(frequency):
    """Return the width in Hz of the ear's filter around ``frequency`` in Hz (Glasberg and Moore 1990, equation 3)."""
    return 24.7 * (4.37e-3 * frequency + 1.0)


def design_gammatone(frequency, sampling_rate):
    """Return the fourth-order gammatone around ``frequency`` as second-order sections ``(4, 6)``.

    Each section keeps the impulse response of (p - z w) / (p^2 + w^2), one zero of the filter and one of its four pairs
    of poles, and is scaled to gain 1 at the centre.
    """
    angle = 2 * np.pi * frequency / sampling_rate
    decay = np.exp(-2 * np.pi * 1.019 * equivalent_rectangular_bandwidth(frequency) / sampling_rate)
    sections = np.zeros((4, 6))
    sections[:, 0] = 1.0
    sections[:, 1] = -decay * (np.cos(angle) + _ZEROS * np.sin(angle))
    sections[:, 3:] = 1.0, -2 * decay * np.cos(angle), decay**2
    delays = np.exp(-1j * angle * np.arange(3))
    sections[:, :3] /= np.abs(sections[:, :3] @ delays / (sections[:, 3:] @ delays))[:, None]
    return sections


def _to_erb_scale(frequency):
    return 21.4 * np.log10(4.37e-3 * frequency + 1.0)


def _from_erb_scale(value):
    return (10.0 ** (value / 21.4) - 1.0) / 4.37e-3

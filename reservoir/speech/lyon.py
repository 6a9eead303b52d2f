"""Lyon's passive ear: a travelling wave, hair cells and a gain control that adapts."""

from typing import final

import numpy as np

from reservoir.checks.arguments import check_flag, check_number
from reservoir.speech.frames import count_samples
from reservoir.speech.lyon_kernel import run_lyon_ear
from reservoir.speech.waveforms import WaveformTransformer

_BREAK = 1000.0  # Hz; below it, bandwidth no longer falls with frequency
_ZERO_OFFSET = 1.5
_ZERO_SHARPNESS = 5.0
_SHARPEST = 1e6  # far beyond any ear, and its square is still exact
_MOST_CHANNELS = 10**6
_FRONT_CORNER = 300.0  # Hz, of the outer and middle ear
_TARGETS = np.array([0.0032, 0.0016, 0.0008, 0.0004])
_TIME_CONSTANTS = np.array([0.64, 0.16, 0.04, 0.01])  # seconds


@final
class LyonEar(WaveformTransformer):
    """Lyon's passive ear: firing rates along the auditory nerve.

    A high-pass filter for the outer and middle ear feeds a cascade of second-order stages, from the base of the cochlea
    (high frequencies) to its apex. Stage c is a resonance followed by a notch above it::

        f_c    = 1000 sinh(asinh(f_top / 1000) - c step_factor / quality)      centre frequency, Hz
        w_c    = sqrt(f_c^2 + 1000^2) / quality                                bandwidth, Hz
        poles at f_c with Q = f_c / w_c; zeros at z_c = f_c + 1.5 step_factor w_c with Q = 5 z_c / w_c

    Every tap is half-wave rectified, v = max(0, tap), and passes through four stages of gain control, whose
    attenuations s <= 0.9 are coupled to those of the neighbouring channels::

        v_i <- v_i (1 - s_i)
        s_i <- e v_i / target + (1 - e) (s_{i-1} + s_i + s_{i+1}) / 3,    e = 1 - exp(-1 / (tau sampling_rate))

    with targets 0.0032, 0.0016, 0.0008, 0.0004 and tau = 640, 160, 40, 10 ms. Then each channel is replaced by
    max(0, v_{i-1} - v_i), which sharpens it, smoothed by two one-pole filters, and its last value of every
    ``frame_step`` is kept. The gain control expects sound in [-1, 1).

    Parameters
    ----------
    sampling_rate : float, default=8000.0
        Samples per second of the waveforms, in Hz, above 0.
    frame_step : float, default=10.0
        Time from frame to frame, in ms; rounded half up to samples. The last frame is filled up with zeros.
    quality : float, default=8.0
        Sharpness of the stages, above 0.5 and at most 1e6; smaller ones are broader and fewer.
    step_factor : float or None, default=None
        Distance of neighbouring stages, in bandwidths, above 0. None: ``quality / 32``.
    gain_control : bool, default=True
        Whether the ear adapts to loudness.
    difference : bool, default=True
        Whether neighbouring channels are subtracted.
    smoothing : float, default=3.0
        Time constant of the two filters before decimation, in frame steps, above 0. Where a step is a single sample,
        nothing is smoothed.

    Attributes
    ----------
    center_frequencies_ : array (n_channels,)
        In Hz, from high to low, the order in which sound travels; 64 channels with the defaults.
    sections_ : array (5, n_channels + 2)
        b0, b1, b2, a1, a2 of the two filters in front and of the stages.
    n_features_out_ : int
        Number of channels.
    n_features_in_ : int
        1, one channel of sound.

    Raises
    ------
    ValueError
        If a parameter is out of range, or X is no sound.

    Notes
    -----
    It computes what ``LyonPassiveEar`` of the Auditory Toolbox computes, whose ``df``, ``EarQ``, ``stepfactor``,
    ``agcf``, ``differ`` and ``taufactor`` are ``frame_step`` in samples, ``quality``, ``step_factor``,
    ``gain_control``, ``difference`` and ``smoothing``, and which leaves the end of the sound out instead of filling it
    up. As there, the two front filters are silent in the first sample of each frame.

    References
    ----------
    R. F. Lyon, "A computational model of filtering, detection, and compression in the cochlea", ICASSP 1982.
    M. Slaney, "Lyon's cochlear model", Apple technical report 13, 1988 (filters). M. Slaney, "Auditory Toolbox: version
    2", Interval Research technical report 1998-010, 1998, function LyonPassiveEar (targets and time constants).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech import LyonEar
    >>> tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    >>> ear = LyonEar()
    >>> frames = ear.fit_transform(tone)
    >>> frames.shape
    (100, 64)
    >>> print(ear.center_frequencies_[frames.mean(axis=0).argmax()].round())
    970.0
    """

    def __init__(
        self,
        sampling_rate: float = 8000.0,
        frame_step: float = 10.0,
        *,
        quality: float = 8.0,
        step_factor: float | None = None,
        gain_control: bool = True,
        difference: bool = True,
        smoothing: float = 3.0,
    ) -> None:
        self.sampling_rate = sampling_rate
        self.frame_step = frame_step
        self.quality = quality
        self.step_factor = step_factor
        self.gain_control = gain_control
        self.difference = difference
        self.smoothing = smoothing

    def _design(self):
        rate = check_number("sampling_rate", self.sampling_rate, above=0)
        step = count_samples("frame_step", self.frame_step, rate)
        quality = check_number("quality", self.quality, above=0.5, at_most=_SHARPEST)
        step_factor = quality / 32 if self.step_factor is None else self.step_factor
        step_factor = check_number("step_factor", step_factor, above=0)
        smoothing = check_number("smoothing", self.smoothing, above=0)
        gain_control = check_flag("gain_control", self.gain_control)
        difference = check_flag("difference", self.difference)
        sections, centers = design_lyon_ear(rate, quality, step_factor)
        n_stages = len(_TARGETS) if gain_control else 0
        rates = -np.expm1(-1 / (_TIME_CONSTANTS[:n_stages] * rate))
        decay = np.exp(-1 / (smoothing * step))
        return {
            "sections_": sections,
            "center_frequencies_": centers,
            "n_features_out_": len(centers),
            "_arguments": (step, sections, rates, _TARGETS[:n_stages].copy(), difference, decay),
        }

    def _frames_of(self, waveform):
        step, sections, rates, targets, difference, decay = self._arguments
        n_frames = -(-waveform.size // step)
        filled = np.zeros(n_frames * step)
        filled[: waveform.size] = waveform
        frames = np.empty((n_frames, self.n_features_out_))
        # Arrays of a pickle mapped from disk are read-only, and Numba would compile the kernel once more for these.
        arrays = (np.require(array, requirements="W") for array in (sections, rates, targets))
        run_lyon_ear(filled, step, *arrays, difference, decay, frames)
        return frames


def design_lyon_ear(sampling_rate, quality, step_factor):
    """Return the sections ``(5, n_channels + 2)``, the front filters first, and the centres ``(n_channels,)`` in Hz."""

    def bandwidth(frequency):
        return np.sqrt(frequency**2 + _BREAK**2) / quality

    # The first zero lies a little above the first pole and has to stay below half the sampling rate.
    top = sampling_rate / 2 - (_ZERO_OFFSET - 1) * step_factor * bandwidth(sampling_rate / 2)
    lowest = _BREAK / np.sqrt(4 * quality**2 - 1)  # where Q falls to 1/2 and the poles become real
    spacing = step_factor / quality
    length = np.arcsinh(top / _BREAK) - np.arcsinh(lowest / _BREAK) if top > lowest else 0.0
    if length < 2 * spacing:
        raise ValueError(
            f"'step_factor' must leave room for two channels between {lowest:.0f} Hz and half the sampling rate; got "
            f"{step_factor:g} with 'sampling_rate'={sampling_rate:g}, 'quality'={quality:g}. Use a smaller step_factor."
        )
    if not length < _MOST_CHANNELS * spacing:
        raise ValueError(
            f"'step_factor' divided by 'quality' must leave at most {_MOST_CHANNELS} channels; got {step_factor:g} and "
            f"{quality:g}. Use a larger step_factor."
        )
    n_channels = int(length / spacing)
    poles = _BREAK * np.sinh(np.arcsinh(top / _BREAK) - spacing * np.arange(1, n_channels + 1))
    widths = bandwidth(poles)
    zeros = poles + _ZERO_OFFSET * step_factor * widths
    numerator = _second_order(zeros, _ZERO_SHARPNESS * zeros / widths, sampling_rate)
    denominator = _second_order(poles, poles / widths, sampling_rate)
    ratios = poles[:-1] / poles[1:]
    stages = _with_gain(numerator, denominator, np.concatenate([ratios[:1], ratios]), 0.0)
    return np.concatenate([_front(top, poles[0] / widths[0], sampling_rate), stages], axis=1), poles


def _front(top, quality, sampling_rate):
    """Return the high-pass of the outer and middle ear, and a filter in place of the missing top of the cascade."""
    high_pass = np.array([[0.0], [1.0], [-np.exp(-2 * np.pi * _FRONT_CORNER / sampling_rate)]])
    nothing = np.array([[1.0], [0.0], [0.0]])
    differentiator = np.array([[1.0], [0.0], [-1.0]])
    resonance = _second_order(np.array([top]), quality, sampling_rate)
    quarter = np.pi / 2
    return np.concatenate(
        [_with_gain(high_pass, nothing, 1.0, quarter), _with_gain(differentiator, resonance, 1.0, quarter)], axis=1
    )


def _second_order(frequency, quality, sampling_rate):
    """Return the polynomials in 1/z ``(3, n)`` with roots at ``frequency`` and of quality factor ``quality``."""
    radius = np.exp(-np.pi * frequency / (quality * sampling_rate))
    angle = 2 * np.pi * frequency / sampling_rate * np.sqrt(1 - 1 / (4 * quality**2))
    return np.stack([np.ones_like(radius), -2 * radius * np.cos(angle), radius**2])


def _with_gain(numerator, denominator, gain, angle):
    """Return b0, b1, b2, a1, a2, scaled to ``gain`` at the frequency of ``angle`` radians per sample."""
    delays = np.exp(-1j * angle * np.arange(3))
    numerator = numerator * (gain / np.abs((delays @ numerator) / (delays @ denominator)))
    return np.concatenate([numerator, denominator[1:]])

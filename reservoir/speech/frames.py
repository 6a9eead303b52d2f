"""A waveform is cut into overlapping frames, and a frame has a power spectrum."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from readouts.types import Array
from reservoir.checks.arguments import check_memory, check_number


def count_samples(name: str, milliseconds: float, sampling_rate: float) -> int:
    """Return how many samples the parameter ``name`` lasts, from its duration in ms and the rate in Hz.

    Half a sample is rounded up, as in python_speech_features.
    """
    milliseconds = check_number(name, milliseconds, above=0)
    n_samples = milliseconds * sampling_rate / 1000
    try:
        check_memory(name, milliseconds, 8 * n_samples)
    except ValueError as error:
        raise ValueError(f"{error} It counts samples at the 'sampling_rate' of {sampling_rate:g} Hz.") from None
    rounded = math.floor(n_samples + 0.5)
    if rounded < 1:
        raise ValueError(
            f"'{name}' must last at least one sample, {1000 / sampling_rate:g} ms at the 'sampling_rate' of "
            f"{sampling_rate:g} Hz; got {milliseconds:g} ms."
        )
    return rounded


def check_frequency(name: str, value: float, sampling_rate: float, **bounds: float) -> float:
    """Return ``value`` as a float inside the bounds, one of which is half the sampling rate; all in Hz."""
    try:
        return check_number(name, value, **bounds)
    except ValueError as error:
        raise ValueError(f"{error} Half the 'sampling_rate' is {sampling_rate / 2:g} Hz.") from None


def count_frames(n_samples: int, length: int, step: int) -> int:
    """Return how many frames a waveform fills, counting a last one that it fills in part."""
    return 1 - (-max(0, n_samples - length) // step)


def cut_frames(waveform: Array, length: int, step: int) -> Array:
    """Cut a waveform into frames that start ``step`` samples apart.

    Zeros fill up the last frame, so that no sample is lost and a waveform shorter than a frame gives one frame::

        n_frames = 1 + ceil(max(0, n_samples - length) / step)

    Parameters
    ----------
    waveform : array (n_samples,)
    length, step : int, at least 1, in samples

    Returns
    -------
    read-only array (n_frames, length)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech.frames import cut_frames
    >>> cut_frames(np.array([1.0, 2.0, 3.0, 4.0]), length=3, step=2)
    array([[1., 2., 3.],
           [3., 4., 0.]])
    """
    padded = np.zeros((count_frames(waveform.size, length, step) - 1) * step + length)
    padded[: waveform.size] = waveform
    return sliding_window_view(padded, length)[::step]


def power_spectra(frames: Array, window: Array, n_fft: int) -> Array:
    """Return the periodogram of every frame.

    With w the window, N = ``n_fft`` at least the length of a frame, and k = 0, ..., floor(N / 2)::

        P(k) = |sum_t w(t) x(t) exp(-2 pi i k t / N)|^2 / N

    Its sum over all N bins, those above N / 2 mirrored, is the energy of the windowed frame (Parseval).

    Parameters
    ----------
    frames : array (n_frames, length)
    window : array (length,)
    n_fft : int

    Returns
    -------
    array (n_frames, n_fft // 2 + 1)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.speech.frames import power_spectra
    >>> power_spectra(np.array([[3.0, 0.0, 0.0, 0.0]]), np.ones(4), 4)
    array([[2.25, 2.25, 2.25]])
    """
    spectra = np.fft.rfft(frames * window, n_fft)
    return (spectra.real**2 + spectra.imag**2) / n_fft

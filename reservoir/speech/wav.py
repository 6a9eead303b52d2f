"""Wav files become waveforms; what is wrong with a file is said once, with its name."""

import os
import warnings

import numpy as np
from scipy.io import wavfile

from reservoir.arguments import check_number
from reservoir.speech.waveforms import scale_samples
from reservoir.waveform import Waveform

_EXPECTED = "'path' must name a mono wav file of 16-, 24- or 32-bit PCM or floats"


def read_wav(path, sampling_rate=None):
    """Read one mono wav file.

    PCM samples of b bits are divided by 2^(b-1), so that they lie in [-1, 1); floats are taken as they are stored.

    Parameters
    ----------
    path : str, bytes or path
        The file: 16-, 24- or 32-bit PCM, or 32- or 64-bit floats, one channel.
    sampling_rate : float or None, default=None
        The rate that the file must have, in Hz, above 0. None accepts any.

    Returns
    -------
    waveform : Waveform (n_samples,), float64
        An array that knows its rate.
    sampling_rate : int
        The rate of the file, in Hz.

    Raises
    ------
    ValueError
        If the file is no wav file, is cut short, holds no samples, several channels, 8-bit or compressed samples, NaN
        or infinity, or has another rate than `sampling_rate`.
    TypeError
        If `path` is no path.
    OSError
        If the file cannot be opened.

    References
    ----------
    IBM and Microsoft, "Multimedia programming interface and data specifications 1.0", 1991, chapter 3 (WAVE).

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from scipy.io import wavfile
    >>> from reservoir.speech import read_wav
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "steps.wav")
    ...     wavfile.write(path, 8000, np.array([-32768, 0, 16384], dtype=np.int16))
    ...     read_wav(path, sampling_rate=8000)
    (Waveform([-1. ,  0. ,  0.5], sampling_rate=8000), 8000)
    """
    if sampling_rate is not None:
        sampling_rate = check_number("sampling_rate", sampling_rate, above=0)
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(f"'path' must be a str, bytes or a path; got {path!r}.")
    shown = repr(os.fspath(path))
    rate, samples = _read(path, shown)
    if samples.ndim != 1:
        raise ValueError(
            f"{_EXPECTED}; {shown} has {samples.shape[1]} channels. Write one of them, or their mean, to another file."
        )
    waveform = scale_samples(samples)
    if waveform is None:
        raise ValueError(f"{_EXPECTED}; {shown} holds {samples.dtype.name}. Convert it to 16-bit PCM.")
    if samples.size == 0:
        raise ValueError(f"{_EXPECTED}; {shown} holds no samples. Leave it out.")
    if sampling_rate is not None and rate != sampling_rate:
        raise ValueError(
            f"'sampling_rate' must be that of the file; got {sampling_rate:g} Hz, but {shown} has {rate} Hz. "
            f"Resample the file, or pass sampling_rate={rate} here and to the front end."
        )
    if not np.isfinite(waveform).all():
        raise ValueError(f"{_EXPECTED}; {shown} holds NaN or infinity. Write it anew from a sound source.")
    return Waveform(waveform, rate), int(rate)


def _read(path, shown):
    # SciPy reports a truncated file by a warning, and a corrupt one by whatever its parser stumbles over.
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            rate, samples = wavfile.read(path)
    except OSError:
        raise
    except Exception as error:
        raise ValueError(
            f"{_EXPECTED}; {shown} cannot be read ({error}). Convert it to wav, 16-bit PCM, or fetch it again."
        ) from error
    said = " ".join(str(warning.message) for warning in caught if warning.category is wavfile.WavFileWarning)
    if "EOF" in said or "Incomplete" in said:
        raise ValueError(f"{_EXPECTED}; {shown} is cut short ({said}) Fetch it again.")
    if rate <= 0:
        raise ValueError(f"{_EXPECTED}; {shown} states a rate of {rate} Hz. Write it anew with its true rate.")
    return rate, samples

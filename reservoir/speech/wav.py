"""Wav files become waveforms; an error about a file names it."""

import os
from functools import partial
from typing import Literal, Protocol

import numpy as np

from reservoir.checks.arguments import check_integer, check_number
from reservoir.series.waveform import Waveform
from reservoir.speech.riff import LENGTH_OF_HEADER, is_wav, read_sound

_EXPECTED = "'path' must be a wav file of 8-, 16-, 24- or 32-bit PCM, or of floats"


class BinaryFile(Protocol):
    """An open file whose ``read`` returns bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, or all that are left if it is negative."""


def read_wav(
    path: str | bytes | os.PathLike[str] | os.PathLike[bytes] | BinaryFile,
    sampling_rate: float | None = None,
    *,
    channel: int | Literal["mix"] | None = None,
) -> tuple[Waveform, int]:
    """Read one channel of a wav file.

    PCM samples of b bits are divided by 2^(b-1), so that they lie in [-1, 1); those of 8 bits have no sign, and 128 is
    taken from them first. Floats are taken as they are stored.

    The sound is the content of the data chunk, by the size of the chunk; the size of the whole file in the header is
    ignored. Programs that cannot know the size, such as sox and ffmpeg writing to a pipe, state 0 or a number next to
    2^31 or 2^32: if no other chunk follows, the sound then lasts to the end of the file. Bytes behind it are ignored.
    Several data chunks are joined.

    Parameters
    ----------
    path : str, bytes, path or binary file
        The file: 8-, 16-, 24- or 32-bit PCM, or 32- or 64-bit floats, as RIFF, RIFX or RF64. An open file, such as a
        BytesIO, is read from where it is to its end, and left open.
    sampling_rate : float or None, default=None
        The rate that the file must have, in Hz, above 0. None accepts any.
    channel : int, "mix" or None, default=None
        Which channel to return, counted from 0, or the mean of all. None accepts files of one channel only.

    Returns
    -------
    waveform : Waveform (n_samples,), float64
        An array that carries its sampling rate.
    sampling_rate : int
        The rate of the file, in Hz.

    Raises
    ------
    ValueError
        If the file is no wav file, is cut short, holds no samples, compressed ones, NaN or infinity, or has another
        rate than `sampling_rate`, no such `channel`, or several where none is chosen.
    TypeError
        If `path` is neither a path nor a binary file.
    OSError
        If the file cannot be opened.

    References
    ----------
    IBM and Microsoft, "Multimedia programming interface and data specifications 1.0", 1991, chapter 3 (WAVE); European
    Broadcasting Union, Tech 3306, "MBWF / RF64", 2009.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> from scipy.io import wavfile
    >>> from reservoir.speech import read_wav
    >>> file = io.BytesIO()
    >>> wavfile.write(file, 8000, np.array([[-32768, 0], [0, 0], [16384, 16384]], dtype=np.int16))
    >>> read_wav(file, sampling_rate=8000, channel="mix")
    (Waveform([-0.5,  0. ,  0.5], sampling_rate=8000), 8000)
    """
    if sampling_rate is not None:
        sampling_rate = check_number("sampling_rate", sampling_rate, above=0)
    if channel is not None and not (isinstance(channel, str) and channel == "mix"):
        channel = _check_number_of_channel(channel)
    content, shown = _read(path)
    try:
        rate, samples = read_sound(content)
    except ValueError as error:
        raise ValueError(f"{_EXPECTED}; {shown} {error}. Convert it to wav, 16-bit PCM, or fetch it again.") from None
    waveform = _pick(samples, channel, shown)
    if waveform.size == 0:
        raise ValueError(f"{_EXPECTED}; {shown} holds no samples. Leave it out.")
    if sampling_rate is not None and rate != sampling_rate:
        raise ValueError(
            f"'sampling_rate' must be that of the file; got {sampling_rate:g} Hz, but {shown} has {rate} Hz. "
            f"Resample the file, or pass sampling_rate={rate} here and to the front end."
        )
    if not np.isfinite(waveform).all():
        raise ValueError(f"{_EXPECTED}; {shown} holds NaN or infinity. Write it anew from a sound source.")
    return Waveform(waveform, rate), rate


def _check_number_of_channel(channel):
    try:
        return check_integer("channel", channel, at_least=0)
    except (TypeError, ValueError):
        raise ValueError(
            f"'channel' must be None, 'mix' or the number of a channel, from 0; got {channel!r}."
        ) from None


def _read(path):
    """Return the bytes of a file that begins as a wav file does, and its name in messages."""
    if isinstance(path, (bytes, bytearray, memoryview)) and is_wav(path[:LENGTH_OF_HEADER]):
        raise TypeError("'path' must be a path or a binary file; got the content of a wav file. Pass io.BytesIO(path).")
    if isinstance(path, (str, bytes, os.PathLike)):
        shown = repr(os.fspath(path))
        try:
            file = open(path, "rb")  # noqa: SIM115 - errors of reading, in the `with` below, are treated differently
        except ValueError as error:
            raise ValueError(f"'path' must name a file; got {shown}: {error}.") from None
        with file:
            return _content_of(file, shown), shown
    if not callable(getattr(path, "read", None)) or isinstance(path, type):
        raise TypeError(f"'path' must be a str, bytes, a path or a binary file; got {path!r}.")
    name = getattr(path, "name", None)
    shown = repr(name) if name and isinstance(name, (str, bytes)) else f"the {type(path).__name__}"
    return _content_of(path, shown), shown


def _content_of(file, shown):
    header = b""
    try:
        while len(header) < LENGTH_OF_HEADER and (more := file.read(LENGTH_OF_HEADER - len(header))):
            header += more
        if is_wav(header):  # any other file may be long, and is not read
            return header + b"".join(iter(partial(file.read, -1), b""))
    except (TypeError, UnicodeDecodeError):
        raise TypeError(f"'path' must be a binary file, opened with mode 'rb'; {shown} gives no bytes.") from None
    except EOFError:
        raise ValueError(f"{_EXPECTED}; {shown} is cut short (its packing ends too soon). Fetch it again.") from None
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise ValueError(f"'path' must be open for reading; {shown} is not: {reason}.") from None
    if len(header) < LENGTH_OF_HEADER:
        raise ValueError(f"{_EXPECTED}; {shown} is cut short (it has {len(header)} bytes). Fetch it again.")
    raise ValueError(
        f"{_EXPECTED}; {shown} cannot be read (it begins with {header!r}, as no wav file does). Convert it to wav."
    )


def _pick(samples, channel, shown):
    """Return one channel of samples ``(n_samples, n_channels)``, or the mean of all."""
    n_channels = samples.shape[1]
    if channel is None and n_channels > 1:
        raise ValueError(
            f"'channel' must be chosen, for {shown} has {n_channels} channels: a number from 0 to {n_channels - 1}, "
            "or 'mix' for their mean; got None."
        )
    if channel == "mix":
        with np.errstate(over="ignore", invalid="ignore"):  # values that are not finite are refused
            return samples.mean(axis=1)
    if channel is not None and channel >= n_channels:
        raise ValueError(f"'channel' must be below {n_channels}, the number of channels of {shown}; got {channel}.")
    return np.ascontiguousarray(samples[:, channel or 0])

import gzip
import io
import pathlib
import struct

import numpy as np
import pytest
from scipy.io import wavfile
from wav_files import chunk, layout, riff

from reservoir.speech import LogMel, read_wav

STEPS = np.arange(-50, 50, dtype=np.int16)
MONO = riff(layout(), chunk(b"data", STEPS.tobytes()))
STEREO = riff(layout(n_channels=2), chunk(b"data", np.stack([STEPS, 3 * STEPS], axis=1).tobytes()))


def write(path, samples, rate=8000):
    wavfile.write(path, rate, samples)
    return path


def test_samples_of_every_kind_lie_in_one_range(tmp_path):
    expected = np.array([-1.0, 0.0, 0.25, 0.5])
    for number, samples in enumerate(
        [
            (expected * 2**7 + 128).astype(np.uint8),
            (expected * 2**15).astype(np.int16),
            (expected * 2**31).astype(np.int32),
            expected.astype(np.float32),
            expected,
        ]
    ):
        waveform, rate = read_wav(write(tmp_path / f"{number}.wav", samples, 11025))
        assert rate == 11025 and type(rate) is int and waveform.dtype == np.float64
        np.testing.assert_array_equal(waveform, expected)
    data = b"".join(int(x * 2**23).to_bytes(3, "little", signed=True) for x in expected)
    waveform, _ = read_wav(io.BytesIO(riff(layout(24), chunk(b"data", data))))
    np.testing.assert_array_equal(waveform, expected)


def test_largest_and_smallest_step(tmp_path):
    waveform, _ = read_wav(str(write(tmp_path / "a.wav", np.array([-32768, 1, 32767], dtype=np.int16))))
    np.testing.assert_array_equal(waveform, [-1.0, 2.0**-15, 1 - 2.0**-15])


def test_chunks_of_other_names_do_no_harm(tmp_path):
    path = write(tmp_path / "a.wav", np.arange(10, dtype=np.int16))
    content = path.read_bytes() + b"what" + struct.pack("<I", 4) + b"ever"
    path.write_bytes(content[:4] + struct.pack("<I", len(content) - 8) + content[8:])
    np.testing.assert_array_equal(read_wav(path)[0], np.arange(10) / 2**15)


@pytest.mark.parametrize("length", [0, 3, 10, 30, 43, 44, 45, 100, 243])
def test_a_file_cut_anywhere_is_refused(tmp_path, length):
    path = write(tmp_path / "whole.wav", np.arange(100, dtype=np.int16))
    content = path.read_bytes()
    cut = tmp_path / "cut.wav"
    cut.write_bytes(content[:length])
    with pytest.raises(ValueError, match=r"'path' must be a wav file of 8-.*cut.wav' (is cut|cannot be read)"):
        read_wav(cut)
    assert len(content) == 244 and read_wav(path)[0].size == 100


@pytest.mark.parametrize("content", [b"fLaC" + bytes(200), b"RIFF" + bytes(range(200)), b"not sound at all" * 9])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.wav"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"other.wav' cannot be read \(.*\). Convert it to wav"):
        read_wav(path)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros(0, dtype=np.int16), "holds no samples. Leave it out"),
        (np.array([0.0, np.nan]), "holds NaN or infinity"),
        (np.array([0.0, np.inf], dtype=np.float32), "holds NaN or infinity"),
    ],
)
def test_sound_of_another_kind_is_refused(tmp_path, samples, message):
    path = write(tmp_path / "odd.wav", samples)
    with pytest.raises(ValueError, match=f"'path' must be a wav file .*odd.wav' {message}"):
        read_wav(path)


def test_the_rate_may_be_demanded(tmp_path):
    path = write(tmp_path / "a.wav", np.zeros(5, dtype=np.int16), 16000)
    assert read_wav(path, 16000)[1] == read_wav(path, sampling_rate=16000.0)[1] == 16000
    with pytest.raises(ValueError, match=r"'sampling_rate' must be that of the file; got 8000 Hz, but .* has 16000 Hz"):
        read_wav(path, 8000)
    with pytest.raises(ValueError, match="'sampling_rate' must be a number above 0; got -1"):
        read_wav(path, -1)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.wav"):
        read_wav(tmp_path / "none.wav")


def test_the_waveform_knows_its_rate(tmp_path):
    wavfile.write(tmp_path / "sound.wav", 16000, np.ones(800, np.int16))
    waveform, rate = read_wav(tmp_path / "sound.wav")
    assert waveform.sampling_rate == rate == 16000
    with pytest.raises(ValueError, match="must be sampled at 8000 Hz, the 'sampling_rate' of LogMel; got 16000 Hz"):
        LogMel().fit(waveform)


@pytest.mark.parametrize(("channel", "factor"), [(0, 1), (1, 3), (np.int64(1), 3), ("mix", 2)])
def test_one_channel_or_the_mean_of_all(channel, factor):
    waveform, rate = read_wav(io.BytesIO(STEREO), channel=channel)
    np.testing.assert_array_equal(waveform, factor * STEPS / 2**15)
    assert rate == 8000 and waveform.flags.c_contiguous and waveform.dtype == np.float64


@pytest.mark.parametrize("channel", [None, 0, "mix"])
def test_a_single_channel_is_all_there_is(channel):
    np.testing.assert_array_equal(read_wav(io.BytesIO(MONO), channel=channel)[0], STEPS / 2**15)


def test_several_channels_are_not_chosen_from_in_silence(tmp_path):
    path = tmp_path / "stereo.wav"
    path.write_bytes(STEREO)
    with pytest.raises(
        ValueError,
        match="'channel' must be chosen, for '.*stereo.wav' has 2 channels: a number from 0 to 1, or 'mix' .* got None",
    ):
        read_wav(path)
    with pytest.raises(ValueError, match="'channel' must be below 2, the number of channels of '.*stereo.wav'; got 2."):
        read_wav(path, channel=2)
    for channel in (-1, True, 0.0, "left", "", b"mix", [0], np.zeros(2), np.nan):
        with pytest.raises(ValueError, match="'channel' must be None, 'mix' or the number of a channel, from 0; got"):
            read_wav(path, channel=channel)


class Pipe:
    """A file that cannot be sought in and gives what it has, a few bytes at a time."""

    def __init__(self, content):
        self.content = io.BytesIO(content)

    def read(self, size=-1):
        return self.content.read(5 if size < 0 else min(size, 5))


def test_open_files_are_read_and_left_open(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(MONO)
    expected = STEPS / 2**15
    for name in (path, str(path), bytes(path), pathlib.PurePath(path)):
        np.testing.assert_array_equal(read_wav(name)[0], expected)
    for buffering in (-1, 0):
        with path.open("rb", buffering=buffering) as file:
            np.testing.assert_array_equal(read_wav(file, 8000)[0], expected)
            assert not file.closed and file.read() == b""
    with io.BytesIO(b"before" + MONO) as file:
        file.seek(6)
        np.testing.assert_array_equal(read_wav(file)[0], expected)
        assert not file.closed
    np.testing.assert_array_equal(read_wav(Pipe(MONO))[0], expected)


def test_files_that_give_no_bytes_are_refused(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(MONO)
    with (
        path.open(encoding="latin-1") as file,
        pytest.raises(TypeError, match="'path' must be a binary file, .*a.wav'"),
    ):
        read_wav(file)
    path.write_bytes(MONO[:40] + b"\xff" + MONO[41:])
    with path.open(encoding="utf-8") as text, pytest.raises(TypeError, match="'path' must be a binary file, .*a.wav'"):
        read_wav(text)
    with pytest.raises(TypeError, match="'path' must be a binary file, opened with mode 'rb'; the StringIO gives no"):
        read_wav(io.StringIO("RIFF1234WAVE"))
    with pytest.raises(ValueError, match="'path' must be open for reading; '.*a.wav' is not: I/O operation on closed"):
        read_wav(file)
    with path.open("ab") as file, pytest.raises(ValueError, match="'path' must be open for reading; '.*a.wav' is not"):
        read_wav(file)
    for content in (MONO, bytearray(MONO), memoryview(MONO)):
        with pytest.raises(TypeError, match=r"got the content of a wav file. Pass io.BytesIO\(path\).$"):
            read_wav(content)
    for wrong in (None, 3, bytearray(3), [path], io.BytesIO, np.zeros(3)):
        with pytest.raises(TypeError, match="'path' must be a str, bytes, a path or a binary file; got"):
            read_wav(wrong)
    for name in ("a\0b.wav", b"a\0b.wav"):
        with pytest.raises(ValueError, match="'path' must name a file; got .*embedded null"):
            read_wav(name)


def test_what_is_wrong_with_an_open_file_is_said_of_it():
    with pytest.raises(ValueError, match="'path' must be a wav file .*; the BytesIO is cut short .of the 200 bytes of"):
        read_wav(io.BytesIO(MONO[:-1]))
    with pytest.raises(ValueError, match="the BytesIO is cut short .it has 0 bytes"):
        read_wav(io.BytesIO())
    with pytest.raises(ValueError, match="the BytesIO cannot be read .it begins with b'NIST_1A.n   1', as no wav file"):
        read_wav(io.BytesIO(b"NIST_1A\n   1024\n"))


def test_packed_files_are_read_and_cuts_of_them_said():
    packed = gzip.compress(MONO)
    np.testing.assert_array_equal(read_wav(gzip.GzipFile(fileobj=io.BytesIO(packed)))[0], STEPS / 2**15)
    for length in (15, len(packed) // 2, len(packed) - 1):
        with pytest.raises(ValueError, match="'path' must be a wav file .*; the GzipFile is cut short"):
            read_wav(gzip.GzipFile(fileobj=io.BytesIO(packed[:length])))


def test_a_file_of_another_kind_is_not_read_to_its_end():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert size > 0
            return bytes(size)

    with pytest.raises(ValueError, match="the Endless cannot be read"):
        read_wav(Endless())

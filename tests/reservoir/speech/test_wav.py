import struct

import numpy as np
import pytest
from scipy.io import wavfile

from reservoir.speech import LogMel, read_wav


def write(path, samples, rate=8000):
    wavfile.write(path, rate, samples)
    return path


def write_24_bit(path, integers):
    data = b"".join(struct.pack("<i", 256 * value)[1:] for value in integers)
    header = (
        b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 24000, 3, 24) + b"data" + struct.pack("<I", len(data))
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", len(header) + len(data)) + header + data)
    return path


def test_samples_of_every_kind_lie_in_one_range(tmp_path):
    expected = np.array([-1.0, 0.0, 0.25, 0.5])
    for number, samples in enumerate(
        [
            (expected * 2**15).astype(np.int16),
            (expected * 2**31).astype(np.int32),
            expected.astype(np.float32),
            expected,
        ]
    ):
        waveform, rate = read_wav(write(tmp_path / f"{number}.wav", samples, 11025))
        assert rate == 11025 and type(rate) is int and waveform.dtype == np.float64
        np.testing.assert_array_equal(waveform, expected)
    waveform, _ = read_wav(write_24_bit(tmp_path / "24.wav", [-(2**23), 0, 2**21, 2**22]))
    np.testing.assert_array_equal(waveform, expected)


def test_largest_and_smallest_step(tmp_path):
    waveform, _ = read_wav(str(write(tmp_path / "a.wav", np.array([-32768, 1, 32767], dtype=np.int16))))
    np.testing.assert_array_equal(waveform, [-1.0, 2.0**-15, 1 - 2.0**-15])


def test_chunks_that_scipy_warns_of_do_no_harm(tmp_path):
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
    with pytest.raises(ValueError, match=r"'path' must name a mono wav file of 16-.*cut.wav' (is cut|cannot be read)"):
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
        (np.zeros((5, 2), dtype=np.int16), "has 2 channels. Write one of them"),
        (np.zeros(5, dtype=np.uint8), "holds uint8. Convert it to 16-bit PCM"),
        (np.zeros(0, dtype=np.int16), "holds no samples. Leave it out"),
        (np.array([0.0, np.nan]), "holds NaN or infinity"),
        (np.array([0.0, np.inf], dtype=np.float32), "holds NaN or infinity"),
    ],
)
def test_sound_of_another_kind_is_refused(tmp_path, samples, message):
    path = write(tmp_path / "odd.wav", samples)
    with pytest.raises(ValueError, match=f"'path' must name a mono wav file .*odd.wav' {message}"):
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

import hashlib
import io
from importlib.resources import files

import numpy as np
from scipy.io import wavfile

from reservoir.datasets import load_spoken_digits
from reservoir.speech import MFCC, Waveform

# SHA-256 over the 300 files that the dataset's authors published, `cat` in the order of their names:
# cd recordings && LC_ALL=C ls *_[0-4].wav | LC_ALL=C sort | xargs cat | sha256sum
PUBLISHED = "4f25883150facd9cdd8b0ba9c6ac159f1836210dd0a2c79f23b305a4cbd9e1ee"
SPEAKERS = ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"]


def as_file(recording):
    """The bytes of a recording as a file of 16-bit samples, whose header says nothing but their number and rate."""
    stream = io.BytesIO()
    wavfile.write(stream, 8000, np.asarray(recording * 32768).astype(np.int16))
    return stream.getvalue()


def test_the_recordings_are_the_published_files_byte_for_byte():
    digits = load_spoken_digits()
    names = zip(digits.labels, digits.speakers, digits.index, strict=True)
    contents = {f"{label}_{speaker}_{index}.wav": number for number, (label, speaker, index) in enumerate(names)}
    assert len(contents) == 300
    joined = b"".join(as_file(digits.recordings[contents[name]]) for name in sorted(contents))
    assert hashlib.sha256(joined).hexdigest() == PUBLISHED


def test_five_recordings_of_every_digit_by_every_speaker_in_order():
    digits = load_spoken_digits()
    np.testing.assert_array_equal(digits.labels, np.repeat(np.arange(10), 30))
    np.testing.assert_array_equal(digits.speakers, np.tile(np.repeat(SPEAKERS, 5), 10))
    np.testing.assert_array_equal(digits.index, np.tile(np.arange(5), 60))
    assert digits.is_test.dtype == bool and digits.is_test.all()
    assert digits.sampling_rate == 8000 and "Attribution-ShareAlike 4.0" in digits.DESCR
    assert "these 300" in digits.DESCR


def test_recordings_are_waveforms_that_know_their_rate():
    digits = load_spoken_digits()
    assert isinstance(digits.recordings, list)
    assert all(isinstance(x, Waveform) and x.dtype == np.float32 and x.ndim == 1 for x in digits.recordings)
    assert all(x.sampling_rate == 8000 for x in digits.recordings)
    assert all(np.abs(x).max() <= 1 for x in digits.recordings)
    # The first samples of 0_george_0.wav, after its header of 44 bytes: 2f fa, 3e fc.
    np.testing.assert_array_equal(digits.recordings[0][:2] * 32768, [0xFA2F - 0x10000, 0xFC3E - 0x10000])
    assert len(MFCC(sampling_rate=digits.sampling_rate).fit_transform(digits.recordings[:2])) == 2


def test_every_call_returns_recordings_of_its_own():
    first = load_spoken_digits()
    first.recordings[0][:] = 0
    assert np.any(load_spoken_digits().recordings[0] != 0)


def test_the_file_stays_small():
    assert len(files("reservoir.datasets").joinpath("data", "spoken_digits.npz").read_bytes()) < 1.3e6

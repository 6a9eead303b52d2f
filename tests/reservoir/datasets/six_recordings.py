"""Six recordings that stand for those of the Free Spoken Digit Dataset, in files, archives and results."""

import hashlib
import io
import stat
import zipfile
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from reservoir.datasets import fetch_spoken_digits

GOAL = Path("free-spoken-digit-dataset", "recordings")
NAMES = ["7_theo_3.wav", "0_lucas_10.wav", "0_lucas_9.wav", "0_george_12.wav", "7_theo_49.wav", "1_jackson_4.wav"]
IN_ORDER = ["0_george_12.wav", "0_lucas_9.wav", "0_lucas_10.wav", "1_jackson_4.wav", "7_theo_3.wav", "7_theo_49.wav"]


def samples(name):
    return np.random.RandomState(NAMES.index(name)).randint(-(2**15), 2**15, 40 + NAMES.index(name)).astype(np.int16)


def recorded():
    """The bytes of six recordings by their file names."""
    contents = {}
    for name in NAMES:
        stream = io.BytesIO()
        wavfile.write(stream, 8000, samples(name))
        contents[name] = stream.getvalue()
    return contents


def digest_by_the_book(contents):
    text = b"".join(b"%s\0%d\0%s" % (name.encode(), len(contents[name]), contents[name]) for name in sorted(contents))
    return hashlib.sha256(text).hexdigest()


def tampered(contents):
    first = contents[NAMES[0]]
    return contents | {NAMES[0]: first[:-1] + bytes([first[-1] ^ 1])}


def members(contents, top="free-spoken-digit-dataset-26eb9aa"):
    return {f"{top}/recordings/{name}": content for name, content in contents.items()}


def zipped(files, links=()):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = ((stat.S_IFLNK if name in links else stat.S_IFREG) | 0o777) << 16
            archive.writestr(member, content)
    return stream.getvalue()


def lay(contents, folder):
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def files_under(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())


def assert_complete(digits):
    assert len(digits.recordings) == len(NAMES) and digits.sampling_rate == 8000
    for recording, name in zip(digits.recordings, IN_ORDER, strict=True):
        expected = samples(name)
        assert recording.dtype == np.float32 and recording.shape == expected.shape
        np.testing.assert_array_equal(recording.astype(float) * 2**15, expected)
    np.testing.assert_array_equal(digits.labels, [0, 0, 0, 1, 7, 7])
    np.testing.assert_array_equal(digits.speakers, ["george", "lucas", "lucas", "jackson", "theo", "theo"])
    np.testing.assert_array_equal(digits.index, [12, 9, 10, 4, 3, 49])
    np.testing.assert_array_equal(digits.is_test, [False, False, False, True, True, False])
    assert digits.labels.dtype.kind == digits.index.dtype.kind == "i" and digits.is_test.dtype == bool
    assert "CC BY-SA" in fetch_spoken_digits.__doc__ and "Attribution-ShareAlike 4.0" in digits.DESCR

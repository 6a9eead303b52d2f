"""Free Spoken Digit Dataset: ten digits in six voices, found on disk or downloaded, verified byte for byte."""

import errno
import hashlib
import io
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from scipy.io import wavfile
from sklearn.utils import Bunch

from readouts.types import Array
from reservoir.checks.arguments import check_flag
from reservoir.series.waveform import Waveform

COMMIT = "26eb9aaf76e81b692f806f9140c2d2777410d7a1"
URL = f"https://github.com/Jakobovski/free-spoken-digit-dataset/archive/{COMMIT}.zip"
FOLDER = "free-spoken-digit-dataset"
PLACES = ("recordings", "fsdd/recordings", f"{FOLDER}/recordings")
SAMPLING_RATE = 8000
N_RECORDINGS = 3000
N_BYTES = 21_128_848  # size of all recordings
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows has no quota of its own kind
MAX_BYTES = 65_536  # limit per recording; the longest has 36,568

# SHA-256 over all recordings in the order of their file names, which are ASCII: for each the name, a zero byte, the
# number of bytes in decimal digits, a zero byte, and the bytes. It is taken of the files, not of the archive, which
# GitHub generates on demand and may compress differently one day: its blog of 2023-02-21 promises stable commits only.
DIGEST = "997e451901d158bdf09dde66b240f3f19310fdbf4d9c056ebd806254df4a672c"

DESCRIPTION = f"""Free Spoken Digit Dataset

3,000 recordings of the English digits 0 to 9: 6 speakers, 50 recordings of each digit by each speaker, trimmed of
silence, 0.14 to 2.3 seconds long, 8 kHz, mono, 16 bit.
Official split: the recordings 0 to 4 of each digit and speaker are for testing, 5 to 49 for training.
Source: https://github.com/Jakobovski/free-spoken-digit-dataset, commit {COMMIT}.
Authors: Zohar Jackson and contributors. Licence: Creative Commons Attribution-ShareAlike 4.0 International.
"""


def fetch_spoken_digits(data_home: str | os.PathLike[str] | None = None, download: bool = True) -> Bunch:
    """Read the 3,000 recordings of the Free Spoken Digit Dataset, after downloading them (16 MB) if need be.

    300 of them come with the library, see `load_spoken_digits`.

    The recordings are looked for in ``data_home``, then in the folder that the environment variable
    ``RESERVOIR_DATA`` names, then in the user's cache folder for ``liquid-reservoir``; in each of them as
    ``recordings/*.wav``, ``fsdd/recordings/*.wav`` or ``free-spoken-digit-dataset/recordings/*.wav``. If they are
    nowhere, the project's archive is downloaded, and ``free-spoken-digit-dataset/recordings`` is made in the first of
    the three folders that is given. Every call verifies every byte, whether it was downloaded or found, by the SHA-256
    digest that is defined beside ``DIGEST`` in this file. The folder appears in one step, complete or not at all, and
    several processes may fetch at once.

    A sample of 16 bits becomes ``sample / 32768``, which float32 holds exactly. A model should
    generalise to new speakers, so leaving out one speaker at a time is a harder protocol than the official split.

    Parameters
    ----------
    data_home : str, path or None, default None
        Folder to look in first, and to download into.
    download : bool, default True
        Whether to download what is not there. Needs the package ``pooch``, in the extra ``data``.

    Returns
    -------
    Bunch, sorted by digit, then speaker, then index, with the attributes

        - ``recordings``: list of 3,000 `reservoir.speech.Waveform` of shape (n_samples,), float32 arrays with
          their sampling rate, amplitudes in [-1, 1), without unit
        - ``labels``: int array of shape (3000,), the digit, 0 to 9
        - ``speakers``: str array of shape (3000,), ``"george"``, ``"jackson"``, ``"lucas"``, ``"nicolas"``,
          ``"theo"`` or ``"yweweler"``
        - ``index``: int array of shape (3000,), 0 to 49, the number of the recording for its digit and speaker
        - ``is_test``: bool array of shape (3000,), the official split: 300 with an index below 5
        - ``sampling_rate``: 8000, in hertz
        - ``DESCR``: str, source and licence

    Raises
    ------
    ValueError
        If `data_home` is no path or `download` no flag, or if the files found or downloaded are not exactly those of
        the pinned commit.
    FileNotFoundError
        If the files are not found and `download` is False.
    ImportError
        If they have to be downloaded and pooch is not installed.
    OSError
        If the download fails or cannot be stored. Nothing of it is kept. The next call completes what a killed
        process has left.

    References
    ----------
    Z. Jackson et al., Free Spoken Digit Dataset, https://github.com/Jakobovski/free-spoken-digit-dataset, the README on
    file names and split; licence CC BY-SA 4.0.

    Examples
    --------
    >>> from reservoir.datasets import fetch_spoken_digits
    >>> digits = fetch_spoken_digits()  # doctest: +SKIP
    >>> len(digits.recordings), digits.recordings[0].shape, int(digits.is_test.sum())  # doctest: +SKIP
    (3000, (2384,), 300)
    >>> print(digits.labels[0], digits.speakers[0], digits.index[0])  # doctest: +SKIP
    0 george 0
    """
    download, homes = check_flag("download", download), _homes(data_home)
    folders = [home / place for home in homes for place in PLACES]
    folder = next((folder for folder in folders if _recordings_in(folder)), None)
    if folder is not None:
        return _as_bunch(_read_folder(folder))
    if download:
        return _as_bunch(_download(homes))
    places = ", ".join(f"'{folder}'" for folder in folders)
    raise FileNotFoundError(
        f"The Free Spoken Digit Dataset is in none of {places}. "
        f"Call fetch_spoken_digits with download=True, or {_by_hand(homes)}"
    )


def _homes(data_home):
    """Return the folders to look in, the first of them the one to download into."""
    try:
        from pooch import os_cache

        cache = os_cache("liquid-reservoir")
    except ImportError:
        cache = Path("~/.cache/liquid-reservoir")
    given = {"data_home": data_home, "RESERVOIR_DATA": os.environ.get("RESERVOIR_DATA")}
    is_set = {name: path for name, path in given.items() if not isinstance(path, (str, type(None))) or path}
    return [*(_folder(name, path) for name, path in is_set.items()), Path(cache).expanduser()]


def _folder(name, path):
    try:
        folder = Path(path).expanduser()
    except (TypeError, RuntimeError):  # the latter where a home folder is unknown
        folder = None
    if folder is None or "\0" in str(folder):
        raise ValueError(f"'{name}' must be the path of a folder; got {path!r}.")
    return folder


def _by_hand(homes):
    return f"unpack {URL} and move its folder 'recordings' to '{homes[0] / FOLDER}'."


def _recordings_in(folder):
    return {path.name: path for path in folder.glob("*.wav") if path.is_file()}


def _read_folder(folder):
    recordings = _recordings_in(folder)
    contents = _read(recordings, lambda path: path.open("rb"))
    advice = "Remove that folder or pass another 'data_home', and call fetch_spoken_digits again."
    return _verified(contents, f"'{folder}'", advice)


def _read(recordings, open_recording):
    """Return the bytes of every recording by its name, or none of them where the number is wrong."""
    if len(recordings) != N_RECORDINGS:
        return dict.fromkeys(recordings)
    contents = {}
    for name, recording in recordings.items():
        with open_recording(recording) as stream:
            contents[name] = stream.read(MAX_BYTES + 1)  # a longer file has another digest anyway
    return contents


def _verified(contents, source, advice):
    expected = f"{source} must hold exactly the {N_RECORDINGS} recordings of the Free Spoken Digit Dataset"
    if len(contents) != N_RECORDINGS:
        raise ValueError(f"{expected}; got {len(contents)} .wav files. {advice}")
    digest = _digest(contents)
    if digest != DIGEST:
        raise ValueError(f"{expected}, of SHA-256 digest {DIGEST}; got {digest}. {advice}")
    return contents


def _digest(contents):
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode())
        digest.update(contents[name])
    return digest.hexdigest()


def _download(homes):
    """Download the recordings, move them into place and return their bytes."""
    try:
        from pooch import HTTPDownloader
    except ImportError as error:
        raise ImportError(
            'Downloading the Free Spoken Digit Dataset needs pooch: pip install "liquid-reservoir[data]". '
            f"Or {_by_hand(homes)}"
        ) from error
    try:
        homes[0].mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=homes[0]) as archive:  # nameless, so that a killed process leaves nothing behind
            _fill(archive, HTTPDownloader(), homes)
            contents = _read_archive(archive)
        _store(contents, homes[0])
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise OSError(
            error.errno,
            f"The disk of '{homes[0]}' is full, or your share of it: the Free Spoken Digit Dataset needs more than "
            f"{N_BYTES:,} bytes. Make room there, or pass another 'data_home'.",
        ) from error
    return contents


def _fill(archive, download, homes):
    try:
        download(URL, archive, None)
    except OSError as error:
        if error.errno in FULL:
            raise
        raise OSError(f"'{URL}' could not be downloaded: {error}. Try again later, or {_by_hand(homes)}") from error


def _read_archive(file):
    """Return the bytes of the members ``*/recordings/*.wav``; no other member is read, and none is written."""
    advice = "Nothing of it was kept. Try again later."
    try:
        with zipfile.ZipFile(file) as archive:
            contents = _read(_recordings_among(archive.infolist()), archive.open)
    except Exception as error:  # zipfile has no common class for the many ways in which bytes are not an archive
        raise ValueError(f"'{URL}' must be a whole zip archive; got {error!r} on reading it. {advice}") from error
    return _verified(contents, f"'{URL}'", advice)


def _recordings_among(members):
    """Return the members to read by their file names: regular files of the one folder, by plain paths."""
    recordings = {}
    for member in members:
        path = re.fullmatch(r"(?!\.)[^/]+/recordings/([^/]+\.wav)", member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if path and kind in (0, stat.S_IFREG):  # 0 where the archive does not record kinds
            recordings[path[1]] = member
    return recordings


def _store(contents, home):
    """Write the recordings beside their goal, where renaming is a single step, and move them there.

    Every process writes the same bytes to the same place, so it completes what a killed process has left and does not
    disturb another that is at work.
    """
    made, goal = home / f".{FOLDER}-{COMMIT}", home / FOLDER
    try:
        (made / "recordings").mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():  # the digest covers the names, too
            _write(made / "recordings" / name, content)
        made.rename(goal)
    except OSError as error:
        if error.errno in FULL:
            raise
        if not _recordings_in(goal / "recordings"):  # else another process was first, with the same bytes
            raise OSError(
                f"'{goal}' could not be made: {error}. Remove what is there, or pass another 'data_home'."
            ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write(path, content):
    path.touch()
    with path.open("r+b") as file:  # "wb" would truncate a file that another process may be moving
        file.write(content)
        file.truncate()


def _as_bunch(contents):
    parts = {name: name.removesuffix(".wav").split("_") for name in contents}
    names = sorted(contents, key=lambda name: (int(parts[name][0]), parts[name][1], int(parts[name][2])))
    return digits_bunch(
        [name.removesuffix(".wav") for name in names], [wavfile.read(io.BytesIO(contents[name]))[1] for name in names]
    )


def digits_bunch(names: Sequence[str], samples: Sequence[Array]) -> Bunch:
    """Return recordings of 16-bit samples with what their names, such as ``"7_theo_3"``, say of them."""
    labels, speakers, numbers = zip(*(name.split("_") for name in names), strict=True)
    index = np.array(numbers).astype(int)
    return Bunch(
        recordings=[Waveform(sound.astype(np.float32) / 32768, SAMPLING_RATE) for sound in samples],
        labels=np.array(labels).astype(int),
        speakers=np.array(speakers),
        index=index,
        is_test=index < 5,
        sampling_rate=SAMPLING_RATE,
        DESCR=DESCRIPTION,
    )

import doctest
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from six_recordings import (
    IN_ORDER,
    NAMES,
    assert_complete,
    digest_by_the_book,
    files_under,
    lay,
    recorded,
    tampered,
)

from reservoir.datasets import fetch_spoken_digits, spoken_digits

needs_data = pytest.mark.skipif(
    not os.environ.get("RESERVOIR_DATA"),
    reason="set RESERVOIR_DATA to a folder, and call reservoir.datasets.fetch_spoken_digits() to download into it",
)


@pytest.mark.parametrize("place", ["recordings", "fsdd/recordings", "free-spoken-digit-dataset/recordings"])
@pytest.mark.parametrize("as_path", [True, False])
def test_finds_the_files_in_data_home(home, place, as_path):
    lay(recorded(), home / place)
    assert_complete(fetch_spoken_digits(home if as_path else str(home), download=False))


@pytest.mark.parametrize("with_pooch", [True, False])
def test_finds_the_files_in_the_named_folder_and_in_the_cache(home, monkeypatch, with_pooch):
    if not with_pooch:
        monkeypatch.setitem(sys.modules, "pooch", None)
    cache = spoken_digits._homes(None)[0]
    assert cache.name == "liquid-reservoir" and cache.is_relative_to(home.parent / "user")
    lay(recorded(), cache / "recordings")
    assert_complete(fetch_spoken_digits())
    named = home.parent / "named"
    monkeypatch.setenv("RESERVOIR_DATA", str(named))
    assert_complete(fetch_spoken_digits(home))
    lay(tampered(recorded()), named / "fsdd" / "recordings")  # comes before the cache, and is wrong
    with pytest.raises(ValueError, match="named.fsdd.recordings' must hold"):
        fetch_spoken_digits(home)
    lay(recorded(), home / "recordings")  # comes before both
    assert_complete(fetch_spoken_digits(home))


def test_a_wrong_byte_is_refused_and_named_by_its_digest(home):
    lay(tampered(recorded()), home / "recordings")
    right, wrong = digest_by_the_book(recorded()), digest_by_the_book(tampered(recorded()))
    with pytest.raises(ValueError, match=f"of SHA-256 digest {right}; got {wrong}. Remove that folder or pass another"):
        fetch_spoken_digits(home)
    assert len(files_under(home)) == len(NAMES)


def test_a_wrong_number_of_files_is_refused_unread(home, monkeypatch):
    lay(recorded() | {"8_theo_0.wav": b"", "notes.txt": b""}, home / "recordings")
    monkeypatch.setattr(Path, "open", None)
    with pytest.raises(ValueError, match="recordings' must hold exactly the 6 recordings .*; got 7 .wav files. Remove"):
        fetch_spoken_digits(home)


def test_a_name_a_boundary_or_a_length_changes_the_digest(home):
    contents = recorded()
    renamed = dict(contents)
    renamed["7_theo_4.wav"] = renamed.pop("7_theo_3.wav")
    first, second = IN_ORDER[:2]
    moved = contents | {first: contents[first] + contents[second][:1], second: contents[second][1:]}
    longer = contents | {first: contents[first] + bytes(spoken_digits.MAX_BYTES)}
    for number, wrong in enumerate((renamed, moved, longer)):
        lay(wrong, home / str(number) / "recordings")
        with pytest.raises(ValueError, match="SHA-256 digest .*; got [0-9a-f]{64}"):
            fetch_spoken_digits(home / str(number))


def test_no_more_is_read_of_a_file_than_a_recording_may_hold(home, monkeypatch):
    lay(recorded() | {NAMES[0]: bytes(1000)}, home / "recordings")
    monkeypatch.setattr(spoken_digits, "MAX_BYTES", 400)
    contents = spoken_digits._read(spoken_digits._recordings_in(home / "recordings"), lambda path: path.open("rb"))
    assert contents[NAMES[0]] == bytes(401)
    assert all(contents[name] == recorded()[name] for name in NAMES[1:])


def test_folders_and_other_files_beside_the_recordings_do_not_count(home):
    lay(recorded() | {"LICENSE.txt": b""}, home / "recordings")
    (home / "recordings" / "8_theo_0.wav").mkdir()
    assert_complete(fetch_spoken_digits(home))


def test_nothing_found_and_no_download_says_where_to_put_the_files(home, monkeypatch):
    monkeypatch.setenv("RESERVOIR_DATA", "")
    with pytest.raises(FileNotFoundError, match="(?s)in none of '.*home.recordings'.*liquid-reservoir.*or unpack http"):
        fetch_spoken_digits(home, download=False)
    assert list(home.iterdir()) == []


def test_without_pooch_the_message_says_what_to_install(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(
        ImportError, match=r'pip install "liquid-reservoir\[data\]"\. Or unpack https://github.com/Jako'
    ):
        fetch_spoken_digits(home / "new")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("data_home", [3, 0, True, ["a"], [], b"a", "~nobody-of-this-name", "a\0b"])
def test_no_path_is_refused(home, data_home):
    with pytest.raises(ValueError, match="'data_home' must be the path of a folder; got"):
        fetch_spoken_digits(data_home)


def test_no_path_in_the_environment_is_refused_by_the_name_of_the_variable(home, monkeypatch):
    monkeypatch.setenv("RESERVOIR_DATA", "~nobody-of-this-name")
    with pytest.raises(ValueError, match="'RESERVOIR_DATA' must be the path of a folder; got '~nobody-of-this-name'"):
        fetch_spoken_digits(home)


@pytest.mark.parametrize("download", ["no", 0, 1, None, [], np.ones(2)])
def test_what_is_no_flag_is_refused_before_anything_is_read_or_downloaded(home, download):
    lay(recorded(), home / "recordings")
    with pytest.raises(ValueError, match="'download' must be True or False; got"):
        fetch_spoken_digits(home, download=download)


@needs_data
def test_the_official_recordings():
    digits = fetch_spoken_digits(download=False)
    assert len(digits.recordings) == 3000 and sum(map(len, digits.recordings)) == (21_128_848 - 44 * 3000) // 2
    speakers = ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"]
    np.testing.assert_array_equal(digits.labels, np.repeat(np.arange(10), 300))
    np.testing.assert_array_equal(digits.speakers, np.tile(np.repeat(speakers, 50), 10))
    np.testing.assert_array_equal(digits.index, np.tile(np.arange(50), 60))
    np.testing.assert_array_equal(np.flatnonzero(digits.is_test), np.flatnonzero(np.arange(3000) % 50 < 5))
    assert digits.is_test.sum() == 300  # the README: the first tenth of the recordings, 0 to 4 of each
    assert min(x.min() for x in digits.recordings) == -1.0 and max(x.max() for x in digits.recordings) < 1.0
    assert all(x.dtype == np.float32 and x.ndim == 1 for x in digits.recordings)


@needs_data
def test_the_example_of_the_docstring():
    text = fetch_spoken_digits.__doc__.replace("# doctest: +SKIP", "")
    example = doctest.DocTestParser().get_doctest(text, {}, "fetch_spoken_digits", None, None)
    assert doctest.DocTestRunner().run(example) == (0, 4)

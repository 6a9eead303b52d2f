import doctest
import errno
import hashlib
import io
import os
import stat
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from reservoir.datasets import fetch_spoken_digits, spoken_digits

GOAL = Path("free-spoken-digit-dataset", "recordings")
NAMES = ["7_theo_3.wav", "0_lucas_10.wav", "0_lucas_9.wav", "0_george_12.wav", "7_theo_49.wav", "1_jackson_4.wav"]
IN_ORDER = ["0_george_12.wav", "0_lucas_9.wav", "0_lucas_10.wav", "1_jackson_4.wav", "7_theo_3.wav", "7_theo_49.wav"]

needs_data = pytest.mark.skipif(
    not os.environ.get("RESERVOIR_DATA"),
    reason="set RESERVOIR_DATA to a folder, and call reservoir.datasets.fetch_spoken_digits() to download into it",
)


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


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty place, on a machine that has six recordings to look for and no other place that holds them."""
    monkeypatch.setattr(spoken_digits, "N_RECORDINGS", len(NAMES))
    monkeypatch.setattr(spoken_digits, "DIGEST", digest_by_the_book(recorded()))
    monkeypatch.delenv("RESERVOIR_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user" / ".cache"))
    for variable in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "user"))
    place = tmp_path / "home"
    place.mkdir()
    return place


@pytest.fixture
def serve(home, monkeypatch):
    """Let the archive's address be that of a server which answers as the test says; return the addresses asked for."""
    pytest.importorskip("pooch", reason='downloads need pooch: pip install "liquid-reservoir[data]"')
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")
    servers = []

    def start(body, status=200, missing=0, meeting=None):
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                if meeting is not None:
                    meeting.wait(timeout=20)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body) + missing))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        monkeypatch.setattr(spoken_digits, "URL", f"http://127.0.0.1:{server.server_port}/archive.zip")
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


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


# Files that are there


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


# Downloads


def test_downloads_once_and_keeps_nothing_but_the_recordings(home, serve):
    others = {"fsdd/README.md": b"text", "fsdd/recordings/": b"", "fsdd/recordings/notes.txt": b"", "fsdd/a.wav": b""}
    asked = serve(zipped(members(recorded()) | others))
    assert_complete(fetch_spoken_digits(home / "new" / "place"))
    assert files_under(home / "new" / "place") == sorted(GOAL / name for name in NAMES)
    assert [path.name for path in (home / "new" / "place").iterdir()] == [GOAL.parent.name]
    assert_complete(fetch_spoken_digits(home / "new" / "place"))
    assert len(asked) == 1


def test_downloads_into_the_named_folder_then_the_cache(home, serve, monkeypatch):
    serve(zipped(members(recorded())))
    assert_complete(fetch_spoken_digits())
    cache = spoken_digits._homes(None)[0]
    assert len(files_under(cache / GOAL)) == len(NAMES)
    (cache / GOAL).rename(home / "away")
    monkeypatch.setenv("RESERVOIR_DATA", str(home / "named"))
    assert_complete(fetch_spoken_digits())
    assert len(files_under(home / "named" / GOAL)) == len(NAMES)


def test_archives_that_tell_no_kinds_of_files_are_read(home, serve):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members(recorded()).items():
            member = zipfile.ZipInfo(name)
            archive.writestr(member, content)
            member.external_attr = 0
    serve(stream.getvalue())
    assert_complete(fetch_spoken_digits(home))


def test_members_that_would_escape_are_not_written(home, serve):
    deep = home / "a" / "b" / "c"
    evil = ["../evil.wav", "../recordings/evil.wav", "../../recordings/evil.wav", "x/recordings/../../evil.wav"]
    evil += ["/recordings/evil.wav", "./recordings/evil.wav", f"{home}/recordings/evil.wav", "x/recordings/y/evil.wav"]
    serve(zipped(dict.fromkeys(evil, b"evil") | members(recorded())))
    assert_complete(fetch_spoken_digits(deep))
    assert files_under(home) == sorted((deep / GOAL / name).relative_to(home) for name in NAMES)
    assert not list(home.parent.rglob("evil*"))


def without_first(contents):
    return {name: contents[name] for name in NAMES[1:]}


def damaged(archive):
    start = archive.index(NAMES[0].encode()) + len(NAMES[0])  # of the packed bytes of the first recording
    return archive[: start + 8] + bytes(byte ^ 255 for byte in archive[start + 8 : start + 16]) + archive[start + 16 :]


ARCHIVES = {
    "one byte": (lambda: zipped(members(tampered(recorded()))), "digest .*; got [0-9a-f]{64}. Nothing of it was kept"),
    "one too few": (lambda: zipped(members(without_first(recorded()))), "got 5 .wav files. Nothing of it was kept"),
    "one too many": (lambda: zipped(members(recorded() | {"8_theo_0.wav": b""})), "got 7 .wav files"),
    "two folders": (lambda: zipped(members(recorded()) | members(tampered(recorded()), "other")), "digest"),
    "one escapes": (
        lambda: zipped(members(without_first(recorded())) | {f"../recordings/{NAMES[0]}": recorded()[NAMES[0]]}),
        "got 5 .wav files",
    ),
    "one is a link": (
        lambda: zipped(members(recorded()), links=list(members(recorded()))[:1]),
        "got 5 .wav files",
    ),
    "one is too long": (
        lambda: zipped(members(recorded() | {NAMES[0]: recorded()[NAMES[0]] + bytes(10**7)})),
        "digest .*; got",
    ),
    "truncated": (lambda: zipped(members(recorded()))[:-400], "must be a whole zip archive; got BadZipFile"),
    "damaged": (lambda: damaged(zipped(members(recorded()))), "must be a whole zip archive; got"),
    "a web page": (lambda: b"<html>Please log in.</html>", "must be a whole zip archive; got BadZipFile"),
    "nothing": (lambda: b"", "must be a whole zip archive; got BadZipFile"),
}


@pytest.mark.parametrize("archive", ARCHIVES)
def test_a_wrong_archive_is_refused_and_leaves_nothing(home, serve, archive):
    make, message = ARCHIVES[archive]
    serve(make())
    (home / "mine.txt").write_text("stays")
    with pytest.raises(ValueError, match=f"(?s)^'http://127.0.0.1:.*{message}.*Try again later"):
        fetch_spoken_digits(home)
    assert [path.name for path in home.rglob("*")] == ["mine.txt"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [({"status": 404}, "404"), ({"status": 503}, "503"), ({"missing": 5000}, "IncompleteRead|whole zip archive")],
)
def test_a_failed_download_leaves_nothing(home, serve, answer, message):
    serve(zipped(members(recorded())), **answer)
    with pytest.raises((OSError, ValueError), match=f"(?s)^'http://127.0.0.1:.*({message}).*Try again later"):
        fetch_spoken_digits(home)
    assert list(home.iterdir()) == []


def test_no_server_leaves_nothing(home, serve, monkeypatch):
    serve(b"")
    monkeypatch.setattr(spoken_digits, "URL", "http://127.0.0.1:9/archive.zip")
    with pytest.raises(OSError, match="'http://127.0.0.1:9/archive.zip' could not be downloaded: .*or unpack http"):
        fetch_spoken_digits(home)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("place", ["while downloading", "while writing", "for a folder"])
def test_a_full_disk_raises_that_error_and_leaves_nothing(home, serve, monkeypatch, code, place):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    serve(zipped(members(recorded())))
    if place == "while downloading":
        monkeypatch.setattr("pooch.HTTPDownloader.__call__", fail)
    elif place == "while writing":
        monkeypatch.setattr(spoken_digits, "_write", fail)
    else:
        monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(OSError, match=f"disk of '{home}' is full.* 21,128,848 bytes. Make room there") as caught:
        fetch_spoken_digits(home)
    assert caught.value.errno == code and "later" not in str(caught.value)
    assert list(home.iterdir()) == []


def test_a_failure_to_write_leaves_nothing(home, serve, monkeypatch):
    serve(zipped(members(recorded())))
    monkeypatch.setattr(spoken_digits, "_write", lambda *_: (_ for _ in ()).throw(OSError("Input/output error")))
    with pytest.raises(OSError, match="could not be made: Input/output error"):
        fetch_spoken_digits(home)
    assert list(home.iterdir()) == []


class Killed(BaseException):
    """A kill that runs no code of the process; the tests undo what would have run."""


@pytest.mark.parametrize("after", [0, 3, len(NAMES)])
def test_what_a_killed_process_leaves_is_completed_by_the_next(home, serve, monkeypatch, after):
    serve(zipped(members(recorded())))
    write = spoken_digits._write

    def write_or_die(path, content):
        if len(files_under(home)) == after:
            write(path, b"longer than it will be" + content)
            raise Killed
        write(path, content)

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(spoken_digits, "_write", write_or_die)
        patch.setattr(Path, "rename", die)
        patch.setattr(spoken_digits.shutil, "rmtree", lambda *_, **__: None)
        fetch_spoken_digits(home)
    assert len(files_under(home)) == min(after + 1, len(NAMES))
    for _ in range(2):
        assert_complete(fetch_spoken_digits(home))
    assert files_under(home) == sorted(GOAL / name for name in NAMES)
    assert [path.name for path in home.iterdir()] == [GOAL.parent.name]


def test_what_another_process_has_written_is_never_emptied(home):
    path = home / "a.wav"
    path.write_bytes(b"content")
    with pytest.raises(TypeError):
        spoken_digits._write(path, "no bytes")
    assert path.read_bytes() == b"content"
    spoken_digits._write(path, b"content")
    assert path.read_bytes() == b"content"


@pytest.mark.skipif(os.name == "nt", reason="there, the system removes the file that a killed process had open")
def test_a_download_has_no_name_that_a_killed_process_could_leave(home, serve, monkeypatch):
    serve(zipped(members(recorded())))
    read_archive, seen = spoken_digits._read_archive, []

    def look_and_read(archive):
        seen.append((archive.tell() > 1000, list(home.iterdir())))
        return read_archive(archive)

    monkeypatch.setattr(spoken_digits, "_read_archive", look_and_read)
    assert_complete(fetch_spoken_digits(home))
    assert seen == [(True, [])]


def test_two_at_once_both_succeed(home, serve):
    meeting = threading.Barrier(2)  # neither is answered before both have found nothing and asked
    asked = serve(zipped(members(recorded())), meeting=meeting)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(fetch_spoken_digits, [home, home]))
    assert len(asked) == 2
    for digits in both:
        assert_complete(digits)
    assert files_under(home) == sorted(GOAL / name for name in NAMES)
    assert [path.name for path in home.iterdir()] == [GOAL.parent.name]


def test_what_stands_in_the_way_is_left_alone(home, serve):
    serve(zipped(members(recorded())))
    (home / GOAL.parent).mkdir()
    (home / GOAL.parent / "mine.txt").write_text("stays")
    with pytest.raises(OSError, match="free-spoken-digit-dataset' could not be made: .*Remove what is there, or pass"):
        fetch_spoken_digits(home)
    assert files_under(home) == [GOAL.parent / "mine.txt"]


# The data


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

import errno
import io
import os
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from six_recordings import (
    GOAL,
    NAMES,
    assert_complete,
    files_under,
    members,
    recorded,
    tampered,
    zipped,
)

from reservoir.datasets import fetch_spoken_digits, spoken_digits


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

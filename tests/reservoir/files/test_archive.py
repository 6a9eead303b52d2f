"""The header of a file: read first, and alone."""

import io
import json
import pickle
import zipfile

import pytest

from reservoir.files.archive import CARD, HEADER, pack, read_header
from reservoir.files.versions import FORMAT


def archive(**entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in entries.items():
            file.writestr(name, text)
    return buffer.getvalue()


def entries_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(content, **changes):
    """A whole archive with other entries."""
    return archive(**(entries_of(content) | {name.replace("_json", ".json"): text for name, text in changes.items()}))


CONTENT = pack(archive(schema="of skops"), None)


def test_what_was_packed_is_there():
    packed = pack(archive(schema="of skops"), "# Card\n\nünïcode")
    entries = entries_of(packed)
    assert entries["schema"] == b"of skops" and entries[CARD].decode() == "# Card\n\nünïcode"
    header = read_header("file", packed)
    assert header["format"] == FORMAT == 1
    assert header["versions"].keys() >= {"liquid-reservoir", "numpy", "scikit-learn", "skops"}
    assert CARD not in entries_of(CONTENT)


def test_every_cut_is_refused():
    for length in range(0, len(CONTENT), 7):
        with pytest.raises(ValueError, match="'path' must be a file that reservoir.save wrote"):
            read_header("file", CONTENT[:length])


def test_every_damaged_byte_of_an_entry_is_refused():
    start = CONTENT.index(b"of skops")
    for position in range(start, start + len(b"of skops")):
        damaged = CONTENT[:position] + bytes([CONTENT[position] ^ 1]) + CONTENT[position + 1 :]
        with pytest.raises(ValueError, match="'path'"):
            read_header("file", damaged)


@pytest.mark.parametrize("changes", [{"schema": "of skopz"}, {"more": "added"}, {HEADER: "{}"}])
def test_an_archive_that_was_made_anew_is_refused(changes):
    changed = archive(**(entries_of(CONTENT) | changes))
    with pytest.raises(ValueError, match="'path'"):
        read_header("file", changed)


def test_an_entry_that_is_missing_is_noticed():
    header = entries_of(CONTENT)[HEADER]
    with pytest.raises(ValueError, match="was changed after it was written"):
        read_header("file", archive(**{HEADER: header}))


@pytest.mark.parametrize(
    "header", ["", "{", "[]", "null", '"text"', "{}", '{"format": "1"}', '{"format": true}', "\xff"]
)
def test_a_header_that_is_none_is_refused(header):
    with pytest.raises(ValueError, match="'path' must be a file that reservoir.save wrote"):
        read_header("file", archive(**{HEADER: header}))


def test_what_others_wrote_is_named():
    with pytest.raises(ValueError, match="model.zip has no header: skops.io.load reads"):
        read_header("model.zip", archive(schema="of skops"))
    with pytest.raises(ValueError, match="It looks like a pickle, which joblib.load reads, and with it runs"):
        read_header("file", pickle.dumps({"a": 1}))
    with pytest.raises(ValueError, match="is no zip archive, or not a whole one"):
        read_header("file", b"some text")


def test_a_later_format_is_refused_with_the_version_that_wrote_it():
    header = json.loads(entries_of(CONTENT)[HEADER])
    header |= {"format": FORMAT + 1, "versions": {"liquid-reservoir": "7.1"}}
    with pytest.raises(ValueError, match=r"format 1 at most; got file of format 2, written by liquid-reservoir 7\.1\."):
        read_header("file", archive(**(entries_of(CONTENT) | {HEADER: json.dumps(header)})))

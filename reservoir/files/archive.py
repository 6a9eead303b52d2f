"""What a file is: a zip archive of skops, with a header, and a model card if there is one."""

import io
import json
from hashlib import sha256
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from reservoir.files.versions import FORMAT, check_format, versions_now

HEADER, CARD = "liquid-reservoir.json", "README.md"
_FOREIGN = "'path' must be a file that reservoir.save wrote; {name} {fault}."


def pack(content: bytes, card: str | None) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    content : bytes
        What ``skops.io.dumps`` returned.
    card : str or None
        Markdown.
    """
    with ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    if card is not None:
        entries[CARD] = card.encode()
    header = {"format": FORMAT, "versions": versions_now(), "sha256": _digest(entries.__getitem__, entries)}
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, entry in (entries | {HEADER: json.dumps(header, indent=2).encode()}).items():
            # Arrays, of numbers that look random, would take long to compress and become hardly smaller.
            archive.writestr(name, entry, ZIP_DEFLATED if name.endswith((".json", ".md")) else ZIP_STORED)
    return buffer.getvalue()


def read_header(name: str, content: bytes) -> dict[str, Any]:
    """Return the header of a file, of which nothing but this is interpreted.

    Parameters
    ----------
    name : str
        What messages call the file.
    content : bytes

    Raises
    ------
    ValueError
        If it is no such file, of a later format, cut off, or changed after it was written.
    """
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            if HEADER not in archive.namelist():
                raise ValueError(_no_file(name, "has no header: skops.io.load reads what other libraries saved"))
            header = json.loads(archive.read(HEADER))
            check_format(name, header)
            whole = header.get("sha256") == _digest(archive.read, archive.namelist())
    # zipfile raises NotImplementedError at entries that are compressed in a way that it does not know.
    except (BadZipFile, EOFError, OSError, UnicodeDecodeError, json.JSONDecodeError, NotImplementedError) as error:
        raise ValueError(_no_file(name, "is no zip archive, or not a whole one" + _of_a_pickle(content))) from error
    if not whole:
        raise ValueError(_no_file(name, "was changed after it was written, or damaged. Copy it once more"))
    return header


def _no_file(name, fault):
    return _FOREIGN.format(name=name, fault=fault)


def _of_a_pickle(content):
    pickled = content[:1] == b"\x80"
    return ". It looks like a pickle, which joblib.load reads, and with it runs whatever it says" if pickled else ""


def _digest(read, names):
    """Return the SHA-256 of all entries but the header: it shows damage, and no more, as anyone can compute it."""
    digest = sha256()
    for name in sorted(set(names) - {HEADER}):
        entry = read(name)
        digest.update(f"{name}\0{len(entry)}\0".encode())
        digest.update(entry)
    return digest.hexdigest()

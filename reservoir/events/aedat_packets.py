"""The bytes of AEDAT files of the versions 2.0 and 3.1: a header of text lines, then events."""

import re
import struct
from typing import NamedTuple

import numpy as np

from readouts.types import Array

# (height, width); a file names its camera with letters behind these, such as DAVIS240C.
CAMERAS = {
    "DVS128": (128, 128),
    "DAVIS128": (128, 128),
    "DAVIS208": (192, 208),
    "DAVIS240": (180, 240),
    "DAVIS346": (260, 346),
    "DAVIS640": (480, 640),
}
# The first event may begin with the byte of a # as well, so that all lines must end as the first one does, and one with
# other letters counts only before another.
_LINE_OF = {
    ending: re.compile(rb"#([\t\x20-\x7e]*|[\t\x20-\x7e\x80-\xff]*(?=%b#))%b" % (ending, ending))
    for ending in (b"\r\n", b"\n")
}
_PACKET = struct.Struct("<hhiiiiii")
_POLARITY = 1  # the type of packets of events of pixels


class Header(NamedTuple):
    """What the lines at the beginning of a file say.

    Parameters
    ----------
    version : str
        Such as "3.1"; empty if it is no AEDAT file.
    lines : list of str
        Without the sign in front of them.
    n_bytes : int
        Where the events begin.
    """

    version: str
    lines: list[str]
    n_bytes: int


class PixelEvents(NamedTuple):
    """Events of pixels: times in microseconds, columns, rows, and 1 where it got brighter, 0 where darker."""

    times: Array
    x: Array
    y: Array
    on: Array


def read_header(content: bytes) -> Header:
    """Return the header of the bytes of a file."""
    place, lines = 0, []
    pattern = _LINE_OF[b"\r\n" if content.partition(b"\n")[0].endswith(b"\r") else b"\n"]
    while line := pattern.match(content, place):
        lines.append(line[1].decode(errors="replace"))
        place = line.end()
        if lines[-1].strip() in ("!END-HEADER", "End Of ASCII Header"):
            break
    version = re.fullmatch(r"!AER-DAT(\d\.\d)\s*", lines[0]) if lines else None
    return Header(version[1] if version else "", lines, place)


def camera_of(header: Header) -> str:
    """Return the name of the camera in the form that the file has it, or nothing."""
    for line in header.lines:
        if named := re.fullmatch(r"\s*(?:AEChip|Source \d+):\s*(.*?)\s*", line):
            return named[1].rpartition(".")[2]
    return ""


def format_of(header: Header) -> str:
    """Return how packets are written: RAW, unless a line of the header says that they are compressed."""
    named = [line.partition(":")[2].strip() for line in header.lines if line.strip().startswith("Format:")]
    return named[0] if named else "RAW"


def known_camera(name: str) -> str | None:
    """Return the name here of a camera, or None.

    Examples
    --------
    >>> from reservoir.events.aedat_packets import known_camera
    >>> known_camera("Davis346blue"), known_camera("Prophesee")
    ('DAVIS346', None)
    """
    return next((known for known in CAMERAS if name.upper().startswith(known)), None)


def decode_pairs(body: bytes, camera: str) -> PixelEvents:
    """Return the events of pixels of version 2.0, whose addresses each camera lays out in its own way.

    An event is an address and a time, 32 bits each, the highest byte first. What is none of a pixel is left out:
    samples of frames and of the accelerometer, and signals from outside.

    Raises
    ------
    ValueError
        With the reason alone, to follow the name of the file.
    """
    if len(body) % 8:
        raise ValueError(f"is cut short (its events take {len(body)} bytes, no multiple of 8)")
    pairs = np.frombuffer(body, ">u4").reshape(-1, 2)
    address, times = pairs[:, 0].astype(np.uint32), pairs[:, 1].astype(np.int64)
    # The clock counts to 2^32 and begins anew.
    times += 2**32 * np.cumsum(np.diff(times, prepend=times[:1]) < -(2**31))
    if camera == "DVS128":
        of_pixel = address < 2**15
        x, y, on = address >> 1 & 0x7F, address >> 8 & 0x7F, 1 - (address & 1)
    else:
        of_pixel = (address >> 31 == 0) & (address >> 10 & 1 == 0)
        x, y, on = address >> 12 & 0x3FF, address >> 22 & 0x1FF, address >> 11 & 1
    return PixelEvents(times[of_pixel], x[of_pixel], y[of_pixel], on[of_pixel])


def decode_packets(body: bytes) -> PixelEvents:
    """Return the valid events of pixels of version 3.1; packets of other things are skipped.

    Raises
    ------
    ValueError
        With the reason alone, to follow the name of the file.
    """
    pieces, sources, place = [(np.zeros(0, np.uint32), np.zeros(0, np.int64))], set(), 0
    while place < len(body):
        if len(body) - place < _PACKET.size:
            raise ValueError("is cut short (within the header of a packet)")
        kind, source, size, offset, overflow, capacity, number, _ = _PACKET.unpack_from(body, place)
        if kind < 0 or min(size, capacity, number, overflow) < 0 or number > capacity or (capacity and not size):
            raise ValueError("cannot be read (the header of a packet has impossible numbers)")
        first, place = place + _PACKET.size, place + _PACKET.size + size * capacity
        if place > len(body):
            raise ValueError(
                f"is cut short (of the {size * capacity} bytes of its last packet {len(body) - first} are there)"
            )
        if kind != _POLARITY or number == 0:
            continue
        if (size, offset) != (8, 4):
            raise ValueError(f"cannot be read (its events have {size} bytes and not 8)")
        sources.add(source)
        pairs = np.frombuffer(body, "<u4", 2 * number, first).reshape(-1, 2)
        valid = pairs[:, 0] & 1 == 1
        pieces.append((pairs[valid, 0], (overflow << 31) + pairs[valid, 1].astype(np.int64)))
    if len(sources) > 1:
        raise ValueError(f"cannot be read (it has events of several cameras, the sources {sorted(sources)})")
    data, times = map(np.concatenate, zip(*pieces, strict=True))
    return PixelEvents(times, data >> 17 & 0x7FFF, data >> 2 & 0x7FFF, data >> 1 & 1)

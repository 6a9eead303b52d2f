"""The chunks of a wav file, each read by its own size and the bytes that are there.

The size of the whole file in the header is not used: it is wrong in files that were written to a pipe, cut or joined.
"""

import struct

import numpy as np

from readouts.types import Array

BYTE_ORDERS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"RIFX": ">"}
LENGTH_OF_HEADER = 12
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
SIZES = {PCM: (1, 2, 3, 4), FLOAT: (4, 8)}  # bytes of a sample
OTHERS = {2: "ADPCM", 6: "A-law", 7: "mu-law", 17: "IMA ADPCM", 49: "GSM", 80: "MPEG", 85: "MP3"}
_GUID = (0, 16, bytes.fromhex("800000aa00389b71"))  # of sub-formats that stand for a format, without its number
_NEAR_ENOUGH = 8192  # sox, ffmpeg and others write the largest number possible, some of them minus a header


def is_wav(header: bytes | bytearray | memoryview) -> bool:
    """Return whether the first 12 bytes of a file are those of a wav file."""
    return bytes(header[:4]) in BYTE_ORDERS and bytes(header[8:12]) == b"WAVE"


def read_sound(content: bytes) -> tuple[int, Array]:
    """Return the sampling rate and the samples ``(n_samples, n_channels)``, float64, of the bytes of a wav file.

    PCM of b bits is divided by 2^(b-1). Several data chunks are joined, a frame that is not whole is left out.

    Raises
    ------
    ValueError
        With the reason alone, to follow the name of the file: "cannot be read (its ...)".
    """
    order = BYTE_ORDERS[content[:4]]
    layout, pieces = _find_chunks(memoryview(content), order)
    rate, n_channels, n_bytes, is_float = _read_layout(layout, order)
    frame = n_channels * n_bytes
    pieces = [piece[: len(piece) // frame * frame] for piece in pieces]
    data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    return rate, _decode(data, order, n_bytes, is_float).reshape(-1, n_channels)


def _find_chunks(content, order):
    """Return the body of the format chunk and those of all data chunks."""
    place, large, layout, pieces = LENGTH_OF_HEADER, None, None, []
    while place + 8 <= len(content):
        name, size = struct.unpack_from(f"{order}4sI", content, place)
        if not _is_name(name):
            break  # stray bytes
        body = content[place + 8 :]
        if name == b"data":
            if size == 0xFFFFFFFF and large is not None:
                size = large
            size = _size_of_data(size, body, order)
            pieces.append(body[:size])
        elif name == b"fmt " and layout is None:
            layout = bytes(body[:size])
        elif name == b"ds64" and len(body) >= 16:
            (large,) = struct.unpack_from(f"{order}Q", body, 8)
        place += 8 + size
        if size % 2 and not _is_name(content[place : place + 4]):
            place += 1  # the pad byte, which many leave out
    missing = "format" if layout is None else "" if pieces else "data"
    if missing:
        raise ValueError(f"cannot be read (it has no {missing} chunk, or is cut short before it)")
    return layout, pieces


def _is_name(name):
    name = bytes(name)
    return name.isascii() and name.decode().isprintable()


def _size_of_data(size, body, order):
    """Return the true size of a data chunk; 0 or a size next to 2^31 or 2^32 may stand for an unknown one."""
    present = len(body)
    if size == 0 and not _begins_with_chunk(body, order):
        return present
    if size > present and -size % 2**31 <= _NEAR_ENOUGH:
        return present
    if size > present:
        raise ValueError(f"is cut short (of the {size} bytes of its sound {present} are there)")
    return size


def _begins_with_chunk(body, order):
    return len(body) >= 8 and _is_name(body[:4]) and struct.unpack_from(f"{order}I", body, 4)[0] <= len(body) - 8


def _read_layout(layout, order):
    """Return rate, number of channels, bytes of a sample, and whether samples are floats."""
    if len(layout) < 16:
        raise ValueError(f"cannot be read (its format chunk has {len(layout)} bytes, less than 16)")
    kind, n_channels, rate, _, frame, n_bits = struct.unpack_from(f"{order}HHIIHH", layout)
    if kind == EXTENSIBLE and len(layout) >= 40:
        number, *rest = struct.unpack_from(f"{order}IHH8s", layout, 24)
        kind = number if tuple(rest) == _GUID else kind
    if rate == 0 or n_channels == 0:
        raise ValueError(f"cannot be read (it states a rate of {rate} Hz and {n_channels} channels)")
    if kind not in SIZES:
        raise ValueError(
            f"cannot be read (its samples are {OTHERS.get(kind, 'of a kind unknown here')}, format {kind:#x})"
        )
    n_bytes = frame // n_channels
    if n_bytes not in SIZES[kind] or n_bytes * n_channels != frame or n_bits > 8 * n_bytes:
        raise ValueError(
            f"cannot be read (it states {n_bits} bits in frames of {frame} bytes for {n_channels} channels)"
        )
    return rate, n_channels, n_bytes, kind == FLOAT


def _decode(data, order, n_bytes, is_float):
    if is_float:
        return np.frombuffer(data, f"{order}f{n_bytes}").astype(np.float64)
    if n_bytes == 1:  # the only PCM that is unsigned
        return (np.frombuffer(data, np.uint8) - 128.0) / 128.0
    if n_bytes == 3:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        first = 1 if order == "<" else 0
        wide[:, first : first + 3] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        data, n_bytes = wide.data, 4
    return np.frombuffer(data, f"{order}i{n_bytes}") * 2.0 ** (1 - 8 * n_bytes)

"""Wav files put together by hand, right and wrong."""

import struct

MAGIC = {"<": b"RIFF", ">": b"RIFX"}
GUID = "800000aa00389b71"


def chunk(name, body, size=None, order="<"):
    """Return a chunk, with its pad byte; its size may be said to be another."""
    return name + struct.pack(f"{order}I", len(body) if size is None else size) + body + bytes(len(body) % 2)


def layout(n_bits=16, *, kind=1, n_channels=1, rate=8000, frame=None, order="<", extensible=False):
    """Return a format chunk."""
    frame = n_channels * n_bits // 8 if frame is None else frame
    tag = 0xFFFE if extensible else kind
    body = struct.pack(f"{order}HHIIHH", tag, n_channels, rate, rate * frame, frame, n_bits)
    if extensible:
        body += struct.pack(f"{order}HHIIHH", 22, n_bits, 0, kind, 0, 16) + bytes.fromhex(GUID)
    return chunk(b"fmt ", body, order=order)


def riff(*chunks, size=None, order="<", magic=None):
    """Return a file of chunks; its size may be said to be another."""
    body = b"WAVE" + b"".join(chunks)
    return (magic or MAGIC[order]) + struct.pack(f"{order}I", len(body) if size is None else size) + body

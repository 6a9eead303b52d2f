"""Recordings, and files in public layouts that hold them, made here byte by byte."""

import struct

import numpy as np

N_UNITS = 40
SHD_KEYS = ["zero", "one", "two"]


def cochlea_recording():
    """Times in microseconds, sorted, and channels of 3,000 events within half a second."""
    random = np.random.RandomState(1)
    times = np.sort(random.randint(0, 500_000, 3000))
    times[-1] = 499_998  # inside of the last window of 1 ms, 10 ms and 7 us, not on an edge
    times[:300] -= times[:300] % 1000  # on edges of windows
    return np.sort(times), random.randint(0, N_UNITS, 3000)


def camera_recording(shape=(34, 34), n_events=2000):
    """Times in microseconds, sorted, columns, rows and polarities of events within 0.3 s."""
    random = np.random.RandomState(2)
    times = np.sort(random.randint(0, 299_999, n_events))
    columns, rows = random.randint(0, shape[1], n_events), random.randint(0, shape[0], n_events)
    return times, columns, rows, random.randint(0, 2, n_events)


def five_byte_events(recording=None, overflows=()):
    """The bytes of N-MNIST; ``overflows`` are places in front of which the clock runs over."""
    times, x, y, p = camera_recording() if recording is None else recording
    pieces, passed = [], 0
    for number, (t, column, row, on) in enumerate(zip(times, x, y, p, strict=True)):
        if number in overflows:
            pieces.append(bytes([0, 240, 0, 0, 0]))
            passed += 2**13
        pieces.append(bytes([column, row]) + (int(on) << 23 | int(t) - passed).to_bytes(3, "big"))
    return b"".join(pieces)


def aedat_of_version_2(addresses, times, chip="eu.seebetter.ini.chips.davis.Davis346blue"):
    """The bytes of a file of jAER, with a line that names the chip."""
    lines = [
        "!AER-DAT2.0",
        " This is a raw AE data file - do not edit",
        " Creation time: System.currentTimeMillis() 1583000000000",
    ]
    lines += [f" AEChip: {chip}"] * bool(chip)
    pairs = np.stack([addresses, np.asarray(times) % 2**32], axis=1).astype(">u4")
    return "".join(f"#{line}\r\n" for line in lines).encode() + pairs.tobytes()


def davis_addresses(x, y, on):
    """The addresses of version 2.0 for pixels of a DAVIS."""
    return np.asarray(y) << 22 | np.asarray(x) << 12 | np.asarray(on) << 11


def dvs128_addresses(x, y, on):
    """The addresses of version 2.0 for pixels of a DVS128, whose ON events have a bit of 0."""
    return np.asarray(y) << 8 | np.asarray(x) << 1 | 1 - np.asarray(on)


def aedat_of_version_3(*packets, source="DVS128", lines=()):
    """The bytes of a file of cAER with these packets."""
    lines = ["!AER-DAT3.1", "Format: RAW", f"Source 1: {source}", *lines, "Start-Time: 2016-01-01 10:00:00 (TZ+0100)"]
    return "".join(f"#{line}\r\n" for line in [*lines, "!END-HEADER"]).encode() + b"".join(packets)


def pixel_packet(times, x, y, on, *, overflow=0, valid=None, source=1, spare=0):
    """A packet of events of pixels; ``spare`` is how many more it has room for."""
    valid = np.ones(len(times), int) if valid is None else valid
    data = np.asarray(x) << 17 | np.asarray(y) << 2 | np.asarray(on) << 1 | valid
    body = np.stack([data, times], axis=1).astype("<u4").tobytes() + bytes(8 * spare)
    header = (1, source, 8, 4, overflow, len(times) + spare, len(times), int(np.sum(valid)))
    return struct.pack("<hhiiiiii", *header) + body


def other_packet(kind=3, size=36, number=2):
    """A packet of something else, such as samples of the accelerometer, with the bytes of pixels in it."""
    return struct.pack("<hhiiiiii", kind, 1, size, 4, 0, number, number, number) + bytes([7]) * size * number


def write_shd(path, times, units, labels, *, speakers=None, keys=SHD_KEYS, dtype=np.float16):
    """Write a file in the layout of the Spiking Heidelberg Digits."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, arrays, kind in (("times", times, dtype), ("units", units, np.uint16)):
            stored = file.create_dataset(f"spikes/{name}", (len(arrays),), dtype=h5py.vlen_dtype(np.dtype(kind)))
            for number, array in enumerate(arrays):
                stored[number] = np.asarray(array, kind)
        file["labels"] = np.asarray(labels, np.uint16)
        if keys is not None:
            file["extra/keys"] = np.array(keys, "S")
        if speakers is not None:
            file["extra/speaker"] = np.asarray(speakers, np.uint16)
    return path

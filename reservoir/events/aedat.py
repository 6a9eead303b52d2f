"""AEDAT files of event cameras."""

from typing import Any

import numpy as np

from reservoir.checks.arguments import check_choice
from reservoir.events.aedat_packets import (
    CAMERAS,
    PixelEvents,
    camera_of,
    decode_packets,
    decode_pairs,
    format_of,
    known_camera,
    read_header,
)
from reservoir.events.camera import Polarity, camera_events, check_options
from reservoir.events.event_files import Path, content_of, name_of, package, refused
from reservoir.events.recording import Events

LINE = 100  # bytes, which hold the line that says the version
EXPECTED = "an AEDAT file of version 2.0, 3.1 or 4.0"


def read_aedat(
    path: Path,
    *,
    polarity: Polarity = "separate",
    pool: int | tuple[int, int] = 1,
    camera: str | None = None,
) -> Events:
    """Read the events of pixels of an AEDAT file, of version 2.0 (jAER), 3.1 (cAER, DVS128 Gesture) or 4.0 (DV).

    Frames, samples of the accelerometer, signals from outside, and events that the camera marked as not valid are left
    out. Columns and rows are as they are stored; programs that show them mirror some. In version 2.0, a bit of 1 means
    OFF for the DVS128 and ON for the others, as in jAER, which wrote the files. Of several streams of events in version
    4.0, such as the same ones after a filter, the first is read; several cameras in version 3.1 are refused.

    Times are as they are stored, too: in version 4.0, they count from 1970. So pass ``start="first"`` to
    `Events.to_rows`.

    Parameters
    ----------
    path : str or path
    polarity : {"separate", "merged", "on", "off"}, default="separate"
        A channel for each polarity, those of OFF first; one for both; or the events of one polarity only.
    pool : int or tuple (vertical, horizontal), default=1
        Size of the blocks of pixels that share a channel, see `pool_addresses`.
    camera : {"DVS128", "DAVIS128", "DAVIS208", "DAVIS240", "DAVIS346", "DAVIS640"} or None, default=None
        Of versions 2.0 and 3.1; None is the one that the file names. Files of version 4.0 state the size of the sensor.

    Returns
    -------
    Events
        In microseconds.

    Raises
    ------
    ImportError
        If the file is of version 4.0 and the package aedat is missing, which is in the extra ``events``.
    ValueError
        If the file is of another format or version, is compressed, is cut short or holds no events of pixels, its
        camera is not known, or an argument is invalid.
    OSError
        If it cannot be opened.

    References
    ----------
    iniVation, "AEDAT file formats", https://docs.inivation.com/software/software-advanced-usage/file-formats/, 2.0 and
    3.1; jAER, classes DVS128 and DavisChip, for the addresses of version 2.0.

    Examples
    --------
    >>> from reservoir.events import read_aedat
    >>> gesture = read_aedat("user01_fluorescent.aedat", pool=4)  # doctest: +SKIP
    >>> X = gesture.between(80_048_239, 85_092_709).to_rows(10.0, start="first")  # doctest: +SKIP
    """
    block = check_options(polarity, pool)
    camera = None if camera is None else check_choice("camera", camera, CAMERAS)
    content, shown = content_of(path, LINE)
    header = read_header(content)
    if header.version not in ("2.0", "3.1", "4.0"):
        reason = f"is of version {header.version}" if header.version else f"begins with {content[:12]!r}"
        raise refused(EXPECTED, shown, reason, "Convert it by DV, or check what it is.")
    if header.version == "4.0":
        found, shape = _decode_version_4(path, shown)
    else:
        content, shown = content_of(path)
        header = read_header(content)
        coding = format_of(header)
        if coding != "RAW":
            raise refused(EXPECTED, shown, f"has its events in the format {coding}, and not RAW", "Convert it by DV.")
        camera = camera or known_camera(camera_of(header))
        if camera is None:
            raise ValueError(
                f"'camera' must be one of {', '.join(map(repr, CAMERAS))} for {shown}, which names "
                f"{camera_of(header) or 'none'}; got None."
            )
        found, shape = _decode(content[header.n_bytes :], header.version, camera, shown), CAMERAS[camera]
    if len(found.times) == 0:
        raise refused(EXPECTED, shown, "holds no events of pixels")
    if found.x.max() >= shape[1] or found.y.max() >= shape[0]:
        raise ValueError(
            f"'camera' must be that of {shown}; got {camera}, {shape[1]} columns and {shape[0]} rows, but there is a "
            f"pixel in column {found.x.max()} and one in row {found.y.max()}."
        )
    return camera_events(found.times, found.x, found.y, found.on, shape, "us", polarity, block)


def _decode(body, version, camera, shown):
    try:
        return decode_packets(body) if version == "3.1" else decode_pairs(body, camera)
    except ValueError as error:
        raise refused(EXPECTED, shown, str(error)) from None


def _decode_version_4(path: Any, shown: str) -> tuple[PixelEvents, tuple[int, int]]:
    """Return the events of the first stream of events, and the shape of the sensor."""
    aedat = package("aedat", "read_aedat, for version 4.0,")
    try:
        decoder = aedat.Decoder(name_of(path))
        streams = {number: one for number, one in decoder.id_to_stream().items() if one["type"] == "events"}
        if not streams:
            raise ValueError("it has no stream of events")
        number = min(streams)
        packets = [packet["events"] for packet in decoder if packet["stream_id"] == number]
    except BaseException as error:  # the package has no class for them, and files can be damaged in many ways
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise  # what its code in Rust did not expect comes as this, which is no Exception
        raise refused(EXPECTED, shown, f"cannot be read ({str(error).rstrip('.')})") from None
    stream = streams[number]
    events = np.concatenate(packets) if packets else np.zeros(0, [("t", "u8"), ("x", "u2"), ("y", "u2"), ("on", "?")])
    found = PixelEvents(*(events[name].astype(np.int64) for name in ("t", "x", "y", "on")))
    return found, (int(stream["height"]), int(stream["width"]))

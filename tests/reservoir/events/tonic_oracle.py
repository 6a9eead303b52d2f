"""What the package tonic makes of the recordings and files of ``event_bytes``."""

from io import BytesIO

import numpy as np
from event_bytes import (
    N_UNITS,
    aedat_of_version_2,
    aedat_of_version_3,
    camera_recording,
    cochlea_recording,
    davis_addresses,
    five_byte_events,
    pixel_packet,
)

PERIODS = {"7_us": 0.007, "1_ms": 1.0, "10_ms": 10.0}
OVERFLOWS = (500, 1500)
DAVIS346, DVS128 = (260, 346), (128, 128)


def davis346_file():
    """A file of version 2.0 with events of pixels only."""
    times, *pixels = camera_recording(DAVIS346)
    return aedat_of_version_2(davis_addresses(*pixels), times)


def dvs128_file():
    """A file of version 3.1 with two packets of pixels, and room for none beside."""
    recording = camera_recording(DVS128)
    return aedat_of_version_3(*(pixel_packet(*(column[part] for column in recording)) for part in halves(recording[0])))


def halves(times):
    """Two parts of a recording."""
    return slice(0, len(times) // 2), slice(len(times) // 2, None)


def what_tonic_makes(folder):
    """Return arrays by name; files are written to a folder and removed again."""
    from tonic.datasets import NMNIST, SHD
    from tonic.io import get_aer_events_from_file, read_aedat_header_from_file, read_davis_346, read_mnist_file

    times, channels = cochlea_recording()
    found = {
        f"cochlea_{name}": frames(SHD.dtype, (N_UNITS, 1, 1), period, t=times, x=channels, p=0 * times)[:, 0]
        for name, period in PERIODS.items()
    }
    for name, period in PERIODS.items():
        pixels = dict(zip("txyp", camera_recording(), strict=True))
        if name != "7_us":
            found[f"camera_{name}"] = frames(NMNIST.dtype, (34, 34, 2), period, **pixels)
    content = five_byte_events(overflows=OVERFLOWS)
    read = read_mnist_file(BytesIO(content), dtype=NMNIST.dtype, is_stream=True)
    found |= {f"nmnist_{name}": read[name] for name in "txyp"}
    path = folder / "events_for_tonic.aedat"
    try:
        path.write_bytes(davis346_file())
        _, _, read = read_davis_346(str(path))
        found |= {f"davis346_{name}": read[name] for name in "txyp"}
        path.write_bytes(dvs128_file())
        version, start, _ = read_aedat_header_from_file(str(path))
        read = get_aer_events_from_file(str(path), version, start)
        found |= {"dvs128_address": read["address"], "dvs128_t": read["timeStamp"]}
    finally:
        path.unlink(missing_ok=True)
    return found


def frames(dtype, sensor_size, period, **columns):
    """Return frames of a period in ms from time 0 on, the last of which is not cut short."""
    from tonic.transforms import ToFrame

    events = np.empty(len(columns["t"]), dtype)
    for name, values in columns.items():
        events[name] = values
    window = round(1000 * period)
    return ToFrame(sensor_size=sensor_size, time_window=window, include_incomplete=True, start_time=0)(events)

#!/usr/bin/env bash
# Recordings of a DAVIS346 by jAER, in AEDAT 2.0, read by tonic 1.7.0: `tonic.io.read_davis_346`.
#
# A DAVIS takes pictures beside its events, and jAER writes both into one file, as pairs of an address and a time. The
# highest bit of an address tells them apart: 0 is an event of a pixel, 1 a sample of a picture or of the
# accelerometer. One would expect the reader to return the events of pixels. It does not look at that bit: each sample
# is returned as an event, with its column and row, and with a polarity that comes from what is another bit there.
# Signals at the synchronisation input, which bit 10 marks, become events as well. Nothing warns.
#
# One picture has two samples of each of 89,960 pixels, so that at 20 pictures a second there are 3.6 million such
# "events" a second, all over the sensor and all at once: more than the camera's own. A reservoir follows the shutter
# and not the scene. Drop what has bit 31 or bit 10, by the addresses of `tonic.io.get_aer_events_from_file`, as below;
# or record with pictures switched off.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq tonic==1.7.0 numpy==2.3.5

cat >expected <<'END'
in the file                                   read as events
100 events                                           100
100 events, one picture of 346 x 260              180020
100 events, one picture, one signal               180021
the same without bits 31 and 10                      100
END
venv/bin/python - >seen <<'END'
import numpy as np
from tonic.io import get_aer_events_from_file, read_aedat_header_from_file, read_davis_346

HEADER = "#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.Davis346blue\r\n"
random = np.random.RandomState(0)
rows, columns = np.indices((260, 346)).reshape(2, -1)
events = random.randint(0, 260, 100) << 22 | random.randint(0, 346, 100) << 12 | random.randint(0, 2, 100) << 11
# Two samples of each pixel, at its reset and at the end of its exposure, which bits 10 and 11 number.
samples = [1 << 31 | rows << 22 | columns << 12 | kind << 10 | 300 for kind in (0, 1)]
signal = [1 << 10]


def write(name, *addresses):
    """Write addresses at one microsecond after the other."""
    addresses = np.concatenate(addresses)
    pairs = np.stack([addresses, np.arange(len(addresses))], axis=1).astype(">u4")
    with open(name, "wb") as file:
        file.write(HEADER.encode() + pairs.tobytes())
    return name


print("in the file                                   read as events")
for name, addresses in (
    ("100 events", [events]),
    ("100 events, one picture of 346 x 260", [events, *samples]),
    ("100 events, one picture, one signal", [events, *samples, signal]),
):
    path = write("a.aedat", *addresses)
    print(f"{name:46}{len(read_davis_346(path)[2]):10}")
version, start, _ = read_aedat_header_from_file(path)
raw = get_aer_events_from_file(path, version, start)["address"]
print(f"{'the same without bits 31 and 10':46}{np.sum((raw >> 31 == 0) & (raw >> 10 & 1 == 0)):10}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: read_davis_346 of tonic 1.7.0 returns the samples of pictures as events of pixels."

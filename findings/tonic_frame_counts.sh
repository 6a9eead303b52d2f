#!/usr/bin/env bash
# Event cameras with tonic 1.7.0: how many events of one pixel `ToFrame` can count.
#
# `ToFrame` adds up the events of each pixel in a frame. One would expect a count to be a count. The frames are 16-bit
# integers and wrap around silently: 32768 events of one pixel in one frame count as -32768, and 65536 as 0. Long
# frames (a single one for a whole recording is a common way to make a picture), a flickering lamp or a hot pixel get
# there: at 1 kHz within 33 s. There is no warning.
#
# The strongest input of a reservoir turns into the strongest of the other sign, or into none. Use frames short
# enough, and check for negative counts, which no recording can have; the count of a wrapped pixel cannot be recovered
# when it is positive again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq tonic==1.7.0 numpy==2.3.5

cat >expected <<'END'
events   in one frame   in frames of 10 s
 32000          32000               32000
 33000         -32536               33000
 65536              0               65536
type of the frames: int16
END
venv/bin/python - >seen <<'END'
import numpy as np
from tonic.io import events_struct
from tonic.transforms import ToFrame

print("events   in one frame   in frames of 10 s")
for count in (32000, 33000, 65536):
    hot_pixel = np.zeros(count, dtype=events_struct)
    hot_pixel["t"] = np.arange(count) * 1000
    sums = []
    for window in (100_000_000, 10_000_000):
        frames = ToFrame(sensor_size=(1, 1, 1), time_window=window, include_incomplete=True)(hot_pixel)
        sums.append(frames[:, 0, 0, 0].astype(int).sum())
    print(f"{count:6}{sums[0]:15}{sums[1]:20}")
print("type of the frames:", frames.dtype)
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: counts of ToFrame in tonic 1.7.0 wrap around at 32767 events of a pixel."

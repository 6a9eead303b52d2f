#!/usr/bin/env bash
# Event cameras and spike recordings with tonic 1.7.0: the transform `ToFrame` with a fixed number of frames.
#
# `n_time_bins` divides a recording into that many frames, and one would expect them to cover it. The length of a
# frame is the duration divided by their number and rounded down to an integer of whatever unit the times are in; what
# lies behind the last frame is dropped. In microseconds that is the last event at least. In milliseconds, 100 frames
# of a recording of 999 ms keep 900 of its 1000 events, and 501 frames keep 501; from 1000 frames on nothing is left.
# In seconds all frames are empty. There is no warning, and the shape is as asked.
#
# A reservoir is then driven by silence, or never sees how a recording ends, the more so the shorter it is. Give times
# in microseconds as integers, compare the sum of the frames with the number of events, or use `time_window` with
# `include_incomplete=True`, which keeps all but a last event on an edge, see tonic_last_event.sh.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq tonic==1.7.0 numpy==2.3.5

cat >expected <<'END'
unit           frames   events of 1000 in them
microseconds      100      999
milliseconds      100      900
milliseconds      501      501
milliseconds     1000        0
seconds           100        0
microseconds in windows of 10 ms, the incomplete one included: 1000
END
venv/bin/python - >seen <<'END'
import numpy as np
from tonic.transforms import ToFrame

# An event at every millisecond, at one pixel.
fields = [("x", "i2"), ("y", "i2"), ("t", "f8"), ("p", "i1")]
events = np.zeros(1000, dtype=fields)
print("unit           frames   events of 1000 in them")
for unit, factor, frames in (
    ("microseconds", 1000, 100),
    ("milliseconds", 1, 100),
    ("milliseconds", 1, 501),
    ("milliseconds", 1, 1000),
    ("seconds", 0.001, 100),
):
    events["t"] = np.arange(1000) * factor
    kept = ToFrame(sensor_size=(1, 1, 1), n_time_bins=frames)(events)
    assert len(kept) == frames
    print(f"{unit:13}{frames:8}{kept.sum():9}")
events["t"] = np.arange(1000) * 1000
windows = ToFrame(sensor_size=(1, 1, 1), time_window=10_000, include_incomplete=True)(events)
print("microseconds in windows of 10 ms, the incomplete one included:", windows.sum())
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: ToFrame(n_time_bins=...) of tonic 1.7.0 rounds the frame down to whole units and drops what lies behind."

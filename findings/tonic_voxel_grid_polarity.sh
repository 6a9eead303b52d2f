#!/usr/bin/env bash
# Event cameras with tonic 1.7.0: the transform `ToVoxelGrid` and the event type of tonic's own readers.
#
# `ToVoxelGrid` sums events with the sign of their polarity: +1 where it got brighter, -1 where it got darker. The
# type in which tonic's readers hand events over, `tonic.io.events_struct`, keeps the polarity as a boolean. One would
# expect the two to go together. But the transform turns zeros into minus ones inside that very field, and a boolean
# cannot hold -1: it becomes True. A recording of nothing but OFF events gives the same sum as one of nothing but ON
# events; with the polarity as int8 it gives the negative of it. Nothing warns.
#
# A reservoir that is driven with such grids cannot tell brighter from darker. Cast the polarity to a signed integer
# first, as below. (With unsigned bytes the same line raises an error. In both cases half of the last bin is missing
# from the sum: 449.6 of 500 events in five bins.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq tonic==1.7.0 numpy==2.3.5

cat >expected <<'END'
polarity as   sum of 500 ON events   sum of 500 OFF events
bool                  449.6                  449.6
int8                  449.6                 -449.6
the type of tonic's readers: bool
END
venv/bin/python - >seen <<'END'
import numpy as np
from tonic.io import events_struct
from tonic.transforms import ToVoxelGrid

grid = ToVoxelGrid(sensor_size=(1, 1, 2), n_time_bins=5)
events = np.zeros(500, dtype=events_struct)
events["t"] = np.arange(500)
signed = events.astype([(name, "i1" if name == "p" else events.dtype[name]) for name in events.dtype.names])
print("polarity as   sum of 500 ON events   sum of 500 OFF events")
for same in (events, signed):
    sums = []
    for polarity in (1, 0):
        same["p"] = polarity
        sums.append(grid(same).sum())
    print(f"{same.dtype['p']!s:14}{sums[0]:13.1f}{sums[1]:23.1f}")
print("the type of tonic's readers:", events_struct["p"])
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: ToVoxelGrid of tonic 1.7.0 counts OFF events as ON when the polarity is boolean, as in its own event type."

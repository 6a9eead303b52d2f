#!/usr/bin/env bash
# EDF files written and read by pyEDFlib 0.1.42, its functions `write_edf` and `read_edf`.
#
# EDF stores whole data records, each of the same duration, and the header holds that duration in eight characters.
# One would expect a padding of less than a second at the end and, for a rate that a header cannot hold, a warning. In
# fact pyEDFlib picks a duration of up to 60 s in which the samples come to a whole number, and fills the last record
# with zeros. Twenty seconds of data at 59.94 Hz (a video camera) come back as 50 seconds, 60 % of it zeros; at
# 33.333333 Hz they come back as 45 seconds. At 511.99 Hz the record lasts .00195 s and the rate comes back as 512.82
# Hz, .16 % too fast: half a second in five minutes. No warning is given. (A rate of 100/3 in full precision gives
# records of 3 s.)
#
# A reservoir that is driven with the file sees a long silence that never was, its readout is fitted to it, and two
# channels with slightly different rates drift apart. Keep the number of samples beside the file and cut at it,
# resample to an integer rate before writing, and compare `sample_frequency` after reading with what was meant.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq pyEDFlib==0.1.42 numpy==2.3.5

cat >expected <<'END'
rate      samples     read back   rate read   record (s)   warnings
59.94        1199          2997     59.9400     50.00000          0
33.333333     667          1507     33.3333     45.21000          0
511.99      10240         10240    512.8205      0.00195          0
at 59.94 Hz, largest value behind the samples: 0.0000
END
venv/bin/python - >seen <<'END'
import warnings

import numpy as np
import pyedflib
from pyedflib import highlevel

print("rate      samples     read back   rate read   record (s)   warnings")
for rate in (59.94, 33.333333, 511.99):
    signal = np.ones((1, round(20 * rate)))
    header = highlevel.make_signal_headers(["x"], sample_frequency=rate, physical_min=-2, physical_max=2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        highlevel.write_edf(f"{rate}.edf", signal, header)
        back, headers, _ = highlevel.read_edf(f"{rate}.edf")
    with pyedflib.EdfReader(f"{rate}.edf") as reader:
        duration = reader.datarecord_duration
    row = signal.shape[1], back.shape[1], headers[0]["sample_frequency"], duration, len(caught)
    print(f"{rate!s:10}" + "{:7d}{:14d}{:12.4f}{:13.5f}{:11d}".format(*row))
behind = highlevel.read_edf("59.94.edf")[0][0, 1199:]
print(f"at 59.94 Hz, largest value behind the samples: {np.abs(behind).max():.4f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: pyEDFlib 0.1.42 makes 50 s of 20 s at 59.94 Hz, and 512.82 Hz of 511.99 Hz, without a warning."

#!/usr/bin/env bash
# Records of PhysioNet's WFDB format, written and read by the package wfdb 4.3.1.
#
# A 12-bit converter that is driven against its lower rail gives -2048, and format 212 holds the values -2048 to 2047.
# One would expect a record that was written from such integers to come back. Read in physical units, each sample at
# the lowest value of its format has become NaN, since the format keeps that value for "no valid sample"; the upper
# rail comes back as a number. `wrsamp` accepts the value without a word, and `physical=False` gives it back. It is so
# in the formats 80, 16 and 24, too.
#
# Clipping at one end of the scale therefore looks like a lost connection, and at the other end like a signal. A
# pipeline that fills gaps before it drives a reservoir replaces the lower peaks by something near the middle. Keep
# integers one step away from the lowest value, or read with `physical=False` and convert with gain and baseline
# yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq wfdb==4.3.1 numpy==2.3.5 pandas==2.3.3

cat >expected <<'END'
format  written                         physical                        integers
80      [-128, -127, 0, 127]            [nan, -127.0, 0.0, 127.0]       [-128, -127, 0, 127]
212     [-2048, -2047, 0, 2047]         [nan, -2047.0, 0.0, 2047.0]     [-2048, -2047, 0, 2047]
16      [-32768, -32767, 0, 32767]      [nan, -32767.0, 0.0, 32767.0]   [-32768, -32767, 0, 32767]
END
venv/bin/python - >seen <<'END'
import numpy as np
import wfdb

print("format  written                         physical                        integers")
for name, bits in (("80", 8), ("212", 12), ("16", 16)):
    top = 2 ** (bits - 1) - 1
    samples = np.array([[-top - 1], [-top], [0], [top]])
    wfdb.wrsamp("r" + name, 360, ["mV"], ["I"], d_signal=samples, fmt=[name], adc_gain=[1.0], baseline=[0])
    physical = wfdb.rdrecord("r" + name).p_signal[:, 0].tolist()
    integers = wfdb.rdrecord("r" + name, physical=False).d_signal[:, 0].tolist()
    print(f"{name:8}{samples[:, 0].tolist()!s:32}{physical!s:32}{integers}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the lowest integer of a WFDB format comes back from wfdb 4.3.1 as NaN, the highest as a number."

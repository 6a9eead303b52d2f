#!/usr/bin/env bash
# EDF files written by pyEDFlib 0.1.42 with the headers of its function `make_signal_headers`.
#
# EDF stores 16-bit integers and maps them to the physical range of the header. MNE and much else keep EEG in volts,
# so an ordinary EEG has a standard deviation of some 50e-6. One would expect a writer that is given floating-point
# data to choose the range from them, or to complain. The default range is -200 to 200, meant as microvolts: one step
# of the integer is .0061, and all of the EEG lies within one step. Every sample comes back as the same number,
# .00305. Nothing warns, since no value lies outside the range.
#
# A reservoir that is driven with it sees a constant. Multiply volts by 1e6 before writing (the default unit of the
# header is "uV"), or pass `physical_min` and `physical_max` rounded outwards to what eight characters hold; and look
# at the number of different values after reading.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq pyEDFlib==0.1.42 numpy==2.3.5

cat >expected <<'END'
unit         range        read back    different values   warnings
volts        1.41e-04     0.00e+00                    1          0
microvolts   1.41e+02     1.41e+02                  970          0
the one value: 0.003052
END
venv/bin/python - >seen <<'END'
import warnings

import numpy as np
from pyedflib import highlevel

steps = np.arange(1000)
eeg = 70.7e-6 * np.sin(2 * np.pi * 0.0317 * steps)[np.newaxis]
header = highlevel.make_signal_headers(["Cz"], sample_frequency=100)
print("unit         range        read back    different values   warnings")
for unit, signal in (("volts", eeg), ("microvolts", 1e6 * eeg)):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        highlevel.write_edf(f"{unit}.edf", signal, header)
        back = highlevel.read_edf(f"{unit}.edf")[0]
    print(f"{unit:13}{np.ptp(signal):.2e}{np.ptp(back):13.2e}{len(np.unique(back)):21}{len(caught):11}")
print(f"the one value: {highlevel.read_edf('volts.edf')[0][0, 0]:.6f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: with the default header of pyEDFlib 0.1.42 an EEG in volts comes back as a constant."

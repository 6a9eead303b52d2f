#!/usr/bin/env bash
# EDF files whose physical dimension is not one of two spellings, read with MNE 1.13.2.
#
# MNE returns EEG in volts and converts from the unit in the header. One would expect that of every unit that EDF+
# allows, or a complaint. Only "uV", "mV" and spellings with the letter mu are converted. Values in "nV" or "uv" are
# passed on as if they were volts: 100 nV become 100 V, and so do 100 uv, though the object itself names the unit of
# the latter "µV". Asked for microvolts by `get_data(units="uV")`, it gives 1e8 of them. There is no warning.
#
# A reservoir with an input scaling made for EEG saturates at once, and mixed files have channels a million or a
# billion times apart. Compare `raw._orig_units` with "uV" and "mV" after reading, and look at the deviation of each
# channel: EEG is of the order of 1e-5 V.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq mne==1.13.2 pyEDFlib==0.1.42 numpy==2.3.5 scipy==1.16.3

cat >expected <<'END'
unit in the file   unit named by MNE   100 of them in volts   warnings
mV                 mV                                0.1000          0
uV                 µV                                0.0001          0
uv                 µV                               99.9985          0
nV                 nV                               99.9985          0
END
venv/bin/python - >seen <<'END'
import warnings

import mne
import numpy as np
from pyedflib import highlevel

print("unit in the file   unit named by MNE   100 of them in volts   warnings")
for unit in ("mV", "uV", "uv", "nV"):
    header = highlevel.make_signal_header("EEG", sample_frequency=256, dimension=unit)
    highlevel.write_edf("eeg.edf", np.full((1, 512), 100.0), [header])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        raw = mne.io.read_raw_edf("eeg.edf", preload=True, verbose="WARNING")
        value = raw.get_data()[0, 0]
    print(f"{unit:19}{raw._orig_units['EEG']:20}{value:20.4f}{len(caught):11}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: MNE 1.13.2 takes EDF values in nV or uv for volts."

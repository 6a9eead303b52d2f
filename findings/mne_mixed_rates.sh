#!/usr/bin/env bash
# EDF files with channels of several sampling rates, read with MNE 1.13.2 (and by pyEDFlib 0.1.42 for comparison).
#
# A sleep recording holds EEG at 256 Hz and, say, oxygen saturation at 1 Hz. One would expect the slow channel to come
# back as its samples, or each one repeated. MNE brings all channels to the highest rate, and it does so by Fourier
# resampling of the whole channel. A saturation that steps from 0 to 100 % between 9 and 10 s passes 5 % after 9.07 s,
# reaches 114 %, falls to -14 %, rings on to both ends of the recording, and 1943 different values come of two. With
# `preload=True` there is no warning.
#
# Such a channel knows the future: each value depends on all samples behind it, and a reservoir that forecasts from it
# is scored on what it was given. Read the slow channels on their own (`include=`) or with pyEDFlib, which returns
# each at its own rate, and repeat each sample until the next one comes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq mne==1.13.2 pyEDFlib==0.1.42 numpy==2.3.5 scipy==1.16.3

cat >expected <<'END'
reader      samples   smallest  largest   different values
pyEDFlib         20       0.0    100.0                  2
MNE            5120     -14.3    114.3               1943
MNE alone        20       0.0    100.0                  2
warnings of MNE: 0
last time below 5 before the step: 9.07 s
END
venv/bin/python - >seen <<'END'
import warnings

import mne
import numpy as np
from pyedflib import highlevel

saturation = np.repeat([0.0, 100.0], 10)
headers = [
    highlevel.make_signal_header("EEG", sample_frequency=256),
    highlevel.make_signal_header("SaO2", sample_frequency=1, dimension="%"),
]
highlevel.write_edf("sleep.edf", [np.zeros(20 * 256), saturation], headers)


def report(name, samples):
    print(f"{name:10}{len(samples):9}{samples.min():10.1f}{samples.max():9.1f}{len(np.unique(samples.round(2))):19}")


print("reader      samples   smallest  largest   different values")
report("pyEDFlib", highlevel.read_edf("sleep.edf")[0][1])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    raw = mne.io.read_raw_edf("sleep.edf", preload=True, verbose="WARNING")
from_mne = raw.get_data(picks="SaO2")[0]
report("MNE", from_mne)
report("MNE alone", mne.io.read_raw_edf("sleep.edf", include="SaO2", preload=True, verbose="WARNING").get_data()[0])
print("warnings of MNE:", len(caught))
print(f"last time below 5 before the step: {np.flatnonzero(from_mne[: 11 * 256] < 5)[-1] / 256:.2f} s")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: MNE 1.13.2 interpolates slow channels of an EDF file with Fourier ringing, before and behind a step."

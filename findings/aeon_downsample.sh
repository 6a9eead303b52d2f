#!/usr/bin/env bash
# Collections of series resampled with aeon 1.6.0: `DownsampleTransformer`.
#
# `DownsampleTransformer(source_sfreq=, target_sfreq=)` documents both as sampling frequencies in Hz, and one would
# expect a series at the target rate. It takes every k-th sample, k being the quotient rounded down, and filters
# nothing. From 250 Hz to 128 Hz k is 1: the series comes back as it was, at 250 Hz. From 250 Hz to 100 Hz it comes
# back at 125 Hz. Where the quotient is whole, from 250 Hz to 50 Hz, a tone of 60 Hz comes back in full strength as
# one of 10 Hz. There is no warning in any of the cases.
#
# Hum of the mains lands inside the EEG's alpha band, and a reservoir whose time constants were set for 128 Hz runs on
# 250. Resample with `scipy.signal.resample_poly`, which filters and meets the ratio, and check the number of steps.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq aeon==1.6.0 numpy==2.3.5 scipy==1.16.3 pandas==2.3.3

cat >expected <<'END'
rate wanted   steps wanted   steps of aeon   its rate   strongest in it   power kept
     128 Hz         1280            2500       250 Hz            60 Hz        100 %
     100 Hz         1000            1250       125 Hz            60 Hz        100 %
      50 Hz          500             500        50 Hz            10 Hz        100 %
of the hum, resample_poly to 50 Hz keeps 0 %
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from aeon.transformations.collection import DownsampleTransformer
from scipy.signal import resample_poly

hum = np.sin(2 * np.pi * 60 * np.arange(2500) / 250)  # ten seconds of 60 Hz at 250 Hz
print("rate wanted   steps wanted   steps of aeon   its rate   strongest in it   power kept")
for target in (128, 100, 50):
    transformer = DownsampleTransformer(source_sfreq=250.0, target_sfreq=float(target))
    series = transformer.fit_transform(hum[np.newaxis, np.newaxis])[0, 0]
    rate = len(series) / 10
    spectrum = np.abs(np.fft.rfft(series))
    strongest = spectrum.argmax() / 10
    kept = np.var(series) / np.var(hum)
    row = f"{target:8} Hz{10 * target:13}{len(series):16}{rate:10.0f} Hz{strongest:14.0f} Hz"
    print(row + f"{100 * kept:11.0f} %")
filtered = resample_poly(hum, 1, 5)[50:-50]
print(f"of the hum, resample_poly to 50 Hz keeps {100 * np.var(filtered) / np.var(hum):.0f} %")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: DownsampleTransformer of aeon 1.6.0 takes every k-th sample, leaves 250 Hz as they are for 128, and aliases."

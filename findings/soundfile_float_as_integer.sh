#!/usr/bin/env bash
# Sound files read as integers with soundfile 0.14.0.
#
# `soundfile.read(name, dtype="int16")` is the usual way to get the integers that older speech tools work with,
# whatever the file holds: from FLAC or 16-bit wav, full scale comes back as 32767. One would expect the same of a wav
# file of floating-point numbers, which holds the same sound between -1 and 1. Those are not scaled, only rounded:
# every sample of the sound becomes 0, 1 or -1. The docstring says so in a note; the call is silent. Writing has the
# mirror image of it: numbers beyond 1, such as microvolts, are clipped to full scale without a word when the default
# subtype (16-bit) is used.
#
# A corpus with a few float files among others yields silence for those, and a spiking encoder gets either no spike
# or, after normalisation, a square wave. Read with `dtype="float64"` always, and scale to integers yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq soundfile==0.14.0 numpy==2.3.5

cat >expected <<'END'
file             as float64                   as int16
sound.flac       [0.5, 0.25, -0.75, 0.125]    [16384, 8192, -24576, 4096]
16-bit.wav       [0.5, 0.25, -0.75, 0.125]    [16384, 8192, -24576, 4096]
float.wav        [0.5, 0.25, -0.75, 0.125]    [0, 0, -1, 0]
END
venv/bin/python - >seen <<'END'
import numpy as np
import soundfile

sound = np.array([0.5, 0.25, -0.75, 0.125])
print("file             as float64                   as int16")
for name, subtype in (("sound.flac", "PCM_16"), ("16-bit.wav", "PCM_16"), ("float.wav", "FLOAT")):
    soundfile.write(name, sound, 16_000, subtype=subtype)
    real, integer = (soundfile.read(name, dtype=dtype)[0].tolist() for dtype in ("float64", "int16"))
    print(f"{name:17}{real!s:29}{integer}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: soundfile 0.14.0 reads a float wav file as integers without scaling, and nothing is left of the sound."

#!/usr/bin/env bash
# Wav files that were written to a pipe, read with Python's `wave`, scipy 1.16.3 and soundfile 0.14.0.
#
# A program that records or converts into a pipe does not know the length yet and cannot go back, so it puts the
# largest number (0xFFFFFFFF) in both places for a size; ffmpeg is the best known of these. All samples follow. One
# would expect all readers to give the 100 samples of the file below and its length. All three give the samples, but
# `getnframes()` of `wave` says 2147483647: 37 hours at 16 kHz. The length of a recording is mostly computed just so,
# from `getnframes()` over `getframerate()`.
#
# Targets made for each frame of such a file (labels at a time, silence at the end) have another length than the
# states of the reservoir, or windows are cut where there is no sound. Take the length from the samples read, never
# from the header.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq soundfile==0.14.0 scipy==1.16.3 numpy==2.3.5

cat >expected <<'END'
reader      samples   length by the header
wave            100   37.3 hours
scipy           100
soundfile       100   0.00625 s
END
venv/bin/python -W ignore - >seen <<'END'
import struct
import wave

import numpy as np
import soundfile
from scipy.io import wavfile

unknown = b"\xff\xff\xff\xff"
form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)
samples = np.arange(100, dtype="<i2")
with open("streamed.wav", "wb") as file:
    file.write(b"RIFF" + unknown + b"WAVE" + form + b"data" + unknown + samples.tobytes())

print("reader      samples   length by the header")
with wave.open("streamed.wav") as reader:
    frames = reader.getnframes()
    read = np.frombuffer(reader.readframes(frames), "<i2")
    hours = frames / reader.getframerate() / 3600
assert np.array_equal(read, samples)
print(f"wave{len(read):15}   {hours:.1f} hours")
read = wavfile.read("streamed.wav")[1]
assert np.array_equal(read, samples)
print(f"scipy{len(read):14}")
read = soundfile.read("streamed.wav", dtype="int16")[0]
assert np.array_equal(read, samples)
print(f"soundfile{len(read):10}   {soundfile.info('streamed.wav').duration} s")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: for a wav file from a pipe, getnframes of Python's wave says 37 hours where 100 samples are."

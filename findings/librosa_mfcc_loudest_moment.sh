#!/usr/bin/env bash
# Speech features with librosa 0.11.0: `librosa.feature.mfcc`.
#
# A cepstrum belongs to its frame, and one would expect the coefficients of a frame to depend on the samples in it.
# They depend on the loudest moment of the whole sound, too: before the cosine transform everything more than 80 dB
# below the largest mel energy of the clip is raised to that limit (`top_db` of the function that makes decibels,
# which `mfcc` does not mention). The same second of a vowel-like sound, followed by nothing or by a second that is
# ten times as loud, has coefficients that differ by up to 86, all in all by 16 % of their size; if what follows is a
# hundred times as loud, by 36 %.
#
# A frame thus knows how loud the sound is going to be. Features that were computed over whole recordings for training
# differ from those that are computed on the fly, and a reservoir that works offline fails in real time, or in another
# recording with a door slam in it. Take `librosa.feature.melspectrogram`, pass it through `power_to_db(..., ref=1.0,
# top_db=None)`, and give the result as `S=`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq librosa==0.11.0 numpy==2.3.5 scipy==1.16.3

cat >expected <<'END'
what follows        largest change of a coefficient, relative change of all
  1 times as loud, default         0.7       0 %
  1 times as loud, no limit        0.0       0 %
 10 times as loud, default        85.7      16 %
 10 times as loud, no limit        0.0       0 %
100 times as loud, default       185.5      36 %
100 times as loud, no limit        0.0       0 %
END
venv/bin/python -W ignore - >seen <<'END'
import librosa
import numpy as np
from scipy.signal import butter, sosfilt

rate = 16_000
noise = np.random.default_rng(0).standard_normal(rate)
vowel = 0.01 * sosfilt(butter(4, 600, fs=rate, output="sos"), noise)


def by_default(sound):
    return librosa.feature.mfcc(y=sound, sr=rate)[:, :28]  # the frames that end before the first second does


def without_limit(sound):
    mel = librosa.feature.melspectrogram(y=sound, sr=rate)
    return librosa.feature.mfcc(S=librosa.power_to_db(mel, ref=1.0, top_db=None))[:, :28]


print("what follows        largest change of a coefficient, relative change of all")
for times in (1, 10, 100):
    longer = np.concatenate([vowel, times * vowel])
    for name, features in (("default", by_default), ("no limit", without_limit)):
        alone, followed = features(vowel), features(longer)
        relative = np.linalg.norm(followed - alone) / np.linalg.norm(alone)
        print(f"{times:3} times as loud, {name:9}{abs(followed - alone).max():10.1f}{100 * relative:8.0f} %")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: MFCCs of librosa 0.11.0 change with the loudest moment of the clip, be it later."

#!/usr/bin/env bash
# ROCKET of aeon 1.6.0 on ragged series: how they are made equally long decides how well it does.
#
# aeon's transform classifiers take series of one length, and its guide offers several ways to get there. On the Japanese
# vowels that aeon brings along (utterances of 7 to 29 frames, the official split) one would expect them to differ by a
# point or two. They differ by 14 points: zeros at the end give .97, the equal-length files that aeon itself bundles .82, and
# the mean at the end .83. MiniRocket, on the same arrays, stays above .965.
#
# By default ROCKET standardises each series after they were made equal. Zeros are far from the level of these series, so
# that level and length survive standardising; the other ways lose them. A comparison of a reservoir, which takes ragged
# series as they are, with ROCKET should pad with zeros, or its peer is 14 points too low.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq aeon==1.6.0 numpy==2.3.5 numba==0.63.1 scikit-learn==1.7.2

cat >expected <<'END'
made equal by         ROCKET  MiniRocket above .965
zeros at the end      0.97    yes
bundled equal files   0.82    yes
mean at the end       0.83    yes
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier, RocketClassifier
from aeon.datasets import load_classification
from aeon.transformations.collection.unequal_length import Padder

name = "JapaneseVowels"
(X, y), (Z, z) = (load_classification(name, split=split)[:2] for split in ("train", "test"))
equal = [load_classification(name, split=split, load_equal_length=True)[0] for split in ("train", "test")]
longest = max(x.shape[1] for x in [*X, *Z])


def padded(value):
    return [Padder(longest, fill_value=value).fit_transform(part) for part in (X, Z)]


def accuracy(classifier, parts):
    return np.mean(classifier(random_state=0).fit(parts[0], y).predict(parts[1]) == z)


print("made equal by         ROCKET  MiniRocket above .965")
for way, parts in ("zeros at the end", padded(0)), ("bundled equal files", equal), ("mean at the end", padded("mean")):
    well = accuracy(MiniRocketClassifier, parts) > 0.965
    print(f"{way:21} {accuracy(RocketClassifier, parts):.2f}    {'yes' if well else 'no'}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: aeon 1.6.0's ROCKET depends on the padding by 14 points, its MiniRocket hardly."

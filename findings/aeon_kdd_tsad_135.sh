#!/usr/bin/env bash
# The anomaly detection series that ships with aeon 1.6.0, `load_kdd_tsad_135`.
#
# It is loaded as a training series of normal rows and a test series, by `split="train"` and `split="test"`. One would
# expect the test series to begin where the training series ends, or elsewhere. It begins with the whole training
# series, number by number: the first 1,200 of its 7,501 rows.
#
# A detector that is fitted to the one and scored on the other has seen a sixth of what it is scored on, and all of that
# is normal: its area under the curve gains from rows that it can hardly get wrong. Leave the first 1,200 rows out of
# the score, and keep them as the transient that brings a reservoir into its state.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq aeon==1.6.0

cat >expected <<'END'
rows: 1200 of training, 7501 of test
test rows that are training rows: 0 to 1199, equal: True
anomalous rows among them: 0
END
venv/bin/python - >seen <<'END'
import warnings

import numpy as np

warnings.simplefilter("ignore")
from aeon.datasets import load_kdd_tsad_135

train, _ = load_kdd_tsad_135(split="train")
test, labels = load_kdd_tsad_135(split="test")
train, test, labels = np.ravel(train), np.ravel(test), np.ravel(labels)
print(f"rows: {len(train)} of training, {len(test)} of test")
print(f"test rows that are training rows: 0 to {len(train) - 1}, equal: {np.array_equal(train, test[: len(train)])}")
print(f"anomalous rows among them: {int(labels[: len(train)].sum())}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the test series of aeon 1.6.0's KDD-TSAD 135 begins with its whole training series."

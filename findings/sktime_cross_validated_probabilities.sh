#!/usr/bin/env bash
# Probabilities out of sample from sktime 1.2.0: fit_predict_proba(X, y, cv) of any of its classifiers.
#
# For each series one would expect probabilities, which sum to 1, from a fit without it. With labels that are integers
# every row is zeros, and nothing is said: the array that the folds are written to takes its type from the labels, so
# that each probability is cut off to an integer. With labels that are floats of the same values the rows are right.
# With labels of text the call fails, as that of fit_predict does. Without cv all three agree.
#
# Whoever calibrates or stacks a readout of reservoir states on such probabilities trains on zeros. Let scikit-learn
# split the series and fit a clone for each fold, or cast the labels to float before and back after.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq sktime==1.2.0 numpy==2.3.5 pandas==2.3.3 scikit-learn==1.7.2

cat >expected <<'END'
labels    without cv  with cv
integers  [0.5, 0.5]  [0, 0]
floats    [0.5, 0.5]  [0.5, 0.5]
text      [0.5, 0.5]  UFuncTypeError
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from sklearn.model_selection import KFold
from sktime.classification.dummy import DummyClassifier
from sktime.datatypes import convert_to

panel = convert_to(np.sin(np.arange(240.0)).reshape(12, 1, 20), "pd-multiindex")  # twelve series of twenty steps
labels = np.arange(12) % 2  # six of either class
shares = DummyClassifier(strategy="prior")  # gives the share of each class in what it was fitted to


def first_row(y, cv):
    try:
        return str(shares.fit_predict_proba(panel, y, cv=cv)[0].tolist())
    except Exception as error:
        return type(error).__name__


print("labels    without cv  with cv")
for name, y in ("integers", labels), ("floats", labels.astype(float)), ("text", np.array(["a", "b"])[labels]):
    print(f"{name:9} {first_row(y, None)}  {first_row(y, KFold(3))}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: sktime 1.2.0 cuts cross-validated probabilities off to the integers that the labels are."

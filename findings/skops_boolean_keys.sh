#!/usr/bin/env bash
# Files of skops 0.16.0, in which dicts have keys that JSON cannot tell apart.
#
# skops keeps the types of keys beside the dict, so that a classifier with `class_weight={0: 5.0, 1: 1.0}` comes back as it
# was. One would expect that of Booleans, too, the labels of many detectors. But keys become the text of JSON, and types are
# put back by calling them on that text: bool("false") is True, so that of False and True one weight is left, without a
# word, and the other class weighs 1 when the loaded classifier is fitted again. 1 and "1" are one key, too. pickle keeps both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq skops==0.16.0 scikit-learn==1.7.2 numpy==2.3.5 scipy==1.16.3

cat >expected <<'END'
class_weight  {0: 5.0, 1: 1.0}  ->  {0: 5.0, 1: 1.0}
class_weight  {False: 5.0, True: 1.0}  ->  {True: 1.0}
refitted, score of the first row: saved -1.19, loaded -1.36
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from skops.io import dumps, loads
from sklearn.linear_model import RidgeClassifier

X = np.array([[-2.0], [-1.0], [0.5], [1.0], [1.5], [2.0]])
for labels in (X[:, 0] > 0).astype(int), X[:, 0] > 1.2:
    no, yes = np.unique(labels).tolist()
    saved = RidgeClassifier(class_weight={no: 5.0, yes: 1.0}).fit(X, labels)
    loaded = loads(dumps(saved))
    print("class_weight ", saved.class_weight, " -> ", loaded.class_weight)
scores = [one.fit(X, labels).decision_function(X[:1])[0] for one in (saved, loaded)]
print("refitted, score of the first row: saved {:.2f}, loaded {:.2f}".format(*scores))
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: skops 0.16.0 keeps one of two dict entries with Boolean keys."

#!/usr/bin/env bash
# The .ts format of time series classification, read by aeon 1.6.0 and sktime 1.2.0.
#
# A .ts file carries a class label behind each series. One would expect the label that was written to come back. Both
# readers put the whole line into lower case first, so labels that differ only in case become one class. aeon does
# this to a file that it wrote itself, whose header lists both. In the annotation codes of PhysioNet the case of a
# letter is the whole difference: "N" is a normal beat and "n" a supraventricular escape beat, "A" an atrial premature
# beat and "a" an aberrated one. Of four beats with four codes two classes are left, and nothing is said.
#
# A readout that is trained on reservoir states of such beats takes two kinds of beat for one, and its score looks the
# better for it. Write labels that differ in more than case ("atrial_premature", "aberrated"), and compare the number
# of classes before and after.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq aeon==1.6.0 sktime==1.2.0 pandas==2.3.3

cat >expected <<'END'
labels written        ['N', 'n', 'A', 'a']
labels in the file    N,n,A,a
labels read by aeon   ['n', 'n', 'a', 'a']
labels read by sktime ['n', 'n', 'a', 'a']
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from aeon.datasets import load_from_ts_file, save_to_ts_file
from sktime.datasets import load_from_tsfile

beats = np.arange(20.0).reshape(4, 1, 5)
codes = np.array(["N", "n", "A", "a"])
save_to_ts_file(beats, codes, label_type="classification", path=".", problem_name="beats")
lines = open("beats.ts").read().split()
print("labels written       ", codes.tolist())
print("labels in the file   ", ",".join(line.split(":")[-1] for line in lines[-4:]))
print("labels read by aeon  ", load_from_ts_file("beats.ts")[1].tolist())
print("labels read by sktime", load_from_tsfile("beats.ts", return_data_type="numpy3D")[1].tolist())
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: aeon 1.6.0 and sktime 1.2.0 read class labels of .ts files in lower case, so N and n become one class."

#!/usr/bin/env bash
# aeon 1.6.0 and sktime 1.2.0 (aeon began as a fork of sktime and kept its format names).
#
# Both libraries have a container of the name "df-list": a list with one pandas DataFrame for each series. One would
# expect a list written by the one to mean the same to the other. It does not. Of three channels and five steps, aeon
# makes a frame of three rows, a channel in each, and sktime a frame of five rows, a step in each. Either library
# takes the other's list as valid, without a warning, and gives the series back with channels and steps exchanged.
#
# Whoever drives a reservoir with such a list and trusts the name feeds time across the channels: nothing fails, least
# of all when there are as many channels as steps. "pd-multiindex" means the same in both and is the safe way between
# them; for a df-list, look at the length of the index of one frame before anything else.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq aeon==1.6.0 sktime==1.2.0 pandas==2.3.3

cat >expected <<'END'
aeon writes frames of shape   (3, 5)
sktime writes frames of shape (5, 3)
sktime calls aeon's list      df-list
sktime reads aeon's list as   (2, 5, 3)
aeon reads sktime's list as   (2, 5, 3)
both were given               (2, 3, 5)
pd-multiindex, same values    True
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from aeon.utils.conversion import convert_collection
from sktime.datatypes import convert_to, mtype

X = np.arange(30.0).reshape(2, 3, 5)  # two series, three channels, five steps: the layout of both
by_aeon = convert_collection(X, "df-list")
by_sktime = convert_to(X, "df-list")
print("aeon writes frames of shape  ", by_aeon[0].shape)
print("sktime writes frames of shape", by_sktime[0].shape)
print("sktime calls aeon's list     ", mtype(by_aeon, "Panel"))
print("sktime reads aeon's list as  ", convert_to(by_aeon, "numpy3D").shape)
print("aeon reads sktime's list as  ", convert_collection(by_sktime, "numpy3D").shape)
print("both were given              ", X.shape)
long = convert_collection(X, "pd-multiindex"), convert_to(X, "pd-multiindex")
print("pd-multiindex, same values   ", np.array_equal(long[0].to_numpy(), long[1].to_numpy()))
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: a df-list of aeon 1.6.0 holds channels along its rows, one of sktime 1.2.0 steps."

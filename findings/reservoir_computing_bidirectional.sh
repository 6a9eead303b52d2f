#!/usr/bin/env bash
# The package reservoir_computing 1.0.2, its `Reservoir.get_states`, which is bidirectional by default.
#
# A bidirectional reservoir is also driven with the reversed series, and the two states of each step are put side by
# side. One would expect row t to hold what came before step t and what comes behind it, as in bidirectional networks
# elsewhere. The second half is not turned round again: row t pairs the state of step t with that of step T - 1 - t.
# Row 0 knows the last sample of the series, and an impulse at step 10 of 50 is first seen by the second half in row
# 39.
#
# For one vector per sequence (mean of the states) the order does not matter. A readout for every step, trained on
# these rows, sees the end of the series in its first rows and fails in the middle without saying why; a forecast that
# is scored on early rows knows its own answer. Pass `bidir=False` (it is the default in `RC_model`, but not here), or
# turn the second half round: `states[:, ::-1, n_units:]`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq reservoir_computing==1.0.2 numpy==2.3.5 scipy==1.16.3 scikit-learn==1.7.2

cat >expected <<'END'
columns for 20 units: 40
impulse at   first half changes in rows   second half changes in rows
 0                0 to 49                      49 to 49
10               10 to 49                      39 to 49
49               49 to 49                       0 to 49
END
venv/bin/python - >seen <<'END'
import numpy as np
from reservoir_computing.reservoir import Reservoir

np.random.seed(0)
series = np.random.randn(1, 50, 1)
reservoir = Reservoir(n_internal_units=20)
states = reservoir.get_states(series)
print("columns for 20 units:", states.shape[2])
print("impulse at   first half changes in rows   second half changes in rows")
for step in (0, 10, 49):
    changed = series.copy()
    changed[0, step] += 1
    difference = reservoir.get_states(changed)[0] != states[0]
    first, second = (np.flatnonzero(half.any(axis=1)) for half in (difference[:, :20], difference[:, 20:]))
    print(f"{step:2}{first[0]:17} to {first[-1]}{second[0]:24} to {second[-1]}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: row t of the bidirectional states of reservoir_computing 1.0.2 pairs step t with step T - 1 - t."

#!/usr/bin/env bash
# The package reservoir_computing 1.0.2, its `Reservoir.get_states`.
#
# `n_drop` is the washout, the number of first states to leave out. One would expect n_steps - n_drop states, and an
# error where nothing is left. For a series that is as long as the washout or shorter, all states are returned, the
# transient included; one step more, and one state is. Below, a washout of 49 of 50 steps leaves 1 state, and one of
# 50 or 60 leaves 50. There is no warning.
#
# With sequences of several lengths, the short ones are represented by the very states that the washout was to keep
# out, and the long ones not: the length leaks into the features. Compare `n_drop` with the shortest sequence
# yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq reservoir_computing==1.0.2 numpy==2.3.5 scipy==1.16.3 scikit-learn==1.7.2

cat >expected <<'END'
steps   n_drop   states   first state is that of step
50           0       50    0
50          10       40   10
50          49        1   49
50          50       50    0
50          60       50    0
END
venv/bin/python - >seen <<'END'
import numpy as np
from reservoir_computing.reservoir import Reservoir

np.random.seed(0)
series = np.random.randn(1, 50, 1)
reservoir = Reservoir(n_internal_units=20)
every = reservoir.get_states(series, n_drop=0, bidir=False)[0]
print("steps   n_drop   states   first state is that of step")
for n_drop in (0, 10, 49, 50, 60):
    states = reservoir.get_states(series, n_drop=n_drop, bidir=False)[0]
    step = np.flatnonzero((every == states[0]).all(axis=1))[0]
    print(f"50{n_drop:12}{len(states):9}{step:5}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: reservoir_computing 1.0.2 ignores a washout that is as long as the series or longer."

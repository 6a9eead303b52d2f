#!/usr/bin/env bash
# The package reservoir_computing 1.0.2, its `Reservoir` and `mackey_glass`.
#
# `Reservoir` has no seed of its own and draws from NumPy's global generator, so one calls `np.random.seed` first. One
# would expect a data set of the same package to leave that seed in force. `mackey_glass` sets the global generator
# itself: with its default `seed=None` to something new at every call, so that a program that was seeded gives another
# reservoir each time; with a seed to that seed, so that ten runs with ten seeds all have the same reservoir, and
# their spread is zero.
#
# An experiment that looks reproducible is not, or an error bar over seeds is none. Make the data first and call
# `np.random.seed` directly before each `Reservoir`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq reservoir_computing==1.0.2 requests==2.32.5 numpy==2.3.5 scipy==1.16.3 scikit-learn==1.7.2

cat >expected <<'END'
seed 7 twice, no data set between           the same reservoir: True
seed 7 twice, mackey_glass() between        the same reservoir: False
seeds 1 and 2, no data set between          the same reservoir: False
seeds 1 and 2, mackey_glass(seed=0) between the same reservoir: True
END
venv/bin/python - >seen <<'END'
import numpy as np
from reservoir_computing.datasets import mackey_glass
from reservoir_computing.reservoir import Reservoir


def reservoir_weights(seed, between):
    np.random.seed(seed)
    between()
    return Reservoir(n_internal_units=10)._internal_weights


def same(seeds, between):
    return np.array_equal(*(reservoir_weights(seed, between) for seed in seeds))


nothing = int
print("seed 7 twice, no data set between           the same reservoir:", same((7, 7), nothing))
print("seed 7 twice, mackey_glass() between        the same reservoir:", same((7, 7), mackey_glass))
print("seeds 1 and 2, no data set between          the same reservoir:", same((1, 2), nothing))
seeded = lambda: mackey_glass(seed=0)
print("seeds 1 and 2, mackey_glass(seed=0) between the same reservoir:", same((1, 2), seeded))
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: mackey_glass of reservoir_computing 1.0.2 replaces the global seed that its reservoirs depend on."

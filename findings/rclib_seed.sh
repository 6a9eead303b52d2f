#!/usr/bin/env bash
# The echo state networks of rclib 0.2.0 (C++ with a Python binding).
#
# `RandomSparse(seed=...)` documents the "random seed for weights initialization", and the package promises
# deterministic results by explicit seeds. One would expect two networks with the same parameters and seed to be the
# same. They are only when they are built at the same place in two runs of a program. Within one program the second
# network has the same connections, all multiplied by one factor: here .87 to 1.00. The estimate of the spectral
# radius that the matrix is divided by evidently starts from a generator that the seed does not set.
#
# A network that was fitted and is then rebuilt from its parameters in the same program is another one, a loop over
# settings compares them on different reservoirs, and adding a network above changes the results below. Keep the
# object (`save` and `load` do), or build each network in a process of its own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq rclib==0.2.0 numpy==2.3.5

cat >expected <<'END'
seed   same connections   second over first: smallest and largest ratio
0             True                 0.8745    0.8745
1             True                 0.9095    0.9095
2             True                 0.9331    0.9331
3             True                 1.0003    1.0003
4             True                 1.0000    1.0000
5             True                 0.9152    0.9152
END
venv/bin/python - >seen <<'END'
import numpy as np
from rclib import ESN, reservoirs


def recurrent_weights(seed, n_units=50):
    network = ESN()
    network.add_reservoir(reservoirs.RandomSparse(n_units, spectral_radius=0.9, seed=seed))
    reservoir = network.get_reservoir(0)
    states, next_states = [], []
    # Inputs so small that the reservoir is linear: the next states are the states times the recurrent weights.
    for one in 1e-7 * np.eye(n_units):
        reservoir.resetState()
        states.append(reservoir.advance(one[np.newaxis]).ravel().copy())
        next_states.append(reservoir.advance(np.zeros((1, n_units))).ravel().copy())
    return np.linalg.solve(states, next_states)


print("seed   same connections   second over first: smallest and largest ratio")
for seed in range(6):
    first, second = recurrent_weights(seed), recurrent_weights(seed)
    connected = abs(first) > 1e-6
    ratio = second[connected] / first[connected]
    same = np.array_equal(connected, abs(second) > 1e-6)
    print(f"{seed}{same!s:>17}{ratio.min():23.4f}{ratio.max():10.4f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: two networks of rclib 0.2.0 with one seed differ by a factor when both are built in one program."

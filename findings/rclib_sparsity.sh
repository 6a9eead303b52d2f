#!/usr/bin/env bash
# The echo state networks of rclib 0.2.0 (C++ with a Python binding).
#
# `RandomSparse(sparsity=...)` documents the "sparsity of the reservoir weight matrix (0.0 to 1.0)". One would expect
# the share of zeros, as in the usual meaning of the word, so that .9 leaves a tenth of the connections. It is the
# density, and not even that far from zero: .1 gives about 10 % of connections, .5 gives 40 %, .9 gives 59 % and 1.0
# gives 63 %, which is 1 - exp(-sparsity), as if places were drawn with repetition. A sparsity of 0 makes a network
# without any connection.
#
# A network that was carried over with a sparsity of .9 from a library where the word means zeros has six times the
# connections, and other states; a fully connected one cannot be had. For a share of connections d below .63 pass
# -log(1 - d).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq rclib==0.2.0 numpy==2.3.5

cat >expected <<'END'
sparsity   connections   1 - exp(-sparsity)
0.0               0 %                  0 %
0.1               9 %                 10 %
0.5              40 %                 39 %
0.9              59 %                 59 %
1.0              63 %                 63 %
END
venv/bin/python - >seen <<'END'
import numpy as np
from rclib import ESN, reservoirs


def share_of_connections(sparsity, n_units=100):
    network = ESN()
    network.add_reservoir(reservoirs.RandomSparse(n_units, spectral_radius=0.9, sparsity=sparsity))
    reservoir = network.get_reservoir(0)
    states, next_states = [], []
    # Inputs so small that the reservoir is linear: the next states are the states times the recurrent weights.
    for one in 1e-7 * np.eye(n_units):
        reservoir.resetState()
        states.append(reservoir.advance(one[np.newaxis]).ravel().copy())
        next_states.append(reservoir.advance(np.zeros((1, n_units))).ravel().copy())
    return np.mean(abs(np.linalg.solve(states, next_states)) > 1e-6)


print("sparsity   connections   1 - exp(-sparsity)")
for sparsity in (0.0, 0.1, 0.5, 0.9, 1.0):
    print(f"{sparsity}{100 * share_of_connections(sparsity):16.0f} %{100 - 100 * np.exp(-sparsity):19.0f} %")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the sparsity of rclib 0.2.0 is a density, and 1.0 connects 63 % of the pairs."

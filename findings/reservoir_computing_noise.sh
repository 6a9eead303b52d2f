#!/usr/bin/env bash
# The package reservoir_computing 1.0.2, the parameter `noise_level` of its `Reservoir`.
#
# It is documented as the "standard deviation of the Gaussian noise injected in the state update". The noise is
# neither Gaussian nor centred: it is uniform between 0 and `noise_level`. With .1, what is added has mean .050,
# standard deviation .029, smallest value 0 and largest .1, where one would expect mean 0 and deviation .1. It is
# added inside the activation at every step, in prediction as in training.
#
# So the "noise" is mostly a constant input of half its level to every unit, which shifts the working point of the
# reservoir, and its random part is 3.5 times weaker than asked for. A port of such a model to another library needs a
# bias of half the level beside the noise. Leave it at 0 and add centred noise to the data instead.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq reservoir_computing==1.0.2 numpy==2.3.5 scipy==1.16.3 scikit-learn==1.7.2

cat >expected <<'END'
noise_level=0.1         documented   seen
mean                         0.000   0.050
standard deviation           0.100   0.029
smallest                 (no bound)  0.000
largest                  (no bound)  0.100
END
venv/bin/python - >seen <<'END'
import numpy as np
from reservoir_computing.reservoir import Reservoir

np.random.seed(0)
# From rest and without input, the activation of the first step is the noise alone.
reservoir = Reservoir(n_internal_units=100, noise_level=0.1)
noise = np.arctanh(reservoir.get_states(np.zeros((1000, 1, 1)), bidir=False))
print("noise_level=0.1         documented   seen")
print(f"mean                         0.000   {noise.mean():.3f}")
print(f"standard deviation           0.100   {noise.std():.3f}")
print(f"smallest                 (no bound)  {noise.min():.3f}")
print(f"largest                  (no bound)  {noise.max():.3f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the Gaussian noise of reservoir_computing 1.0.2 is uniform between 0 and noise_level."

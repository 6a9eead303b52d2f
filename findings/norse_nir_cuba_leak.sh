#!/usr/bin/env bash
# `v_leak` of a CubaLIF of NIR (nir 1.0.8), imported by Norse 1.1.0.
#
# NIR has tau_mem dv/dt = (v_leak - v) + r i and tau_syn di/dt = -i + w_in s: without input, v goes to v_leak and i to 0. With
# v_leak = 0.5 below a threshold of 1, one would expect silence. In Norse the synaptic current leaks to v_leak, too, and the
# resistance of 10 makes that a drive of 5: the unit fires without end. Exports of Norse itself have v_leak 0, which hides it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq norse==1.1.0 nir==1.0.8 nirtorch==2.6 torch==2.13.0 numpy==2.3.5

cat >expected <<'END'
no input, v_leak 0.0: 0 spikes
no input, v_leak 0.5: 125 spikes
END
venv/bin/python -W ignore - >seen <<'END'
import nir
import numpy as np
import torch
from norse.torch.utils.import_nir import from_nir

one = np.ones(1)
for leak in (0.0, 0.5):
    unit = nir.CubaLIF(tau_syn=0.005 * one, tau_mem=0.02 * one, r=10 * one, v_leak=leak * one, v_threshold=one)
    module, state, n_spikes = from_nir(nir.NIRGraph.from_list(unit), dt=0.001), None, 0
    for _ in range(500):
        spikes, state = module(torch.zeros(1, 1), state)
        n_spikes += int(spikes.sum())
    print(f"no input, v_leak {leak}: {n_spikes} spikes")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the leak of a CubaLIF also charges its synapse in Norse 1.1.0."

#!/usr/bin/env bash
# A recurrent graph of NIR (nir 1.0.8), imported by snnTorch 1.0.0.
#
# A layer of units with recurrent weights is, in NIR, a node with a way back to itself through a Linear. One would expect
# `import_from_nir` to feed the input to the units. It makes one recurrent layer of both and feeds the input to the recurrent
# weights: a network whose recurrent weights are 0 is deaf, and without that Linear it spikes as it should. Graphs whose
# recurrent layer is a subgraph of its own are read as they are meant; snnTorch itself writes flat ones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq snntorch==1.0.0 nir==1.0.8 nirtorch==2.6 torch==2.13.0 numpy==2.3.5

cat >expected <<'END'
no recurrent weights        50 spikes
recurrent weights of 0       0 spikes
END
venv/bin/python -W ignore - >seen <<'END'
from contextlib import redirect_stdout
from io import StringIO

import nir
import numpy as np
import torch
from snntorch.import_nir import import_from_nir

one = np.ones(2)
nodes = {
    "input": nir.Input({"input": np.array([2])}),
    "lif": nir.LIF(tau=1e-3 * one, r=10 * one, v_leak=0 * one, v_threshold=one),
    "weights": nir.Linear(np.zeros((2, 2))),
    "output": nir.Output({"output": np.array([2])}),
}
through, back = [("input", "lif"), ("lif", "output")], [("lif", "weights"), ("weights", "lif")]
graphs = {
    "no recurrent weights": nir.NIRGraph({k: v for k, v in nodes.items() if k != "weights"}, through),
    "recurrent weights of 0": nir.NIRGraph(nodes, [through[0], *back, through[1]]),
}
for name, graph in graphs.items():
    with redirect_stdout(StringIO()):  # it says what it replaces
        module, state, n_spikes = import_from_nir(graph), None, 0
    for _ in range(50):
        spikes, state = module(torch.ones(1, 2), state)
        n_spikes += int(spikes.sum())
    print(f"{name:26s} {n_spikes:3d} spikes")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: snnTorch 1.0.0 feeds the input of a flat recurrent graph to its recurrent weights."

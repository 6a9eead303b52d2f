#!/usr/bin/env bash
# The edges of a graph of NIR (nir 1.0.8), imported by Norse 1.1.0.
#
# The edges of a graph are a list without a meaning of its order; that to the Output node says what the network returns. One
# would expect the same network from the same edges in another order. Norse returns what the node returns that runs last,
# and the order of the edges decides which that is: here the spikes of a unit, or its inhibitory feedback.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq norse==1.1.0 nir==1.0.8 nirtorch==2.6 torch==2.13.0 numpy==2.3.5

cat >expected <<'END'
edge to Output listed last    sum of outputs   22
edge to Output listed second  sum of outputs -110
END
venv/bin/python -W ignore - >seen <<'END'
import nir
import numpy as np
import torch
from norse.torch.utils.import_nir import from_nir

one = np.ones(1)
nodes = {
    "input": nir.Input({"input": np.array([1])}),
    "output": nir.Output({"output": np.array([1])}),
    "lif": nir.LIF(tau=0.01 * one, r=one, v_leak=0 * one, v_threshold=one),
    "inhibition": nir.Linear(-5 * np.eye(1)),
}
second = [("input", "lif"), ("lif", "output"), ("lif", "inhibition"), ("inhibition", "lif")]
last = [second[0], second[2], second[3], second[1]]
for name, edges in (("last", last), ("second", second)):
    module, state, total = from_nir(nir.NIRGraph(nodes, edges), dt=0.001), None, 0
    for _ in range(200):
        outputs, state = module(torch.full((1, 1), 2.0), state)
        total += int(outputs.sum())
    print(f"edge to Output listed {name:7s} sum of outputs {total:4d}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: what a graph returns in Norse 1.1.0 depends on the order of its edges."

#!/usr/bin/env bash
# A recurrent layer of Rockpool 3.1.0, exported to NIR (nir 1.0.8).
#
# `LIFTorch(4, has_rec=True)` has a matrix of recurrent weights, and NIR can say it. One would expect a graph with a way back,
# or a refusal. `to_nir` writes Input, CubaLIF and Output in a row: the recurrent weights are left out without a word. And
# `nir.read` refuses the file, because the shapes of its nodes do not agree; with `type_check=False` it is read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq rockpool==3.1.0 nir==1.0.8 nirtorch==2.6 torch==2.13.0 numpy==2.3.5

cat >expected <<'END'
recurrent weights in the layer: (4, 4)
nodes of the graph: Input, CubaLIF, Output
nir.read: ValueError, with type_check=False: 3 nodes
END
venv/bin/python -W ignore - >seen <<'END'
import nir
from rockpool.nn.modules import LIFTorch
from rockpool.nn.modules.torch.nir import to_nir

layer = LIFTorch(4, has_rec=True, tau_mem=0.02, tau_syn=0.01, dt=1e-3)
print("recurrent weights in the layer:", tuple(layer.w_rec.shape))
graph = to_nir(layer)
print("nodes of the graph:", ", ".join(type(node).__name__ for node in graph.nodes.values()))
nir.write("layer.nir", graph)
try:
    nir.read("layer.nir")
    found = "no error"
except ValueError as error:
    found = type(error).__name__
print(f"nir.read: {found}, with type_check=False: {len(nir.read('layer.nir', type_check=False).nodes)} nodes")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: Rockpool 3.1.0 leaves recurrent weights out of its graphs of NIR."

#!/usr/bin/env bash
# `NVAR.reset` of reservoirpy 0.4.2, and what a second series begins with.
#
# Nodes of reservoirpy carry their state from call to call, and `reset` is there to begin anew between two series. One would
# expect the first rows after it to be those of a new node. NVAR keeps its delayed rows apart from its state, and `reset`
# sets only the state: the first row of the second series holds products with the last rows of the series before, and
# predictions of a model that is run on several series depend on their order. Make a new node for every series.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq reservoirpy==0.4.2 numpy==2.3.5 scipy==1.16.3

cat >expected <<'END'
a new node     [1. 0. 1. 0. 0.]
after reset()  [ 1.  5.  1.  5. 25.]
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from reservoirpy.nodes import NVAR

series = np.arange(1.0, 6.0)[:, None]
node = NVAR(delay=2, order=2, strides=1)  # now, one row before, and their three products
print("a new node    ", node.run(series)[0])
node.reset()
print("after reset() ", node.run(series)[0])
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: NVAR.reset of reservoirpy 0.4.2 keeps the rows before."

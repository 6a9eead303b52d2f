#!/usr/bin/env bash
# The arguments of `NIRGraph` of nir 1.0.8, which are kept and completed.
#
# Edges are a list and nodes a dict, and variants of a network are made by changing a node and building the graph again. One
# would expect both to be as they were. A graph keeps the very objects, and gives a node that nothing leads to yet an input and
# an output of its own: new entries stand in the caller's dict and list, in every graph made of them before, too. The next
# graph of the same list and other nodes is refused for a node that nobody has named. Pass copies.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq nir==1.0.8 numpy==2.3.5

cat >expected <<'END'
edges before: 2, nodes: 4
edges after:  4, nodes: 6
the same edges with a graph without 'weights': ValueError
END
venv/bin/python -W ignore - >seen <<'END'
import nir
import numpy as np

one = np.ones(1)


def units():
    unit = nir.LIF(tau=one, r=one, v_leak=0 * one, v_threshold=one)
    return {"input": nir.Input({"input": np.array([1])}), "lif": unit, "output": nir.Output({"output": np.array([1])})}


edges = [("input", "lif"), ("lif", "output")]
nodes = units() | {"weights": nir.Linear(np.eye(1))}  # to be connected in a later variant
print(f"edges before: {len(edges)}, nodes: {len(nodes)}")
nir.NIRGraph(nodes, edges)
print(f"edges after:  {len(edges)}, nodes: {len(nodes)}")
try:
    nir.NIRGraph(units(), edges)
    found = "no error"
except Exception as error:
    found = type(error).__name__
print("the same edges with a graph without 'weights':", found)
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: NIRGraph of nir 1.0.8 changes the lists and dicts that it is given."

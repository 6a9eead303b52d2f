#!/usr/bin/env bash
# `ES2N` of reservoirpy 0.4.2: a proximity for each unit, and its default.
#
# A network at the edge of stability follows x(t) = (1 - beta) O x(t-1) + beta f(W x(t-1) + Win u(t) + bias). The
# proximity beta is documented as a number or an array of one for each unit, so that a unit with a proximity of 1 should
# be an ordinary one, which no skip path reaches, and one with 0.25 should keep 0.75 of what O hands it. The program
# computes `(1 - beta) * O @ s`, in which the array scales the columns of O: how much of its state a unit gives to others,
# not how much it takes. No error is raised, and an array whose numbers are all alike hides it. The default proximity is
# 1.0, with which O has no effect and the node is an ordinary reservoir. Give one number, below 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq reservoirpy==0.4.2 numpy==2.3.5 scipy==1.16.3

cat >expected <<'END'
by the documented equation [0.75 0.  ]
ES2N                       [0.   0.75]
ES2N by default            [0. 0.]
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
from reservoirpy.nodes import ES2N

swap = np.array([[0.0, 1.0], [1.0, 0.0]])  # O: each of two units takes over what the other one held
before = np.array([1.0, 1.0])
nothing = {"W": np.zeros((2, 2)), "Win": np.zeros((2, 1)), "O": swap}


def after(**settings):
    node = ES2N(2, **nothing, **settings)
    node.initialize(np.zeros((1, 1)))
    node.state = {"out": before}
    return node.step(np.zeros(1))


beta = np.array([0.25, 1.0])
print("by the documented equation", (1 - beta) * (swap @ before))
print("ES2N                      ", after(proximity=np.array([0.25, 1.0])))
print("ES2N by default           ", after())
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: ES2N of reservoirpy 0.4.2 scales the columns of O by a proximity for each unit."

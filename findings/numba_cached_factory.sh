#!/usr/bin/env bash
# Kernels that a factory makes, kept on disk by Numba 0.68.1 (`cache=True`).
#
# A factory is how a simulator lets users plug a neuron or a rule into a compiled loop: `make(k)` returns a compiled
# closure over k. One would expect two of its products, compiled in different processes and cached, to stay two
# functions. Each alone is right when it is loaded. But a kernel that calls both gets the first one twice: their
# machine code has one symbol, which holds the name of the function, a number that each process counts for itself from
# the same start, and the types, but nothing of the closure. The linker keeps one of them, without a word.
#
# Numbers are wrong only if the products were compiled in different processes, so that a test in one process passes,
# and the first run on a new machine too. Give each product a name of its own (`inner.__qualname__`) before it is
# compiled, or compile such kernels without `cache=True`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq numba==0.68.1 numpy==2.3.5

cat >powers.py <<'END'
import numba


def make(k):
    @numba.njit(cache=True)
    def power_sum(x):
        total = 0.0
        for i in range(len(x)):
            total += x[i] ** k
        return total

    return power_sum


squares, cubes = make(2), make(3)


@numba.njit
def both(x):
    return squares(x), cubes(x)
END
cat >expected <<'END'
one process compiles the sum of squares of [2.0]: 4.0
another compiles the sum of cubes of [2.0]: 8.0
a third loads them, each alone: 4.0 8.0
a fourth calls both in one kernel: (4.0, 4.0)
END
run() {
    venv/bin/python -c "import numpy as np; from powers import *; x = np.array([2.0]); print('$1:', $2)"
}
{
    run "one process compiles the sum of squares of [2.0]" "squares(x)"
    run "another compiles the sum of cubes of [2.0]" "cubes(x)"
    run "a third loads them, each alone" "squares(x), cubes(x)"
    run "a fourth calls both in one kernel" "both(x)"
} >seen
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: in Numba 0.68.1 a kernel that calls two cached products of one factory may call the first one twice."

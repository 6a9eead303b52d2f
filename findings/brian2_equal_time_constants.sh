#!/usr/bin/env bash
# `method="exact"` of Brian2 2.9.0, where a synapse and a membrane have the same time constant.
#
# tau dv/dt = ge - v and tau_e dge/dt = -ge have a solution for every pair of time constants. One would expect that from exact
# integration. It is the formula for different ones that is evaluated, with 1 / (tau - tau_e) in it: for equal constants v is
# NaN, with a warning in the log; for nearly equal ones digits are lost silently, 3 % at 1 + 1e-12. Units with NaN never spike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq brian2==2.9.0 "numpy<2.4" setuptools==80.9.0

cat >expected <<'END'
tau_e 19 ms             v 0.299310, closed form 0.299310
tau_e 20 (1 + 1e-09) ms v 0.303254, closed form 0.303265
tau_e 20 (1 + 1e-12) ms v 0.294791, closed form 0.303265
tau_e 20 ms             v nan, closed form 0.303265
END
venv/bin/python -W ignore - >seen <<'END'
import brian2 as b
import numpy as np

b.prefs.codegen.target = "numpy"
b.BrianLogger.suppress_hierarchy("brian2")
equations = """
dv/dt = (ge - v) / tau_m : 1
dge/dt = -ge / tau_e : 1
tau_m : second (constant)
tau_e : second (constant)
"""
cases = {"19": 19.0, "20 (1 + 1e-09)": 20 * (1 + 1e-9), "20 (1 + 1e-12)": 20 * (1 + 1e-12), "20": 20.0}
for name, tau in cases.items():
    unit = b.NeuronGroup(1, equations, method="exact", dt=0.1 * b.ms)
    unit.tau_m, unit.tau_e, unit.ge = 20 * b.ms, tau * b.ms, 1
    b.Network(unit).run(10 * b.ms)
    difference = 1 / 20 - 1 / tau
    # The integral of exp(-(10 - s) / 20) exp(-s / tau) / 20 from 0 to 10.
    closed = np.exp(-0.5) / 20 * (10 if abs(difference) < 1e-9 else np.expm1(10 * difference) / difference)
    print(f"tau_e {f'{name} ms':17s} v {unit.v[0]:.6f}, closed form {closed:.6f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: exact integration in Brian2 2.9.0 needs time constants that differ."

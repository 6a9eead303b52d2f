#!/usr/bin/env bash
# `method="exponential_euler"` of Brian2 2.9.0, where the conductance of a unit vanishes.
#
# C dv/dt = I + g (E - v) is linear in v, and its solution for a held g is v + I dt / C where g is 0. One would expect that from
# exponential Euler, the method for conductances. It evaluates I / g: where g is 0, v is NaN, with a warning in the log; where g
# is small, digits are lost silently, and where exp(-g dt / C) rounds to 1, v stands still. So a perfect integrator, which has
# no leak, stops firing for ever some 150 ms after its last synaptic event, whatever current it is given.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq brian2==2.9.0 "numpy<2.4" setuptools==80.9.0

cat >expected <<'END'
g 1e-03: v 10.0650, closed form 10.0650
g 1e-11: v 9.9854, closed form 10.0000
g 1e-13: v 12.5000, closed form 10.0000
g 1e-15: v 0.0000, closed form 10.0000
g 0e+00: v nan, closed form 10.0000
exponential_euler: [6 0 0] spikes in three times 200 ms after a synaptic event
euler: [6 7 7] spikes in three times 200 ms after a synaptic event
END
venv/bin/python -W ignore - >seen <<'END'
import brian2 as b
import numpy as np

b.prefs.codegen.target = "numpy"
b.BrianLogger.suppress_hierarchy("brian2")
b.defaultclock.dt = 0.1 * b.ms
for g in (1e-3, 1e-11, 1e-13, 1e-15, 0.0):
    unit = b.NeuronGroup(1, "dv/dt = (10 + g * (70 - v)) / (20 * ms) : 1\n g : 1 (constant)", method="exponential_euler")
    unit.g = g
    b.Network(unit).run(20 * b.ms)
    closed = 10.0 if g == 0 else (70 + 10 / g) * -np.expm1(-g)
    print(f"g {g:5.0e}: v {unit.v[0]:.4f}, closed form {closed:.4f}")

for method in ("exponential_euler", "euler"):
    equations = """
    dv/dt = (10 + g * (70 - v)) / (20 * ms) : 1
    dg/dt = -g / (5 * ms) : 1
    """
    unit = b.NeuronGroup(1, equations, threshold="v >= 15", reset="v = 0", method=method)
    unit.g = 0.1
    spikes = b.SpikeMonitor(unit)
    b.Network(unit, spikes).run(600 * b.ms)
    counts = np.histogram(spikes.t / b.ms, [0, 200, 400, 600])[0]
    print(f"{method}: {counts} spikes in three times 200 ms after a synaptic event")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: exponential Euler in Brian2 2.9.0 needs a conductance that does not vanish."

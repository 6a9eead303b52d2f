#!/usr/bin/env bash
# The package reservoir_computing 1.0.2, the data sets `lorenz` and `rossler`.
#
# Both document `dt` as the time step of the simulation, .001 by default, and `t_span` as its span of time. One would
# expect rows .001 apart. The number of rows is 1/dt whatever the span, so the default of 1000 rows covers 100 time
# units of Lorenz in steps of .1, a hundred times what is said, and 200 time units of Rössler in steps of .2. The
# second row of Lorenz agrees with a precise solution at .1001, not at .001. A longer span gives no more rows, only
# coarser ones.
#
# One step ahead is a hundred times further than it says, and a forecast horizon in steps, turned into Lyapunov times
# with dt = .001, is wrong by that factor. Pass `dt` as 1 over the number of rows wanted, or integrate the equations
# yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq reservoir_computing==1.0.2 requests==2.32.5 numpy==2.3.5 scipy==1.16.3 scikit-learn==1.7.2

cat >expected <<'END'
lorenz, dt=0.001, 100 time units: 1000 rows
lorenz, dt=0.001, 200 time units: 1000 rows
rossler, dt=0.001, 200 time units: 1000 rows
second row against the solution at 0.0010: off by 2.08
second row against the solution at 0.1001: off by 0.00
END
venv/bin/python - >seen <<'END'
import numpy as np
from reservoir_computing.datasets import lorenz, rossler
from scipy.integrate import solve_ivp


def lorenz_equations(t, state):
    x, y, z = state
    return [10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z]


for span in (100, 200):
    print(f"lorenz, dt=0.001, {span} time units: {len(lorenz(t_span=[0, span], dt=0.001))} rows")
print(f"rossler, dt=0.001, 200 time units: {len(rossler())} rows")
second_row = lorenz()[1]
for time in (0.001, 100 / 999):
    precise = solve_ivp(lorenz_equations, [0, time], [0, -0.01, 9.0], rtol=1e-10, atol=1e-12).y[:, -1]
    print(f"second row against the solution at {time:.4f}: off by {abs(second_row - precise).max():.2f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: dt of lorenz and rossler in reservoir_computing 1.0.2 is not the step but one over the number of rows."

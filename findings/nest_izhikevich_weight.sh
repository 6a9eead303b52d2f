#!/usr/bin/env bash
# What a spike does to `izhikevich` of NEST 3.10.0, with and without `consistent_integration`.
#
# "v jumps on each spike arrival by the weight of the spike", says its documentation of both ways of integration. By default
# that is so. One would expect it of the other, that of Izhikevich's program, too, and that a flag about numerics leaves
# weights as they are. There, a spike is a current during one step: V moves by weight times resolution, a tenth at 0.1 ms.
# What is fitted at 1 ms, the resolution of the paper, is another network at 0.1 ms: its weights have to be multiplied by 10.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq "nest-simulator==3.10.0" numpy==2.3.5

cat >expected <<'END'
consistent_integration True , resolution 1.0 ms: a spike of weight 1 moves V by 1.000 mV
consistent_integration True , resolution 0.1 ms: a spike of weight 1 moves V by 1.000 mV
consistent_integration False, resolution 1.0 ms: a spike of weight 1 moves V by 0.855 mV
consistent_integration False, resolution 0.1 ms: a spike of weight 1 moves V by 0.099 mV
END
venv/bin/python -W ignore - <<'END' | grep ^consistent >seen  # and not what NEST says of itself
import nest

nest.set_verbosity("M_ERROR")
for consistent in (True, False):
    for resolution in (1.0, 0.1):
        nest.ResetKernel()
        nest.resolution = resolution
        at_rest = {"V_m": -70.0, "U_m": -14.0, "consistent_integration": consistent}
        unit = nest.Create("izhikevich", 1, at_rest)
        source = nest.Create("spike_generator", params={"spike_times": [1.0]})
        nest.Connect(source, unit, syn_spec={"weight": 1.0, "delay": 1.0})
        meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": resolution})
        nest.Connect(meter, unit)
        nest.Simulate(5.0)
        moved = next(v + 70.0 for v in meter.events["V_m"] if abs(v + 70.0) > 1e-6)
        head = f"consistent_integration {consistent!s:5}, resolution {resolution} ms"
        print(f"{head}: a spike of weight 1 moves V by {moved:.3f} mV")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: without consistent_integration, weights of izhikevich are currents of one step in NEST 3.10.0."

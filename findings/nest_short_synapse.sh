#!/usr/bin/env bash
# Synaptic time constants far below the resolution, in `iaf_psc_exp` of NEST 3.10.0.
#
# A spike through a synapse whose current decays with tau moves the voltage by about weight tau / C: the shorter the synapse,
# the less. One would expect that to go on, or a refusal. Below a resolution / 708 the propagator overflows on its way and is
# replaced by that of equal time constants: the unit responds as if tau_syn were tau_m, here 700 and 10,000 times too strong,
# without a warning. Whoever writes delta synapses as very short ones should not go below a hundredth of the resolution.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq "nest-simulator==3.10.0" numpy==2.3.5

cat >expected <<'END'
tau_syn  0.01000 ms: V one step later 4.76e-04 mV, weight tau / C 5.00e-04
tau_syn  0.00142 ms: V one step later 6.75e-05 mV, weight tau / C 7.10e-05
tau_syn  0.00140 ms: V one step later 4.76e-02 mV, weight tau / C 7.00e-05
tau_syn  0.00010 ms: V one step later 4.76e-02 mV, weight tau / C 5.00e-06
END
venv/bin/python -W ignore - <<'END' | grep ^tau_syn >seen  # and not what NEST says of itself
import nest

nest.set_verbosity("M_ERROR")
for tau in (0.01, 0.00142, 0.0014, 0.0001):
    nest.ResetKernel()
    nest.resolution = 1.0
    constants = {"E_L": 0.0, "V_m": 0.0, "V_th": 1e9, "V_reset": 0.0, "C_m": 20000.0, "tau_m": 20.0, "I_e": 0.0}
    unit = nest.Create("iaf_psc_exp", 1, {**constants, "tau_syn_ex": tau})
    source = nest.Create("spike_generator", params={"spike_times": [1.0]})
    nest.Connect(source, unit, syn_spec={"weight": 1000.0, "delay": 1.0})
    nest.Simulate(3.0)
    expected = 1000.0 * tau / 20000.0
    print(f"tau_syn  {tau:.5f} ms: V one step later {unit.V_m:.2e} mV, weight tau / C {expected:.2e}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: synapses of less than a 708th of the resolution act as slow ones in NEST 3.10.0."

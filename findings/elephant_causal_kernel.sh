#!/usr/bin/env bash
# Firing rates with elephant 1.2.1: `instantaneous_rate` and its causal kernels.
#
# An exponential kernel is the causal one: zero before the spike, decaying behind it, as a synapse does. One would
# expect a rate made with it to rise at the spike. By default `instantaneous_rate` shifts every kernel until its
# median lies on the spike (`center_kernel=True`). With `ExponentialKernel(sigma=0.5 s)` and one spike at 5 s the rate
# jumps up at 4.66 s, and half of it lies before the spike. With `center_kernel=False` it starts at 5.0 s.
#
# A reservoir or a readout that is given such rates as input sees the future by .34 s (ln 2 times sigma), and a
# forecast scores far too well; as targets they ask for an answer before its cause. Pass `center_kernel=False`
# wherever the order in time matters.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq elephant==1.2.1 neo==0.14.6 quantities==0.16.4 numpy==2.3.5

cat >expected <<'END'
one spike at 5.00 s               rate begins   share of it before the spike
ExponentialKernel, default             4.66 s                           0.50
ExponentialKernel, not centred         5.00 s                           0.00
END
venv/bin/python -W ignore - >seen <<'END'
import neo
import quantities as pq
from elephant.kernels import ExponentialKernel
from elephant.statistics import instantaneous_rate

train = neo.SpikeTrain([5.0] * pq.s, t_stop=10 * pq.s)
print("one spike at 5.00 s               rate begins   share of it before the spike")
for name, options in (("default", {}), ("not centred", {"center_kernel": False})):
    kernel = ExponentialKernel(sigma=0.5 * pq.s)
    rate = instantaneous_rate(train, sampling_period=10 * pq.ms, kernel=kernel, **options)
    times, values = rate.times.rescale("s").magnitude, rate.magnitude[:, 0]
    begins = times[values > 1e-6][0]
    before = values[times < 5 - 1e-9].sum() / values.sum()
    print(f"{'ExponentialKernel, ' + name:34}{begins:9.2f} s{before:31.2f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: by default a causal kernel of elephant 1.2.1 gives a rate that rises before the spike."

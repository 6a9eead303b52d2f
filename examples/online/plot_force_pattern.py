"""
A chaotic network that learns a pattern while its output is fed back
====================================================================

FORCE (Sussillo & Abbott 2009): the output is fed back from the first step on, right or wrong, and recursive least
squares keeps it near the target by fast changes of the readout, at every second step. The changes become small, then
learning stops, and the network must go on alone. The pattern is a sum of four sines, one period in 1,200 steps.

Each line is one way to make the same pattern. The error is the NRMSE over the first five periods alone: 0 is perfect, 1
is the error of the mean; a pattern out of phase scores above 1. Two controls: a readout of nothing but the last output,
which is too little to know where in the pattern it is, and the network without its synapses, where every unit only
smooths the output.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.metrics import nrmse

N_UNITS, PERIOD, N_TRAIN, SEEDS = 300, 1200, 15 * 1200, range(3)
time = np.arange(N_TRAIN + 5 * PERIOD)
pattern = sum(
    size * np.sin(2 * np.pi * harmonic * time / PERIOD)
    for size, harmonic in zip((1, 1 / 2, 1 / 6, 1 / 3), (1, 2, 3, 4), strict=True)
)
silence = np.zeros((len(time), 1))  # nothing but its own output drives the network
target = np.where(time % 2 == 0, pattern, np.nan)[:N_TRAIN]  # a step without a target only drives the network


def learn_and_run(seed, **weights):
    """Return the output of the network running alone after learning."""
    reservoir = EchoStateReservoir(
        N_UNITS, leak_rate=0.1, input_scaling=1.0, bias_scaling=0.5, random_state=seed, **weights
    )
    model = ReservoirRegressor(reservoir, RLSReadout(alpha=0.01), feedback=True, passthrough=False)
    model.partial_fit(silence[:N_TRAIN], target)
    return model.predict(silence[N_TRAIN:], state=model.state_)


def last_output_alone():
    """Return a free run of the best line through (y(t - 1), y(t))."""
    slope, offset = np.polyfit(pattern[: N_TRAIN - 1], pattern[1:N_TRAIN], 1)
    outputs = [pattern[N_TRAIN - 1]]
    for _ in time[N_TRAIN:]:
        outputs.append(slope * outputs[-1] + offset)
    return np.array(outputs[1:])


truth = pattern[N_TRAIN:]
runs = {
    "no reservoir, last output": [last_output_alone()],
    "no synapses between units": [learn_and_run(0, recurrent_weights=np.zeros((N_UNITS, N_UNITS)))],
    "chaotic reservoir, FORCE": [learn_and_run(s, spectral_radius=1.5) for s in SEEDS],
}
print(f"four sines, {N_UNITS} units, {N_TRAIN:,} steps of learning, 5 periods alone, NRMSE by seed")
for name, outputs in runs.items():
    print(f"{name:28s}" + "".join(f"{nrmse(truth, output):9.4f}" for output in outputs))

# %%
figure, axis = plt.subplots(figsize=(10, 3.4), layout="constrained")
axis.plot(truth, color="black", lw=3, alpha=0.35, label="pattern")
axis.plot(runs["no reservoir, last output"][0], ":", color="tab:orange", label="last output alone")
axis.plot(runs["chaotic reservoir, FORCE"][0], color="tab:blue", lw=1, label="chaotic reservoir, after FORCE")
axis.set(title="Five periods alone", xlabel="step after learning", ylabel="output")
axis.legend(loc="upper right", ncols=3)
axis.set_ylim(-2, 2.4)
figure.savefig("force_pattern.png", dpi=120)
print("figure saved to force_pattern.png")

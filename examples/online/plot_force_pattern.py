"""
FORCE: a chaotic network learns to generate a pattern
=====================================================

Can a chaotic network learn to produce a pattern by itself, without any input but its own output? FORCE (D. Sussillo and
L. F. Abbott, "Generating coherent patterns of activity from chaotic neural networks", Neuron 63, 2009) feeds the output
back from the first step on, right or wrong. Recursive least squares keeps it near the target by fast changes of the
readout. The changes become small, then learning stops, and the network must go on alone.

It does: seven of eight networks stay within a tenth of the pattern's standard deviation for five periods. The eighth
gets ahead of its phase. Without the synapses between its units, or without a reservoir, nothing is generated.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.metrics import nrmse

N_UNITS, PERIOD, N_TRAIN, SEEDS = 300, 1200, 15 * 1200, range(8)

# %%
# The pattern
# -----------
# The sum of four sines, one period in 1,200 steps. Fifteen periods are learnt, and five are generated. Only every
# second step has a target; the others, with a target of NaN, only drive the network.
time = np.arange(N_TRAIN + 5 * PERIOD)
pattern = sum(
    size * np.sin(2 * np.pi * harmonic * time / PERIOD)
    for size, harmonic in zip((1, 1 / 2, 1 / 6, 1 / 3), (1, 2, 3, 4), strict=True)
)
silence = np.zeros((len(time), 1))  # nothing but its own output drives the network
target = np.where(time % 2 == 0, pattern, np.nan)[:N_TRAIN]
truth = pattern[N_TRAIN:]

# %%
# The network
# -----------
# A spectral radius of 1.5 makes it chaotic before it learns. One control is the same network without its synapses,
# where every unit only smooths the output.


def learn_and_generate(seed, **weights):
    """Return the output of the network running alone after learning."""
    reservoir = EchoStateReservoir(
        N_UNITS, leak_rate=0.1, input_scaling=1.0, bias_scaling=0.5, random_state=seed, **weights
    )
    model = ReservoirRegressor(reservoir, RLSReadout(alpha=0.01), feedback=True, passthrough=False)
    model.partial_fit(silence[:N_TRAIN], target)
    return model.predict(silence[N_TRAIN:], state=model.state_)


# %%
# The other control has no reservoir: a linear function of the last output, fed back, which is too little to know where
# in the pattern it is.


def last_output_alone():
    """Return a free run of the best line through (y(t - 1), y(t))."""
    slope, offset = np.polyfit(pattern[: N_TRAIN - 1], pattern[1:N_TRAIN], 1)
    outputs = [pattern[N_TRAIN - 1]]
    for _ in time[N_TRAIN:]:
        outputs.append(slope * outputs[-1] + offset)
    return np.array(outputs[1:])


runs = {
    "no reservoir, last output": [last_output_alone()],
    "no synapses between units": [learn_and_generate(0, recurrent_weights=np.zeros((N_UNITS, N_UNITS)))],
    "chaotic reservoir, FORCE": [learn_and_generate(seed, spectral_radius=1.5) for seed in SEEDS],
}

# %%
# Result
# ------
# The error is the NRMSE over the five periods, the root mean square error over the standard deviation of the pattern: 0
# is perfect, 1 is the error of the mean, and a pattern out of phase scores above 1.
errors = {name: [nrmse(truth, output) for output in outputs] for name, outputs in runs.items()}
print(f"four sines, {N_UNITS} units, {N_TRAIN:,} steps of learning, 5 periods alone, NRMSE by seed")
for name, values in errors.items():
    print(f"{name:28s}" + "".join(f"{value:9.4f}" for value in values))

# %%
# The best and the worst of the networks, both controls, and all errors.
order = np.argsort(errors["chaotic reservoir, FORCE"])
shown = {
    f"best of {len(SEEDS)} networks": runs["chaotic reservoir, FORCE"][order[0]],
    f"worst of {len(SEEDS)} networks": runs["chaotic reservoir, FORCE"][order[-1]],
    "no synapses between units": runs["no synapses between units"][0],
    "no reservoir, last output": runs["no reservoir, last output"][0],
}
figure, axes = plt.subplots(5, figsize=(8, 8.4), layout="constrained")
for axis, (name, output) in zip(axes, shown.items(), strict=False):
    axis.plot(np.arange(len(truth)) / PERIOD, truth, color="0.75", linewidth=4, label="pattern")
    axis.plot(np.arange(len(truth)) / PERIOD, output, "--", color="tab:blue", label="output")
    axis.set(ylabel="output", xlim=(0, 5), ylim=(-1.9, 1.9))
    axis.set_title(f"{name}: error {nrmse(truth, output):.3f}", loc="left", fontsize="medium")
    axis.tick_params(labelbottom=name == list(shown)[-1])
axes[0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, borderaxespad=0.1)
axes[3].set_xlabel(f"periods of {PERIOD:,} steps after learning")
for place, values in enumerate(errors.values()):
    axes[4].semilogx(values, np.full(len(values), place), "o", color="tab:blue", alpha=0.5)
axes[4].set_yticks(range(3), ["no reservoir", "no synapses", "FORCE"])
axes[4].set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
axes[4].set(xlabel="root mean square error / standard deviation", xlim=(0.003, 2), ylim=(-0.6, 2.6))
axes[4].set_title(f"Errors of {len(SEEDS)} networks and of the controls", loc="left", fontsize="medium")
figure.savefig("force_pattern.png", dpi=120)
print("figure saved to force_pattern.png")

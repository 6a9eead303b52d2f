"""How long a bit is recalled by units whose thresholds come back with different time constants."""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadoutClassifier
from reservoir import AdaptiveLeakyIntegrateAndFire, SequenceEncoder, SpikingLiquid

DELAYS, SEEDS = (100, 200, 400, 800, 1600, 3200), range(3)


def draw_trials(delay, random, n_trials=600):
    """Numbers of spikes in rows of 10 ms, and the bits."""
    bits = random.integers(0, 2, n_trials)
    X = random.poisson(0.02, (n_trials, 10 + delay // 10, 20))
    speaking = (np.arange(20) < 10) == bits[:, np.newaxis]
    X[:, :5] += random.poisson(0.8 * speaking[:, np.newaxis], (n_trials, 5, 20))
    X[:, -5:] += random.poisson(0.5, (n_trials, 5, 20))
    return X.astype(float), bits


def recall(neuron, delay, seed):
    """Share of bits that a readout names after the delay."""
    X, bits = draw_trials(delay, np.random.default_rng(seed))
    liquid = SpikingLiquid(
        neuron=neuron, recurrent_scaling=0.0, input="spikes", random_state=seed
    )
    states = SequenceEncoder(liquid, "last").fit(X[:300]).transform(X)
    readout = RidgeReadoutClassifier(alphas=np.logspace(-2, 4, 7))
    return readout.fit(states[:300], bits[:300]).score(states[300:], bits[300:])


figure, axis = plt.subplots(figsize=(8, 3.8), layout="constrained")
looks = (
    (None, ":", "x", "black"),
    (300.0, "-.", "v", "0.45"),
    (1000.0, "--", "s", "tab:orange"),
    (3000.0, "-", "o", "tab:blue"),
)
for tau, line, marker, colour in looks:
    neuron = AdaptiveLeakyIntegrateAndFire(
        threshold_jump=5.0 if tau else 0.0, tau_threshold=tau or 1.0
    )
    found = np.array(
        [[recall(neuron, delay, seed) for seed in SEEDS] for delay in DELAYS]
    )
    middle = found.mean(axis=1)
    ends = [middle - found.min(axis=1), found.max(axis=1) - middle]
    label = f"time constant {tau / 1000:.1f} s" if tau else "no adaptation (LIF)"
    axis.errorbar(
        DELAYS,
        middle,
        ends,
        linestyle=line,
        marker=marker,
        color=colour,
        capsize=3,
        label=label,
    )
axis.axhline(0.5, color="0.7", linewidth=0.8)
axis.set(
    xscale="log", xlabel="delay in ms", ylabel="share of bits recalled", ylim=(0.35, 1)
)
axis.set_xticks(DELAYS, DELAYS)
axis.minorticks_off()
axis.set_title("A bit that is no longer heard, read from the answer to a probe")
axis.legend(frameon=False, loc="upper right")

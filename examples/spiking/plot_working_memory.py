"""
What lets a spiking liquid remember for a second?
=================================================

A spike pattern says a first bit. After a silence of up to a second another pattern says a second bit, and a linear
readout of what the liquid does at the end must tell whether the two are equal. This temporal exclusive or asks for
both that make a liquid: memory, and nonlinear mixing of what is remembered with what comes.

What remembers is the threshold: units that fired for the first bit answer less to what comes a second later, though
hardly any fires in between. Leaky integrate-and-fire units (LIF) forget within 200 ms, even where the circuit drives
itself. What mixes is any synapse: if units hear channels of both bits, adaptive ones need no recurrence, and are no
better with it. If each hears one channel, recurrence must bring the bits together, and only a circuit that has both,
recurrence and adaptation, still answers after a second. Recurrent synapses that are depressed by use are a memory, too,
and a shorter one.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import lfilter
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from readouts import RidgeReadoutClassifier
from reservoir import (
    AdaptiveLeakyIntegrateAndFire,
    LIFLiquid,
    LiquidHealthWarning,
    Markram,
    SequenceEncoder,
    SpikingLiquid,
)

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads

# %%
# The task
# --------
# Each bit has two patterns of 30 spikes in 50 ms, drawn once: those of the first bit on channels 0 to 9, those of the
# second on channels 10 to 19. In every trial each spike is moved by 2 ms (standard deviation), and every channel adds
# noise of 2 Hz throughout, the silence included.

N_CHANNELS, N_SPIKES, ITEM, ROW = 20, 30, 50, 5  # times in ms
JITTER, NOISE = 2.0, 2.0  # ms, Hz
DELAYS, N_TRAIN, N_TEST, SEEDS = (50, 200, 1000), 280, 120, range(10, 13)


def draw_patterns(rng):
    """The channels and times of the spikes of either value of either bit."""
    half = N_CHANNELS // 2
    return [
        [(half * bit + rng.integers(0, half, N_SPIKES), rng.uniform(0, ITEM, N_SPIKES)) for _ in range(2)]
        for bit in range(2)
    ]


def draw_trials(patterns, delay, rng):
    """Numbers of spikes (n_trials, n_rows, n_channels), and the bits (2, n_trials)."""
    n_trials, item, gap = N_TRAIN + N_TEST, ITEM // ROW, delay // ROW
    X = rng.poisson(NOISE * ROW / 1000, (n_trials, 2 * item + gap, N_CHANNELS)).astype(float)
    bits = rng.integers(0, 2, (2, n_trials))
    for bit, start in enumerate((0, item + gap)):
        for value, (channels, times) in enumerate(patterns[bit]):
            trials = np.flatnonzero(bits[bit] == value)
            when = np.clip(times + rng.normal(0, JITTER, (len(trials), N_SPIKES)), 0, ITEM - 1)
            np.add.at(X, (trials[:, None], start + (when // ROW).astype(int), channels), 1)
    return X, bits


# %%
# Liquids and controls
# --------------------
# A liquid has 200 units. Every spike of an adaptive unit raises its threshold by 10 mV, two thirds of its height, which
# fades with 2 s. With its adaptation off, it is the LIF unit. Inputs are broad, 8 channels to a unit, which mixes the
# two bits at the first synapse, or narrow, one channel to a unit, where only recurrent synapses can mix them: without
# them the state is a sum of what each bit makes of its own units, and no sum tells whether two bits are equal. Two more
# LIF liquids have twice the recurrence: one drives itself, of which the library warns, and in the other recurrent
# synapses are depressed by use and recover with 1.1 s, a memory outside of the units.
#
# The readout sees spikes filtered by exp(-t / 30 ms) at the end of the second pattern and nothing before, so that it
# has no memory of its own. All settings were chosen on other patterns, circuits and trials, those of the seeds 0 and 1.

warnings.simplefilter("ignore", LiquidHealthWarning)
ADAPTIVE = AdaptiveLeakyIntegrateAndFire(threshold_jump=10.0, tau_threshold=2000.0)
OFF = AdaptiveLeakyIntegrateAndFire(threshold_jump=0.0)
DEPRESSED = Markram(utilization=0.5, tau_depression=1100.0, tau_facilitation=50.0)
TAU_TRACE, INPUTS = 30.0, {"broad": 8, "narrow": 1}
LIQUIDS = {
    "adaptive, recurrent": {"neuron": ADAPTIVE, "recurrent_scaling": 1.0},
    "adaptive, no recurrence": {"neuron": ADAPTIVE, "recurrent_scaling": 0.0},
    "LIF, depressed synapses": {"neuron": OFF, "recurrent_scaling": 2.0, "short_term_plasticity": DEPRESSED},
    "LIF, strongly recurrent": {"neuron": OFF, "recurrent_scaling": 2.0},
    "LIF, recurrent": {"neuron": OFF, "recurrent_scaling": 1.0},
    "LIF, no recurrence": {"neuron": OFF, "recurrent_scaling": 0.0},
}


SHARED = {"input": "spikes", "input_period": ROW, "input_scaling": 20.0, "tau_trace": TAU_TRACE}


def last_states(X, degree, seed, settings):
    liquid = SpikingLiquid(200, input_degree=degree, random_state=seed, **SHARED, **settings)
    return SequenceEncoder(liquid, "last").fit(X[:N_TRAIN]).transform(X)


def accuracies(features, bits, classifier=None):
    """Of the answers whether the bits are equal, and of what the first one was, on the trials to test."""
    classifier = RidgeReadoutClassifier(alphas=np.logspace(-3, 3, 7)) if classifier is None else classifier
    targets = bits[0] == bits[1], bits[0]
    return [classifier.fit(features[:N_TRAIN], y[:N_TRAIN]).score(features[N_TRAIN:], y[N_TRAIN:]) for y in targets]


# %%
# With no reservoir there are the filtered input spikes at the same moment; the same filtered with 2 s, a memory as long
# as that of the adaptation; and all rows of the trial at once, as if nothing had to be remembered, for a support vector
# machine, linear or not.

LINEAR, ROUND = SVC(kernel="linear"), SVC(C=10)


def controls(X):
    """Features and a classifier for each control."""
    short, long = (
        lfilter([1], [1, -np.exp(-ROW / tau)], X, axis=1)[:, -1] for tau in (TAU_TRACE, ADAPTIVE.tau_threshold)
    )
    rows = X.reshape(len(X), -1)
    return {
        "short traces": (short, None), "long traces": (long, None),
        "all rows, linear": (rows, LINEAR), "all rows, SVC (rbf)": (rows, ROUND),
    }  # fmt: skip


found = {}
for delay in DELAYS:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        X, bits = draw_trials(draw_patterns(rng), delay, rng)
        scores = {
            (width, name): accuracies(last_states(X, degree, seed, settings), bits)
            for width, degree in INPUTS.items()
            for name, settings in LIQUIDS.items()
        }
        for name, (features, classifier) in controls(X).items():
            scores["no reservoir", name] = accuracies(features, bits, classifier)
        for key, pair in scores.items():
            found.setdefault(key, {}).setdefault(delay, []).append(pair)

# %%
# The tables
# ----------

liquids = LIFLiquid(200, random_state=0, **SHARED), SpikingLiquid(200, neuron=OFF, random_state=0, **SHARED)
same = np.array_equal(*(liquid.fit(X[:1]).transform(X[0]) for liquid in liquids))
print(f"adaptation off gives the states of LIFLiquid, bit for bit: {same}")
print(f"Accuracies on {N_TEST} trials, mean +- sd of {len(SEEDS)} seeds; chance is 0.5")
for question, title in enumerate(("are the bits equal?", "what was the first bit?")):
    print(f"\n{title:38s}" + "".join(f"{f'{delay} ms':>16s}" for delay in DELAYS))
    for (width, name), by_delay in found.items():
        values = [np.array(scores)[:, question] for scores in by_delay.values()]
        print(f"{width:14s}{name:24s}" + "".join(f"{one.mean():9.2f} +- {one.std():.2f}" for one in values))

# %%
# Accuracy against delay
# ----------------------

looks = (
    ("-", "o", "tab:blue"), ("--", "s", "tab:blue"), ("-", "D", "tab:orange"), ("--", "^", "tab:orange"),
    ("-.", "v", "0.45"), (":", "x", "black"),
)  # fmt: skip
figure, axes = plt.subplots(2, 2, figsize=(8, 7.5), sharex=True, sharey=True, layout="constrained")
for question, (row, title) in enumerate(zip(axes, ("Are the bits equal?", "What was the first bit?"), strict=True)):
    for axis, width in zip(row, INPUTS, strict=True):
        for place, (name, (line, marker, colour)) in enumerate(zip(LIQUIDS, looks, strict=True)):
            scores = np.array([np.array(one)[:, question] for one in found[width, name].values()])
            middle, where = scores.mean(axis=1), np.array(DELAYS) * 1.03 ** (place - 2.5)  # aside, so that all are seen
            ends = [middle - scores.min(axis=1), scores.max(axis=1) - middle]
            axis.errorbar(where, middle, ends, linestyle=line, marker=marker, color=colour, capsize=2, label=name)
        axis.axhline(0.5, color="0.7", linewidth=0.8)
        axis.set(title=f"{title}\n{width} input", xscale="log", ylim=(0.35, 1.03))
        axis.set_xticks(DELAYS, DELAYS)
        axis.minorticks_off()
for axis in axes[1]:
    axis.set_xlabel("silence between the bits in ms")
for axis in axes[:, 0]:
    axis.set_ylabel("accuracy")
figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
figure.savefig("working_memory.png", dpi=120)
print("\nfigure saved to working_memory.png")

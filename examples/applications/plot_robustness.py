"""
How robust is a liquid against bad sensors?
===========================================

Nine speakers are told apart (Japanese Vowels, official split) by models that were trained on clean utterances and are
tested on faulty ones: with noise, lost frames, dead channels, or channels that drift while the speaker speaks. How much
of each fault does it take to bring the accuracy below 0.9?

Read by a ridge, the states of an echo state liquid bear more noise, loss and drift than the frames themselves do. But
liquids are not robust by nature: a multilayer perceptron that sees all frames, without any reservoir, bears an offset
as well as this liquid and everything else better, and spikes do not bear lost frames. `ReservoirClassifier` bears a
drifting offset best and noise worst, because two of its four views are differences, which amplify noise. Without these
it bears drifts better than the perceptron, and noise and losses nearly as well.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from reservoir import EchoStateReservoir, LIFLiquid, ReservoirClassifier, SequenceEncoder
from reservoir.datasets import load_japanese_vowels

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, SEEDS, N_FRAMES, ENOUGH = 100, range(5), 20, 0.9

X_train, y_train = load_japanese_vowels("train")
X_test, y_test = (part[::2] for part in load_japanese_vowels("test"))  # half of them are enough, and quick
scaler = StandardScaler().fit(np.vstack(X_train))
X_train, X_test = ([scaler.transform(x) for x in series] for series in (X_train, X_test))
n_channels = X_train[0].shape[1]


# %%
# Five faults of sensors. Channels are in units of their standard deviation in training, with mean 0. What is lost reads
# as that mean. Drifts grow over the utterance from nothing to the given size, up or down at random in every channel.
def add_noise(x, size, random):
    return x + size * random.standard_normal(x.shape)


def lose_frames(x, share, random):
    return x * (random.random((len(x), 1)) >= share)


def silence_channels(x, n_dead, random):
    return x * (random.permutation(n_channels) >= n_dead)


def drift_offset(x, size, random):
    return x + size * np.outer(np.linspace(0, 1, len(x)), random.choice([-1, 1], n_channels))


def drift_gain(x, factor, random):
    return x * factor ** np.outer(np.linspace(0, 1, len(x)), random.choice([-1, 1], n_channels))


faults = {
    "noise": (add_noise, (0, 0.4, 0.8, 1.2, 1.6), "standard deviation (SD)"),
    "lost frames": (lose_frames, (0, 0.2, 0.4, 0.6, 0.8), "share of frames lost"),
    "dead channels": (silence_channels, (0, 2, 4, 6, 8), f"dead channels, of {n_channels}"),
    "drifting offset": (drift_offset, (0, 0.5, 1, 1.5, 2), "offset at the end (SD)"),
    "drifting gain": (drift_gain, (1, 2, 3, 4, 5), "gain at the end, or its inverse"),
}


# %%
# The liquids, and two models without one. A ridge reads all but the last. "Without differences" is the
# `ReservoirClassifier` with two of its four views. "Pooled" is the encoder of the first two liquids with a "reservoir"
# that copies the channels. The perceptron is given all frames of an utterance, stretched to the same number. Nothing is
# tuned: settings are defaults, or those of the other examples.
def pooled(reservoir):
    encoder = SequenceEncoder(reservoir, ("mean", "last", "segments"))
    return make_pipeline(encoder, StandardScaler(), RidgeClassifierCV(np.logspace(-2, 4, 13)))


def stretch(series):
    """Return all frames of every utterance as one row, interpolated to the same number of frames."""
    rows = []
    for x in series:
        place = np.linspace(0, len(x) - 1, N_FRAMES)[:, None]
        before = np.minimum(place.astype(int), len(x) - 2)
        rows.append((x[before[:, 0]] * (before + 1 - place) + x[before[:, 0] + 1] * (place - before)).ravel())
    return np.array(rows)


def all_frames(classifier):
    return make_pipeline(FunctionTransformer(stretch), StandardScaler(), classifier)


copy = EchoStateReservoir(
    recurrent_weights=np.zeros((n_channels, n_channels)),
    input_weights=np.eye(n_channels),
    bias=0.0,
    leak_rate=1.0,
    activation="identity",
)
models = {
    "echo state": lambda seed: pooled(EchoStateReservoir(N_UNITS, random_state=seed)),
    "spiking LIF": lambda seed: pooled(LIFLiquid(N_UNITS, random_state=seed)),
    "ReservoirClassifier": lambda seed: ReservoirClassifier(n_units=N_UNITS, random_state=seed),
    "without differences": lambda seed: ReservoirClassifier(
        n_units=N_UNITS, views=("scaled", "standardized"), random_state=seed
    ),
    "no reservoir, pooled": lambda seed: pooled(copy),
    "no reservoir, MLP": lambda seed: all_frames(MLPClassifier(max_iter=1000, random_state=seed)),
}
accuracies = {name: {fault: [] for fault in faults} for name in models}
for seed in SEEDS:
    fitted = {name: make(seed).fit(X_train, y_train) for name, make in models.items()}
    clean = {name: model.score(X_test, y_test) for name, model in fitted.items()}
    for fault, (spoil, severities, _) in faults.items():
        random = np.random.default_rng(seed)
        faulty = [[spoil(x, severity, random) for x in X_test] for severity in severities[1:]]
        for name, model in fitted.items():
            accuracies[name][fault].append([clean[name], *(model.score(X, y_test) for X in faulty)])


# %%
# The size of a fault at which the accuracy falls below 0.9, interpolated between the sizes that were tried.
def tolerated(curve, severities):
    below = np.flatnonzero(np.asarray(curve) < ENOUGH)
    if not below.size:
        return severities[-1]
    step = slice(below[0] - 1, below[0] + 1)
    return np.interp(-ENOUGH, -np.asarray(curve[step]), severities[step])


print(f"{N_UNITS} units, {len(SEEDS)} seeds: accuracy, and the fault at which it falls to {ENOUGH} (mean +- sd)")
print(f"{'':22s}{'clean':14s}" + "".join(f"{fault:16s}" for fault in faults))
for name, curves in accuracies.items():
    clean = np.array(curves["noise"])[:, 0]
    row = f"{name:22s}{clean.mean():.3f} +- {clean.std():.3f}"
    for fault, (_, severities, _) in faults.items():
        sizes = [tolerated(curve, severities) for curve in curves[fault]]
        row += f"  {np.mean(sizes):.2f} +- {np.std(sizes):.2f}"
    print(row)

# %%
# For every fault, one channel of one utterance, clean and with the middle size of the fault, above the accuracies.
figure = plt.figure(figsize=(7.4, 7.6), layout="constrained")
blocks = figure.subfigures(2, 3, wspace=0.03, hspace=0.04)
styles = dict(zip(models, ("o-", "s--", "^-.", "D--", "v-", "P:"), strict=True))
colours = dict(zip(models, ("tab:blue", "tab:cyan", "navy", "tab:purple", "tab:orange", "black"), strict=True))
for block, (fault, (spoil, severities, label)) in zip(blocks.flat, faults.items(), strict=False):
    above, below = block.subplots(2, height_ratios=(1, 2.5))
    utterance, middle = X_test[0], severities[2]
    above.plot(utterance[:, 0], color="0.65", linewidth=3, label="channel 1, clean")
    faulty = spoil(utterance, middle, np.random.default_rng(4))[:, 0]
    above.plot(faulty, ".-", color="tab:red", linewidth=1, label="channel 1, faulty")
    above.text(0.04, 0.07, f"fault of size {middle}", transform=above.transAxes, fontsize=9)
    above.set(title=fault.capitalize(), ylim=(-3.4, 4.4), ylabel="value (SD)", xlabel="frame", yticks=(-3, 0, 3))
    for name in models:
        scores = np.array(accuracies[name][fault])
        mean, spread = scores.mean(axis=0), scores.std(axis=0)
        below.plot(severities, mean, styles[name], color=colours[name], label=name, markersize=4, linewidth=1.4)
        below.fill_between(severities, mean - spread, mean + spread, color=colours[name], alpha=0.25, linewidth=0)
    below.axhline(ENOUGH, color="0.3", linewidth=1, linestyle=(0, (1, 2)), label=f"accuracy {ENOUGH}")
    below.set(xlabel=label, ylabel="test accuracy", ylim=(0, 1.03), xticks=severities)
corner = blocks.flat[-1].subplots()
corner.axis("off")
entries = [above.get_legend_handles_labels(), below.get_legend_handles_labels()]
corner.legend(*map(sum, zip(*entries, strict=True), ([], [])), loc="center", title=f"mean and SD of {len(SEEDS)} seeds")
figure.savefig("robustness.png", dpi=120)
print("figure saved to robustness.png")

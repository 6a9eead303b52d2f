"""
How much of a spoken digit survives in its spikes?
==================================================

A gammatone ear turns spoken digits into the loudness of 20 channels, a frame per millisecond, and five encoders turn
that into spikes, each with its default settings. What can still be read from the spikes?

Poisson and latency, noisy and coarse channel by channel, lose most of the digit, and so does a neuron per channel,
which does not fire in the lower third of its range: soft speakers leave it silent. Send-on-delta keeps most of it in
few spikes, though hidden in their running sum, which a short filter does not see. BSA keeps as much and shows it to any
filter, for ten times as many spikes. No liquid recovers what the spikes have lost.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import lfilter
from sklearn.linear_model import Ridge, RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from reservoir import EchoStateReservoir, LIFLiquid, PerSequence, SequenceEncoder
from reservoir.datasets import fetch_spoken_digits, load_spoken_digits
from reservoir.speech import BSAEncoder, Gammatone, LatencyEncoder, LIFEncoder, PoissonEncoder, SendOnDeltaEncoder

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads

# %%
# The recordings
# --------------
# The 300 that come with the library, two fifths of them to test; or, if ``fetch_spoken_digits()`` has downloaded the
# whole Free Spoken Digit Dataset once, 600, half of them to test. All six speakers are in both parts.

try:
    digits, n_each, n_test = fetch_spoken_digits(download=False), 10, 5
    print("All recordings of the Free Spoken Digit Dataset, ten of each digit and speaker")
except FileNotFoundError:
    digits, n_each, n_test = load_spoken_digits(), 5, 2
    print("The bundled tenth of the Free Spoken Digit Dataset; reservoir.datasets.fetch_spoken_digits() gets the rest")
chosen = digits.index < n_each
labels, train = digits.labels[chosen], digits.index[chosen] >= n_test

# %%
# The ear
# -------
# What passes the hair cells in the last 25 ms, under the cube root of loudness.

ear = Gammatone(digits.sampling_rate, frame_step=1.0, n_bands=20, detector="half_wave", compression="cube_root")
frames = ear.fit_transform([digits.recordings[number] for number in np.flatnonzero(chosen)])
mean_frame = np.vstack([x for x, used in zip(frames, train, strict=True) if used]).mean(axis=0)
n_channels = frames[0].shape[1]

# %%
# Five encoders
# -------------
# Latency sends one spike at most in the 10 ms of a frame, so it gets every tenth frame.

ENCODERS = {
    "Poisson": PoissonEncoder(frame_step=1.0, n_substeps=1, random_state=0),
    "latency": LatencyEncoder(n_substeps=10),
    "LIF neuron": LIFEncoder(frame_step=1.0, n_substeps=1),
    "send-on-delta": SendOnDeltaEncoder(),
    "BSA": BSAEncoder(),
}


def encode(name, encoder):
    """Spikes of all utterances in rows of 1 ms."""
    inputs = [x[::10] for x in frames] if name == "latency" else frames
    encoder.fit([x for x, used in zip(inputs, train, strict=True) if used])
    return [x[: len(y)] for x, y in zip(encoder.transform(inputs), frames, strict=True)]


# %%
# First question: does a decoder give the frames back?
# ----------------------------------------------------
# One and the same linear decoder for all: the spikes of all channels, filtered by exp(-t / 30 ms), and a ridge.
# Send-on-delta and BSA have decoders of their own, which are shown beside it. The error is stated as a ratio to the
# variance of the frames, in dB; 0 dB is what their mean alone gives.

TAU = 30.0  # of the filtered spikes, in ms


def stack(series, used):
    """The rows of all utterances that train or test, as many of each as it has frames."""
    return np.vstack([x[: len(y)] for x, y, here in zip(series, frames, used, strict=True) if here])


def signal_to_noise(decoded):
    """Of the test frames, in dB: their variance over the mean squared error."""
    expected = stack(frames, ~train)
    return 10 * np.log10(((expected - mean_frame) ** 2).sum() / ((expected - decoded) ** 2).sum())


# %%
# Second question: which digit was it?
# ------------------------------------
# The spikes drive a liquid of 250 spiking units, its states are pooled into one row of features, and a ridge
# classifier names the digit. A spike's weight is such that every encoder makes the same mean current. The controls are
# the same liquid with the frames as currents (no spikes), and, with no reservoir, the same pooling of the frames and of
# the filtered spikes.

N_UNITS, INPUT_DEGREE, TAU_EXCITATORY, MEAN_CURRENT, SEEDS = 250, 8, 3.0, 10.0, range(5)  # ms, nA


def accuracy(reservoir, series):
    features = SequenceEncoder(reservoir, ("mean", "last", "segments")).fit_transform(series)
    classifier = make_pipeline(StandardScaler(), RidgeClassifierCV(np.logspace(0, 4, 9)))
    return classifier.fit(features[train], labels[train]).score(features[~train], labels[~train])


def copy(n_features, leak_rate=1.0):
    """A "reservoir" whose units copy the features; with a leak rate they filter them."""
    return EchoStateReservoir(
        recurrent_weights=np.zeros((n_features, n_features)), input_weights=np.eye(n_features), bias=0.0,
        leak_rate=leak_rate, activation="identity",
    )  # fmt: skip


def accuracies(series, **settings):
    """Of liquids of all seeds."""
    shared = {"input_degree": INPUT_DEGREE, "tau_excitatory": TAU_EXCITATORY, "input_period": 1.0}
    return [accuracy(LIFLiquid(N_UNITS, random_state=seed, **shared, **settings), series) for seed in SEEDS]


def spread(values):
    return f"{np.mean(values):.3f} +- {np.std(values):.3f}"


# %%
# The answers
# -----------

scores = {"ear": (accuracy(copy(n_channels), frames), accuracies(PerSequence(StandardScaler()).fit_transform(frames)))}
print(f"{len(frames)} utterances, {np.sum(~train)} of them to test; {N_UNITS} units, {len(SEEDS)} seeds")
print(f"accuracy of the frames, no reservoir         {scores['ear'][0]:.3f}")
print(f"accuracy of the liquid, frames as currents   {spread(scores['ear'][1])}")
print(f"{'':14s}  spikes per   linear     own         accuracy of filtered   accuracy of the")
print(f"{'':14s}  channel, Hz  decoder    decoder     spikes, no reservoir   liquid (mean +- sd)")
shown = int(np.flatnonzero((labels == 7) & (digits.speakers[chosen] == "george") & ~train)[0])
decoded, rasters = {}, {}
for name, encoder in ENCODERS.items():
    spikes = encode(name, encoder)
    traces = [lfilter([1.0], [1.0, -np.exp(-1 / TAU)], x, axis=0) for x in spikes]
    decoder = Ridge().fit(stack(traces, train)[::10], stack(frames, train)[::10])
    best, rasters[name] = signal_to_noise(decoder.predict(stack(traces, ~train))), spikes[shown]
    line, decoded[name] = f"{best:8.1f} dB", (decoder.predict(traces[shown]), best)
    if hasattr(encoder, "decode"):
        own = signal_to_noise(stack(encoder.decode(spikes), ~train))
        decoded[name] = encoder.decode(spikes[shown]), own
    line += f"{own:8.1f} dB" if hasattr(encoder, "decode") else f"{'-':>11s}"
    per_step = np.vstack(spikes).mean()
    jump = MEAN_CURRENT / (per_step * TAU_EXCITATORY * INPUT_DEGREE)
    kept = accuracy(copy(spikes[0].shape[1], 1 - np.exp(-1 / TAU)), spikes)
    scores[name] = kept, accuracies(spikes, input="spikes", input_scaling=jump)
    rate = 1000 * per_step * spikes[0].shape[1] / n_channels
    print(f"{name:14s}  {rate:8.0f}   {line}         {kept:.3f}                  {spread(scores[name][1])}", flush=True)

# %%
# From the ear to the digit
# -------------------------
# On top the output of the ear for one "seven". Below, encoder by encoder, its spikes (of send-on-delta those that say
# "up" point up), and one channel as decoded, by the decoder of the encoder's own where it has one; on the right, how
# often the digit is recognised, on all test utterances, with bars from the worst seed to the best.

figure = plt.figure(figsize=(8, 9.5), layout="constrained")
grid = figure.add_gridspec(len(scores), 3, width_ratios=(5, 5, 4))
right = figure.add_subplot(grid[:, 2])
loudest = int(frames[shown].std(axis=0).argmax())
rows = [[figure.add_subplot(grid[row, column]) for column in range(2)] for row in range(len(scores))]
for row, name in zip(rows, scores, strict=True):
    row[0].set(ylabel="channel", xlim=(0, len(frames[shown])), ylim=(-1, n_channels), yticks=(0, 10))
    row[1].plot(frames[shown][:, loudest], color="0.7", linewidth=3)
    row[1].set(xlim=(0, len(frames[shown])), ylim=(-0.05, 0.45), yticks=(0, 0.2, 0.4), ylabel="loudness")
    if name != "ear":
        for side, marker in enumerate("^v" if rasters[name].shape[1] > n_channels else "|"):
            times, channels = np.nonzero(rasters[name][:, side * n_channels : (side + 1) * n_channels])
            style = {"color": ("black", "tab:orange")[side], "linewidths": 0.8 if marker == "|" else 0}
            row[0].scatter(times, channels, s=9, marker=marker, **style)
        row[0].set_title(f"{name}: {rasters[name].sum():.0f} spikes", fontsize=10)
        row[1].plot(decoded[name][0][:, loudest], color="tab:blue", linewidth=1)
        row[1].set_title(f"decoded, {decoded[name][1]:.1f} dB", fontsize=10, color="tab:blue")
    if row is not rows[-1]:
        for axis in row:
            axis.tick_params(labelbottom=False)
style = {
    "aspect": "auto",
    "origin": "lower",
    "cmap": "Greys",
    "extent": (0, len(frames[shown]), -0.5, n_channels - 0.5),
}
rows[0][0].imshow(frames[shown].T, **style)
rows[0][0].set_title('the ear: "seven", dark is loud', fontsize=10)
rows[0][1].set_title(f"channel {loudest} of the ear", fontsize=10, color="0.4")
for axis in rows[-1]:
    axis.set_xlabel("time in ms")
for place, (name, (without, with_liquid)) in enumerate(scores.items()):
    right.text(0.14, place - 0.14, name, va="bottom")
    middle = np.mean(with_liquid)
    ends = [[middle - min(with_liquid)], [max(with_liquid) - middle]]
    right.plot(without, place - 0.06, "s", color="0.45", label="no reservoir" if place == 0 else None)
    style = {"fmt": "o", "color": "tab:blue", "capsize": 3, "label": "liquid" if place == 0 else None}
    right.errorbar(middle, place + 0.06, xerr=ends, **style)
right.set(ylim=(len(scores) - 0.5, -0.5), xlim=(0, 1.02), xlabel="accuracy", title="digit recognized")
right.set_yticks([])
right.grid(axis="x", color="0.9")
right.axvline(0.1, color="0.5", linestyle=":", label="chance")
figure.legend(*right.get_legend_handles_labels(), loc="outside lower right", ncols=3, frameon=False)
figure.align_ylabels([row[0] for row in rows])
figure.savefig("spike_encoders.png", dpi=120)
print("figure saved to spike_encoders.png")

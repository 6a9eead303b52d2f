"""
How much of a spoken digit survives in its spikes?
==================================================

A gammatone ear turns spoken digits (the Free Spoken Digit Dataset) into the loudness of 20 channels, a frame per
millisecond, and five encoders turn that into spikes, each with its default settings. Half of 600 utterances train, the
other half test; all six speakers are in both.

What survives is asked twice. First, one and the same linear decoder for all: the spikes of all channels, filtered by
exp(-t / 30 ms), and a ridge that gives the frame back. Its error is stated as a ratio to the variance of the frames, in
dB; 0 dB is what their mean alone gives. Send-on-delta and BSA have decoders of their own, which are shown beside it.
Second, the spikes drive a liquid of 250 spiking units, its states are pooled into one row of features, and a ridge
classifier says which digit it was. A spike's weight is such that every encoder makes the same mean current.

Controls: the same liquid with the frames as currents (no spikes), and without a reservoir the same pooling of the
frames and of the filtered spikes.

What comes out: Poisson and latency, noisy and coarse channel by channel, lose most of the digit, and so does a neuron
per channel, which does not fire in the lower third of its range: soft speakers leave it silent. Send-on-delta keeps
most of it in few spikes, though hidden in their running sum, which a short filter does not see. BSA keeps as much and
shows it to any filter, for ten times as many spikes. No liquid recovers what the spikes have lost: its states classify
about as well as the filtered spikes themselves, and with these encoders worse than the frames without any reservoir.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import lfilter
from sklearn.linear_model import Ridge, RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reservoir import EchoStateReservoir, LIFLiquid, PerSequence, SequenceEncoder
from reservoir.datasets import fetch_spoken_digits
from reservoir.speech import BSAEncoder, Gammatone, LatencyEncoder, LIFEncoder, PoissonEncoder, SendOnDeltaEncoder

try:
    digits = fetch_spoken_digits(download=False)
except FileNotFoundError:
    print("No recordings: run reservoir.datasets.fetch_spoken_digits() once (needs pooch), or set RESERVOIR_DATA.")
    sys.exit()

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
N_UNITS, INPUT_DEGREE, TAU_EXCITATORY, MEAN_CURRENT = 250, 8, 3.0, 10.0  # ms, nA
TAU = 30.0  # of the filtered spikes, in ms
ENCODERS = {
    "Poisson": PoissonEncoder(frame_step=1.0, n_substeps=1, random_state=SEED),
    "latency": LatencyEncoder(n_substeps=10),  # one spike at most in the 10 ms of a frame, so it gets every tenth
    "LIF neuron": LIFEncoder(frame_step=1.0, n_substeps=1),
    "send-on-delta": SendOnDeltaEncoder(),
    "BSA": BSAEncoder(),
}
chosen = digits.index < 10
labels, train = digits.labels[chosen], digits.index[chosen] >= 5

# %%
# The front end: what passes the hair cells in the last 25 ms, under the cube root of loudness.
ear = Gammatone(digits.sampling_rate, frame_step=1.0, n_bands=20, detector="half_wave", compression="cube_root")
frames = ear.fit_transform([digits.recordings[number] for number in np.flatnonzero(chosen)])
mean_frame = np.vstack([x for x, used in zip(frames, train, strict=True) if used]).mean(axis=0)


def stack(series, used):
    """The rows of all utterances that train or test, as many of each as it has frames."""
    return np.vstack([x[: len(y)] for x, y, here in zip(series, frames, used, strict=True) if here])


def encode(name, encoder):
    """Spikes of all utterances in rows of 1 ms."""
    inputs = [x[::10] for x in frames] if name == "latency" else frames
    encoder.fit([x for x, used in zip(inputs, train, strict=True) if used])
    return [x[: len(y)] for x, y in zip(encoder.transform(inputs), frames, strict=True)]


def signal_to_noise(decoded):
    """Of the test frames, in dB: their variance over the mean squared error."""
    expected = stack(frames, ~train)
    return 10 * np.log10(((expected - mean_frame) ** 2).sum() / ((expected - decoded) ** 2).sum())


def pool(reservoir, series):
    """One row of features per utterance, from the states of a reservoir."""
    return SequenceEncoder(reservoir, ("mean", "last", "segments")).fit_transform(series)


def copy(n_features, leak_rate=1.0):
    """A "reservoir" whose units copy the features; with a leak rate they filter them."""
    return EchoStateReservoir(
        recurrent_weights=np.zeros((n_features, n_features)), input_weights=np.eye(n_features), bias=0.0,
        leak_rate=leak_rate, activation="identity",
    )  # fmt: skip


def accuracy(features):
    classifier = make_pipeline(StandardScaler(), RidgeClassifierCV(np.logspace(0, 4, 9)))
    return classifier.fit(features[train], labels[train]).score(features[~train], labels[~train])


def liquid(**settings):
    return LIFLiquid(
        N_UNITS,
        input_degree=INPUT_DEGREE,
        tau_excitatory=TAU_EXCITATORY,
        input_period=1.0,
        random_state=SEED,
        **settings,
    )


# %%
# Without spikes first, then encoder by encoder.
n_channels = frames[0].shape[1]
without = accuracy(pool(copy(n_channels), frames))
currents = accuracy(pool(liquid(), PerSequence(StandardScaler()).fit_transform(frames)))
print(f"{len(frames)} utterances, half of them to test, in {n_channels} channels; {N_UNITS} units")
print(f"accuracy of the frames, no reservoir         {without:.3f}")
print(f"accuracy of the liquid, frames as currents   {currents:.3f}")
print(f"{'':14s}  spikes per   linear     own         accuracy of filtered   accuracy of")
print(f"{'':14s}  channel, Hz  decoder    decoder     spikes, no reservoir   the liquid")
shown = int(np.flatnonzero((labels == 7) & (digits.speakers[chosen] == "george") & ~train)[0])
results, decoded, rasters = {}, {}, {}
for name, encoder in ENCODERS.items():
    spikes = encode(name, encoder)
    traces = [lfilter([1.0], [1.0, -np.exp(-1 / TAU)], x, axis=0) for x in spikes]
    decoder = Ridge().fit(stack(traces, train)[::10], stack(frames, train)[::10])
    best = signal_to_noise(decoder.predict(stack(traces, ~train)))
    line = f"{best:8.1f} dB"
    decoded[name], rasters[name] = decoder.predict(traces[shown]), spikes[shown]
    if hasattr(encoder, "decode"):
        own = signal_to_noise(stack(encoder.decode(spikes), ~train))
        decoded[name], best = encoder.decode(spikes[shown]), max(best, own)
    line += f"{own:8.1f} dB" if hasattr(encoder, "decode") else f"{'-':>11s}"
    per_step = np.vstack(spikes).mean()
    jump = MEAN_CURRENT / (per_step * TAU_EXCITATORY * INPUT_DEGREE)
    kept = accuracy(pool(copy(spikes[0].shape[1], 1 - np.exp(-1 / TAU)), spikes))
    with_liquid = accuracy(pool(liquid(input="spikes", input_scaling=jump), spikes))
    results[name] = best, with_liquid
    rate = 1000 * per_step * spikes[0].shape[1] / n_channels
    print(f"{name:14s}  {rate:8.0f}   {line}         {kept:.3f}                  {with_liquid:.3f}", flush=True)

# %%
# One utterance: the ear, its spikes, one channel as decoded; and the accuracy of the liquids on all utterances.
figure, axes = plt.subplots(2, 4, figsize=(15, 7), layout="constrained")
picture = axes[0, 0].imshow(frames[shown].T, aspect="auto", origin="lower", cmap="magma")
figure.colorbar(picture, ax=axes[0, 0], label="loudness (cube root of amplitude)")
axes[0, 0].set(title='"seven", output of the ear', xlabel="time in ms", ylabel="channel, low to high")
for axis, (name, spikes) in zip(axes.flat[1:6], rasters.items(), strict=True):
    for side, colour in enumerate(("black", "tab:red")[: spikes.shape[1] // n_channels]):
        times, channels = np.nonzero(spikes[:, side * n_channels : (side + 1) * n_channels])
        axis.scatter(times, channels, s=9, marker="|", linewidths=0.8, color=colour)
    axis.set(title=f"{name}: {spikes.sum():.0f} spikes", xlabel="time in ms", ylabel="channel, low to high")
    axis.set(xlim=(0, len(spikes)), ylim=(-0.5, n_channels - 0.5))
for axis in axes.flat[:6]:
    axis.set_yticks(range(0, n_channels, 5))
axes.flat[4].set_title(axes.flat[4].get_title() + " (down in red)")
loudest = int(frames[shown].std(axis=0).argmax())
axes[1, 2].plot(frames[shown][:, loudest], color="black", linewidth=2.5, label="the ear")
for name, values in decoded.items():
    axes[1, 2].plot(values[:, loudest], linewidth=1, label=name)
axes[1, 2].set(title=f"channel {loudest}, decoded", xlabel="time in ms", ylabel="loudness (cube root of amplitude)")
axes[1, 2].set_ylim(0, 1.5 * frames[shown][:, loudest].max())
axes[1, 2].legend(fontsize="small", ncols=2, loc="upper center")
for name, (best, with_liquid) in results.items():
    axes[1, 3].plot(best, with_liquid, "o", color="tab:blue")
    place = {"xytext": (-7, -4), "ha": "right"} if name == "BSA" else {"xytext": (7, -4), "ha": "left"}
    axes[1, 3].annotate(name, (best, with_liquid), textcoords="offset points", fontsize="small", **place)
axes[1, 3].axhline(without, color="grey", linestyle="--", label="no reservoir, frames")
axes[1, 3].axhline(currents, color="tab:blue", linestyle=":", label="liquid, frames as currents")
axes[1, 3].set(title=f"{len(train) - train.sum()} test utterances", xlabel="best decoder, signal to noise in dB")
axes[1, 3].set(ylabel="accuracy of the liquid", xlim=(0, 19), ylim=(0, 1.02))
axes[1, 3].legend(loc="lower right", fontsize="small")
figure.savefig("spike_encoders.png", dpi=120)
print("figure saved to spike_encoders.png")

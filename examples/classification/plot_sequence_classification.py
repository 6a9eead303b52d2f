"""
Which class, and where in the sequence does one see it?
=======================================================

From a long data frame of series of unequal lengths to a class for each, and to the steps and the units that decided.

First a task in which the place is known: somewhere in a noisy recording is a chirp, which rises in one class and falls
in the other. A falling chirp is a rising one backwards, and either may be upside down, so that single values tell
nothing, however they are pooled: their order must be remembered. `readout_attribution` splits each decision of a
`ReservoirClassifier` exactly into what every step and every unit added to it. The steps should be those of the chirp.
Then Japanese vowels, in the official split: which frames tell nine speakers apart, and how fast are the units that do?
Order matters little there; pooled frames alone do as well.

Controls stand beside each result: mean, deviation, extremes and quartiles of the channels; the pooling of the
classifier, by a "reservoir" whose units copy the channels; and the same liquid with its recurrent weights set to zero,
whose units remember, each for itself. A ridge reads all of them.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import EchoStateReservoir, ReservoirClassifier, from_multiindex, split_by_group
from reservoir.datasets import load_japanese_vowels
from reservoir.diagnostics import readout_attribution
from reservoir.plots import AttributionDisplay

N_UNITS, SEEDS, N_CHIRP, N_BINS = 200, range(3), 30, 8


# %%
# Two tables as people have them: a row for each step, and a column or the index says which series it is of.
def make_recordings(n_recordings=300, seed=0):
    """Return noise with a chirp in every recording, and a table of the class and the place of every chirp."""
    random = np.random.default_rng(seed)
    rising = 1.5 * np.hanning(N_CHIRP) * np.sin(2 * np.pi * np.cumsum(np.linspace(0.03, 0.25, N_CHIRP)))
    chirps = pd.DataFrame({"kind": np.where(np.arange(n_recordings) % 2, "rising", "falling")})
    chirps["start"] = random.integers(20, 100, n_recordings)
    parts = []
    for recording, (kind, start) in enumerate(zip(chirps.kind, chirps.start, strict=True)):
        signal = 0.2 * random.standard_normal(random.integers(150, 181))
        chirp = rising if kind == "rising" else rising[::-1]
        signal[start : start + N_CHIRP] += random.choice([-1, 1]) * chirp
        parts.append(pd.DataFrame({"recording": recording, "signal": signal}))
    return pd.concat(parts, ignore_index=True), chirps


def load_vowels(split):
    """Return the frames of all utterances as one table with a MultiIndex, and the speaker of every utterance."""
    series, speakers = load_japanese_vowels(split)
    tables = {utterance: pd.DataFrame(x).add_prefix("cepstrum ") for utterance, x in enumerate(series)}
    return pd.concat(tables, names=["utterance", "frame"]), speakers


table, chirps = make_recordings()
print(table.head(3).to_string(index=False))
recordings, half = split_by_group(table, "recording"), len(chirps) // 2
noisy = recordings[:half], chirps.kind[:half], recordings[half:], chirps.kind[half:]

(table, speakers), (test_table, test_speakers) = load_vowels("train"), load_vowels("test")
print(table.iloc[:3, :3].round(2))
vowels = from_multiindex(table), speakers, from_multiindex(test_table), test_speakers


# %%
# The classifier and its controls.
def pooled(series):
    return np.array([np.r_[x.mean(), x.std(), x.quantile([0, 0.25, 0.5, 0.75, 1]).to_numpy().ravel()] for x in series])


def without_recurrence(classifier, seed):
    """The same liquid, in which no unit has an input from another."""
    liquid = clone(classifier.encoder_.reservoir).set_params(recurrent_weights=np.zeros((N_UNITS, N_UNITS)))
    return ReservoirClassifier(liquid, random_state=seed)


def compare(name, X, y, X_test, y_test):
    """Print accuracies and return the classifier of the first seed."""
    n_features = X[0].shape[1]
    copies = EchoStateReservoir(
        recurrent_weights=np.zeros((n_features, n_features)),
        input_weights=np.eye(n_features),
        bias=0.0,
        leak_rate=1.0,
        activation="identity",
    )
    ridge = RidgeReadoutClassifier(alphas=np.logspace(-4, 4, 17))
    plain = make_pipeline(FunctionTransformer(pooled), StandardScaler(), ridge)
    liquids = [ReservoirClassifier(n_units=N_UNITS, random_state=seed).fit(X, y) for seed in SEEDS]
    tried = {
        "no reservoir, quartiles and moments": [plain.fit(X, y)],
        "no reservoir, pooled as the liquid": [ReservoirClassifier(copies, random_state=0).fit(X, y)],
        "liquid without recurrence": [without_recurrence(*pair).fit(X, y) for pair in zip(liquids, SEEDS, strict=True)],
        "ReservoirClassifier": liquids,
    }
    print(f"{name}: {len(X)} sequences to train, {len(X_test)} to test; accuracy, mean and deviation over seeds")
    for method, models in tried.items():
        scores = [model.score(X_test, y_test) for model in models]
        print(f"{method:36s} {np.mean(scores):.3f} +- {np.std(scores):.3f}")
    return liquids[0]


chirp_classifier = compare("chirps", *noisy)
vowel_classifier = compare("vowels", *vowels)


# %%
# What each step and each unit added to the decision for the true class, and so against the others.
def for_true_class(classifier, contributions, labels):
    """Return the contributions (n, n_targets) to the decision on each sequence as those for its class, (n,)."""
    places = np.searchsorted(classifier.classes_, labels)
    if len(classifier.classes_) == 2:  # one decision, positive for the second class
        return [part[:, 0] * (2 * place - 1) for part, place in zip(contributions, places, strict=True)]
    return [part[:, place] for part, place in zip(contributions, places, strict=True)]


def of_steps(classifier, X, _, X_test, y_test):
    """Return a list of arrays (n_steps,)."""
    return for_true_class(classifier, readout_attribution(classifier, X_test, by="time", background=X).times, y_test)


def of_units(classifier, X, _, X_test, y_test):
    """Return what the units of each view add on average, (n_views, n_units): the sums over their features."""
    features = readout_attribution(classifier, X_test[::3], background=X).units
    added = np.zeros((len(classifier.encoder_.reservoirs_), N_UNITS))
    mean = np.mean(for_true_class(classifier, features, y_test[::3]), axis=0)
    np.add.at(added, tuple(classifier.encoder_.feature_units_.T), mean)
    return added


places, noisy_steps = chirps.start[half:].to_numpy(), of_steps(chirp_classifier, *noisy)
window = N_CHIRP + 10  # the liquid remembers the chirp for a while
shares = [added[start : start + window].sum() / added.sum() for added, start in zip(noisy_steps, places, strict=True)]
part = window * len(places) / sum(map(len, noisy_steps))
print(f"a chirp and ten steps more, {part:.0%} of a recording, add {np.median(shares):.0%} of its decision (median)")


# %%
# Above the chirps, below the vowels.
def show_places(ax):
    """Draw what every step adds, a row for each recording, those with the earliest chirp at the top."""
    order, picture = np.argsort(places), np.full((len(places), max(map(len, noisy_steps))), np.nan)
    for row, number in enumerate(order):
        picture[row, : len(noisy_steps[number])] = noisy_steps[number]
    limit = np.nanquantile(np.abs(picture), 0.99)
    image = ax.imshow(picture, aspect="auto", cmap="RdBu", vmin=-limit, vmax=limit, interpolation="nearest")
    for edge in (places[order], places[order] + N_CHIRP):
        ax.plot(edge, np.arange(len(order)), color="black", linewidth=0.8)
    ax.set(title="Chirps, each between the lines, in all test recordings", xlabel="step", ylabel="recording")
    figure.colorbar(image, ax=ax, label="added for the true class")


def show_parts(ax):
    """Draw what the parts of an utterance add, on average over those of each speaker."""
    table = np.zeros((9, N_BINS))
    for added, speaker in zip(of_steps(vowel_classifier, *vowels), test_speakers, strict=True):
        bins = np.arange(len(added)) * N_BINS // len(added)
        table[speaker - 1] += np.bincount(bins, added, N_BINS) / np.sum(test_speakers == speaker)
    limit, extent = np.abs(table).max(), (0, 100, 9.5, 0.5)
    image = ax.imshow(table, aspect="auto", cmap="RdBu", vmin=-limit, vmax=limit, extent=extent)
    ax.set(title="Vowels: when each speaker is recognized", xlabel="per cent of the utterance", ylabel="speaker")
    figure.colorbar(image, ax=ax, label="added for the true class")


def show_units(ax, title, classifier, data):
    """Draw what every unit of every view adds, over its time constant."""
    for view, reservoir, added in zip(
        classifier.encoder_.views, classifier.encoder_.reservoirs_, of_units(classifier, *data), strict=True
    ):
        label = f"{view.replace('_', ' ')}: {added.sum():.2f}"
        ax.semilogx(1 / reservoir.leak_rate_, added, ".", alpha=0.7, label=label)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(title=title, xlabel="time constant of the unit in steps", ylabel="added for the true class")
    low, high = ax.get_ylim()  # the legend stands above the units
    ax.set(xticks=[1, 2, 5, 10, 20], xticklabels=[1, 2, 5, 10, 20], ylim=(low, high + 0.4 * (high - low)))
    ax.legend(title="all units of a view together", fontsize="small", loc="upper right")


figure, axes = plt.subplots(2, 3, figsize=(16, 8.5), layout="constrained")
display = AttributionDisplay.from_estimator(chirp_classifier, noisy[2][1], background=noisy[0], ax=axes[0, 0])
display.axes_[0].set_title(f"Chirp, shaded, in noise: its steps add {noisy_steps[1].sum():.2f}")
display.axes_[0].set_title("", loc="left")
for ax in display.axes_:
    ax.axvspan(places[1], places[1] + N_CHIRP, color="0.9", zorder=0)
show_places(axes[0, 1])
show_units(axes[0, 2], "Chirps: what each unit adds", chirp_classifier, noisy)
ConfusionMatrixDisplay.from_estimator(vowel_classifier, *vowels[2:], ax=axes[1, 0], colorbar=False, cmap="Blues")
title = f"Vowels: test accuracy {vowel_classifier.score(*vowels[2:]):.3f}"
axes[1, 0].set(title=title, xlabel="predicted speaker", ylabel="true speaker")
show_parts(axes[1, 1])
show_units(axes[1, 2], "Vowels: what each unit adds", vowel_classifier, vowels)
figure.savefig("sequence_classification.png", dpi=120)
print("figure saved to sequence_classification.png")

"""
Which class, and where in the sequence does one see it?
=======================================================

`ReservoirClassifier` learns from whole sequences, of unequal lengths, each of which is of one class.
`readout_attribution` then splits each of its decisions exactly into what every step and every unit added to it.

Where the place is known, it is found: a chirp takes up a quarter of a noisy recording and adds nearly all of the
decision. And memory is needed there, unlike in Japanese vowels, where pooled frames alone do nearly as well.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from readouts import RidgeReadoutClassifier
from reservoir import EchoStateReservoir, ReservoirClassifier, from_multiindex, split_by_group
from reservoir.datasets import load_japanese_vowels
from reservoir.diagnostics import readout_attribution
from reservoir.plots import AttributionDisplay

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, SEEDS, N_CHIRP, N_BINS = 200, range(3), 30, 8


# %%
# A task in which the place is known
# ----------------------------------
# Somewhere in a noisy recording is a chirp, which rises in one class and falls in the other. A falling chirp is a
# rising one backwards, and either may be upside down, so that single values tell nothing, however they are pooled:
# their order must be remembered.


def make_recordings(n_recordings=240, seed=0):
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


# %%
# Speakers of Japanese vowels
# ---------------------------
# In the official split. Which frames tell nine speakers apart? Order matters little here.


def load_vowels(split):
    """Return the frames of all utterances as one table with a MultiIndex, and the speaker of every utterance."""
    series, speakers = load_japanese_vowels(split)
    tables = {utterance: pd.DataFrame(x).add_prefix("cepstrum ") for utterance, x in enumerate(series)}
    return pd.concat(tables, names=["utterance", "frame"]), speakers


# %%
# From tables to sequences
# ------------------------
# Both are long tables, as people have them: a row for each step, and a column or the index says of which series it is.

table, chirps = make_recordings()
print(table.head(3).to_string(index=False))
recordings, half = split_by_group(table, "recording"), len(chirps) // 2
noisy = recordings[:half], chirps.kind[:half], recordings[half:], chirps.kind[half:]

(table, speakers), (test_table, test_speakers) = load_vowels("train"), load_vowels("test")
print(table.iloc[:3, :3].round(2))
vowels = from_multiindex(table), speakers, from_multiindex(test_table), test_speakers


# %%
# The classifier and its controls
# -------------------------------
# Controls stand beside each result: with no reservoir, mean, deviation, extremes and quartiles of the channels, and the
# pooling of the classifier, by a "reservoir" whose units copy the channels; and the same liquid with its recurrent
# weights set to zero, whose units remember, each for itself. A ridge reads all of them.


def pooled(series):
    values = [x.to_numpy() for x in series]
    return np.array(
        [np.r_[x.mean(0), x.std(0), np.quantile(x, (0, 0.25, 0.5, 0.75, 1), axis=0).ravel()] for x in values]
    )


def without_recurrence(classifier, seed):
    """The same liquid, in which no unit has an input from another."""
    liquid = clone(classifier.encoder_.reservoir).set_params(recurrent_weights=np.zeros((N_UNITS, N_UNITS)))
    return ReservoirClassifier(liquid, random_state=seed)


def compare(name, X, y, X_test, y_test):
    """Print accuracies; return the classifier of the first seed, and all accuracies."""
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
    scores = {method: [model.score(X_test, y_test) for model in models] for method, models in tried.items()}
    for method, values in scores.items():
        print(f"{method:36s} {np.mean(values):.3f} +- {np.std(values):.3f}")
    return liquids[0], scores


chirp_classifier, chirp_scores = compare("chirps", *noisy)
vowel_classifier, vowel_scores = compare("vowels", *vowels)


# %%
# What each step and each unit added
# ----------------------------------
# Namely to the decision for the true class, and so against the others. The classifier looks at a sequence in several
# views, scaled in one way or another or differenced, with units of their own for each.


def for_true_class(classifier, contributions, labels):
    """Return the contributions (n, n_targets) to the decision on each sequence as those for its class, (n,)."""
    places = np.searchsorted(classifier.classes_, labels)
    if len(classifier.classes_) == 2:  # one decision, positive for the second class
        return [part[:, 0] * (2 * place - 1) for part, place in zip(contributions, places, strict=True)]
    return [part[:, place] for part, place in zip(contributions, places, strict=True)]


def of_steps(classifier, X, _, X_test, y_test):
    """Return a list of arrays (n_steps,)."""
    return for_true_class(classifier, readout_attribution(classifier, X_test, by="time", background=X).times, y_test)


def of_views(classifier, X, _, X_test, y_test):
    """Return what all units of each view add on average."""
    features = readout_attribution(classifier, X_test[::3], background=X).units
    mean = np.mean(for_true_class(classifier, features, y_test[::3]), axis=0)
    return np.bincount(classifier.encoder_.feature_units_[:, 0], mean)


places, noisy_steps = chirps.start[half:].to_numpy(), of_steps(chirp_classifier, *noisy)
window = N_CHIRP + 10  # the liquid remembers the chirp for a while
shares = [added[start : start + window].sum() / added.sum() for added, start in zip(noisy_steps, places, strict=True)]
part = window * len(places) / sum(map(len, noisy_steps))
print(f"a chirp and ten steps more, {part:.0%} of a recording, add {np.median(shares):.0%} of its decision (median)")

for name, classifier, data in (("chirps", chirp_classifier, noisy), ("vowels", vowel_classifier, vowels)):
    added = zip(classifier.encoder_.views, of_views(classifier, *data), strict=True)
    print(f"{name}, added by view: " + ", ".join(f"{view.replace('_', ' ')} {sum_of:.2f}" for view, sum_of in added))

# %%
# Where in the sequence one sees it
# ---------------------------------
# Above, one chirp in noise with what its steps add, by `AttributionDisplay`, and the accuracies, with bars from the
# worst seed to the best. Below, what every step adds in all recordings, those with the earliest chirp at the top, and
# what the parts of an utterance add, on average over half of those of each speaker. Recordings have ended where it is
# grey.

figure = plt.figure(figsize=(8, 8), layout="constrained")
(top_left, top_right), (low_left, low_right) = figure.subplots(2, 2)
display = AttributionDisplay.from_estimator(chirp_classifier, noisy[2][1], background=noisy[0], ax=top_left)
display.axes_[0].set_title("One chirp (shaded) in noise", loc="left", fontsize="large")
for ax in display.axes_:
    ax.axvspan(places[1], places[1] + N_CHIRP, color="0.88", zorder=0)

for scores, marker, colour, label in (
    (chirp_scores, "o", "tab:blue", "chirps"),
    (vowel_scores, "s", "tab:orange", "vowels"),
):
    middle = np.array([np.mean(values) for values in scores.values()])
    ends = [middle - [min(values) for values in scores.values()], [max(values) for values in scores.values()] - middle]
    shift = 0.12 if label == "vowels" else -0.12
    top_right.errorbar(middle, np.arange(4) + shift, xerr=ends, fmt=marker, color=colour, capsize=3, label=label)
names = ["no reservoir,\nquartiles and\nmoments", "no reservoir,\npooled as\nthe liquid", "liquid without\nrecurrence"]
top_right.set_yticks(range(4), [*names, "Reservoir-\nClassifier"])
top_right.set(xlabel="test accuracy", ylim=(3.5, -0.5), xlim=(0.4, 1.03))
top_right.grid(axis="x", color="0.9")
top_right.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)

order, picture = np.argsort(places), np.full((len(places), max(map(len, noisy_steps))), np.nan)
for row, recording in enumerate(order):
    picture[row, : len(noisy_steps[recording])] = noisy_steps[recording]
limit = np.nanquantile(np.abs(picture), 0.99)
style = {"aspect": "auto", "interpolation": "nearest"}
image = low_left.imshow(picture, cmap="PuOr", vmin=-limit, vmax=limit, **style)
figure.colorbar(image, ax=low_left, label="added to the decision for the true class", location="bottom", extend="both")
for edge in (places[order], places[order] + N_CHIRP):
    low_left.plot(edge, np.arange(len(order)), color="black", linewidth=1)
low_left.set_facecolor("0.85")
low_left.set(title="All chirps, each between the two lines", xlabel="step", ylabel="test recording")

table = np.zeros((9, N_BINS))
half_of_vowels = *vowels[:2], vowels[2][::2], test_speakers[::2]
for added, speaker in zip(of_steps(vowel_classifier, *half_of_vowels), test_speakers[::2], strict=True):
    bins = np.arange(len(added)) * N_BINS // len(added)
    table[speaker - 1] += np.bincount(bins, added, N_BINS) / np.sum(test_speakers[::2] == speaker)
image = low_right.imshow(table, cmap="Purples", vmin=0, extent=(0, 100, 9.5, 0.5), **style)
figure.colorbar(image, ax=low_right, label="added to the decision for the true class", location="bottom")
low_right.set(title="Vowels: when one hears who it is", xlabel="part of the utterance in %", ylabel="speaker")
low_right.set_yticks(range(1, 10))
figure.savefig("sequence_classification.png", dpi=120)
print("figure saved to sequence_classification.png")

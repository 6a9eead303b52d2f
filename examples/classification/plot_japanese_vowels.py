"""
Who is speaking? Three liquids, one linear readout
==================================================

Nine men say the vowels /ae/; 270 utterances train a ridge classifier, 370 others test it (the official split of the UCI
data). An echo state, a liquid time-constant and a spiking liquid are driven by the frames of an utterance, and their
states are pooled into one row of features; only the ridge learns.

All three know the speaker in 98 to 99 of 100 cases. This task is easy: pooled frames alone come close to the best
liquid, and so does a liquid without recurrence. What needs memory is shown in ``plot_narma.py``.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from reservoir import EchoStateReservoir, LIFLiquid, LTCLiquid, SequenceEncoder
from reservoir.datasets import load_japanese_vowels

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS = 300
SEEDS = range(5)
POOLING = ("mean", "last", "segments")
LIQUIDS = {"echo state": EchoStateReservoir, "LTC": LTCLiquid, "spiking LIF": LIFLiquid}

# %%
# The utterances
# --------------
# Each is a series of 7 to 29 frames of 12 cepstrum coefficients, 6.4 ms apart. They come with the library. The scaler
# sees the training part alone.

frames = {split: load_japanese_vowels(split) for split in ("train", "test")}
scaler = StandardScaler().fit(np.vstack(frames["train"][0]))
X_train, X_test = ([scaler.transform(x) for x in frames[split][0]] for split in ("train", "test"))
y_train, y_test = frames["train"][1], frames["test"][1]
n_features = X_train[0].shape[1]

# %%
# From an utterance to a speaker
# ------------------------------
# `SequenceEncoder` drives the liquid by each utterance from rest and pools its states: their mean, the last of them,
# and the means of equal parts. A ridge classifier reads that row.


def fit(reservoir, classifier=None):
    classifier = RidgeClassifierCV(np.logspace(-2, 4, 13)) if classifier is None else classifier
    pipeline = make_pipeline(SequenceEncoder(reservoir, POOLING), StandardScaler(), classifier)
    return pipeline.fit(X_train, y_train)


def accuracies(make):
    """Test accuracy for every seed."""
    return np.array([fit(make(seed)).score(X_test, y_test) for seed in SEEDS])


# %%
# With no reservoir
# -----------------
# The first control is the same pooling of the frames themselves: a "reservoir" of 12 units that copy the 12 features,
# read by the same ridge or by a support vector machine.

copy = EchoStateReservoir(
    recurrent_weights=np.zeros((n_features, n_features)),
    input_weights=np.eye(n_features),
    bias=0.0,
    leak_rate=1.0,
    activation="identity",
)
found = {
    "no reservoir, ridge": np.array([fit(copy).score(X_test, y_test)]),
    "no reservoir, SVC (rbf)": np.array([fit(copy, SVC(C=10)).score(X_test, y_test)]),
}
print(f"Japanese Vowels, official split: {len(X_train)} train, {len(X_test)} test utterances of {n_features} features")
for name, (accuracy,) in found.items():
    print(f"{name:28s} {accuracy:.4f}")

# %%
# The liquids
# -----------
# All have their default settings. Beside each stands the same liquid with its recurrent weights set to zero.

no_recurrence = np.zeros((N_UNITS, N_UNITS))
print(f"{N_UNITS} units, {len(SEEDS)} seeds          accuracy (mean +- sd)   without recurrence   seconds a seed")
for name, liquid in LIQUIDS.items():
    SequenceEncoder(liquid(N_UNITS, random_state=0), POOLING).fit_transform(X_train[:10])  # compile outside the clock
    start = time.perf_counter()
    scores = found[name] = accuracies(lambda seed, liquid=liquid: liquid(N_UNITS, random_state=seed))
    seconds = (time.perf_counter() - start) / len(SEEDS)
    control = accuracies(lambda seed, liquid=liquid: liquid(recurrent_weights=no_recurrence, random_state=seed))
    found[f"{name}, no recurrence"] = control
    print(
        f"{name:28s} {scores.mean():.4f} +- {scores.std():.4f}        {control.mean():.4f}               {seconds:.2f}"
    )

# %%
# One utterance through three liquids
# -----------------------------------
# The frames of an utterance, and what 40 units of each liquid make of it. Below, all accuracies, with bars from the
# worst seed to the best, and whom the best liquid takes for whom.

utterance = X_test[0]
pictures = {"input: one utterance": utterance}
for name, liquid in LIQUIDS.items():
    pictures[f"{name}: 40 units"] = liquid(N_UNITS, random_state=0).fit(X_train).transform(utterance)[:, :40]
figure, axes = plt.subplots(3, 2, figsize=(8, 8.4), height_ratios=(3, 3, 5), layout="constrained")
for axis, (title, values) in zip(axes.flat, pictures.items(), strict=False):
    limit = np.abs(values).max()
    colours = {"cmap": "Greys"} if values.min() >= 0 else {"cmap": "PuOr_r", "vmin": -limit, "vmax": limit}
    picture = axis.imshow(values.T, aspect="auto", interpolation="nearest", origin="lower", **colours)
    label = "cepstrum, standardised" if title.startswith("input") else "filtered spikes" if "LIF" in title else "state"
    figure.colorbar(picture, ax=axis, label=label)
    axis.locator_params(axis="x", integer=True)
    axis.set(title=title, xlabel="frame", ylabel="coefficient" if title.startswith("input") else "unit")
for place, values in enumerate(found.values()):
    ends = [[values.mean() - values.min()], [values.max() - values.mean()]]
    style = {"fmt": "s", "color": "0.45"} if "no re" in list(found)[place] else {"fmt": "o", "color": "tab:blue"}
    axes[2, 0].errorbar(values.mean(), place, xerr=ends, capsize=3, **style)
axes[2, 0].set_yticks(range(len(found)), [name.replace(", ", ",\n") for name in found])
axes[2, 0].invert_yaxis()
axes[2, 0].grid(axis="x", color="0.9")
axes[2, 0].set(title="liquids (circles), controls (squares)", xlabel="test accuracy")
best = max(LIQUIDS, key=lambda name: found[name].mean())
pipeline = fit(LIQUIDS[best](N_UNITS, random_state=0))
ConfusionMatrixDisplay.from_estimator(pipeline, X_test, y_test, ax=axes[2, 1], colorbar=False, cmap="Blues")
axes[2, 1].set(title=f"{best}: accuracy {pipeline.score(X_test, y_test):.3f}")
axes[2, 1].set(xlabel="predicted speaker", ylabel="true speaker")
figure.savefig("japanese_vowels.png", dpi=120)
print("figure saved to japanese_vowels.png")

"""
Who is speaking? Three untrained liquids and one linear readout
===============================================================

Nine men say the vowels /ae/; 270 utterances train a ridge classifier, 370 others test it (the official split of the UCI
data). An echo state, a liquid time-constant and a spiking liquid are driven by the frames of an utterance, and their
states are pooled into one row of features; only the ridge learns.

Three controls stand beside each result: the same pooling of the frames themselves, without a reservoir; the same liquid
with its recurrent weights set to zero; and a support vector machine on the pooled frames. This task is easy: pooled
frames alone come close to the best liquid, and so does a liquid without recurrence. What needs memory is shown in
``plot_narma.py``.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from reservoir import EchoStateReservoir, LIFLiquid, LTCLiquid, SequenceEncoder
from reservoir.datasets import load_japanese_vowels

N_UNITS = 300
SEEDS = range(5)
POOLING = ("mean", "last", "segments")
LIQUIDS = {"echo state": EchoStateReservoir, "LTC": LTCLiquid, "spiking LIF": LIFLiquid}

frames = {split: load_japanese_vowels(split) for split in ("train", "test")}
scaler = StandardScaler().fit(np.vstack(frames["train"][0]))
X_train, X_test = ([scaler.transform(x) for x in frames[split][0]] for split in ("train", "test"))
y_train, y_test = frames["train"][1], frames["test"][1]
n_features = X_train[0].shape[1]


def fit(reservoir, classifier=None):
    """Pool the states of every utterance and train a linear classifier on them."""
    classifier = RidgeClassifierCV(np.logspace(-2, 4, 13)) if classifier is None else classifier
    pipeline = make_pipeline(SequenceEncoder(reservoir, POOLING), StandardScaler(), classifier)
    return pipeline.fit(X_train, y_train)


def accuracies(make):
    """Test accuracy for every seed."""
    return np.array([fit(make(seed)).score(X_test, y_test) for seed in SEEDS])


# %%
# The frames as they are: a "reservoir" of 12 units that copy the 12 features.
copy = EchoStateReservoir(
    recurrent_weights=np.zeros((n_features, n_features)),
    input_weights=np.eye(n_features),
    bias=0.0,
    leak_rate=1.0,
    activation="identity",
)
print(f"Japanese Vowels, official split: {len(X_train)} train, {len(X_test)} test utterances of {n_features} features")
print(f"{'no reservoir, ridge':28s} {fit(copy).score(X_test, y_test):.4f}")
print(f"{'no reservoir, SVC (rbf)':28s} {fit(copy, SVC(C=10)).score(X_test, y_test):.4f}")

# %%
# The liquids, with their default settings.
no_recurrence = np.zeros((N_UNITS, N_UNITS))
print(f"{N_UNITS} units, {len(SEEDS)} seeds          accuracy (mean +- sd)   without recurrence   seconds a seed")
best_name, best_accuracy = None, 0.0
for name, liquid in LIQUIDS.items():
    SequenceEncoder(liquid(N_UNITS, random_state=0), POOLING).fit_transform(X_train[:10])  # compile outside the clock
    start = time.perf_counter()
    scores = accuracies(lambda seed, liquid=liquid: liquid(N_UNITS, random_state=seed))
    seconds = (time.perf_counter() - start) / len(SEEDS)
    control = accuracies(lambda seed, liquid=liquid: liquid(recurrent_weights=no_recurrence, random_state=seed))
    print(
        f"{name:28s} {scores.mean():.4f} +- {scores.std():.4f}        {control.mean():.4f}               {seconds:.2f}"
    )
    if scores.mean() > best_accuracy:
        best_name, best_accuracy = name, scores.mean()

# %%
# One utterance through the three liquids, and which speakers are confused.
figure, axes = plt.subplots(2, 2, figsize=(10, 7.5), layout="constrained")
utterance = X_test[0]
for axis, (name, liquid) in zip(axes.flat, LIQUIDS.items(), strict=False):
    states = liquid(N_UNITS, random_state=0).fit(X_train).transform(utterance)[:, :40]
    limit = np.abs(states).max()
    colours = {"cmap": "viridis"} if states.min() >= 0 else {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    picture = axis.imshow(states.T, aspect="auto", interpolation="nearest", origin="lower", **colours)
    label = "filtered spikes" if liquid is LIFLiquid else "state"
    figure.colorbar(picture, ax=axis, label=label)
    axis.locator_params(axis="x", integer=True)
    axis.set(title=f"{name}: one utterance", xlabel="frame", ylabel="unit (first 40)")
pipeline = fit(LIQUIDS[best_name](N_UNITS, random_state=0))
ConfusionMatrixDisplay.from_estimator(pipeline, X_test, y_test, ax=axes[1, 1], colorbar=False, cmap="Blues")
axes[1, 1].set(title=f"{best_name}: test accuracy {pipeline.score(X_test, y_test):.3f}")
axes[1, 1].set(xlabel="predicted speaker", ylabel="true speaker")
figure.savefig("japanese_vowels.png", dpi=120)
print("figure saved to japanese_vowels.png")

"""
Tuning a reservoir with scikit-learn's searches
===============================================

Two searches, each beside the untuned default and a control without a reservoir, on data that no search has seen.

One long series: what will a noisy Mackey-Glass series be in 84 steps? ``TimeSeriesSplit`` trains on the past and scores
on what follows, with a gap as long as the forecast, so that no target of the training part lies in the fold.
``WashoutSplit`` lets every fold begin earlier, and ``sequence_scorer`` leaves those rows out. The penalty needs no
search: ``RidgeReadout(alphas=...)`` chooses it within every fit.

Many ragged series: who is speaking? Each utterance is one sample, of whatever length, so ``StratifiedKFold`` does, and
lists go through ``PerSequence``, ``SequenceEncoder`` and the search as they are. Here the default is near the ceiling
already: the best score of the search is a little too good to be true, as the best of many scores is, and what remains
of the gain on the test part is about one utterance. A search is worth its time where the default is far from the best.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier
from reservoir import EchoStateReservoir, PerSequence, ReservoirRegressor, SequenceEncoder
from reservoir.datasets import load_japanese_vowels, make_mackey_glass
from reservoir.metrics import nrmse
from reservoir.model_selection import WashoutSplit, sequence_scorer

N_UNITS, N_TRAIN, N_TEST, AHEAD, WASHOUT, NOISE = 200, 4500, 2000, 84, 200, 0.02


def fitted(search, X, y):
    """Search, and print what was found and how long it took."""
    start = time.perf_counter()
    search.fit(X, y)
    print(
        f"{len(search.cv_results_['params'])} settings, {search.n_splits_} folds, {time.perf_counter() - start:.1f} s"
    )
    for name, value in search.best_params_.items():
        print(f"  best {name} = {value}")
    return search


# %%
# One long series. Targets are what will be observed, noise and all, so that no error can fall below that of the noise.
clean = make_mackey_glass(N_TRAIN + N_TEST + AHEAD, random_state=0)
noise = NOISE * np.random.default_rng(0).standard_normal(clean.shape)
observed = (clean - clean[:N_TRAIN].mean()) / clean[:N_TRAIN].std() + noise
u, y = observed[:-AHEAD], observed[AHEAD:, 0]
# The last target that may be learnt has been observed before the test begins.
past, future = slice(N_TRAIN - AHEAD), slice(N_TRAIN - WASHOUT, None)

alphas = np.logspace(-6, 4, 11)
model = ReservoirRegressor(
    EchoStateReservoir(N_UNITS, random_state=0), RidgeReadout(alphas=alphas, cv=5), washout=WASHOUT
)
score = sequence_scorer(nrmse, WASHOUT)
print(f"Noisy Mackey-Glass, {AHEAD} steps ahead: {N_TRAIN} steps to learn from, {N_TEST} to test")
series_search = fitted(
    GridSearchCV(
        model,
        {
            "reservoir__spectral_radius": [0.3, 0.6, 0.9, 1.2],
            "reservoir__input_scaling": [0.1, 0.3, 1.0],
        },
        scoring=score,
        cv=WashoutSplit(TimeSeriesSplit(3, gap=AHEAD), WASHOUT),
    ),
    u[past],
    y[past],
)
alone = RidgeReadout(alphas=alphas, cv=5).fit(u[past], y[past])
print(f"NRMSE             in the search     on the test part (noise alone: {NOISE})")
print(
    f"tuned                    {-series_search.best_score_:.3f}     {-score(series_search, u[future], y[future]):.3f}"
)
for name, control in (("default", model.fit(u[past], y[past])), ("no reservoir", alone)):
    print(f"{name:27s}        {-score(control, u[future], y[future]):.3f}")

# %%
# Ragged series.
(X_train, y_train), (X_test, y_test) = (load_japanese_vowels(split) for split in ("train", "test"))
readout = RidgeReadoutClassifier(alphas=np.logspace(-2, 4, 13))
pipeline = make_pipeline(
    PerSequence(StandardScaler()),
    SequenceEncoder(EchoStateReservoir(100, random_state=0)),
    StandardScaler(),
    clone(readout),
)
print(f"\nJapanese Vowels: {len(X_train)} utterances to learn from, {len(X_test)} to test")
vowel_search = fitted(
    GridSearchCV(
        pipeline,
        {
            "sequenceencoder__representation": ["last", "mean", ("mean", "last", "segments")],
            "sequenceencoder__reservoir__leak_rate": [0.1, 0.3, 1.0],
        },
        cv=StratifiedKFold(3, shuffle=True, random_state=0),
    ),
    X_train,
    y_train,
)
spread = vowel_search.cv_results_["std_test_score"][vowel_search.best_index_] / np.sqrt(vowel_search.n_splits_)
near = (vowel_search.cv_results_["mean_test_score"] >= vowel_search.best_score_ - spread).sum()
print(f"  {near} settings lie within one standard error of the best, {spread:.3f}")
pooled = make_pipeline(StandardScaler(), readout).fit([x.mean(axis=0) for x in X_train], y_train)
print("accuracy          in the search     on the test part")
print(f"tuned                    {vowel_search.best_score_:.3f}     {vowel_search.score(X_test, y_test):.3f}")
print(f"{'default':27s}        {pipeline.fit(X_train, y_train).score(X_test, y_test):.3f}")
print(f"{'no reservoir':27s}        {pooled.score([x.mean(axis=0) for x in X_test], y_test):.3f}")


# %%
def table(search, rows, columns):
    """Return the values of two parameters that end so, and the mean score of each pair of them."""
    names = [next(name for name in search.param_grid if name.endswith(end)) for end in (rows, columns)]
    values = [search.param_grid[name] for name in names]
    scores = np.empty([len(value) for value in values])
    for setting, score in zip(search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True):
        scores[tuple(value.index(setting[name]) for value, name in zip(values, names, strict=True))] = score
    return *values, scores


figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
panels = (
    (series_search, "input_scaling", "spectral_radius", -1, "viridis_r", f"Mackey-Glass {AHEAD} steps ahead: NRMSE"),
    (vowel_search, "representation", "leak_rate", 1, "viridis", "Japanese Vowels: accuracy"),
)
for axis, (search, rows, columns, sign, colours, title) in zip(axes, panels, strict=True):
    row_values, column_values, scores = table(search, rows, columns)
    picture = axis.imshow(sign * scores, cmap=colours, aspect="auto")
    figure.colorbar(picture, ax=axis)
    middle = sum(picture.get_clim()) / 2
    for (row, column), value in np.ndenumerate(sign * scores):
        dark = (value < middle) == (colours == "viridis")
        axis.text(column, row, f"{value:.3f}", ha="center", va="center", color="white" if dark else "black")
    axis.set_xticks(range(len(column_values)), column_values)
    axis.set_yticks(range(len(row_values)), ["\n".join(v) if isinstance(v, tuple) else v for v in row_values])
    axis.set(title=f"{title}, mean of the folds")
    axis.set(xlabel=columns.replace("_", " "), ylabel=rows.replace("_", " "))
figure.savefig("grid_search.png", dpi=120)
print("\nfigure saved to grid_search.png")

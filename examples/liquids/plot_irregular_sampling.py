"""
Irregular samples: does it help to know their times?
====================================================

Four out of ten values of the Mackey-Glass series are kept, at random. After each, the value 6 time units later is to be
predicted, by liquids that know the times of the samples or do not.

Yes: driving the liquid for the time between two samples (``elapsed_column``) lowers the errors of CTRNN and LTC several
times, far more than the gap as one more input. Yet on this signal, which is smooth and free of noise, a line drawn
between the samples and sampled on a regular grid is better still, for 2.5 times the rows. The CfC gains less: only its
gates know the time, and a short gap changes its state as a long one does.
"""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import RidgeCV
from threadpoolctl import threadpool_limits

from reservoir import CfCLiquid, CTRNNLiquid, LTCLiquid
from reservoir.datasets import make_mackey_glass
from reservoir.metrics import nmse

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, N_STEPS, KEEP, AHEAD, WASHOUT, SEEDS = 100, 1500, 0.4, 6, 50, range(5)
PARTS = {"train": range(3), "validation": range(3, 4), "test": range(4, 6)}

# %%
# A series with missing samples
# -----------------------------
# A liquid is given the samples alone, or the gap before each as one more input, or the gap as the time for which the
# sample drives it, so that memories fade by the clock and not by the row.
#
# The usual remedy is a regular grid with one row per time unit. Its missing rows are the last sample, held, or a line
# between two kept samples, drawn once the second has come; neither looks ahead of the time at which it predicts.


def make_series(seed):
    """The input of each rival, and the target of every kept sample."""
    u = make_mackey_glass(N_STEPS + AHEAD, random_state=seed)
    u = (u - 0.93) / 0.23  # about zero mean and unit variance
    kept = np.flatnonzero(np.random.default_rng(seed).random(N_STEPS) < KEEP)
    gap = np.diff(kept, prepend=kept[0] - 1.0)[:, None]
    grid = np.arange(kept[0], kept[-1] + 1)
    held = u[kept[np.searchsorted(kept, grid, side="right") - 1]]
    line = np.interp(grid, kept, u[kept, 0])[:, None]
    inputs = {"samples": u[kept], "gaps": np.hstack([u[kept], gap]), "held": held, "line": line}
    return inputs | {"u": u, "time": kept, "gap": gap[:, 0], "target": u[kept + AHEAD, 0]}


# %%
# Training
# --------
# A ridge reads the input and the states at the kept samples. Its penalty is chosen by leaving out rows of the training
# series; input scaling and time constants on a validation series, for every line of the table and every seed anew.
# The error is the NMSE on test series, the mean squared error over the variance of the target: 1 is the error of the
# mean, 0 is perfect.


def features_of(liquid, source, series):
    X = series[source]
    states = X if liquid is None else np.hstack([X, liquid.transform(X)])
    on_grid = source in ("held", "line")
    return states[series["time"] - series["time"][0] if on_grid else slice(None)][WASHOUT:]


def stack(name, series):
    return np.hstack([one[name][WASHOUT:] for one in series])


def score(liquid, source, parts):
    """Train on the training series; return the validation error and the test prediction."""
    liquid = liquid and liquid.fit(parts["train"][0][source])
    X = {part: np.vstack([features_of(liquid, source, series) for series in parts[part]]) for part in PARTS}
    ridge = RidgeCV(np.logspace(-8, 0, 5)).fit(X["train"], stack("target", parts["train"]))
    return nmse(stack("target", parts["validation"]), ridge.predict(X["validation"])), ridge.predict(X["test"])


def make_ctrnns(**kwargs):
    for scaling, fastest in product((0.2, 1.0), (0.4, 1.0)):
        yield CTRNNLiquid(N_UNITS, input_scaling=scaling, tau_range=(fastest, 10 * fastest), **kwargs)


def make_ltcs(**kwargs):
    for scaling, fastest in product((0.4, 2.0), (0.4, 1.0)):
        yield LTCLiquid(N_UNITS, input_scaling=scaling, capacitance=(fastest, 30 * fastest), **kwargs)


def make_cfcs(**kwargs):
    for scaling in (0.4, 2.0):
        yield CfCLiquid(N_UNITS, input_scaling=scaling, **kwargs)


# %%
# The table
# ---------
# Each line is a kind of liquid, its input, and the column of the input that holds elapsed times. As a control, the
# ridge reads the current sample and its gap, with no reservoir.

rivals = {
    "no reservoir, sample and gap": (None, "gaps", None),
    "CTRNN, samples alone": (make_ctrnns, "samples", None),
    "CTRNN, gap as input": (make_ctrnns, "gaps", None),
    "CTRNN, elapsed_column": (make_ctrnns, "gaps", 1),
    "CTRNN, grid, sample held": (make_ctrnns, "held", None),
    "CTRNN, grid, line": (make_ctrnns, "line", None),
    "LTC, samples alone": (make_ltcs, "samples", None),
    "LTC, elapsed_column": (make_ltcs, "gaps", 1),
    "CfC, samples alone": (make_cfcs, "samples", None),
    "CfC, elapsed_column": (make_cfcs, "gaps", 1),
}
data = [{part: [make_series(100 * seed + i) for i in PARTS[part]] for part in PARTS} for seed in SEEDS]
truths = [stack("target", parts["test"]) for parts in data]
print(f"Mackey-Glass, {KEEP:.0%} of the samples, {AHEAD} time units ahead: {N_UNITS} units, {len(SEEDS)} seeds")
print(f"{'':32s}test NMSE (mean +- sd)   rows driven")
errors, predicted = {}, {}
for name, (make, source, column) in rivals.items():
    predicted[name] = []
    for seed, parts in zip(SEEDS, data, strict=True):
        liquids = make(elapsed_column=column, random_state=seed) if make else [None]
        _, best = min((score(liquid, source, parts) for liquid in liquids), key=lambda scores: scores[0])
        predicted[name].append(best)
    errors[name] = [nmse(*pair) for pair in zip(truths, predicted[name], strict=True)]
    n_rows = sum(len(series[source]) for series in data[0]["test"])
    print(f"{name:32s}{np.mean(errors[name]):.4f} +- {np.std(errors[name]):.4f}         {n_rows}")
gain = np.mean(errors["CTRNN, samples alone"]) / np.mean(errors["CTRNN, elapsed_column"])
print(f"elapsed times lower the error of the CTRNN {gain:.1f} times")

# %%
# Where the error comes from
# --------------------------
# Above, a stretch of a test series, the samples that are kept of it, and what is predicted for 6 time units after each.
# Below on the left, the error by how long ago the sample before was taken: without the time it grows with the gap, with
# the time it hardly does. On the right, the whole table. Bands and bars are one standard deviation over the seeds.

looks = {
    "CTRNN, samples alone": ("s--", "tab:orange"),
    "CTRNN, elapsed_column": ("o-", "tab:blue"),
    "CTRNN, grid, sample held": ("^-.", "0.45"),
    "CTRNN, grid, line": ("D:", "black"),
}
figure, axes = plt.subplot_mosaic(
    [["signal", "signal"], ["gap", "all"]], figsize=(8, 7), height_ratios=(5, 6), layout="constrained"
)
series = data[0]["test"][0]
samples = series["time"][WASHOUT : WASHOUT + 40]
span = np.arange(samples[0], samples[-1] + AHEAD + 1)
axes["signal"].plot(span, series["u"][span], color="0.7", linewidth=2, label="signal")
axes["signal"].plot(samples, np.full(len(samples), -2.9), "|", color="black", markersize=9, label="kept samples")
for name in ("CTRNN, samples alone", "CTRNN, elapsed_column"):
    marker, colour = looks[name][0][0], looks[name][1]
    style = {"color": colour, "markersize": 5, "label": f"predicted by {name}"}
    axes["signal"].plot(samples + AHEAD, predicted[name][0][: len(samples)], marker, **style)
axes["signal"].set(title=f"{AHEAD} time units ahead", xlabel="time (units of the equation)", ylabel="u (standardised)")
axes["signal"].set_ylim(top=3.9)
axes["signal"].legend(loc="upper center", ncols=2, frameon=False)

gaps = [np.minimum(stack("gap", parts["test"]), 6) for parts in data]
for name, (style, colour) in looks.items():
    by_gap = np.array([
        [np.square(guess - truth)[gap == length].mean() / truth.var() for length in range(1, 7)]
        for guess, truth, gap in zip(predicted[name], truths, gaps, strict=True)
    ])  # fmt: skip
    mean, deviation = by_gap.mean(axis=0), by_gap.std(axis=0)
    axes["gap"].plot(range(1, 7), mean, style, color=colour, markersize=5, label=name.removeprefix("CTRNN, "))
    axes["gap"].fill_between(range(1, 7), mean - deviation, mean + deviation, color=colour, alpha=0.2, linewidth=0)
axes["gap"].set(title="CTRNN: error by gap", xlabel="time since the sample before (units)", ylabel="test NMSE")
axes["gap"].set_xticks(range(1, 7), [*"12345", "6 up"])
axes["gap"].set_ylim(0, 0.27)
axes["gap"].legend(loc="upper left", frameon=False)

for place, (name, values) in enumerate(errors.items()):
    style, colour = looks.get(name, ("x", "0.3"))
    axes["all"].errorbar(np.mean(values), place, xerr=np.std(values), fmt=style[0], color=colour, capsize=3)
axes["all"].set_yticks(range(len(errors)), errors)
axes["all"].invert_yaxis()
axes["all"].set(title="All rivals", xlabel="test NMSE", xscale="log")
axes["all"].grid(axis="x", color="0.9")
figure.savefig("irregular_sampling.png", dpi=120)
print("figure saved to irregular_sampling.png")

"""
Does a liquid gain from knowing when its samples were taken?
============================================================

Four out of ten values of the Mackey-Glass series are kept, at random. After each, the value 6 time units later is to be
predicted. Liquids of 100 units are given the samples alone, or the gap before each as one more input, or the gap as the
time for which the sample drives them (``elapsed_column``), so that memories fade by the clock and not by the row.

Two controls: a ridge on the current sample and its gap, without a reservoir; and the usual remedy, a regular grid with
one row per time unit. Its missing rows are the last sample, held, or a line between two kept samples, drawn once the
second has come; neither looks ahead of the time at which it predicts. This signal is smooth, free of noise and on a
grid, as the line asks for: expect it to win, for 2.5 times the rows.

Input scaling and time constants are chosen on validation series, for every line of the table and every seed anew; the
penalty of the ridge by leaving out rows of the training series. Error: test NMSE, 1 for the mean, 0 for perfect.

What comes out: elapsed times lower the errors of CTRNN and LTC several times, far more than the gap as an input, and
nearly as far as holding samples on a grid does; the line wins. The CfC gains less: only its gates know the time, and a
short gap changes its state as a long one does.
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
PARTS = {"train": range(4), "validation": range(4, 6), "test": range(6, 8)}


def make_series(seed):
    """One series with missing samples: the input of each rival, and the target of every kept sample."""
    u = make_mackey_glass(N_STEPS + AHEAD, random_state=seed)
    u = (u - 0.93) / 0.23  # about zero mean and unit variance
    kept = np.flatnonzero(np.random.default_rng(seed).random(N_STEPS) < KEEP)
    gap = np.diff(kept, prepend=kept[0] - 1.0)[:, None]
    grid = np.arange(kept[0], kept[-1] + 1)
    held = u[kept[np.searchsorted(kept, grid, side="right") - 1]]
    line = np.interp(grid, kept, u[kept, 0])[:, None]
    inputs = {"samples": u[kept], "gaps": np.hstack([u[kept], gap]), "held": held, "line": line}
    return inputs | {"u": u, "time": kept, "gap": gap[:, 0], "target": u[kept + AHEAD, 0]}


def features_of(liquid, source, series):
    """The features of the ridge for a series: the input and, if there is a liquid, its states, at the kept samples."""
    X = series[source]
    states = X if liquid is None else np.hstack([X, liquid.transform(X)])
    on_grid = source in ("held", "line")
    return states[series["time"] - series["time"][0] if on_grid else slice(None)][WASHOUT:]


def score(liquid, source, parts):
    """Train on the training series; return validation and test error, and the test prediction."""
    liquid = liquid and liquid.fit(parts["train"][0][source])
    X = {part: np.vstack([features_of(liquid, source, series) for series in parts[part]]) for part in PARTS}
    ridge = RidgeCV(np.logspace(-8, 0, 5)).fit(X["train"], stack("target", parts["train"]))
    predicted = {part: ridge.predict(X[part]) for part in ("validation", "test")}
    return *(nmse(stack("target", parts[part]), predicted[part]) for part in predicted), predicted["test"]


def stack(name, series):
    return np.hstack([one[name][WASHOUT:] for one in series])


def make_ctrnn(scaling, fastest, **kwargs):
    return CTRNNLiquid(N_UNITS, input_scaling=scaling, tau_range=(fastest, 10 * fastest), **kwargs)


def make_ltc(scaling, fastest, **kwargs):
    return LTCLiquid(N_UNITS, input_scaling=2 * scaling, capacitance=(fastest, 30 * fastest), **kwargs)


def make_cfc(scaling, _, **kwargs):
    return CfCLiquid(N_UNITS, input_scaling=2 * scaling, **kwargs)


# %%
# The lines of the table: the liquid, its input, and the column of the input with elapsed times.
rivals = {
    "no reservoir, sample and gap": (None, "gaps", None),
    "CTRNN, samples alone": (make_ctrnn, "samples", None),
    "CTRNN, gap as input": (make_ctrnn, "gaps", None),
    "CTRNN, elapsed_column": (make_ctrnn, "gaps", 1),
    "CTRNN, grid, sample held": (make_ctrnn, "held", None),
    "CTRNN, grid, line": (make_ctrnn, "line", None),
    "LTC, samples alone": (make_ltc, "samples", None),
    "LTC, elapsed_column": (make_ltc, "gaps", 1),
    "CfC, samples alone": (make_cfc, "samples", None),
    "CfC, elapsed_column": (make_cfc, "gaps", 1),
}
data = [{part: [make_series(100 * seed + i) for i in PARTS[part]] for part in PARTS} for seed in SEEDS]
print(f"Mackey-Glass, {KEEP:.0%} of the samples, {AHEAD} time units ahead: {N_UNITS} units, {len(SEEDS)} seeds")
print(f"{'':32s}test NMSE (mean +- sd)   rows driven")
errors, predicted = {}, {}
for name, (make, source, column) in rivals.items():
    best = []
    for seed, parts in zip(SEEDS, data, strict=True):
        settings = product((0.2, 1.0), (0.4, 1.0))
        liquids = [make(*pair, elapsed_column=column, random_state=seed) for pair in settings] if make else [None]
        best.append(min((score(liquid, source, parts) for liquid in liquids), key=lambda scores: scores[0]))
    errors[name], predicted[name] = [test for _, test, _ in best], best[0][2]
    n_rows = sum(len(series[source]) for series in data[0]["test"])
    print(f"{name:32s}{np.mean(errors[name]):.4f} +- {np.std(errors[name]):.4f}         {n_rows}")
gain = np.mean(errors["CTRNN, samples alone"]) / np.mean(errors["CTRNN, elapsed_column"])
print(f"elapsed times lower the error of the CTRNN {gain:.1f} times")

# %%
# A stretch of a test series, and the error by how long ago the sample before was taken.
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), width_ratios=(3, 2), layout="constrained")
series = data[0]["test"][0]
times = series["time"][WASHOUT : WASHOUT + 60] + AHEAD
left.plot(range(times[0], times[-1] + 1), series["u"][times[0] : times[-1] + 1], color="0.6", label="signal")
looks = {"samples alone": ("s", "tab:orange"), "gap as input": ("^", "tab:purple"), "elapsed_column": ("o", "tab:blue")}
gap, truth = stack("gap", data[0]["test"]), stack("target", data[0]["test"])
for name, (marker, colour) in looks.items():
    guess = predicted[f"CTRNN, {name}"]
    if name != "gap as input":
        left.plot(times, guess[: len(times)], marker, color=colour, markersize=4, label=name)
    squared = [np.square(guess - truth)[np.minimum(gap, 6) == length].mean() / truth.var() for length in range(1, 7)]
    right.plot(range(1, 7), squared, marker + "-", color=colour, label=name)
left.set(title=f"CTRNN, {AHEAD} time units ahead", xlabel="time (units of the equation)", ylabel="u (standardised)")
left.set_ylim(top=2.6)
left.legend(loc="upper center", ncols=3)
right.set(title="Error by gap (first seed)", xlabel="time since the sample before (units)", ylabel="test NMSE")
right.set_xticks(range(1, 7), [*"12345", "6 up"])
right.set_ylim(bottom=0)
right.legend(loc="upper left")
figure.savefig("irregular_sampling.png", dpi=120)
print("figure saved to irregular_sampling.png")

"""
What do liquid time constants do, and what do they buy?
=======================================================

The time constants of `LTCLiquid` move with input and state, between two bounds that no input can push them across. In
the gate form they reach from ``capacitance / (1 + coupling)`` to ``capacitance``, here 11-fold.

On a task that is made for them they err a third less than fixed ones: an average whose rate changes 10-fold. With one
rate for all they gain nothing, nor with rates 100-fold apart, which is far more than they move.
"""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import CTRNNLiquid, LTCLiquid
from reservoir.diagnostics import time_constants
from reservoir.metrics import nmse

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, RATE, COUPLING, SEEDS = 100, 0.05, 10.0, range(5)
RATIOS = (1, 10, 100)  # of the rates in busy and quiet stretches
RANGES = ((1.0, 10.0), (1.0, 50.0), (10.0, 100.0))  # of time constants, in steps
train, validation, test = slice(300, 4000), slice(4000, 6000), slice(6000, 9000)

# %%
# The task
# --------
# One input is noise, the other says whether a stretch of 10 to 80 steps is quiet or busy. Leaky averages of the noise
# are asked for, whose rate is low in quiet stretches and 1 (the same), 10 or 100 times as high in busy ones, 0.05 in
# the geometric mean. The last two are liquid time constants themselves.


def make_task(seed):
    """Noise beside -1 (quiet) or 1 (busy); the averages."""
    rng = np.random.default_rng(seed)
    busy = np.repeat(np.arange(900) % 2, rng.integers(10, 80, 900))[: test.stop, None] * 2.0 - 1
    noise = rng.standard_normal((test.stop, 1))
    rates = RATE * np.sqrt(RATIOS) ** busy
    y = np.zeros_like(rates)
    for t in range(1, len(y)):
        y[t] = y[t - 1] + rates[t] * (noise[t] - y[t - 1])
    return np.hstack([noise, busy]), y


# %%
# The rivals
# ----------
# A CTRNN, whose time constants are fixed, and an LTC; as a control, a ridge on both inputs, with no reservoir. Input
# scaling, range of time constants, strength of recurrence and the penalty of the ridge are chosen on a validation part,
# for every line, target and seed anew, from as many settings for the LTC as for the CTRNN.


def best_of(liquids, X, y):
    """For each target the test prediction and the liquid that are best on the validation part."""
    best = [(np.inf,)] * len(RATIOS)
    for liquid in liquids:
        features = X if liquid is None else np.hstack([X, liquid.fit(X[train]).transform(X)])
        for alpha in (1e-6, 1e-3):
            guess = RidgeReadout(alpha).fit(features[train], y[train]).predict(features)
            for k in range(len(RATIOS)):
                error = nmse(y[validation, k], guess[validation, k])
                best[k] = min(best[k], (error, guess[test, k], liquid), key=lambda found: found[0])
    return [found[1:] for found in best]


def make_ctrnns(seed):
    for scaling, tau, radius in product((0.3, 1.0), RANGES, (0.3, 0.9)):
        yield CTRNNLiquid(N_UNITS, input_scaling=scaling, tau_range=tau, spectral_radius=radius, random_state=seed)


def make_ltcs(seed):
    gate = {"synapse": "gate", "coupling": COUPLING, "random_state": seed}
    for scaling, capacitance, gain in product((0.3, 1.0), RANGES, (0.3, 0.9)):
        yield LTCLiquid(N_UNITS, input_scaling=scaling, capacitance=capacitance, gain=gain, **gate)


# %%
# Errors and swings
# -----------------
# The NMSE on the test part, the mean squared error over the variance of the target, 1 for the mean and 0 for perfect;
# and how far the time constants move.


def swing(liquid, X):
    """How far time constants move: 95th over 5th percentile in time, median over units."""
    low, high = np.percentile(time_constants(liquid, X).values, (5, 95), axis=0)
    return np.median(high / low)


rivals = {"no reservoir": lambda seed: [None], "CTRNN": make_ctrnns, "LTC": make_ltcs}
errors, swings = {name: [] for name in rivals}, {name: [] for name in rivals}
for seed in SEEDS:
    X, y = make_task(seed)
    found = {name: best_of(make(seed), X, y) for name, make in rivals.items()}
    for name, results in found.items():
        errors[name].append([nmse(y[test, k], guess) for k, (guess, _) in enumerate(results)])
        swings[name].append([swing(liquid, X[test]) if liquid else np.nan for _, liquid in results])

print(f"{N_UNITS} units, {len(SEEDS)} seeds: test NMSE (mean +- sd) and, in brackets, swing of the time constants")
print(f"{'busy over quiet rate':22s}" + "".join(f"{ratio:<29d}" for ratio in RATIOS).rstrip())
for name in rivals:
    cells = [f"{np.mean(values):.4f} +- {np.std(values):.4f}" for values in zip(*errors[name], strict=True)]
    if name != "no reservoir":
        cells = [f"{cell} ({moved:.1f}-fold)" for cell, moved in zip(cells, np.mean(swings[name], axis=0), strict=True)]
    print(f"{name:22s}" + "".join(f"{cell:29s}" for cell in cells).rstrip())
gain = np.mean(errors["CTRNN"], axis=0) / np.mean(errors["LTC"], axis=0)
print(f"liquid time constants divide the error by {gain[1]:.2f} (rates 10-fold apart) and {gain[2]:.2f} (100-fold)")

# %%
# What a liquid time constant does
# --------------------------------
# A stretch of the last seed: the input, shaded where it is busy; the time constants of the two units that it moves
# most, one way and the other, between their bounds; the average with rates 10-fold apart. At the bottom the errors,
# mean and standard deviation over the seeds.

stretch, steps, (guess, liquid) = slice(60, 310), np.arange(60, 310), found["LTC"][1]
busy, tau = X[test, 1] > 0, time_constants(liquid, X[test])
quicker = np.log(tau.values[~busy]).mean(axis=0) - np.log(tau.values[busy]).mean(axis=0)
figure, axes = plt.subplots(4, figsize=(8, 9), height_ratios=(3, 4, 4, 4), layout="constrained")
for axis in axes[:3]:
    area = {"step": "mid", "transform": axis.get_xaxis_transform(), "color": "0.92"}
    axis.fill_between(steps, 0, 1, busy[stretch], **area, label="busy stretch" if axis is axes[0] else None)
    axis.set_xlim(steps[0], steps[-1])
    axis.tick_params(labelbottom=axis is axes[2])
axes[0].plot(steps, X[test][stretch, 0], color="black", linewidth=0.8, label="noise")
axes[0].set(title="Input", ylabel="noise")
for name, unit, style, colour in (
    ("quickened when busy", quicker.argmax(), "-", "tab:blue"),
    ("slowed when busy", quicker.argmin(), "--", "tab:orange"),
):
    axes[1].semilogy(steps, tau.values[stretch, unit] / tau.upper[unit], style, color=colour, label=name)
for bound in (1, tau.lower[0] / tau.upper[0]):
    axes[1].axhline(bound, color="black", linestyle=":", label="bounds" if bound == 1 else None)
axes[1].set(title="Time constants of two units of the LTC", ylabel="time constant\nover its upper bound")
axes[1].set_yticks([0.1, 0.2, 0.5, 1], ["0.1", "0.2", "0.5", "1"])
axes[1].minorticks_off()
axes[2].plot(steps, y[test][stretch, 1], color="black", label="target")
axes[2].plot(steps, found["CTRNN"][1][0][stretch], ":", color="tab:orange", label="CTRNN")
axes[2].plot(steps, guess[stretch], "--", color="tab:blue", label="LTC")
axes[2].set(title="Average with 10 times the rate when busy", xlabel="step of the test part", ylabel="average")
looks = (("x", "0.45"), ("s", "tab:orange"), ("o", "tab:blue"))
for shift, (name, values), (marker, colour) in zip((-0.12, 0, 0.12), errors.items(), looks, strict=True):
    mean, deviation = np.mean(values, axis=0), np.std(values, axis=0)
    places = np.arange(len(RATIOS)) + shift
    axes[3].errorbar(places, mean, deviation, fmt=marker, color=colour, capsize=3, label=name)
labels = [f"{ratio}-fold" if ratio > 1 else "the same" for ratio in RATIOS]
axes[3].set_xticks(range(len(RATIOS)), labels)
axes[3].set_xlim(-0.5, len(RATIOS) - 0.5)
axes[3].set(
    title="Error of all rivals", xlabel="rate when busy, over that when quiet", ylabel="test NMSE", ylim=(-0.05, 1.05)
)
for axis in axes:
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
figure.align_ylabels()
figure.savefig("time_constants.png", dpi=120)
print("figure saved to time_constants.png")

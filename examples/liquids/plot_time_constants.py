"""
What do liquid time constants do, and what do they buy?
=======================================================

The time constants of `LTCLiquid` move with input and state, between two bounds that no input can push them across. In
the gate form they reach from ``capacitance / (1 + coupling)`` to ``capacitance``, here 11-fold. One input is noise, the
other says whether a stretch of 10 to 80 steps is quiet or busy.

Leaky averages of the noise are asked for, whose rate is low in quiet stretches and 1 (the same), 10 or 100 times as
high in busy ones, 0.05 in the geometric mean. The last two are liquid time constants themselves, so the task is made
for them. Controls: a ridge on both inputs, without a reservoir, and a CTRNN, whose time constants are fixed.

Input scaling, range of time constants, strength of recurrence and the penalty of the ridge are chosen on a validation
part, for every line, target and seed anew, from as many settings for the LTC as for the CTRNN. Error: test NMSE, 1 for
the mean, 0 for perfect.

What comes out: with rates 10-fold apart the LTC errs a third less. With one rate for all it gains nothing, nor with
rates 100-fold apart, which is far more than its time constants move.
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


def swing(liquid, X):
    """How far time constants move: 95th over 5th percentile in time, median over units."""
    low, high = np.percentile(time_constants(liquid, X).values, (5, 95), axis=0)
    return np.median(high / low)


# %%
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
# A stretch of the test part: the input, three units between their bounds, and the average asked for.
stretch, steps, (guess, liquid) = slice(60, 310), np.arange(60, 310), found["LTC"][1]
busy, tau = X[test, 1] > 0, time_constants(liquid, X[test])
quicker = np.log(tau.values[~busy]).mean(axis=0) - np.log(tau.values[busy]).mean(axis=0)
order = np.argsort(quicker)
units = {"most quickened\nwhen busy": order[-1], "median unit": order[N_UNITS // 2], "most slowed": order[0]}
figure, axes = plt.subplots(3, sharex=True, figsize=(10, 7), height_ratios=(2, 3, 3), layout="constrained")
for axis in axes:
    area = {"step": "mid", "transform": axis.get_xaxis_transform(), "color": "0.9"}
    axis.fill_between(steps, 0, 1, busy[stretch], label="busy" if axis is axes[0] else None, **area)
axes[0].plot(steps, X[test][stretch, 0], color="0.4", linewidth=0.8, label="noise")
for (name, unit), colour in zip(units.items(), ("tab:blue", "0.4", "tab:orange"), strict=True):
    axes[1].semilogy(steps, tau.values[stretch, unit] / tau.upper[unit], color=colour, label=name)
for bound in (1, tau.lower[0] / tau.upper[0]):
    axes[1].axhline(bound, color="black", linestyle="--", linewidth=1, label="bounds" if bound == 1 else None)
axes[1].set_yticks([0.1, 0.2, 0.5, 1], ["0.1", "0.2", "0.5", "1"])
axes[1].minorticks_off()
axes[2].plot(steps, y[test][stretch, 1], color="black", label="target")
axes[2].plot(steps, found["CTRNN"][1][0][stretch], ":", color="tab:orange", label="CTRNN")
axes[2].plot(steps, guess[stretch], "--", color="tab:blue", label="LTC")
axes[0].set(title="Input", ylabel="noise")
axes[1].set(title="Time constants of three units of the LTC", ylabel="time constant\nover its upper bound")
axes[2].set(title="Average with 10 times the rate in busy stretches", xlabel="step of the test part", ylabel="average")
for axis in axes:
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
figure.savefig("time_constants.png", dpi=120)
print("figure saved to time_constants.png")

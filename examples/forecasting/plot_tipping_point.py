"""
Foresee a collapse from data before it
======================================

A food chain of plants, herbivores and carnivores lives on, in chaos, until the plants' capacity K grows past 0.99976:
beyond it, the carnivores die out. Can that be foreseen from series at K = 0.97, 0.98 and 0.99, in all of which they
live?

It can, if the parameter is an input of its own, as Kong, Fan, Grebogi and Lai (2021) found with this system and these
three values. All of five reservoirs let the carnivores live up to K = 0.9975, and four of them let them die at 1.0,
just beyond the edge; from 1.005 on only three still do. The same forecaster without that column knows of no other K. A
cubic model without a reservoir feels the same edge, but its forecasts run away there.

The edge was measured: of 30 chains, followed for 100 000 units of time each by steps of 0.2, all die at K = 0.99978,
half of them within 3220; at 0.99976 nobody dies after the first 2000.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import NVAR, EchoStateReservoir, Forecaster

CRITICAL, KNOWN, N_TRAIN, N_CONTEXT, N_AHEAD, SEEDS = 0.99976, (0.97, 0.98, 0.99), 3000, 300, 1500, range(10, 15)
TRIED = np.array([0.98, 0.99, 0.995, 0.9975, 1.0, 1.0025, 1.005, 1.01, 1.015])

# %%
# The data
# --------
# The food chain of McCann and Yodzis (1994), one row for each unit of time: three series to learn from, after a
# transient, and one for each K that is tried, to compare with.


def slope(state, capacity):
    plants, herbivores, carnivores = state
    grazed = 2.009 * herbivores * plants / (plants + 0.16129)
    hunted = 2.876 * carnivores * herbivores / (herbivores + 0.5)
    return np.array(
        [
            plants * (1 - plants / capacity) - 0.4 * grazed,
            0.4 * (grazed - herbivores) - 0.08 * hunted,
            0.08 * (hunted - carnivores),
        ]
    )


def follow(state, capacity, n_rows):
    """Return rows of chains with other capacities side by side (n_rows, 3, n_chains), by steps of Runge and Kutta."""
    rows = np.empty((n_rows, *state.shape))
    for row in rows:
        for _ in range(2):
            first = slope(state, capacity)
            second = slope(state + first / 4, capacity)
            third = slope(state + second / 4, capacity)
            state = state + (first + 2 * second + 2 * third + slope(state + third / 2, capacity)) / 12
        row[...] = state
    return rows


start = np.array([[0.8, 0.3, 0.7], [0.7, 0.2, 0.8], [0.6, 0.4, 0.9]]).T
chains = follow(start, np.array(KNOWN), 1000 + N_TRAIN)[1000:]
truth = follow(np.repeat(chains[-1, :, -1:], len(TRIED), axis=1), TRIED, N_AHEAD)[:, 2]
mean, scale = chains.mean(axis=(0, 2)), chains.std(axis=(0, 2))
training = [(chains[:, :, number] - mean) / scale for number in range(len(KNOWN))]
context, dead = training[-1][-N_CONTEXT:], (0.4 - mean[2]) / scale[2]


def column(capacity, n_rows):
    """Return the parameter as an exogenous column, of the size of its effect rather than of unit variance."""
    return np.full((n_rows, 1), 5 * (capacity - 0.98))


# %%
# Forecasts beyond the data
# -------------------------
# From the last rows at K = 0.99, with another K from then on. The carnivores count as dead below 0.4; on all three
# attractors that were seen they stay above 0.57. What a forecast says after a death counts for nothing, as no data were
# like that. Settings were chosen with other seeds than these.


def first_death(carnivores):
    """Return the first step at which they are dead, infinity if they are not, NaN if the forecast has run away."""
    away = np.abs(carnivores) > 10
    fallen = (carnivores < dead) & ~np.logical_or.accumulate(away)
    return np.argmax(fallen) if fallen.any() else np.nan if away.any() else np.inf


def deaths(reservoir, informed=True, penalty=1e-5):
    """Return the first death for each K that is tried, and the forecasts of the carnivores."""
    forecaster = Forecaster(
        reservoir, RidgeReadout(penalty), target="increment", noise=1e-4, transformer=None, range_factor=None,
        random_state=0,
    )  # fmt: skip
    known = [column(capacity, N_TRAIN) for capacity in KNOWN] if informed else None
    forecaster.fit(training, exogenous=known)
    paths = []
    for capacity in TRIED:
        given = {}
        if informed:
            given = {"exogenous": column(capacity, N_AHEAD), "context_exogenous": column(KNOWN[-1], N_CONTEXT)}
        try:
            path = forecaster.forecast(N_AHEAD, context, **given)[:, 2]
        except FloatingPointError:
            path = np.full(N_AHEAD, 1e9)
        paths.append(path)
    return [first_death(path) for path in paths], paths


settings = {"spectral_radius": 0.1, "leak_rate": 1.0, "input_scaling": 1.0, "bias_scaling": 0.6}
found = {name: [] for name in ("reservoir, K as a column", "reservoir, no such column")}
shown = []
for seed in SEEDS:
    reservoir = EchoStateReservoir(400, **settings, random_state=seed)
    steps, paths = deaths(reservoir)
    shown.append(paths)
    found["reservoir, K as a column"].append(steps)
    found["reservoir, no such column"].append(deaths(reservoir, informed=False)[0])
found["no reservoir, K as a column"] = [deaths(NVAR(delay=2, order=3), penalty=1e-6)[0]]
real = [np.argmax(one < 0.4) if (one < 0.4).any() else np.inf for one in truth.T]

# %%
# Result
# ------
print("share of forecasts in which the carnivores die within 1500 steps, and in brackets in which they run away")
print(f"{'K':30s} " + " ".join(f"{capacity:8.4f}" for capacity in TRIED))
print(f"{'truth':30s} " + " ".join(f"{float(np.isfinite(step)):8.1f}" for step in real))
for name, rows in found.items():
    died, away = np.isfinite(rows).mean(axis=0), np.isnan(rows).mean(axis=0)
    cells = [f"{share:.1f}" + (f" ({wild:.1f})" if wild else "") for share, wild in zip(died, away, strict=True)]
    print(f"{name:30s} " + " ".join(f"{cell:>8s}" for cell in cells))
rows = np.isfinite(found["reservoir, K as a column"])
critical = [TRIED[row].min() if row.any() else np.nan for row in rows]
print(f"least K with a death, by seed: {', '.join(f'{one:.4f}' for one in critical)}; in truth {CRITICAL}")

figure, axes = plt.subplots(3, 1, figsize=(8, 7), height_ratios=(1, 1, 1.3), layout="constrained")
for axis, capacity in zip(axes, (0.9975, 1.0025), strict=False):
    number = list(TRIED).index(capacity)
    axis.plot(truth[:, number], color="black", linewidth=0.7, label="truth")
    forecast = shown[0][number] * scale[2] + mean[2]
    death = int(min(first_death(shown[0][number]), N_AHEAD))
    axis.plot(forecast[:death], color="tab:blue", linewidth=0.9, label="forecast, up to the death")
    if death < N_AHEAD:
        axis.plot(death, forecast[death], "o", color="tab:blue")
    axis.axhline(0.4, color="0.6", linestyle=":", linewidth=1)
    axis.set(ylabel="carnivores", ylim=(-0.1, 1.3), xlim=(0, N_AHEAD))
    axis.set_title(f"K = {capacity}, a reservoir with K as a column", loc="left", fontsize="medium")
axes[0].legend(ncols=2, loc="upper right", frameon=False)
axes[1].set_xlabel("time")
styles = {"reservoir, K as a column": ("o-", "tab:blue"), "reservoir, no such column": ("s--", "tab:orange"),
          "no reservoir, K as a column": ("^:", "tab:green")}  # fmt: skip
for name, (style, color) in styles.items():
    axes[2].plot(TRIED, np.isfinite(found[name]).mean(axis=0), style, color=color, label=f"{name}: die")
away = np.isnan(found["no reservoir, K as a column"]).mean(axis=0)
axes[2].plot(TRIED, away, "x", color="tab:green", label="no reservoir, K as a column: runs away")
axes[2].axvline(CRITICAL, color="black", linewidth=1)
axes[2].text(CRITICAL - 0.0004, 0.95, "true edge", ha="right", va="center")
axes[2].plot(KNOWN[1:], [-0.05, -0.05], "|", color="black", markersize=10, label="K of the data (and 0.97)")
axes[2].set(xlabel="K", ylabel="share of forecasts", ylim=(-0.1, 1.1))
figure.legend(*axes[2].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
figure.savefig("tipping_point.png", dpi=120)
print("figure saved to tipping_point.png")

"""
What is wrong with this liquid?
===============================

`diagnose` drives a reservoir by the input that it is meant for and names its condition in a word, such as silent,
chaotic, saturated or ordered, with the numbers behind the word and advice that it has tried on this very input.

Each of four faults gets its name here. None of the faulty networks gets near the error of the healthy one until the
advice is followed; then all four do.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LIFLiquid, LiquidHealthWarning, LTCLiquid
from reservoir.diagnostics import diagnose
from reservoir.metrics import nmse

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, N_ROWS, SEEDS = 100, 500, range(5)
train, test = slice(200, 3000), slice(3000, 5000)

# %%
# The liquids
# -----------
# Five echo state networks, four of them with a bad setting, a liquid of conductances and one of spikes.


def make_liquids(seed):
    healthy = {"leak_rate": 1.0, "random_state": seed}
    return {
        "healthy": EchoStateReservoir(N_UNITS, **healthy),
        "too wild": EchoStateReservoir(N_UNITS, spectral_radius=5.0, **healthy),
        "too loud": EchoStateReservoir(N_UNITS, input_scaling=100.0, **healthy),
        "too quiet": EchoStateReservoir(N_UNITS, input_scaling=1e-8, **healthy),
        "unconnected": EchoStateReservoir(N_UNITS, spectral_radius=0.0, **healthy),
        "conductances": LTCLiquid(N_UNITS, random_state=seed),
        "spikes": LIFLiquid(N_UNITS, random_state=seed),
    }


# %%
# The report
# ----------
# All are driven by the same noise. The report on the healthy network is printed in full. Its largest Lyapunov exponent
# is negative: a small difference between two states shrinks, so that the past is forgotten step by step. The memory
# capacity says how many rows back a linear readout can recall the input.

u = np.random.default_rng(0).standard_normal((test.stop, 1))
liquids = make_liquids(0)
warnings.simplefilter("ignore", LiquidHealthWarning)  # the report contains it too
found = {name: diagnose(liquid.fit(u[:N_ROWS]), u[:N_ROWS], random_state=0) for name, liquid in liquids.items()}
print(found["healthy"])

# %%
# Does it matter?
# ---------------
# A ridge on the states predicts the product of the inputs of three and of four rows ago. The error is the NMSE, the
# mean squared error over the variance of the target, on rows not seen in training: 1 for the mean, 0 for perfect. It is
# averaged over five networks, each with noise of its own. As a control, the ridge has the present row alone, with no
# reservoir.


def make_task(seed):
    u = np.random.default_rng(seed).standard_normal((test.stop, 1))
    return u, np.roll(u, 3, axis=0)[:, 0] * np.roll(u, 4, axis=0)[:, 0]


def error(features, y):
    readout = RidgeReadout(alpha=1e-4).fit(features[train], y[train])
    return nmse(y[test], readout.predict(features[test]))


errors = {name: [] for name in (*liquids, "no reservoir")}
for seed in SEEDS:
    u, y = make_task(seed)
    errors["no reservoir"].append(error(u, y))
    for name, liquid in make_liquids(seed).items():
        errors[name].append(error(liquid.fit(u[:N_ROWS]).transform(u), y))


def show_error(name):
    return f"{np.mean(errors[name]):.3f} +- {np.std(errors[name]):.3f}"


print(f"{'':14s}{'verdict':14s}{'exponent':>9s}{'memory':>9s}{'NMSE (mean +- sd)':>21s}")
for name, one in found.items():
    memory = "-" if one.memory_capacity is None else f"{one.memory_capacity:.1f}"
    print(f"{name:14s}{one.verdict:14s}{one.lyapunov_exponent:9.3f}{memory:>9s}{show_error(name):>21s}")
print(f"{'no reservoir':46s}{show_error('no reservoir'):>21s}")

# %%
# The advice
# ----------
# Each report ends in advice; `follow` returns a new reservoir that is set as advised. Spikes and conductances are
# sound, and need no change: they only remember less than rates do.

u, y = make_task(0)
for name, one in found.items():
    if name != "healthy":
        print(f"{name}: {one.advice}")
    if one.changes:
        mended, _ = one.follow(liquids[name], u[:N_ROWS])
        print(f"  NMSE then: {error(mended.transform(u), y):.3f}")

# %%
# What it looks like
# ------------------
# The input, and below it every eighth unit of each liquid in grey, one of them in blue; of the spiking liquid their
# traces, which are filtered spikes.

shown = slice(150, 250)
rows = np.arange(N_ROWS)[shown]
figure, axes = plt.subplots(1 + len(liquids), sharex=True, figsize=(8, 10), layout="constrained")
axes[0].plot(rows, u[shown], color="black", linewidth=1)
axes[0].set_title("input: noise", loc="left")
axes[0].set_ylabel("input")
for axis, (name, one) in zip(axes[1:], found.items(), strict=True):
    states = liquids[name].transform(u[: shown.stop])[shown, ::8]
    axis.plot(rows, states, color="0.7", linewidth=0.8)
    axis.plot(rows, states[:, 3], color="tab:blue", linewidth=1.6)
    axis.set_title(f"{name}: {one.verdict}", loc="left")
    exponent = "-∞" if np.isneginf(one.lyapunov_exponent) else f"{one.lyapunov_exponent:.2f}"
    axis.set_title(f"exponent {exponent} nats per row, NMSE {np.mean(errors[name]):.2f}", loc="right", fontsize=10)
    axis.set_ylabel("trace" if name == "spikes" else "state")
    axis.margins(x=0)
axes[-1].set_xlabel("row")
figure.align_ylabels()
figure.savefig("diagnose.png", dpi=120)
print("figure saved to diagnose.png")

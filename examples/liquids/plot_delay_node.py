"""
How far does a single node with delayed feedback come?
======================================================

One nonlinear node that hears itself after a delay can stand in for a network: what it does along the delay, sampled at
`n_units` moments, are the states of as many *virtual nodes*. That is how reservoirs are built from a laser or an
electronic circuit. Here it is asked for NARMA10, which needs products of inputs up to ten steps apart, beside a linear
shift register, which needs no reservoir at all.

It does well with many virtual nodes, but by digits that a physical node has not: where the states are measured with a
noise of a ten-thousandth of their size, the shift register is better.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import NVAR, DelayNodeReservoir
from reservoir.datasets import make_narma
from reservoir.metrics import nrmse

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
SIZES, SEEDS, NOISE = (25, 50, 100, 200, 400), range(4), 1e-4
washout, train, test = 200, slice(200, 3200), slice(3200, 5200)

# %%
# Along the delay
# ---------------
# The node is that of Mackey and Glass, ``dx/ds = -x + feedback z / (1 + z)``, where z is the delayed x plus the masked
# input. A row of input lasts as long as the delay. Meanwhile it is multiplied with the mask, a random sign for each
# virtual node. The nodes are a fifth of the node's own time constant apart, so that each follows its neighbour.

u, _ = make_narma(6, random_state=0)
shown = DelayNodeReservoir(n_units=50, random_state=0)
line = shown.fit_transform(u)
masked = u * shown.input_weights_[:, 0]

# %%
# NARMA10
# -------
# Every seed draws a mask and a series. The states are scaled to unit variance, and fitted without a penalty; the shift
# register has the last 50 inputs, more than the task asks for. The error is the root of the mean square over the
# standard deviation of the target.


def error(features, y, alpha):
    readout = make_pipeline(StandardScaler(), RidgeReadout(alpha=alpha)).fit(features[train], y[train])
    return nrmse(y[test], readout.predict(features[test]))


errors = {"exact states": [], "measured states": []}
register = []
for seed in SEEDS:
    X, y = make_narma(test.stop, random_state=seed)
    register.append(error(NVAR(delay=50, order=1).fit_transform(X), y, alpha=1e-6))
    exact, measured = [], []
    for n_units in SIZES:
        states = DelayNodeReservoir(n_units, random_state=seed).fit_transform(X)
        noise = NOISE * states[train].std(axis=0) * np.random.default_rng(seed).standard_normal(states.shape)
        exact.append(error(states, y, alpha=0.0))
        measured.append(error(states + noise, y, alpha=1e-6))
    errors["exact states"].append(exact)
    errors["measured states"].append(measured)

print(f"NARMA10, NRMSE over {len(SEEDS)} seeds (mean +- sd)")
print(f"{'virtual nodes':18s}" + "".join(f"{size:<18d}" for size in SIZES).rstrip())
for name, values in errors.items():
    cells = zip(np.mean(values, axis=0), np.std(values, axis=0), strict=True)
    print(f"{name:18s}" + "".join(f"{f'{mean:.3f} +- {sd:.3f}':18s}" for mean, sd in cells).rstrip())
print(f"no reservoir, shift register of 50 inputs: {np.mean(register):.3f} +- {np.std(register):.3f}")

# %%
# What it looks like
# ------------------
# On top the masked input and the node along six delays; the points are virtual nodes. Below, the errors.

figure, axes = plt.subplots(3, figsize=(8, 8), height_ratios=(2, 2, 4), layout="constrained")
place = np.arange(line.size) / line.shape[1]
axes[0].step(place, masked.ravel(), color="0.4", linewidth=0.9, where="post")
axes[0].set(title="Along the delay", ylabel="masked input")
axes[1].plot(place, line.ravel(), ".-", color="tab:blue", markersize=3, linewidth=0.8)
axes[1].set(ylabel="node", xlabel="time in delays, each a row of input")
for axis in axes[:2]:
    axis.set_xlim(0, len(u))
    axis.ticklabel_format(axis="y", scilimits=(0, 0))
    for border in range(1, len(u)):
        axis.axvline(border, color="0.85", zorder=0)
axes[0].tick_params(labelbottom=False)
looks = {"exact states": ("o-", "tab:blue"), "measured states": ("s--", "tab:orange")}
for name, values in errors.items():
    mean, deviation = np.mean(values, axis=0), np.std(values, axis=0)
    mark, colour = looks[name]
    axes[2].errorbar(SIZES, mean, deviation, fmt=mark, color=colour, capsize=3, label=name)
axes[2].axhline(np.mean(register), color="black", linestyle=":", label="linear shift register")
axes[2].set_xscale("log")
axes[2].set_xticks(SIZES, [str(size) for size in SIZES])
axes[2].minorticks_off()
axes[2].set(title="Errors", xlabel="virtual nodes", ylabel="NRMSE on NARMA10", ylim=(0, None))
axes[2].legend(frameon=False)
figure.align_ylabels()
figure.savefig("delay_node.png", dpi=120)
print("figure saved to delay_node.png")

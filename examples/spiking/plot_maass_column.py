"""
Does a column of spiking units keep spike trains apart?
=======================================================

A liquid state machine needs the separation property: different inputs must leave different states behind. It was first
shown for a column of 135 integrate-and-fire units with dynamic synapses, `maass2002` (Maass, Natschlaeger and Markram,
Neural Computation 14:2531, 2002, figure 2), and is repeated here.

It does. Trains that differ drive the column apart for as long as they last, many times farther than another start does,
and the farther the more they differ, less than in proportion. Spread over 135 units, the difference is some five times
that of the input's own trace.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.ndimage import convolve1d
from scipy.signal import lfilter

from reservoir.diagnostics import firing_rates
from reservoir.plots import SpikeRasterDisplay
from reservoir.presets import maass2002

N_STEPS, RATE, DISTANCES, TOLERANCE = 500, 20, (0.0, 0.1, 0.2, 0.4), 0.01  # rows of 1 ms, Hz
N_PAIRS, N_COLUMNS = 40, 4
rng = np.random.default_rng(0)

# %%
# Pairs of spike trains
# ---------------------
# Poisson trains of 20 Hz last 0.5 s. To measure the distance d of two of them, spikes are replaced by
# exp(-(t / 5 ms)^2), and the squared difference is integrated over the duration. This gives the values that the paper
# names: some 0.22 for unrelated trains, up to 0.1 for a train and its copy with a jitter of 8 ms. Pairs are drawn until
# there are enough whose distance is 0.1, 0.2 or 0.4; a train and itself, d = 0, show the floor of the noise.


def draw_trains(n_trains):
    return rng.poisson(RATE / 1000, (n_trains, N_STEPS)).astype(float)


def distance(u, v):
    """Both trains as sums of exp(-(t / 5 ms)^2); the squared difference, integrated over time, over the duration."""
    bumps = convolve1d(u - v, np.exp(-((np.arange(-20, 21) / 5) ** 2)), axis=-1, mode="constant")
    return (bumps**2).mean(axis=-1)


def draw_pairs(wanted):
    """Pairs of independent trains that happen to be as far apart as wanted, or a train and itself."""
    if wanted == 0:
        u = draw_trains(N_PAIRS)
        return u, u
    found = []
    while len(found) < N_PAIRS:
        u, v = draw_trains(4000), draw_trains(4000)
        found += [(u[k], v[k]) for k in np.flatnonzero(abs(distance(u, v) - wanted) < TOLERANCE)]
    return np.array(found[:N_PAIRS]).swapaxes(0, 1)


# %%
# Four columns, 40 pairs for each distance
# ----------------------------------------
# Each run starts from voltages of its own, uniform between 13.5 and 15 mV. The states are spikes filtered by
# exp(-t / 30 ms), and their distance is Euclidean. Synapses are in their stationary state: rested ones answer the first
# spike with a burst that is the same in all runs. As a control, with no reservoir there is one filtered train, that of
# the input.


def run_from_random_voltages(column, train):
    """States of a run that starts from voltages of its own."""
    _, state = column.run(np.zeros((1, 1)))
    return column.run(train[:, None], state._replace(voltage=rng.uniform(13.5, 15, column.n_units_)))[0]


columns = [maass2002(rate=6.0, random_state=seed).fit(draw_trains(1).T) for seed in range(N_COLUMNS)]
curves, traces = {}, {}
for wanted in DISTANCES:
    pairs = list(zip(*draw_pairs(wanted), strict=True))
    states = [
        np.linalg.norm(run_from_random_voltages(column, u) - run_from_random_voltages(column, v), axis=1)
        for column, (u, v) in zip(columns * (N_PAIRS // N_COLUMNS), pairs, strict=True)
    ]
    curves[wanted] = np.array(states)
    traces[wanted] = np.array([abs(lfilter([1], [1, -np.exp(-1 / 30)], u - v)) for u, v in pairs])
unrelated = distance(draw_trains(4000), draw_trains(4000)).mean()
train = next(one for one in draw_trains(100) if one.sum() == RATE * N_STEPS / 1000)
rates = firing_rates(columns[0], train[:, None])

late = slice(100, None)
print(f"{N_COLUMNS} columns of 135 units, {N_PAIRS} pairs for each distance; unrelated trains: d = {unrelated:.2f}")
print(f"rates of the first column under {train.sum() / 0.5:.0f} Hz: {rates.excitatory:.1f} Hz excitatory, ", end="")
print(f"{rates.inhibitory:.1f} Hz inhibitory")
print("distance of the states, mean from 0.1 to 0.5 s (+- standard error over the pairs)")
print(f"{'input distance d':14s}" + "".join(f"{wanted:16.1f}" for wanted in DISTANCES))
for name, distances in (("column", curves), ("no reservoir", traces)):
    pairs = [distances[wanted][:, late].mean(axis=1) for wanted in DISTANCES]
    print(f"{name:14s}" + "".join(f"{one.mean():8.2f} +- {one.std() / np.sqrt(N_PAIRS):.2f}" for one in pairs))
floor = curves[0.0][:, late].mean()
print(f"d = 0.1 is {curves[0.1][:, late].mean() / floor:.1f} times above the floor, ", end="")
print(f"0.4 {curves[0.4][:, late].mean() / floor:.1f} times")

# %%
# One column, and how far two trains drive it apart
# -------------------------------------------------
# Above, an input train and the spikes of the first column, by `SpikeRasterDisplay`. Below, the distance of the states
# of the columns and, with no reservoir, of the filtered inputs alone; bands are one standard error over the pairs.

names = [["input"] * 2, ["raster"] * 2, ["rates"] * 2, ["column", "no reservoir"]]
figure, axes = plt.subplot_mosaic(names, figsize=(8, 9), height_ratios=(1, 7, 3, 9), layout="constrained")
axes["input"].vlines(np.flatnonzero(train), 0, 1, color="black")
axes["input"].set(title=f"Input of {RATE} Hz", xlim=(0, N_STEPS), yticks=[])
SpikeRasterDisplay.from_estimator(columns[0], train[:, None], ax=[axes["raster"], axes["rates"]])
axes["raster"].set_title("Spikes of one column", loc="left")
for name in ("input", "raster"):
    axes[name].tick_params(labelbottom=False)
looks = (("-", "black"), (":", "0.35"), ("--", "tab:orange"), ("-.", "tab:blue"))
for name, distances in (("column", curves), ("no reservoir", traces)):
    for wanted, (style, colour) in zip(DISTANCES, looks, strict=True):
        mean, error = distances[wanted].mean(axis=0), distances[wanted].std(axis=0) / np.sqrt(N_PAIRS)
        label = "d = 0: the same train twice" if wanted == 0 else f"d = {wanted}"
        axes[name].plot(mean, style, color=colour, label=label)
        axes[name].fill_between(range(N_STEPS), mean - error, mean + error, color=colour, alpha=0.2, linewidth=0)
    axes[name].set(title=f"Two trains, {name}", xlabel="time in ms", xlim=(0, N_STEPS), ylim=(0, 5.5))
axes["column"].set_ylabel("distance of the two states")
axes["no reservoir"].legend(loc="upper right", title="distance d of the two trains", frameon=False)
figure.align_ylabels([axes["raster"], axes["rates"], axes["column"]])
figure.savefig("maass_column.png", dpi=120)
print("figure saved to maass_column.png")

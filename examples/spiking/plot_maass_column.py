"""
Does a column of spiking units keep two spike trains as far apart as they are?
==============================================================================

A liquid state machine needs the separation property: different inputs must leave different states behind. It was first
shown for a column of 135 integrate-and-fire units with dynamic synapses, `maass2002` (Maass, Natschlaeger and Markram,
Neural Computation 14:2531, 2002, figure 2), and is repeated here: pairs of Poisson spike trains (20 Hz, 0.5 s) whose
distance d is 0.1, 0.2 or 0.4 go into four columns, and the distance of the states, Euclidean, of spikes filtered by
exp(-t / 30 ms), is averaged over the pairs. Each run starts from voltages of its own, uniform between 13.5 and 15 mV,
so that the same train in both runs (d = 0) shows the floor of the noise. Spikes are replaced by exp(-(t / 5 ms)^2) to
measure d, the integral of the squared difference over the duration; it gives the values that the paper names: some 0.22
for unrelated trains, up to 0.1 for a train and its copy with a jitter of 8 ms.

Control: without a reservoir there is one filtered spike train, that of the input, whose distance is shown as well.

What comes out: trains that differ drive the column apart for as long as they last, many times farther than another
start does, and the farther the more they differ, less than in proportion. Spread over 135 units, the difference is some
five times that of the input's own trace.
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


def run_from_random_voltages(column, train):
    """States of a run that starts from voltages of its own."""
    _, state = column.run(np.zeros((1, 1)))
    return column.run(train[:, None], state._replace(voltage=rng.uniform(13.5, 15, column.n_units_)))[0]


# %%
# Synapses in their stationary state: rested ones answer the first spike with a burst that is in all runs alike.
columns = [maass2002(rate=6.0, random_state=seed).fit(draw_trains(1).T) for seed in range(N_COLUMNS)]
curves, traces = {}, {}
for wanted in DISTANCES:
    pairs = list(zip(*draw_pairs(wanted), strict=True))
    states = [
        np.linalg.norm(run_from_random_voltages(column, u) - run_from_random_voltages(column, v), axis=1)
        for column, (u, v) in zip(columns * (N_PAIRS // N_COLUMNS), pairs, strict=True)
    ]
    curves[wanted] = np.mean(states, axis=0)
    traces[wanted] = np.mean([abs(lfilter([1], [1, -np.exp(-1 / 30)], u - v)) for u, v in pairs], axis=0)
unrelated = distance(draw_trains(4000), draw_trains(4000)).mean()
train = next(one for one in draw_trains(100) if one.sum() == RATE * N_STEPS / 1000)
rates = firing_rates(columns[0], train[:, None])

late = slice(100, None)
print(f"{N_COLUMNS} columns of 135 units, {N_PAIRS} pairs for each distance; unrelated trains: d = {unrelated:.2f}")
print(f"rates of the first column under {train.sum() / 0.5:.0f} Hz: {rates.excitatory:.1f} Hz excitatory, ", end="")
print(f"{rates.inhibitory:.1f} Hz inhibitory")
print("distance of the states, mean from 0.1 to 0.5 s")
print(f"{'input distance d':20s}" + "".join(f"{wanted:8.1f}" for wanted in DISTANCES))
print(f"{'column':20s}" + "".join(f"{curves[wanted][late].mean():8.2f}" for wanted in DISTANCES))
print(f"{'no reservoir':20s}" + "".join(f"{traces[wanted][late].mean():8.2f}" for wanted in DISTANCES))
floor = curves[0.0][late].mean()
print(f"d = 0.1 is {curves[0.1][late].mean() / floor:.1f} times above the floor, ", end="")
print(f"0.4 {curves[0.4][late].mean() / floor:.1f} times")

# %%
# The first column under one train, and the distance of the states over time.
figure, axes = plt.subplot_mosaic(
    [["raster", "distance"], ["rates", "distance"]], figsize=(11, 5), height_ratios=(2, 1), layout="constrained"
)
SpikeRasterDisplay.from_estimator(columns[0], train[:, None], ax=[axes["raster"], axes["rates"]])
axes["raster"].vlines(np.flatnonzero(train), -12, -4, color="black")
axes["raster"].set(ylim=(-14, 136), xticklabels=[])
axes["raster"].set_title(f"One column, one input of {RATE} Hz (below)", pad=22)
for wanted, style in zip(DISTANCES, ("-", ":", "--", "-."), strict=True):
    label = "the same train (noise floor)" if wanted == 0 else f"d = {wanted}"
    axes["distance"].plot(curves[wanted], style, color="black" if wanted == 0 else None, label=label)
axes["distance"].set(title="How far two trains drive it apart", xlabel="time in ms", ylabel="distance of the states")
axes["distance"].set_ylim(0, 6)
axes["distance"].legend(loc="upper right")
figure.savefig("maass_column.png", dpi=120)
print("figure saved to maass_column.png")

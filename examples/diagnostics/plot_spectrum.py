"""
What do leak and topology do to the eigenvalues?
================================================

Small differences between states are multiplied, in every row, by the derivative of the state by the state before. At
rest, for leaky units without bias, this effective map is ``(1 - a) I + a W``: the leak rate a shrinks the eigenvalues
of the recurrent weights W towards 1, where things last longest.

Does that make memory longer? No. Without a leak, orthogonal matrices and rings remember all that 60 units can hold, 60
rows, and random graphs 50. A leak raises the effective radius and yet costs a quarter of the memory and more, for an
input whose rows are independent of each other.
"""

import matplotlib.pyplot as plt
import numpy as np

from reservoir import EchoStateReservoir
from reservoir.diagnostics import effective_spectral_radius, memory_capacity, spectral_radius
from reservoir.plots import SpectrumDisplay

N_UNITS, SEEDS = 60, range(5)
TOPOLOGIES, LEAKS = ("random", "orthogonal", "ring", "delay_line"), (1.0, 0.3)

# %%
# Four topologies, two leak rates
# -------------------------------
# All but one have the spectral radius 0.9: a random graph fills a disc, a ring only its rim, so that everything is
# forgotten equally slowly. A delay line, whose weights are 1, has no eigenvalue but 0 and forgets after a while
# altogether; no factor would move its eigenvalues. The units are linear, which shows what the matrix alone does.


def make(topology, leak_rate, seed):
    radius = None if topology == "delay_line" else 0.9
    linear = EchoStateReservoir(
        N_UNITS, topology=topology, spectral_radius=radius, leak_rate=leak_rate, activation="identity", bias=0.0,
        random_state=seed,
    )  # fmt: skip
    return linear.fit(np.zeros((1, 1)))


# %%
# Radius and memory
# -----------------
# How many rows back a linear readout recalls the input, the memory capacity, is printed beside the radii; mean and
# deviation of five networks. As a control, no reservoir, which is the present row alone, has a memory capacity of 1.

measured = {}
print(f"{N_UNITS} units without bias, {len(SEEDS)} networks of each kind")
print(f"{'topology':14s}{'leak rate':>9s}{'radius':>9s}{'effective':>11s}{'memory capacity (mean +- sd)':>32s}")
for leak_rate in LEAKS:
    for topology in TOPOLOGIES:
        networks = [make(topology, leak_rate, seed) for seed in SEEDS]
        radius, effective = (
            np.mean([of(one) for one in networks]) for of in (spectral_radius, effective_spectral_radius)
        )
        memories = [memory_capacity(network) for network in networks]
        measured[topology, leak_rate] = effective, np.mean(memories)
        memory = f"{np.mean(memories):.1f} +- {np.std(memories):.1f}"
        print(f"{topology:14s}{leak_rate:9.1f}{radius:9.3f}{effective:11.3f}{memory:>32s}")
print(f"{'no reservoir':43s}{'1.0 +- 0.0':>32s}")

# %%
# The eigenvalues
# ---------------
# `SpectrumDisplay` draws those of the first network of each kind. Without a leak (above), W and the effective map are
# the same, and each dot lies in its circle; with a leak (below), the effective map shrinks towards 1.

figure, axes = plt.subplots(
    len(LEAKS), len(TOPOLOGIES), figsize=(8, 5.6), sharex=True, sharey=True, layout="constrained"
)
for row, leak_rate in zip(axes, LEAKS, strict=True):
    for axis, topology in zip(row, TOPOLOGIES, strict=True):
        SpectrumDisplay.from_estimator(make(topology, leak_rate, 0), ax=axis)
        axis.get_legend().remove()
        axis.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        axis.label_outer()
        effective, memory = measured[topology, leak_rate]
        name = topology.replace("_", " ")
        axis.set_title(f"{name}\neffective radius {effective:.2f}\nmemory {memory:.0f} rows", fontsize=10)
    row[0].set_ylabel(f"leak rate {leak_rate:g}\nimaginary part")
points = axes[0, 0].get_legend_handles_labels()[0]
(circle,) = axes[0, 0].plot([], [], color="0.5", linestyle="--", linewidth=1)
labels = ["eigenvalues of the recurrent weights W", "of the effective map", "radius 1"]
figure.legend([*points, circle], labels, loc="outside lower center", ncols=3, frameon=False)
figure.savefig("spectrum.png", dpi=120)
print("figure saved to spectrum.png")

"""
What do leak and topology do to the eigenvalues?
================================================

Small differences between states are multiplied, in every row, by the derivative of the state by the state before. At
rest, for leaky units without bias, it is ``(1 - a) I + a W``: the leak rate a shrinks the eigenvalues of the recurrent
weights W towards 1, where things last longest. All topologies but one have the spectral radius 0.9: a random graph
fills a disc, a ring only its rim, so that everything is forgotten equally slowly. A delay line, whose weights are 1,
has no eigenvalue but 0 and forgets after a while altogether.

How far back a linear readout recalls the input, the memory capacity of linear units, is printed beside the radii.
Control: no reservoir, which is the present row alone, has a memory capacity of 1.

What comes out: without a leak all topologies remember nearly what 60 units can hold, orthogonal matrices and rings
just that. A leak, which raises the effective radius, costs a quarter of the memory and more, for rows that are
independent of each other.
"""

import matplotlib.pyplot as plt
import numpy as np

from reservoir import EchoStateReservoir
from reservoir.diagnostics import effective_spectral_radius, memory_capacity, spectral_radius
from reservoir.plots import SpectrumDisplay

N_UNITS = 60
TOPOLOGIES, LEAKS = ("random", "orthogonal", "ring", "delay_line"), (1.0, 0.3)

# %%
figure, axes = plt.subplots(len(LEAKS), len(TOPOLOGIES), figsize=(13, 7.4), layout="constrained")
print(f"{N_UNITS} units without bias")
print(f"{'topology':14s}{'leak rate':>9s}{'radius':>9s}{'effective':>11s}{'memory capacity':>17s}")
for row, leak_rate in zip(axes, LEAKS, strict=True):
    for axis, topology in zip(row, TOPOLOGIES, strict=True):
        radius = None if topology == "delay_line" else 0.9  # no factor moves eigenvalues that are 0
        options = {"topology": topology, "spectral_radius": radius, "leak_rate": leak_rate}
        linear = EchoStateReservoir(N_UNITS, activation="identity", bias=0.0, random_state=0, **options)
        linear.fit(np.zeros((1, 1)))
        sizes = spectral_radius(linear), effective_spectral_radius(linear)
        print(f"{topology:14s}{leak_rate:9.1f}{sizes[0]:9.3f}{sizes[1]:11.3f}{memory_capacity(linear):17.1f}")
        SpectrumDisplay.from_estimator(linear, ax=axis)
        axis.get_legend().remove()
        axis.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        axis.label_outer()
        axis.set_title(f"{topology}, leak rate {leak_rate:g}\nradius {sizes[0]:.2f}, effective {sizes[1]:.2f}")
print(f"{'no reservoir':43s}{1:17.1f}")
figure.get_layout_engine().set(w_pad=0.15, h_pad=0.1)
points = axes[0, 0].get_legend_handles_labels()[0]
figure.legend(points, ["recurrent weights W", "effective map"], loc="outside lower center", ncols=2, frameon=False)
figure.savefig("spectrum.png", dpi=120)
print("figure saved to spectrum.png")

"""An input, some states of the reservoir that it drives, and what a linear readout of all states makes of them."""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_narma

X, y = make_narma(2200, random_state=0)
X = 4 * X - 1  # from [0, 0.5] to [-1, 1]
reservoir = EchoStateReservoir(200, leak_rate=1.0, random_state=0)
states = reservoir.fit_transform(X)
readout = RidgeReadout(alpha=1e-6).fit(states[100:2000], y[100:2000])

shown = slice(2050, 2130)
step = np.arange(80)
figure, (top, middle, bottom) = plt.subplots(
    3, 1, figsize=(8, 5.2), sharex=True, height_ratios=[1, 2, 1.3], layout="constrained"
)
top.step(step, X[shown, 0], where="mid", color="tab:orange")
top.set(title="The input", ylabel="u(t)")
shades = plt.get_cmap("Blues")(np.linspace(0.45, 0.95, 8))
standardised = (states[shown] - states[shown].mean(axis=0)) / states[shown].std(axis=0)
for place in range(8):
    middle.plot(
        step,
        standardised[:, 20 * place] / 4.4 - place,
        color=shades[place],
        linewidth=1.2,
    )
middle.set(
    title="Eight of the 200 random units that it drives, which are never trained",
    yticks=[],
)
middle.set(ylabel="states, each to scale")
bottom.plot(step, y[shown], color="black", linewidth=2.5, alpha=0.35, label="target")
bottom.plot(
    step,
    readout.predict(states[shown]),
    color="tab:blue",
    linewidth=1.2,
    label="linear readout of the states",
)
bottom.set(
    title="NARMA10, a function of the last ten inputs, on rows it was not fitted to",
    xlabel="step",
    ylabel="y(t)",
)
bottom.set_ylim(top=bottom.get_ylim()[1] + 0.12)
bottom.legend(loc="upper right", ncols=2, frameon=False)
for axis in (top, middle, bottom):
    axis.spines[["top", "right"]].set_visible(False)
    axis.margins(x=0.01)

"""One recording, and the spikes that it causes."""

import matplotlib.pyplot as plt
import numpy as np

from reservoir import LIFLiquid
from reservoir.plots import SpikeRasterDisplay

random = np.random.default_rng(0)
X = 0.1 * random.standard_normal((600, 32, 2))
first, second = random.integers(0, 2, (2, 600))
for recording, a, b in zip(X, first, second, strict=True):
    recording[8:18, a] += 2
    recording[20:30, b] += 2
liquid = LIFLiquid(300, random_state=0).fit(X)

figure, axes = plt.subplots(
    3, 1, figsize=(8, 6), sharex=True, height_ratios=[1, 2.4, 1], layout="constrained"
)
for channel, (colour, style) in enumerate([("tab:blue", "-"), ("tab:orange", "--")]):
    axes[0].stairs(
        X[0, :, channel],
        10 * np.arange(33),
        baseline=None,
        linestyle=style,
        linewidth=1.5,
        color=colour,
        label=f"channel {channel + 1}",
    )
axes[0].set(title="The input of one recording", ylabel="input", ylim=(-0.5, 3.6))
axes[0].legend(frameon=False, loc="upper left", ncols=2)
SpikeRasterDisplay.from_estimator(liquid, X[0], ax=axes[1:])

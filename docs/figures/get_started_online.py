"""The error of two readouts around the moment at which a machine changes."""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RLSReadout
from reservoir import EchoStateReservoir

u = np.random.default_rng(0).uniform(-1, 1, (4000, 1))
gain = np.where(np.arange(4000) < 2000, 1.0, -0.5)
y = gain * np.convolve(u[:, 0] ** 2, [0, 0.5, 0.3, 0.2])[:4000]
states = EchoStateReservoir(
    100, leak_rate=1.0, input_scaling=0.5, random_state=0
).fit_transform(u)

figure, (above, below) = plt.subplots(
    2, 1, figsize=(8, 4.6), sharex=True, height_ratios=[1, 1.4], layout="constrained"
)
above.plot(y, color="black", linewidth=0.4)
above.set(
    title="What the machine puts out: a part breaks after 2000 steps", ylabel="y(t)"
)
for forgetting, colour, style in [(0.99, "tab:blue", "-"), (1.0, "tab:orange", "--")]:
    predicted = RLSReadout(forgetting=forgetting).partial_fit_predict(states, y)
    errors = np.convolve((predicted - y) ** 2, np.ones(50) / 50, "valid")
    below.semilogy(
        np.arange(49, 4000),
        errors,
        style,
        color=colour,
        label=f"forgetting={forgetting:g}",
    )
below.axvline(2000, color="grey", linewidth=0.8, linestyle=":")
below.set(
    title="Error of predictions, each made before its row was learnt", xlabel="step"
)
below.set_ylabel("squared error, mean of 50 steps")
below.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.28, 1))

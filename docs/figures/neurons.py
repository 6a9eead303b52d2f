"""What a step of current makes of a unit of each model."""

import matplotlib.pyplot as plt
import numpy as np

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    Izhikevich,
    LeakyIntegrateAndFire,
    PerfectIntegrateAndFire,
    SpikingLiquid,
)

STEP = 0.1  # ms
UNITS = [
    ("leaky, 20 nA", LeakyIntegrateAndFire(), 20.0),
    ("perfect, 10 nA", PerfectIntegrateAndFire(), 10.0),
    (
        "adaptive leaky, threshold + 3 mV, 30 nA",
        AdaptiveLeakyIntegrateAndFire(threshold_jump=3.0),
        30.0,
    ),
    ("Izhikevich, regular spiking, 10 nA", Izhikevich.of_kind("regular spiking"), 10.0),
    ("Izhikevich, chattering, 10 nA", Izhikevich.of_kind("chattering"), 10.0),
    ("adaptive exponential, 42 nA", AdaptiveExponential(), 42.0),
]
alone = {
    "recurrent_weights": [[0.0]],
    "input_weights": [[1.0]],
    "inhibitory": 0.0,
    "background_current": 0.0,
}
time = np.arange(0.0, 350.0, STEP)
is_on = ((time >= 50) & (time < 300))[:, None]

figure, axes = plt.subplots(
    len(UNITS), 1, figsize=(8, 8), sharex=True, layout="constrained"
)
for ax, (name, neuron, current) in zip(axes, UNITS, strict=True):
    liquid = SpikingLiquid(
        neuron=neuron, dt=STEP, input_period=STEP, output="voltages", **alone
    ).fit([[0.0]])
    ax.plot(
        time, liquid.transform(current * is_on)[:, 0], color="tab:blue", linewidth=0.9
    )
    steps, _ = liquid.spikes(current * is_on)
    ax.plot(
        steps * STEP,
        np.full(len(steps), 1.06),
        "|",
        color="black",
        transform=ax.get_xaxis_transform(),
        clip_on=False,
    )
    ax.set_title(f"{name}: {len(steps)} spikes", loc="left", fontsize=9, pad=12)
    ax.set_ylabel("V in mV")
    ax.axvspan(50, 300, color="0.93", zorder=0)
axes[-1].set(xlabel="time in ms", xlim=(0, 350))

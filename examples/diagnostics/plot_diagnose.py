"""
What is wrong with this liquid?
===============================

`diagnose` drives a reservoir by the input that it is meant for and names its condition in a word, such as silent,
chaotic, saturated or ordered, with the numbers behind the word. Its advice has been tried on this input. Five echo
state networks, four of them with a bad setting, a liquid of conductances and one of spikes are driven by the same
noise. The report on the healthy network is printed in full.

Does it matter? A ridge on the states predicts the product of the inputs of three and of four rows ago. The error is
the NMSE on rows not seen in training, 1 for the mean, 0 for perfect. Control: without a reservoir the ridge has the
present row alone.

What comes out: each fault gets its name, and none of the faulty networks gets near the error of the healthy one until
the advice is followed. Spikes and conductances are ordered or near the edge, and remember less than rates do.
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
N_UNITS, N_ROWS = 100, 500
SHOWN = slice(150, 250)
train, test = slice(200, 3000), slice(3000, 5000)

liquids = {
    "healthy": EchoStateReservoir(N_UNITS, leak_rate=1.0, random_state=0),
    "too wild": EchoStateReservoir(N_UNITS, leak_rate=1.0, spectral_radius=5.0, random_state=0),
    "too loud": EchoStateReservoir(N_UNITS, leak_rate=1.0, input_scaling=100.0, random_state=0),
    "too quiet": EchoStateReservoir(N_UNITS, leak_rate=1.0, input_scaling=1e-8, random_state=0),
    "unconnected": EchoStateReservoir(N_UNITS, leak_rate=1.0, spectral_radius=0.0, random_state=0),
    "conductances": LTCLiquid(N_UNITS, random_state=0),
    "spikes": LIFLiquid(N_UNITS, random_state=0),
}


def error(features, y):
    readout = RidgeReadout(alpha=1e-4).fit(features[train], y[train])
    return nmse(y[test], readout.predict(features[test]))


# %%
u = np.random.default_rng(0).standard_normal((test.stop, 1))
y = np.roll(u, 3, axis=0)[:, 0] * np.roll(u, 4, axis=0)[:, 0]
warnings.simplefilter("ignore", LiquidHealthWarning)  # the report contains it too
found, errors, states = {}, {}, {}
for name, liquid in liquids.items():
    found[name] = diagnose(liquid.fit(u[:N_ROWS]), u[:N_ROWS], random_state=0)
    states[name] = liquid.transform(u)
    errors[name] = error(states[name], y)

print(found["healthy"], end="\n\n")
print(f"{'':14s}{'verdict':14s}{'exponent':>9s}{'memory':>9s}{'NMSE':>9s}")
for name, one in found.items():
    memory = "-" if one.memory_capacity is None else f"{one.memory_capacity:.1f}"
    print(f"{name:14s}{one.verdict:14s}{one.lyapunov_exponent:9.3f}{memory:>9s}{errors[name]:9.3f}")
print(f"{'no reservoir':46s}{error(u, y):9.3f}\n")
for name, one in found.items():
    if name != "healthy":
        print(f"{name}: {one.advice}")
    if one.changes:
        mended, _ = one.follow(liquids[name], u[:N_ROWS])
        print(f"  NMSE then: {error(mended.transform(u), y):.3f}")

# %%
# Every eighth unit of each, and the verdicts.
figure, axes = plt.subplots(len(liquids), sharex=True, figsize=(10, 10), layout="constrained")
for axis, (name, one) in zip(axes, found.items(), strict=True):
    axis.plot(np.arange(N_ROWS)[SHOWN], states[name][SHOWN, ::8], linewidth=0.9)
    axis.set_title(f"{name}: {one.verdict}", loc="left", fontsize="medium")
    remembered = "" if one.memory_capacity is None else f", memory {one.memory_capacity:.1f} rows"
    axis.set_title(f"exponent {one.lyapunov_exponent:.2f} nats per row{remembered}", loc="right", fontsize="small")
    axis.set_ylabel("state")
    axis.margins(x=0)
axes[-1].set_xlabel("row")
figure.savefig("diagnose.png", dpi=120)
print("figure saved to diagnose.png")

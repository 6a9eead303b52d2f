"""
Track a drifting plant online: recursive least squares
======================================================

A plant turns an input into an output, and its gain drifts from 1 to -1 and back. Which readout of a reservoir follows?

Recursive least squares (RLS) that forgets does, with a fourth of the error of a ridge that is refitted to all past
steps, and a tenth of that of a ridge fitted once. Without a reservoir, RLS follows no better than the refitted ridge:
the plant multiplies inputs of different times, and that takes memory and non-linear units.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout, RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.metrics import nmse

N_UNITS, N_STEPS, N_FIRST, SEEDS, CHUNK = 100, 20_000, 2000, range(5), 100

# %%
# The plant
# ---------
# Its output is y(t) = g(t) u(t - 1) u(t - 3) + 0.6 sin(2 y(t - 1)) and a little noise, with an input u that is drawn
# evenly from -1 to 1, and a gain g that begins to drift after 2,000 steps.


def make_plant(seed):
    """Return input beside last output, the outputs, and the gain."""
    random = np.random.default_rng(seed)
    u = random.uniform(-1, 1, N_STEPS)
    gain = np.cos(2 * np.pi * np.maximum(np.arange(N_STEPS) - N_FIRST, 0) / 12_000)
    y = np.zeros(N_STEPS)
    for t in range(3, N_STEPS):
        y[t] = gain[t] * u[t - 1] * u[t - 3] + 0.6 * np.sin(2 * y[t - 1]) + 0.01 * random.standard_normal()
    return np.column_stack([u, np.append(0, y[:-1])]), y, gain


# %%
# Four ways to predict the next output
# ------------------------------------
# The reservoir is driven by the input and the last output. One ridge is fitted to the first 2,000 steps and stays. The
# same ridge learns on, every 100 steps, and averages over all past plants. RLS forgets, with a memory of 200 steps. As
# a control, the same RLS is given the input and the last output without a reservoir. All predict before they are given
# the target.


def make_model(readout, seed):
    reservoir = EchoStateReservoir(N_UNITS, leak_rate=1.0, input_scaling=0.3, random_state=seed)
    return ReservoirRegressor(reservoir, readout, washout=50)


def follow(model, X, y):
    """Return the prediction of every chunk after the first part, made before the chunk is learnt."""
    predicted = []
    for start in range(N_FIRST, N_STEPS, CHUNK):
        chunk = slice(start, start + CHUNK)
        predicted.append(model.predict(X[chunk], state=model.state_))
        model.partial_fit(X[chunk], y[chunk])
    return np.concatenate(predicted)


errors, squares = {}, {}
for seed in SEEDS:
    X, y, gain = make_plant(seed)
    first, rest = slice(0, N_FIRST), slice(N_FIRST, None)
    once = make_model(RidgeReadout(1e-4), seed).fit(X[first], y[first])
    rls = make_model(RLSReadout(1e-2, forgetting=0.995), seed).fit(X[first], y[first])
    predictions = {
        "no reservoir, RLS": RLSReadout(1e-2, forgetting=0.995).partial_fit_predict(X, y)[rest],
        "ridge, fitted once": once.predict(X[rest], state=once.state_),
        "ridge, all so far": follow(once, X, y),
        "RLS, forgetting": follow(rls, X, y),
    }
    for name, prediction in predictions.items():
        errors.setdefault(name, []).append(nmse(y[rest], prediction))
        squares.setdefault(name, []).append((prediction - y[rest]) ** 2 / y[rest].var())

print(f"drifting plant, {N_UNITS} units, {len(SEEDS)} seeds, NMSE of predictions made in advance (mean +- sd)")
for name, values in errors.items():
    print(f"{name:20s} {np.mean(values):.4f} +- {np.std(values):.4f}")

# %%
# Result
# ------
# The gain, and the error of each way over the last 300 steps, mean and range of the seeds. Those that learn on have
# their smallest errors where the gain is 0 and there is no product to predict. There the control, with the fewest
# weights, is the best of all. The ridge that was fitted once is right again when the gain comes back to 1.
LAST = 300
steps = np.arange(N_FIRST, N_STEPS)
styles = {
    "no reservoir, RLS": {"color": "0.45", "linestyle": ":"},
    "ridge, fitted once": {"color": "tab:orange", "linestyle": "-."},
    "ridge, all so far": {"color": "black", "linestyle": "--"},
    "RLS, forgetting": {"color": "tab:blue", "linestyle": "-", "linewidth": 2},
}
figure, (above, axis, below) = plt.subplots(3, figsize=(8, 7.2), height_ratios=(1, 3, 1.3), layout="constrained")
above.plot(np.arange(N_STEPS), gain, color="black")
above.axvspan(0, N_FIRST, color="0.9")
above.text(N_FIRST / 2, 0, "first\nfit", ha="center", va="center")
above.set(ylabel="gain", xlim=(0, N_STEPS))
above.tick_params(labelbottom=False)
for name, style in styles.items():
    means = [np.convolve(error, np.full(LAST, 1 / LAST), "valid") for error in squares[name]]
    axis.plot(steps[LAST - 1 :], np.mean(means, axis=0), label=name, **style)
    band = {"color": style["color"], "alpha": 0.15, "linewidth": 0}
    axis.fill_between(steps[LAST - 1 :], np.min(means, axis=0), np.max(means, axis=0), **band)
axis.set(xlabel="step", ylabel="squared error / variance", xlim=(0, N_STEPS), yscale="log")
axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4, frameon=False, borderaxespad=0.1)
for place, (name, values) in enumerate(errors.items()):
    below.plot(values, np.full(len(values), place), "o", color=styles[name]["color"], markersize=5, alpha=0.5)
    below.plot(np.mean(values), place, "|", color="black", markersize=14, markeredgewidth=2)
below.set_yticks(range(len(errors)), errors)
below.set(xlabel="mean squared error / variance, all steps", xlim=(0, None), ylim=(-0.6, 3.6))
below.set_title(f"{len(SEEDS)} seeds (dots) and their mean (bar)", loc="left", fontsize="medium")
figure.align_ylabels([above, axis])
figure.savefig("online_adaptation.png", dpi=120)
print("figure saved to online_adaptation.png")

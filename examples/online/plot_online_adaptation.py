"""
A plant that drifts: who follows?
=================================

A plant turns an input into an output by y(t) = g(t) u(t - 1) u(t - 3) + 0.6 sin(2 y(t - 1)), and its gain g drifts from
1 to -1 and back. One reservoir is driven by the input and the last output; its readouts predict the next output. Ridge
is fitted on the first 2,000 steps and stays. Ridge on all steps so far, refitted every 100, averages over all past
plants. Recursive least squares that forgets (memory 200 steps) follows. All predict before they are given the target.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout, RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.metrics import nmse

N_UNITS, N_STEPS, N_FIRST, SEEDS, CHUNK = 100, 20_000, 2000, range(3), 100


def make_plant(seed):
    """Return input beside last output, the outputs, and the gain."""
    random = np.random.default_rng(seed)
    u = random.uniform(-1, 1, N_STEPS)
    gain = np.cos(2 * np.pi * np.maximum(np.arange(N_STEPS) - N_FIRST, 0) / 12_000)
    y = np.zeros(N_STEPS)
    for t in range(3, N_STEPS):
        y[t] = gain[t] * u[t - 1] * u[t - 3] + 0.6 * np.sin(2 * y[t - 1]) + 0.01 * random.standard_normal()
    return np.column_stack([u, np.append(0, y[:-1])]), y, gain


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


errors, guesses = {}, {}
for seed in SEEDS:
    X, y, gain = make_plant(seed)
    first, rest = slice(0, N_FIRST), slice(N_FIRST, None)
    once = make_model(RidgeReadout(1e-4), seed).fit(X[first], y[first])
    guesses["no reservoir, RLS"] = RLSReadout(1e-2, forgetting=0.995).partial_fit_predict(X, y)[rest]
    guesses["ridge, fitted once"] = once.predict(X[rest], state=once.state_)
    guesses["ridge, all so far"] = follow(once, X, y)
    rls = make_model(RLSReadout(1e-2, forgetting=0.995), seed).fit(X[first], y[first])
    guesses["RLS, forgetting"] = follow(rls, X, y)
    for name, guess in guesses.items():
        errors.setdefault(name, []).append(nmse(y[rest], guess))

print(f"drifting plant, {N_UNITS} units, {len(SEEDS)} seeds, NMSE of predictions made in advance (mean +- sd)")
for name, values in errors.items():
    print(f"{name:20s} {np.mean(values):.4f} +- {np.std(values):.4f}")

# %%
figure, (upper, lower) = plt.subplots(2, figsize=(10, 5), sharex=True, height_ratios=(1, 2.4), layout="constrained")
steps = np.arange(N_FIRST, N_STEPS)
upper.plot(steps, gain[rest], color="black")
upper.set(title="The plant's gain", ylabel="g")
for name, colour in zip(guesses, ("tab:gray", "tab:orange", "tab:red", "tab:blue"), strict=True):
    error = np.convolve((guesses[name] - y[rest]) ** 2, np.full(300, 1 / 300), "same") / y[rest].var()
    lower.plot(steps, error, color=colour, label=name)
lower.set(
    title="Error of the next output, mean over 300 steps",
    xlabel="step",
    ylabel="squared error / variance",
    yscale="log",
)
lower.legend(loc="lower right", ncols=2)
figure.savefig("online_adaptation.png", dpi=120)
print("figure saved to online_adaptation.png")

"""
Which reservoir remembers longest?
==================================

An echo state network forgets within some steps. A residual connection, as in ES2N, turns its state and loses little of
it; a Legendre memory holds a whole window of the past. How much do they remember with 100 states each, and what of it?

Nobody recalls more of noise than a list of the last 100 inputs, which needs no reservoir. The residual network without
a bias recalls as much, where a plain one recalls 18. What the list cannot do are the other two tasks: to square what
was there ten steps ago, which residual networks with a bias can, and to look back 750 steps into an input that changes
slowly, which takes a Legendre memory. None is best at all three: what a state spends on memory it cannot spend on
products.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import butter, lfilter
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import NVAR, EchoStateReservoir, LegendreMemory, ResidualReservoir
from reservoir.diagnostics import memory_function

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_STATES, SEEDS = 100, range(3)
train, test = slice(1000, 4000), slice(4000, 6000)

# %%
# Six ways to hold the past in 100 numbers
# ----------------------------------------
# A proximity of 0.05 keeps 95 % of the state from step to step. Without a bias, tanh is nearly linear at small inputs,
# and odd: all is spent on memory, and squares are out of reach.


def reservoirs(seed):
    """One of each kind; the first is no reservoir."""
    settings = {"n_units": N_STATES, "random_state": seed}
    return {
        "last 100, no reservoir": NVAR(delay=N_STATES, order=1),
        "echo state": EchoStateReservoir(leak_rate=1.0, **settings),
        "residual, orthogonal": ResidualReservoir(proximity=0.1, **settings),
        "residual, cyclic": ResidualReservoir(proximity=0.1, skip="cyclic", **settings),
        "residual, no bias": ResidualReservoir(proximity=0.05, bias=0.0, **settings),
        "Legendre memory": LegendreMemory(N_STATES, window=800.0),
    }


# %%
# Three tasks
# -----------
# - The memory function: how much of the variance of white noise a linear readout recalls, by delay. It adds up to at
#   most 100.
# - The square of that noise, ten steps ago: the share of variance explained (R²) on rows not seen in training.
# - Noise without anything faster than 50 steps, recalled at delays of up to 750 steps.

DELAYS = np.arange(0, 760, 50)


def explained(reservoir, u, targets):
    """R² of a ridge on the states, on later rows; 0 where it is worse than the mean."""
    states = StandardScaler().fit(reservoir.fit_transform(u)[train])
    states = states.transform(reservoir.transform(u))
    predicted = RidgeReadout(alpha=1e-6).fit(states[train], targets[train]).predict(states[test])
    error = ((predicted - targets[test]) ** 2).mean(axis=0) / targets[test].var(axis=0)
    return np.clip(1 - error, 0, 1)


def measure(reservoir, seed):
    """Memory function of noise, R² of its square, and R² of slow noise by delay."""
    random = np.random.RandomState(seed)
    noise = random.uniform(-0.8, 0.8, (test.stop, 1))
    slow = lfilter(*butter(4, 2 / 50), random.standard_normal((test.stop + 500, 1)), axis=0)[500:]
    slow /= slow.std()
    memory = memory_function(
        reservoir.fit(noise), input_range=(-0.8, 0.8), max_delay=150, n_steps=2000, random_state=seed
    )
    square = explained(reservoir, noise, np.roll(noise**2, 10, axis=0))
    recalled = explained(reservoir, slow, np.column_stack([np.roll(slow[:, 0], delay) for delay in DELAYS]))
    return memory.capacity, memory.total, square[0], recalled


results = {name: [measure(reservoirs(seed)[name], seed) for seed in SEEDS] for name in reservoirs(0)}

# %%
# What each remembers
# -------------------

print(
    f"{N_STATES} states, {len(SEEDS)} seeds   capacity of noise   square, 10 ago (R²)   slow noise to delay (R² > 0.9)"
)
furthest = {}
for name, runs in results.items():
    capacities, squares = (np.array([run[k] for run in runs]) for k in (1, 2))
    mean_recalled = np.mean([run[3] for run in runs], axis=0)
    furthest[name] = DELAYS[mean_recalled > 0.9].max(initial=0)
    print(
        f"{name:24s}{capacities.mean():8.1f} +- {capacities.std():4.1f}{squares.mean():14.2f} +- {squares.std():.2f}"
        f"{furthest[name]:17d}"
    )

colours = ["black", "tab:gray", "tab:blue", "tab:cyan", "tab:green", "tab:red"]
figure, (noise_axes, slow_axes, square_axes) = plt.subplots(
    1, 3, figsize=(11, 4), width_ratios=(4, 4, 2), layout="constrained"
)
for colour, (name, runs) in zip(colours, results.items(), strict=True):
    style = {"color": colour, "linestyle": "--" if name == "last 100, no reservoir" else "-", "label": name}
    noise_axes.plot(np.mean([run[0] for run in runs], axis=0), **style)
    slow_axes.plot(DELAYS, np.mean([run[3] for run in runs], axis=0), marker=".", **style)
    square_axes.barh(name, np.mean([run[2] for run in runs]), xerr=np.std([run[2] for run in runs]), color=colour)
noise_axes.set(title="White noise", xlabel="delay (steps)", ylabel="share of variance recalled")
slow_axes.set(title="Slow noise", xlabel="delay (steps)")
square_axes.set(title="Square, 10 steps ago", xlabel="R² on later rows", xlim=(0, 1), yticks=[])
square_axes.invert_yaxis()
slow_axes.legend(loc="center right")
figure.savefig("longest_memory.png", dpi=120)

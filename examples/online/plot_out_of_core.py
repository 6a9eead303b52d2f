"""
Learn from a series that does not fit into memory
=================================================

How much memory does learning from a long series take? ``partial_fit`` takes the series in chunks, drives the reservoir
on from where the last chunk ended, and keeps sums of products, never states.

So eight times as many steps take hardly more memory, and the result is that of ``fit`` on the whole series, as far as
that can be held. The error of this task, NARMA10, does not fall with more than 20,000 steps: here a longer series takes
no more memory, but gains nothing either.
"""

import tracemalloc

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.datasets import make_narma
from reservoir.metrics import nmse

N_UNITS, CHUNK, LENGTHS, WASHOUT, SEEDS = 200, 5000, (20_000, 40_000, 160_000), 200, range(3)

# %%
# A stream of chunks
# ------------------
# A generator makes one chunk after the other and forgets it. It might as well read them from files.


def make_chunk(seed):
    """Return one chunk, its input of about unit variance."""
    u, y = make_narma(CHUNK, random_state=seed)
    return (u - 0.25) / 0.1443, y


def chunks(n_steps):
    for number in range(n_steps // CHUNK):
        yield make_chunk(number)


def make_model(seed=0):
    return ReservoirRegressor(EchoStateReservoir(N_UNITS, leak_rate=1.0, random_state=seed), washout=WASHOUT)


# %%
# Streamed and in memory
# ----------------------
# Peaks of memory are those of what Python and NumPy allocate. A first model is fitted before any is measured, for the
# first one compiles.


def traced(learn):
    """Return what ``learn`` returns and the memory that it took at most, in MB."""
    tracemalloc.start()
    try:
        return learn(), tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def fit_whole(n_steps):
    X, y = (np.concatenate(part) for part in zip(*chunks(n_steps), strict=True))
    return make_model().fit(X, y)


X_test, y_test = make_chunk(10_000)


def error(model):
    return nmse(y_test[WASHOUT:], model.predict(X_test)[WASHOUT:])


make_model().fit(X_test, y_test)
control = error(RidgeReadout().fit(*make_chunk(0)))
print(
    f"NARMA10 in chunks of {CHUNK:,} steps, {N_UNITS} units, test NMSE on {CHUNK - WASHOUT:,} steps, {len(SEEDS)} seeds"
)
print(f"no reservoir          {control:.4f}")
print("     steps   NMSE (mean +- sd)  peak MB streamed   peak MB in memory   MB of all states   largest difference")
memory, errors = [], []
for n_steps in LENGTHS:
    model, streamed = traced(lambda n=n_steps: make_model().partial_fit(chunks(n)))
    whole, held = traced(lambda n=n_steps: fit_whole(n))
    difference = np.abs(whole.predict(X_test) - model.predict(X_test)).max()
    others = [make_model(seed).partial_fit(chunks(n_steps)) for seed in SEEDS[1:]]
    errors.append([error(one) for one in (model, *others)])
    memory.append((n_steps * N_UNITS * 8 / 1e6, held, streamed))
    print(
        f"{n_steps:10,d}   {np.mean(errors[-1]):.4f} +- {np.std(errors[-1]):.4f} "
        f"{streamed:14.1f} {held:19.1f} {memory[-1][0]:18.1f} {difference:18.1e}"
    )

# %%
# Result
# ------
# Holding all states, as a program that collects them first does, takes 1.6 kB a step. Without that, there is only the
# series itself to hold, and streamed not even that.
thousands = np.array(LENGTHS) / 1000
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.8), width_ratios=(1.7, 1), layout="constrained")
lines = [("all states held", "x:", "0.4"), ("series held", "s--", "tab:orange"), ("streamed", "o-", "tab:blue")]
for values, (name, style, colour) in zip(zip(*memory, strict=True), lines, strict=True):
    left.plot(thousands, values, style, color=colour, label=name)
left.set(xlabel="thousand steps", ylabel="peak memory, MB", xlim=(0, 170), ylim=(0, None))
left.set_title("Memory of learning", loc="left", fontsize="medium")
left.legend(loc="upper left", frameon=False)
right.axhline(control, color="0.4", linestyle=":")
right.text(160, control - 0.02, "no reservoir", ha="right", va="top")
right.plot(thousands, errors, "o", color="tab:blue", alpha=0.5)
right.plot(thousands, np.mean(errors, axis=1), color="tab:blue")
right.text(160, np.mean(errors) + 0.03, f"{len(SEEDS)} reservoirs", ha="right")
right.set(xlabel="thousand steps", ylabel="mean squared error / variance", xlim=(0, 170), ylim=(0, 0.85))
right.set_title("Test error", loc="left", fontsize="medium")
figure.savefig("out_of_core.png", dpi=120)
print("figure saved to out_of_core.png")

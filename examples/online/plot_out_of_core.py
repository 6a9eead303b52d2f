"""
A series that does not fit into memory
======================================

NARMA10, made chunk after chunk by a generator and forgotten, is learnt as one series: ``partial_fit`` takes the chunks,
drives the reservoir on from where the last one ended, and keeps sums of products, never states. So eight times as many
steps take no more memory, and the result is that of ``fit`` on the whole, as far as that can be held.
"""

import tracemalloc

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, ReservoirRegressor
from reservoir.datasets import make_narma
from reservoir.metrics import nmse

N_UNITS, CHUNK, LENGTHS = 200, 5000, (20_000, 40_000, 160_000)


def scaled(seed):
    """Return one chunk, its input of about unit variance."""
    u, y = make_narma(CHUNK, random_state=seed)
    return (u - 0.25) / 0.1443, y


def chunks(n_steps):
    for number in range(n_steps // CHUNK):
        yield scaled(number)


def make_model(readout=None):
    return ReservoirRegressor(EchoStateReservoir(N_UNITS, leak_rate=1.0, random_state=0), readout, washout=200)


def traced(learn):
    """Return what ``learn`` returns and the memory that it took at most, in MB."""
    tracemalloc.start()
    try:
        return learn(), tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


X_test, y_test = scaled(10_000)
make_model().fit(X_test, y_test)  # compiles
control = RidgeReadout().fit(*scaled(0))
print(f"NARMA10 in chunks of {CHUNK:,} steps, {N_UNITS} units, test NMSE on 4,800 steps")
print(f"no reservoir          {nmse(y_test[200:], control.predict(X_test)[200:]):.4f}")
print("     steps   NMSE     peak MB streamed   peak MB in memory   MB of all states   largest difference")
rows = []
for n_steps in LENGTHS:
    model, streamed = traced(lambda n=n_steps: make_model().partial_fit(chunks(n)))
    guess = model.predict(X_test)

    def in_memory(n=n_steps):
        X, y = (np.concatenate(part) for part in zip(*chunks(n), strict=True))
        return make_model().fit(X, y)

    whole, held = traced(in_memory)
    difference = np.abs(whole.predict(X_test) - guess).max()
    all_states = n_steps * N_UNITS * 8 / 2**20
    rows.append((streamed, held, all_states))
    error = nmse(y_test[200:], guess[200:])
    print(f"{n_steps:10,d}   {error:.4f} {streamed:14.1f} {held:19.1f} {all_states:18.1f} {difference:18.1e}")

# %%
figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
for values, label, style in zip(
    zip(*rows, strict=True), ("streamed", "input in memory", "all states"), ("o-", "s--", "x:"), strict=True
):
    axis.plot(LENGTHS, values, style, label=label)
axis.set(title="Memory of learning", xlabel="steps", ylabel="peak, MB", xscale="log", yscale="log")
axis.legend()
figure.savefig("out_of_core.png", dpi=120)
print("figure saved to out_of_core.png")

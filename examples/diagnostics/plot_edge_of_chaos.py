"""
Is a reservoir best at the edge of chaos?
=========================================

The spectral radius of an echo state network is raised across the edge, where its largest Lyapunov exponent becomes
positive: small differences between states then grow, and the states are no longer a function of the input.

No, not here. Nearly all units compute functions of the input until the edge comes near; then capacity breaks down, well
before the exponent is 0. NARMA10, which wants some memory and products of two inputs, is best far below the edge.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_narma
from reservoir.diagnostics import information_processing_capacity, lyapunov_exponents, memory_capacity
from reservoir.metrics import nmse

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_UNITS, N_DEGREES, SEEDS = 50, 4, range(5)
RADII = (0.2, 0.4, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.2)
SCALING = 0.3  # of uniform input in [-1, 1]
train, test = slice(200, 4000), slice(4000, 6000)

# %%
# What is measured
# ----------------
# - The largest Lyapunov exponent, with the input that drives the network: the edge is where it is 0.
# - Memory capacity: how many past inputs a linear readout can recall.
# - Information processing capacity: how many independent functions of the past inputs it can compute, by degree; degree
#   1 is linear, degree 2 are squares and products of two, and so on. All degrees together cannot exceed the number of
#   units.
# - The error of NARMA10, a task that needs memory and products: the NMSE, the mean squared error over the variance of
#   the target, on rows not seen in training. 1 is the error of the mean.
#
# Whether "computation at the edge of chaos" is best (Bertschinger and Natschlaeger, Neural Computation 16:1413, 2004)
# depends on what is computed. That is why they are measured apart.


def narma_error(features, y):
    readout = RidgeReadout(alpha=1e-6).fit(features[train], y[train])
    return nmse(y[test], readout.predict(features[test]))


def measure(radius, seed):
    """Exponent, memory capacity, processing capacity of each degree, and error."""
    raw, y = make_narma(test.stop, random_state=seed)
    u = raw * 4 - 1  # from [0, 0.5] to [-1, 1], as the other measures use it
    reservoir = EchoStateReservoir(
        N_UNITS, leak_rate=1.0, spectral_radius=radius, input_scaling=SCALING, bias=0.2, random_state=seed
    ).fit(u)
    capacity = information_processing_capacity(
        reservoir, max_degree=N_DEGREES, n_steps=6_000, max_products=600, max_delay=60, random_state=seed
    )
    return (
        lyapunov_exponents(reservoir, u[:1500], random_state=seed)[0],
        memory_capacity(reservoir, max_delay=100, random_state=seed),
        *capacity.by_degree,
        narma_error(reservoir.transform(u), y),
    )


# %%
# Five networks for each radius
# -----------------------------
# As a control, the ridge has the present row alone, with no reservoir.

results = np.array([[measure(radius, seed) for seed in SEEDS] for radius in RADII])
exponent, memory, *degrees, error = np.moveaxis(results, -1, 0)
total = np.sum(degrees, axis=0)
alone = []
for seed in SEEDS:
    u, y = make_narma(test.stop, random_state=seed)
    alone.append(narma_error(StandardScaler().fit_transform(u), y))

titles = ["exponent", "memory", *(f"degree {degree}" for degree in range(1, N_DEGREES + 1)), "total", "NARMA10"]
print(f"{N_UNITS} units, {len(SEEDS)} networks; capacities in independent functions, at most {N_UNITS}")
print(f"{'radius':14s}" + "".join(f"{title:>10s}" for title in titles))
for k, radius in enumerate(RADII):
    means = [column[k].mean() for column in (exponent, memory, *degrees, total)]
    print(f"{radius:<14.1f}{means[0]:10.3f}" + "".join(f"{mean:10.1f}" for mean in means[1:]), end="")
    print(f"{error[k].mean():10.3f} +- {error[k].std():.3f}")
print(f"{'no reservoir':{14 + 10 * len(titles[:-1])}s}{np.mean(alone):10.3f} +- {np.std(alone):.3f}")
edges = [np.interp(0, of_one, RADII) for of_one in exponent.T]
print(f"the exponent is 0 at a spectral radius of {np.mean(edges):.2f} +- {np.std(edges):.2f}; ", end="")
best = RADII[np.argmin(error.mean(axis=1))]
print(f"memory is longest at {RADII[np.argmax(memory.mean(axis=1))]}, NARMA10 best at {best}")

# %%
# Across the edge
# ---------------
# A larger radius trades the degrees 3 and 4 for memory and products of two. Bands are one standard deviation over the
# networks; the vertical line is the edge, where the mean exponent is 0. Memory capacity is not drawn: it is that of
# degree 1.


def draw(axis, values, style, label, colour):
    mean, deviation = values.mean(axis=1), values.std(axis=1)
    axis.plot(RADII, mean, style, color=colour, markersize=5, label=label)
    axis.fill_between(RADII, mean - deviation, mean + deviation, color=colour, alpha=0.25, linewidth=0)


figure, axes = plt.subplots(3, sharex=True, figsize=(8, 8), height_ratios=(3, 4, 3), layout="constrained")
axes[0].axhline(0, color="0.5", linestyle="--", linewidth=1)
draw(axes[0], exponent, "o-", "exponent", "black")
axes[0].set(title="Differences between states shrink below 0, grow above", ylabel="largest exponent\n(nats per row)")
styles = ("o-", "s--", "^-.", "v:")
colours = ("tab:blue", "tab:orange", "0.45", "black")
for degree, (values, style, colour) in enumerate(zip(degrees, styles, colours, strict=True), start=1):
    draw(axes[1], values, style, f"degree {degree}" + " (linear)" * (degree == 1), colour)
draw(axes[1], total, "-", "all four", "0.6")
axes[1].set(title=f"What {N_UNITS} units compute", ylabel="capacity\n(independent functions)", ylim=(0, N_UNITS + 2))
draw(axes[2], error, "o-", "reservoir", "tab:blue")
axes[2].axhline(np.mean(alone), color="tab:orange", linestyle=":", label="no reservoir")
axes[2].set(title="A task: NARMA10", ylabel="test NMSE", xlabel="spectral radius", ylim=(0, None))
for axis in axes:
    axis.axvline(np.mean(edges), color="black", linewidth=1, linestyle=(0, (1, 1)), label="edge" * (axis is axes[2]))
    axis.margins(x=0.01)
for axis in axes[1:]:
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
axes[0].annotate("edge of chaos", (np.mean(edges), -1), (5, 0), textcoords="offset points")
figure.align_ylabels()
figure.savefig("edge_of_chaos.png", dpi=120)
print("figure saved to edge_of_chaos.png")

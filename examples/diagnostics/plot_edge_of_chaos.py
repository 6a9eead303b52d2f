"""
Is a reservoir best at the edge of chaos?
=========================================

The spectral radius of an echo state network is raised across the edge, where its largest Lyapunov exponent, with the
input that drives it, becomes positive: small differences between states then grow, and the states no longer are a
function of the input. Memory capacity counts the past inputs that a linear readout can recall, information processing
capacity the functions of them, by degree: 1 linear, 2 products of two, and so on. NARMA10 needs both; its error is the
NMSE on rows not seen in training, 1 for the mean, 0 for perfect. Control: without a reservoir the ridge has the present
row alone.

Whether "computation at the edge of chaos" is best (Bertschinger and Natschlaeger, Neural Computation 16:1413, 2004)
depends on what is computed: see the columns.

What comes out: nearly all units compute functions of the input until the edge comes near, and a larger radius trades
degrees 3 and 4 for memory and products of two. Both break down before the exponent is 0, and beyond it hardly
anything is a function of the input. NARMA10, which wants some memory and products of two, is best well below the edge.
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
N_UNITS, N_DEGREES, SEEDS = 50, 4, range(3)
RADII = (0.2, 0.4, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.2)
SCALING = 0.3  # of uniform input in [-1, 1]
train, test = slice(200, 4000), slice(4000, 6000)


def narma_error(features, y):
    readout = RidgeReadout(alpha=1e-6).fit(features[train], y[train])
    return nmse(y[test], readout.predict(features[test]))


def measure(radius, seed):
    """Exponent, memory capacity, processing capacity of each degree, and error."""
    raw, y = make_narma(test.stop, random_state=seed)
    u = raw * 4 - 1  # from [0, 0.5] to [-1, 1], as the other figures use it
    reservoir = EchoStateReservoir(
        N_UNITS, leak_rate=1.0, spectral_radius=radius, input_scaling=SCALING, bias=0.2, random_state=seed
    ).fit(u)
    capacity = information_processing_capacity(
        reservoir, max_degree=N_DEGREES, n_steps=10_000, max_products=800, max_delay=60, random_state=seed
    )
    return (
        lyapunov_exponents(reservoir, u[:1500], random_state=seed)[0],
        memory_capacity(reservoir, max_delay=100, random_state=seed),
        *capacity.by_degree,
        narma_error(reservoir.transform(u), y),
    )


# %%
results = np.array([[measure(radius, seed) for seed in SEEDS] for radius in RADII])
exponent, memory, *degrees, error = np.moveaxis(results.mean(axis=1), -1, 0)
alone = []
for seed in SEEDS:
    u, y = make_narma(test.stop, random_state=seed)
    alone.append(narma_error(StandardScaler().fit_transform(u), y))

print(f"{N_UNITS} units, mean of {len(SEEDS)} seeds; capacities in independent functions, at most {N_UNITS}")
print(
    f"{'radius':14s}{'exponent':>9s}{'memory':>9s}" + "".join(f"{f'degree {d}':>10s}" for d in range(1, N_DEGREES + 1)),
    end="",
)
print(f"{'total':>8s}{'NARMA10':>10s}")
for k, radius in enumerate(RADII):
    cells = "".join(f"{degree[k]:10.1f}" for degree in degrees)
    print(f"{radius:<14.1f}{exponent[k]:9.3f}{memory[k]:9.1f}{cells}{sum(degrees)[k]:8.1f}{error[k]:10.3f}")
print(f"{'no reservoir':{14 + 18 + 10 * N_DEGREES + 8}s}{np.mean(alone):10.3f}")
crossing = np.interp(0, exponent, RADII)
print(f"the exponent is 0 at a spectral radius of {crossing:.2f}; ", end="")
print(f"memory is longest at {RADII[np.argmax(memory)]}, NARMA10 best at {RADII[np.argmin(error)]}")

# %%
figure, axes = plt.subplots(3, sharex=True, figsize=(8, 8), layout="constrained")
axes[0].axhline(0, color="0.5", linestyle="--", linewidth=1)
axes[0].plot(RADII, exponent, "o-", color="black", markersize=4)
axes[0].set_ylabel("largest exponent\n(nats per row)")
colours = plt.colormaps["viridis"](np.linspace(0.05, 0.9, N_DEGREES))
names = ["linear", *(f"degree {d}" for d in range(2, N_DEGREES + 1))]
axes[1].stackplot(RADII, degrees, colors=colours, labels=names)
axes[1].plot(RADII, memory, "k--", linewidth=1.2, label="memory capacity")
axes[1].set(ylabel=f"capacity\n(of {N_UNITS})", ylim=(0, N_UNITS))
axes[2].plot(RADII, error, "o-", color="tab:blue", markersize=4, label="reservoir")
axes[2].axhline(np.mean(alone), color="tab:orange", linestyle=":", label="no reservoir")
axes[2].set(ylabel="NARMA10\n(test NMSE)", xlabel="spectral radius", ylim=(0, None))
for axis in axes:
    axis.axvline(crossing, color="tab:red", linewidth=1, label="edge" if axis is axes[2] else None)
    axis.margins(x=0.01)
for axis in axes[1:]:
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
axes[0].set_title("Across the edge of chaos (red)", loc="left")
figure.savefig("edge_of_chaos.png", dpi=120)
print("figure saved to edge_of_chaos.png")

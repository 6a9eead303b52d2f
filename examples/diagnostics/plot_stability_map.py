"""
Where is a reservoir stable, and where is it good?
==================================================

The largest Lyapunov exponent over two parameters: below 0 a reservoir forgets where it started, above 0 small
differences grow. Beside it is the error of a task that needs memory, over the same two parameters.

The task decides which side is good. NARMA10 is best clearly on the stable side and pays for crossing the line: every
chaotic setting is worse than no reservoir. A column of spiking units remembers best along the line, on either side of
it, and farthest beyond no better than no reservoir.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke
from scipy.signal import lfilter
from threadpoolctl import threadpool_limits

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_narma
from reservoir.diagnostics import lyapunov_exponents, spike_lyapunov_exponent
from reservoir.metrics import nmse
from reservoir.plots import StabilityMapDisplay
from reservoir.presets import maass2002

threadpool_limits(1)  # on a busy machine, matrices as small as these are many times slower in several threads
N_NETWORKS, WASHOUT = 3, 200

# %%
# Exponent and error at one point
# -------------------------------
# For the exponent of one network a single call is enough: ``StabilityMapDisplay.from_estimator(reservoir, X, grid)``.
# Here a readout is trained at every point as well, for three networks. The error is the NMSE, the mean squared error
# over the variance of the target, on the last third of the data, which is not trained on: 1 is the error of the mean, 0
# is perfect.


def error(features, y, alpha):
    end = 2 * len(y) // 3
    readout = RidgeReadout(alpha=alpha).fit(features[WASHOUT:end], y[WASHOUT:end])
    return nmse(y[end:], readout.predict(features[end:]))


def scan(grid, make, exponent, X, y, alpha):
    """Return exponent and error, (2, n_networks, n_y, n_x); the first parameter of the grid goes along x."""
    (x_name, x_values), (y_name, y_values) = grid.items()
    found = np.empty((2, N_NETWORKS, len(y_values), len(x_values)))
    for seed, row, column in np.ndindex(found.shape[1:]):
        network = make(**{x_name: x_values[column], y_name: y_values[row]}, random_state=seed).fit(X[:1])
        found[:, seed, row, column] = exponent(network), error(network.transform(X), y, alpha)
    return found


# %%
# Echo states and NARMA10
# -----------------------
# 100 units, spectral radius against input scaling. As a control, the readout is trained on the last ten inputs, with no
# reservoir.

u, narma = make_narma(3000, order=10, random_state=0)
u = (u - u.mean()) / u.std()
echo_grid = {"spectral_radius": np.linspace(0.2, 2.3, 8), "input_scaling": np.geomspace(0.01, 3, 7)}
echo_maps = scan(
    echo_grid,
    partial(EchoStateReservoir, 100, topology="random", leak_rate=1.0, bias_scaling=0.2),
    lambda network: lyapunov_exponents(network, u[:400], random_state=0)[0],
    u,
    narma,
    1e-6,
)
recent = np.hstack([np.roll(u, lag, axis=0) for lag in range(10)])

# %%
# A column of spiking units and the spikes of a moment ago
# --------------------------------------------------------
# The 135 units of Maass, Natschlaeger and Markram (2002), weight scale against length scale, the reach of the synapses,
# under four spike trains whose rates change every 50 ms, 20 Hz on average. The target is the number of spikes that came
# in from 60 to 30 ms ago. As a control, the readout sees the four trains under the same filter of 30 ms as the spikes
# of the units, with no reservoir.
#
# Small differences between states never move a spike on the time grid of a spiking liquid. So a whole input spike is
# left out, and the exponent measures how far from its former course the column is 300 ms later.

rng = np.random.default_rng(0)
spikes = rng.poisson(np.repeat(rng.uniform(0, 0.04, (200, 4)), 50, axis=0)).astype(float)  # rows of 1 ms
count = lfilter(np.repeat([0.0, 1.0], 30), 1, spikes.sum(axis=1))
column_grid = {"weight_scale": np.geomspace(0.1, 30, 6), "length_scale": np.geomspace(1, 6, 6)}
column_maps = scan(
    column_grid,
    partial(maass2002, 4, rate=6.0),
    lambda column: spike_lyapunov_exponent(column, spikes[:600], dropped="inputs", n_twins=10, random_state=0).exponent,
    spikes,
    count,
    100,
)
traces = lfilter([1], [1, -np.exp(-1 / 30)], spikes, axis=0)

# %%
# The best settings on either side of the line
# --------------------------------------------

maps = {
    "echo state, NARMA10": (echo_grid, *echo_maps, error(recent, narma, 1e-6)),
    "spiking column, spikes of 60 to 30 ms ago": (column_grid, *column_maps, error(traces, count, 0.01)),
}
for title, (grid, exponents, errors, control) in maps.items():
    exponent, mean = exponents.mean(axis=0), errors.mean(axis=0)
    print(f"{title:42s}error (mean +- sd)  exponent  {'  '.join(grid)}")
    for side, there in (("best with exponent < 0", exponent < 0), ("best with exponent > 0", exponent > 0)):
        row, column = np.unravel_index(np.argmin(np.where(there, mean, np.inf)), mean.shape)
        x, y = (values[k] for values, k in zip(grid.values(), (column, row), strict=True))
        spread = f"{mean[row, column]:7.3f} +- {errors[:, row, column].std():.3f}"
        print(f"{side:40s}{spread}{exponent[row, column]:13.2f}{x:17.2f}{y:15.3f}")
    row, column = np.unravel_index(exponent.argmax(), mean.shape)
    spread = f"{mean[row, column]:7.3f} +- {errors[:, row, column].std():.3f}"
    print(f"{'farthest above 0':40s}{spread}{exponent.max():13.2f}")
    print(f"{'no reservoir':40s}{control:7.3f}\n")

# %%
# Exponents and errors
# --------------------
# `StabilityMapDisplay` colours the two sides of a level: left the exponent about 0, blue where the reservoir is stable
# and orange where it is chaotic; right the error about that of the control, blue where the reservoir is better. The
# line of exponent 0 is drawn in both. Small inputs leave the stable side at a radius of some 1.1, large ones, which
# squash the units, push the line beyond 2; the column gets chaotic by stronger weights and by longer reach alike.

figure, axes = plt.subplots(2, 2, figsize=(8, 7.2), layout="constrained")
units = ("nats per step", "nats per s")
for row, (title, (grid, exponents, errors, control)), unit in zip(axes, maps.items(), units, strict=True):
    x, y = grid.values()
    exponent, mean = exponents.mean(axis=0), errors.mean(axis=0)
    left = StabilityMapDisplay(exponent, param_grid=grid, name=f"largest exponent ({unit})").plot(row[0])
    right = StabilityMapDisplay(mean, param_grid=grid, name="test NMSE", level=control).plot(row[1])
    right.contour_.set(linestyle="--", linewidth=1.5)
    edge = row[1].contour(x, y, exponent, levels=[0], colors="black", linewidths=1.5)
    edge.set_path_effects([withStroke(linewidth=3, foreground="white")])
    best = np.unravel_index(mean.argmin(), mean.shape)
    row[1].plot(x[best[1]], y[best[0]], "*", color="white", markeredgecolor="black", markersize=14, clip_on=False)
    system, task = title.split(", ")
    row[0].set_title(f"{system}: stability", loc="left", fontsize=11, pad=8)
    row[1].set_title(f"task: {task}", loc="left", fontsize=11, pad=8)
    for axis in row:
        axis.get_legend().remove()
for axis in axes[1]:
    axis.set_xticks([0.1, 1, 10])
line = {"color": "black", "linewidth": 1.5}
handles = [
    plt.Line2D([], [], **line, label="exponent 0"),
    plt.Line2D([], [], **line, linestyle="--", label="error of no reservoir"),
    plt.Line2D([], [], color="white", marker="*", markeredgecolor="black", markersize=14, label="least error"),
]
figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
figure.savefig("stability_map.png", dpi=120)
print("figure saved to stability_map.png")

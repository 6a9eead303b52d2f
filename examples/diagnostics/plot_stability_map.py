"""
Where is a reservoir stable, and where is it good?
==================================================

The largest Lyapunov exponent over two parameters: below 0 a reservoir forgets where it started, above 0 small
differences grow. Over it lie lines of equal error in a task that needs memory; both are means of two networks. The
error is the NMSE on data not trained on: 1 is the error of the mean, 0 is perfect.

Left, 100 echo state units, spectral radius against input scaling, and NARMA10. Right, the column of 135 spiking units
of Maass et al. (`maass2002`), weight scale against lambda, the reach of its synapses, under four spike trains of
changing rates, 20 Hz on average; the target is the number of spikes that came in from 60 to 30 ms ago. Its exponent
measures how far the column is after 300 ms from its state with one input spike less.

Controls: the readout with no reservoir, on the last ten inputs of NARMA10, or on the four spike trains under the same
filter of 30 ms as those of the units.

What comes out: the radius alone does not decide what is stable. Small inputs leave the line of zero at a radius of some
1.2, large ones, which squash the units, push it beyond 2; the column gets chaotic by stronger weights and by longer
reach alike. The task decides which side is good. NARMA10 is best clearly below the line and pays for crossing it:
every chaotic setting is worse than no reservoir. The column remembers best along the line, the best setting being a
chaotic one close by, and farthest above it no better than no reservoir.
"""

from functools import partial

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from joblib import Parallel, delayed
from matplotlib.patheffects import withStroke
from scipy.signal import lfilter

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_narma
from reservoir.diagnostics import lyapunov_exponents, spike_lyapunov_exponent
from reservoir.metrics import nmse
from reservoir.plots import StabilityMapDisplay
from reservoir.presets import maass2002

N_NETWORKS, WASHOUT = 2, 200


def error(features, y, alpha):
    """Train on the first two thirds, return the NMSE of the rest."""
    end = 2 * len(y) // 3
    readout = RidgeReadout(alpha=alpha).fit(features[WASHOUT:end], y[WASHOUT:end])
    return nmse(y[end:], readout.predict(features[end:]))


def measure(make, exponent, X, y, alpha, point):
    """Return exponent and error at one point of a map, means of the networks."""
    networks = [make(**point, random_state=seed).fit(X[:1]) for seed in range(N_NETWORKS)]
    return np.mean([(exponent(network), error(network.transform(X), y, alpha)) for network in networks], axis=0)


def scan(grid, *task):
    """Return the maps of exponent and error; the first parameter of the grid goes along x."""
    # One network and one measure are a single call: StabilityMapDisplay.from_estimator(reservoir, X, grid).
    (x, x_range), (y, y_range) = grid.items()
    points = [{x: one, y: other} for other in y_range for one in x_range]
    found = Parallel(n_jobs=2, prefer="threads")(delayed(measure)(*task, point) for point in points)
    return np.reshape(found, (len(y_range), len(x_range), 2)).transpose(2, 0, 1)


# %%
# The echo state: its input is standardised, its readout nearly without a penalty.
u, narma = make_narma(3000, order=10, random_state=0)
u = (u - u.mean()) / u.std()
make_echo_state = partial(EchoStateReservoir, 100, topology="random", leak_rate=1.0, bias_scaling=0.2)
echo_grid = {"spectral_radius": np.linspace(0.2, 2.3, 8), "input_scaling": np.geomspace(0.01, 3, 8)}
echo_maps = scan(
    echo_grid, make_echo_state, lambda network: lyapunov_exponents(network, u[:400], random_state=0)[0], u, narma, 1e-6
)
recent = np.hstack([np.roll(u, lag, axis=0) for lag in range(10)])

# %%
# The column: rates of its inputs change every 50 ms. Small differences between states never move a spike on the grid of
# a spiking liquid, so it is a whole spike that is left out.
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
# Best errors on either side of the line.
maps = {
    "echo state, NARMA10": (echo_grid, *echo_maps, error(recent, narma, 1e-6)),
    "spiking column, spikes of 60 to 30 ms ago": (column_grid, *column_maps, error(traces, count, 0.01)),
}
for title, (grid, exponents, errors, control) in maps.items():
    print(f"{title:42s}error  exponent  {'  '.join(grid)}")
    for side, there in (("best with exponent < 0", exponents < 0), ("best with exponent > 0", exponents > 0)):
        row, column = np.unravel_index(np.argmin(np.where(there, errors, np.inf)), errors.shape)
        x, y = (values[k] for values, k in zip(grid.values(), (column, row), strict=True))
        print(f"{side:40s}{errors[row, column]:7.3f}{exponents[row, column]:10.2f}{x:17.2f}{y:15.3f}")
    print(f"{'farthest above 0':40s}{errors.flat[exponents.argmax()]:7.3f}{exponents.max():10.2f}")
    print(f"{'no reservoir':40s}{control:7.3f}\n")

# %%
# Blue is stable, red chaotic; pale enough for lines to be seen on either.
colours = mpl.colors.ListedColormap(mpl.colormaps["RdBu_r"](np.linspace(0.12, 0.88, 255)))
colours.colorbar_extend = "both"
halo = [withStroke(linewidth=2.5, foreground="white")]
figure, axes = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
names = ("exponent (nats per step)", "exponent (nats per s)")
limits, levels = (0.5, 10), ((0.15, 0.3, 0.6), (0.65, 0.7, 0.8))
for axis, (title, (grid, exponents, errors, control)), name, limit, lines in zip(
    axes, maps.items(), names, limits, levels, strict=True
):
    display = StabilityMapDisplay(exponents, param_grid=grid, name=name).plot(axis, cmap=colours)
    display.mesh_.set_clim(-limit, limit)
    display.contour_.set_linewidth(2.5)
    x, y = grid.values()
    contour = axis.contour(x, y, errors, levels=lines, colors="black", linestyles="dashed", linewidths=1.2)
    contour.set_path_effects(halo)
    for label in axis.clabel(contour, fmt="%g", fontsize=10):
        label.set_path_effects(halo)
    row, column = np.unravel_index(errors.argmin(), errors.shape)
    star = {"marker": "*", "color": "gold", "markeredgecolor": "black", "markersize": 17, "linestyle": "none"}
    axis.plot(x[column], y[row], **star, clip_on=False, label="least error")
    axis.plot([], [], "--", color="black", linewidth=1.2, label="error")
    axis.legend(loc="upper left", bbox_to_anchor=(0, -0.12), ncols=3, frameon=False)
    axis.set_title(f"{title}\nerror (NMSE): best {errors.min():.2f}, no reservoir {control:.2f}")
    axis.set(xlim=x[[0, -1]], ylim=y[[0, -1]])  # from the first point to the last, as the lines
axes[1].set_ylabel("length_scale (lambda, grid steps)")
figure.savefig("stability_map.png", dpi=120)
print("figure saved to stability_map.png")

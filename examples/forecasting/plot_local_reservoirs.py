"""
Forecast a field of space: local reservoirs for the Kuramoto-Sivashinsky equation
=================================================================================

Can reservoirs forecast a field that is chaotic in space as well as in time? The larger such a field, the more
directions it is chaotic in, and one reservoir for the whole of it would have to grow likewise. J. Pathak et al. (2018,
https://doi.org/10.1103/PhysRevLett.120.024102) cut the field into patches, each with a small reservoir that sees its
patch and a few points beside it: what a patch does next depends on what is near. Here the law is the same everywhere,
so that one set of weights serves all patches and learns from all of them.

Local reservoirs are valid for about five Lyapunov times. A ridge on all products of two of the same values, without any
reservoir, is valid for three and a half with more features; a linear one for a third of a Lyapunov time, and the last
row for ever, or the mean of the field, for less.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import NVAR, EchoStateReservoir, LocalForecaster
from reservoir.datasets import make_kuramoto_sivashinsky
from reservoir.metrics import valid_prediction_time

LENGTH, N_POINTS, STEP, LYAPUNOV_TIME = 100.0, 256, 0.25, 1 / 0.089  # the largest exponent at this length, measured
N_TRAIN, N_FORECAST, N_CONTEXT, SEEDS, N_STARTS = 2000, 320, 120, range(3), 3

# %%
# The field and its patches
# -------------------------
# A ring of length 100 with 256 points is cut into 32 patches of 8 points. A patch sees 6 points more on either side. Of
# the reservoir, three things matter: how strongly units are driven, here each by about one of the 20 points
# (``input_density``) with a weight of up to 0.5; that every second state is squared (``squares``), as the equation has
# a product of the field in it; and that the state forgets quickly (``spectral_radius``), as the field says nearly all.
PATCHES = {"patch": 8, "halo": 6}


def local_reservoirs(seed):
    reservoir = EchoStateReservoir(
        500, degree=3, spectral_radius=0.3, leak_rate=1.0, input_scaling=0.5, input_density=1 / 20, random_state=seed
    )
    return LocalForecaster(reservoir, RidgeReadout(1e-4), squares=True, **PATCHES)


# %%
# The controls have the same patches, and no reservoir: a ridge on the last five values of the 20 points, which is a
# linear autoregression, and the same with all products of two of the last two values.


def polynomial(delay, order, alpha):
    no_reservoir = NVAR(delay=delay, order=order)
    return LocalForecaster(no_reservoir, RidgeReadout(alpha), passthrough=False, range_factor=None, **PATCHES)


# %%
# The valid time
# --------------
# A forecast is valid until its error exceeds 0.4 of the field's standard deviation, in Lyapunov times: 11 time units,
# in which an error grows e-fold. Every seed has another field and another reservoir, and three starts.


def places(field):
    """Return what comes before and after each start, behind the training data."""
    origins = N_TRAIN + N_CONTEXT + N_FORECAST * np.arange(N_STARTS)
    return [(field[o - N_CONTEXT : o], field[o : o + N_FORECAST]) for o in origins]


def valid(truth, forecast):
    return valid_prediction_time(truth[: len(forecast)], forecast, step=STEP, lyapunov_time=LYAPUNOV_TIME)


times, kept = {}, None
for seed in SEEDS:
    n_rows = N_TRAIN + N_CONTEXT + N_STARTS * N_FORECAST
    field = make_kuramoto_sivashinsky(
        n_rows, length=LENGTH, n_points=N_POINTS, step=STEP, integration_step=0.25, random_state=seed
    )
    models = {
        "local reservoirs, 500 units": (local_reservoirs(seed), N_FORECAST),
        "no reservoir, products of 2": (polynomial(delay=2, order=2, alpha=1.0), N_FORECAST),
        "no reservoir, linear": (polynomial(delay=5, order=1, alpha=1e-4), 60),  # it runs away soon after
    }
    for name, (model, n_steps) in models.items():
        model.fit(field[:N_TRAIN])
        forecasts = [(model.forecast(n_steps, context=past), past, truth) for past, truth in places(field)]
        times.setdefault(name, []).extend(valid(truth, forecast) for forecast, _, truth in forecasts)
        kept = kept or forecasts[0]
    for past, truth in places(field):
        times.setdefault("no reservoir, last row", []).append(valid(truth, np.repeat(past[-1:], N_FORECAST, axis=0)))
        times.setdefault("no reservoir, mean", []).append(valid(truth, np.zeros_like(truth)))

n_times = len(SEEDS) * N_STARTS
print(f"Kuramoto-Sivashinsky, length {LENGTH:.0f}, {N_TRAIN} training rows: valid time in Lyapunov times")
print(f"mean of {n_times} starts +- standard deviation, and the range")
for name, values in times.items():
    print(f"{name:28s} {np.mean(values):.2f} +- {np.std(values, ddof=1):.2f}   {min(values):.2f} to {max(values):.2f}")

# %%
# What is lost first
# ------------------
# The error does not grow evenly: it begins at one place, and spreads from there.

forecast, past, truth = kept
duration = N_FORECAST * STEP / LYAPUNOV_TIME
extent = {"extent": (0, duration, 0, LENGTH), "aspect": "auto", "origin": "lower", "cmap": "RdBu_r"}
figure, axes = plt.subplots(3, 1, figsize=(7, 6), sharex=True, layout="constrained")
for ax, values, title in zip(axes, (truth, forecast, forecast - truth), ("truth", "forecast", "error"), strict=True):
    image = ax.imshow(values.T, vmin=-3, vmax=3, **extent)
    ax.axvline(valid(truth, forecast), color="black", linestyle="--", linewidth=1)
    ax.set(ylabel="place x", title=title)
axes[-1].set_xlabel("time in Lyapunov times; dashed: valid until here")
figure.colorbar(image, ax=axes, label="u")
figure.savefig("local_reservoirs.png", dpi=120)
print("figure saved to local_reservoirs.png")

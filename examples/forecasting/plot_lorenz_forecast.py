"""
Forecast the Lorenz system for ten Lyapunov times
=================================================

How long can a reservoir of a thousand units forecast the chaotic Lorenz system, when it is trained on 5,000 rows and
then runs on its own predictions?

For 12 Lyapunov times in the median, over three networks and 20 starts. In one Lyapunov time, 1.1 time units, a small
error grows e-fold. Two trajectories that agree to five digits have nothing in common 12 Lyapunov times later, so a
forecast of that length has to be right to five digits at every step. A linear forecast without a reservoir is lost
within half a Lyapunov time.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_lorenz
from reservoir.diagnostics import autonomous_lyapunov_spectrum
from reservoir.forecaster import Forecaster
from reservoir.metrics import valid_prediction_time
from reservoir.plots import ForecastDisplay

STEP, LYAPUNOV_TIME, N_TRAIN, N_CONTEXT, N_STARTS, N_LAGS, SEEDS = 0.03, 1.104, 5000, 200, 20, 10, range(3)
N_AHEAD, APART = int(18 * LYAPUNOV_TIME / STEP), 400

# %%
# The data
# --------
# One trajectory to learn from, and 20 pieces of another to test on. Of each piece, 200 rows are given as the context,
# and the next 18 Lyapunov times are to be forecast.
training = make_lorenz(N_TRAIN, step=STEP, initial=(3.0, -4.0, 20.0))
test = make_lorenz(N_CONTEXT + (N_STARTS - 1) * APART + N_AHEAD, step=STEP, initial=(-6.0, 2.0, 15.0))
mean, scale = training.mean(axis=0), training.std(axis=0)
training, test = (training - mean) / scale, (test - mean) / scale
starts = [N_CONTEXT + APART * number for number in range(N_STARTS)]
truths = [test[start : start + N_AHEAD] for start in starts]
contexts = [test[start - N_CONTEXT : start] for start in starts]


def valid_times(forecasts):
    """Return for how many Lyapunov times each forecast stays within 0.4 standard deviations of the truth."""
    pairs = zip(truths, forecasts, strict=True)
    return [valid_prediction_time(*pair, step=STEP, lyapunov_time=LYAPUNOV_TIME) for pair in pairs]


# %%
# Two controls without a reservoir
# --------------------------------
# The last row for ever, and a linear function of the last ten rows that runs on its own predictions.


def autoregress():
    """Forecast from all starts at once."""
    lags = np.lib.stride_tricks.sliding_window_view(training, N_LAGS, axis=0).reshape(-1, 3 * N_LAGS)
    linear = RidgeReadout(alpha=1e-9).fit(lags[:-1], training[N_LAGS:])
    rows = np.stack(contexts)
    for _ in range(N_AHEAD):
        following = linear.predict(rows[:, -N_LAGS:].swapaxes(1, 2).reshape(N_STARTS, -1))
        rows = np.concatenate([rows, following[:, None]], axis=1)
    return rows[:, N_CONTEXT:]


times = {
    "no reservoir, last row": valid_times([np.repeat(context[-1:], N_AHEAD, axis=0) for context in contexts]),
    f"no reservoir, linear in {N_LAGS} rows": valid_times(autoregress()),
}

# %%
# The reservoir
# -------------
# The readout predicts the increment to the next row, which is smaller and smoother than the row itself. Spectral
# radius, leak rate, scalings and penalty were chosen on trajectories other than these.
#
# Running alone, the loop of reservoir and readout is a dynamical system of its own. Its three largest Lyapunov
# exponents show whether it has become the one that it was trained on.
settings = {"spectral_radius": 0.5, "leak_rate": 0.6, "input_scaling": 0.5, "bias_scaling": 0.6}
forecasts, exponents = [], []
for seed in SEEDS:
    reservoir = EchoStateReservoir(1000, **settings, random_state=seed)
    forecaster = Forecaster(
        reservoir, RidgeReadout(alpha=1e-9), washout=N_CONTEXT, target="increment", transformer=None
    )
    forecaster.fit(training)
    forecasts.append([forecaster.forecast(N_AHEAD, context) for context in contexts])
    exponents.append(autonomous_lyapunov_spectrum(forecaster, 3, 15_000, dt=STEP, random_state=0))
times["1000 units"] = np.ravel([valid_times(found) for found in forecasts])

# %%
# Result
# ------
# A forecast is valid until its error exceeds 0.4 standard deviations.
#
# The exponents of the equations are 0.906, 0 and -14.57 (J. C. Sprott, "Chaos and time-series analysis", Oxford 2003).
# The first two come out. The third, how fast states fall back to the attractor, is harder to learn from a trajectory
# that hardly ever leaves it.
print(f"Lorenz, valid prediction time in Lyapunov times, {N_STARTS} starts, {len(SEEDS)} networks")
print(f"{'':32s} median    min    max")
for name, values in times.items():
    print(f"{name:32s} {np.median(values):6.2f} {np.min(values):6.2f} {np.max(values):6.2f}")
print("exponents of the loops, mean    ", *(f"{exponent:7.3f}" for exponent in np.mean(exponents, axis=0)))
print("standard deviation              ", *(f"{exponent:7.3f}" for exponent in np.std(exponents, axis=0)))
print("exponents of Lorenz's equations    0.906   0.000 -14.570")

# %%
# A forecast of median length, and the length of all forecasts.
median = int(np.argsort(times["1000 units"])[len(SEEDS) * N_STARTS // 2])
figure, axes = plt.subplots(4, figsize=(8, 7.4), height_ratios=(1, 1, 1, 0.8), sharex=True, layout="constrained")
ForecastDisplay.from_predictions(
    truths[median % N_STARTS],
    forecasts[median // N_STARTS][median % N_STARTS],
    step=STEP,
    lyapunov_time=LYAPUNOV_TIME,
    feature_names=["x, scaled", "y, scaled", "z, scaled"],
    features=[0, 2],
    ax=axes[:3],
)
axes[2].set_xlabel("")
below = axes[3]
for place, values in enumerate(times.values()):
    below.plot(values, np.full(len(values), place), "o", color="tab:blue", markersize=5, alpha=0.4)
    below.plot(np.median(values), place, "|", color="black", markersize=18, markeredgewidth=2)
labels = ["no reservoir,\nlast row", f"no reservoir,\nlinear, {N_LAGS} rows", "reservoir,\n1000 units"]
below.set_yticks(range(len(times)), labels)
below.set(ylim=(-0.6, 2.6), xlabel="Lyapunov times after the last known row")
below.set_title("valid time of every forecast (dots) and median (bar)", loc="left", fontsize="medium")
figure.savefig("lorenz_forecast.png", dpi=120)
print("figure saved to lorenz_forecast.png")

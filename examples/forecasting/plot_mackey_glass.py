"""
Forecast a chaotic series: Mackey-Glass, 84 steps ahead
=======================================================

How well does an echo state network forecast the Mackey-Glass series 84 steps after the last value that it was given?
H. Jaeger reported an error of 0.00028 of its standard deviation for one network (GMD Report 148, 2001, section 6).

The median of seven networks made by his recipe comes out at about that, the best and the worst of them differ tenfold,
and linear forecasts without a reservoir are no better than half a standard deviation.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.forecaster import Forecaster

N_TRAIN, N_CONTEXT, AHEAD, N_SHOWN, N_TRIALS, N_LAGS, SEEDS = 3000, 1000, 84, 1000, 20, 100, range(7)

# %%
# The series
# ----------
# Its change depends on its value 17 time units ago. As in the report, the equation is solved by Euler steps of 0.1, and
# every tenth value is kept. Each network has a training series of its own. All are tested on the same 20 others, the
# trials: of each, 1000 values are given and the next 1000 are to be forecast.


def mackey_glass(n_steps, starts, transient=1000):
    """Return a series (n_steps, 1) for every start."""
    delay = 170
    y = np.empty((10 * (n_steps + transient) + delay + 1, len(starts)))
    y[: delay + 1] = starts
    for t in range(delay, len(y) - 1):
        late = y[t - delay]
        y[t + 1] = y[t] + 0.1 * (0.2 * late / (1 + late**10) - 0.1 * y[t])
    return y[delay + 10 * transient :: 10][:n_steps].T[:, :, None]


def squeeze(y):
    """Return the values as the network is given them, between -1 and 1."""
    return np.tanh(y - 1)


training = mackey_glass(N_TRAIN, 1.2 + np.random.RandomState(1).uniform(-0.1, 0.1, len(SEEDS)))
trials = mackey_glass(N_CONTEXT + N_SHOWN, 1.2 + np.random.RandomState(0).uniform(-0.1, 0.1, N_TRIALS))
contexts, truth = squeeze(trials[:, :N_CONTEXT]), trials[:, N_CONTEXT:]

# %%
# The network
# -----------
# The states x of 400 units follow x <- 0.604 x + 0.44 tanh(W x + W_back y + 0.2 W_in) in the report, with recurrent
# weights W, weights W_back of the last value y, and weights W_in of a constant input, 0.2. The two factors of
# ``EchoStateReservoir`` are 1 - a and a: with a leak rate a of 0.396, states are 0.9 of the report's, so that W is
# divided by 0.9. The first 1000 of the 3000 training steps are washed out, and the readout is least squares without a
# penalty. In a forecast, the network runs on its own predictions.


def make_forecaster(seed):
    bias = 0.2 * np.random.RandomState(seed).choice([0, 0.14, -0.14], 400, p=[0.5, 0.25, 0.25])
    recurrence = {"topology": "random", "degree": 5, "spectral_radius": 0.79 / 0.9, "leak_rate": 0.396}
    reservoir = EchoStateReservoir(400, **recurrence, input_scaling=0.56, bias=bias, random_state=seed)
    return Forecaster(reservoir, RidgeReadout(alpha=0), washout=N_CONTEXT, transformer=None)


forecasts = []
for seed, series in zip(SEEDS, training, strict=True):
    forecaster = make_forecaster(seed).fit(squeeze(series))
    forecasts.append([forecaster.forecast(N_SHOWN, context) for context in contexts])
forecasts = np.array(forecasts)

# %%
# Two controls without a reservoir
# --------------------------------
# The last value for ever, and a linear function of the last 100 values that runs on its own predictions.


def autoregress(series):
    """Forecast all trials at once."""
    lags = np.lib.stride_tricks.sliding_window_view(series[:, 0], N_LAGS)
    linear = RidgeReadout(alpha=1e-10).fit(lags[:-1], series[N_LAGS:, 0])
    rows = contexts[:, :, 0]
    for _ in range(N_SHOWN):
        rows = np.column_stack([rows, linear.predict(rows[:, -N_LAGS:])])
    return rows[:, N_CONTEXT:, None]


# %%
# The error
# ---------
# At each step ahead, the root mean square over the trials, as a fraction of the standard deviation of the series. Step
# 84 is the report's NRMSE84.


def nrmse(forecast):
    """Return the error of every step ahead, over the trials; several networks may come first."""
    errors = 1 + np.arctanh(forecast) - truth
    return np.sqrt(np.mean(errors**2, axis=(-3, -1))) / training.std()


errors = {
    "no reservoir, last value": nrmse(contexts[:, -1:]),
    f"no reservoir, linear in {N_LAGS} values": nrmse(autoregress(squeeze(training[0]))),
}
networks = nrmse(forecasts)
scores = networks[:, AHEAD - 1]

print(f"Mackey-Glass, tau 17, {N_TRAIN} training steps: NRMSE84 over {N_TRIALS} trials")
for name, error in errors.items():
    print(f"{name:35s} {error[AHEAD - 1]:.6f}")
print(f"{f'400 units, median of {len(SEEDS)} networks':35s} {np.median(scores):.6f}")
print("each network:", *(f"{score:.6f}" for score in scores))

# %%
# Result
# ------
# The forecast of one trial by the worst network, and the errors of all networks over the trials. They grow
# exponentially, as the distance of neighbouring solutions of a chaotic equation does, so that a network that starts
# with a tenth of the error of another is of use for some 300 steps more.
worst = int(np.argmax(scores))
steps = np.arange(1, N_SHOWN + 1)
figure, (above, below) = plt.subplots(2, figsize=(8, 6), height_ratios=(1, 1.5), sharex=True, layout="constrained")
above.plot(steps, truth[0], color="black", label="Mackey-Glass")
above.plot(steps, 1 + np.arctanh(forecasts[worst, 0]), "--", color="tab:orange", label="forecast")
above.set(ylabel="value", xlim=(0, N_SHOWN))
above.set_title("One trial, worst network", loc="left")
above.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, borderaxespad=0.2)
for (name, error), style in zip(errors.items(), (":", "-."), strict=True):
    below.semilogy(steps, error, style, color="0.4", label=name)
below.fill_between(steps, networks.min(axis=0), networks.max(axis=0), color="tab:blue", alpha=0.25, linewidth=0)
below.semilogy(steps, np.median(networks, axis=0), color="tab:blue", label=f"{len(SEEDS)} networks: median and range")
below.plot(AHEAD, 0.00028, "o", color="black", label="Jaeger (2001), one network")
below.axvline(AHEAD, color="black", linewidth=0.8)
below.annotate(f" {AHEAD} steps", (AHEAD, 0.03), va="center")
below.set(xlabel="steps after the last value given", ylabel="error / standard deviation", ylim=(3e-6, 5))
below.set_title(f"Root mean square error over {N_TRIALS} trials", loc="left")
below.legend(loc="lower right")
figure.savefig("mackey_glass.png", dpi=120)
print("figure saved to mackey_glass.png")

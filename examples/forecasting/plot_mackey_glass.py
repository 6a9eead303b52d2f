"""
Chaos continued: Mackey-Glass, 84 steps ahead
=============================================

Jaeger's recipe of 2001 (GMD Report 148, section 6): an echo state network of 400 units is driven by the series and
learns to predict its next value from 3000 of them, the first 1000 of which are washed out; then it runs on its own
predictions. The error is NRMSE84: over 20 other series, each given for 1000 steps, the root mean square of the error 84
steps after the end, over the standard deviation of the series. Jaeger reports 0.00028 for one network. Plain least
squares without a penalty depends much on the network and the training series that happen to be drawn, so several of
both are drawn here. Two controls have no reservoir.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.forecaster import Forecaster

N_TRAIN, N_CONTEXT, AHEAD, N_TRIALS, N_LAGS, SEEDS = 3000, 1000, 84, 20, 100, range(7)


def mackey_glass(n_steps, starts, transient=1000):
    """Return a series (n_steps, 1) for every start, by the report's Euler steps of 0.1; every tenth is kept."""
    delay = 170
    y = np.empty((10 * (n_steps + transient) + delay + 1, len(starts)))
    y[: delay + 1] = starts
    for t in range(delay, len(y) - 1):
        late = y[t - delay]
        y[t + 1] = y[t] + 0.1 * (0.2 * late / (1 + late**10) - 0.1 * y[t])
    return y[delay + 10 * transient :: 10][:n_steps].T[:, :, None]


def make_reservoir(seed):
    """Return the report's network: x <- 0.604 x + 0.44 tanh(W x + W_back y + 0.2 W_in).

    In the library the two factors are 1 - a and a. With a = 0.396, states are 0.9 of his, so that W is divided by 0.9.
    """
    bias = 0.2 * np.random.RandomState(seed).choice([0, 0.14, -0.14], 400, p=[0.5, 0.25, 0.25])
    recurrence = {"topology": "random", "degree": 5, "spectral_radius": 0.79 / 0.9, "leak_rate": 0.396}
    return EchoStateReservoir(400, **recurrence, input_scaling=0.56, bias=bias, random_state=seed)


def autoregress(series, contexts):
    """Return the control: a linear function of the last values, fed back; every series goes round at once."""
    lags = np.lib.stride_tricks.sliding_window_view(series[:, 0], N_LAGS)
    linear = RidgeReadout(alpha=1e-10).fit(lags[:-1], series[N_LAGS:, 0])
    rows = contexts[:, :, 0]
    for _ in range(AHEAD):
        rows = np.column_stack([rows, linear.predict(rows[:, -N_LAGS:])])
    return rows[:, -AHEAD:, None]


training = mackey_glass(N_TRAIN, 1.2 + np.random.RandomState(1).uniform(-0.1, 0.1, len(SEEDS)))
trials = mackey_glass(N_CONTEXT + AHEAD, 1.2 + np.random.RandomState(0).uniform(-0.1, 0.1, N_TRIALS))
truth = trials[:, N_CONTEXT:]


def squeeze(y):
    return np.tanh(y - 1)


def nrmse84(forecasts):
    errors = 1 + np.arctanh(forecasts[:, -1]) - truth[:, -1]
    return np.sqrt(np.mean(errors**2)) / training.std()


scores = []
for seed, series in zip(SEEDS, training, strict=True):
    forecaster = Forecaster(make_reservoir(seed), RidgeReadout(alpha=0), washout=N_CONTEXT, transformer=None)
    forecaster.fit(squeeze(series))
    forecasts = np.stack([forecaster.forecast(AHEAD, context) for context in squeeze(trials[:, :N_CONTEXT])])
    scores.append(nrmse84(forecasts))
    if seed == 0:
        shown = 1 + np.arctanh(forecaster.forecast(1000, squeeze(trials[0, :N_CONTEXT])))
contexts = squeeze(trials[:, :N_CONTEXT])
linear = autoregress(squeeze(training[0]), contexts)

print(f"Mackey-Glass, tau 17, {N_TRAIN} training steps: NRMSE84 over {N_TRIALS} trials")
print(f"no reservoir, last value            {nrmse84(contexts[:, -1:]):.6f}")
print(f"no reservoir, linear in {N_LAGS} values   {nrmse84(linear):.6f}")
print(f"400 units, median of {len(SEEDS)} networks     {np.median(scores):.6f}")
print("each network:", *(f"{score:.6f}" for score in scores))

# %%
longer = mackey_glass(N_CONTEXT + 1000, 1.2 + np.random.RandomState(0).uniform(-0.1, 0.1, N_TRIALS))[0, N_CONTEXT:]
figure, (above, below) = plt.subplots(2, 1, figsize=(9, 4.6), sharex=True, layout="constrained")
above.plot(longer, color="black", label="Mackey-Glass")
above.plot(shown, "--", color="tab:orange", label="400 units, running alone")
above.set(title="Forecast of the first trial by the first network", ylabel="y")
above.legend(loc="upper right", ncols=2)
below.semilogy(np.abs(shown - longer), color="tab:orange")
below.axvline(AHEAD, color="gray", linewidth=0.8)
below.set(xlabel="step after the last true value", ylabel="absolute error")
figure.savefig("mackey_glass.png", dpi=120)
print("figure saved to mackey_glass.png")

"""
Ten Lyapunov times of Lorenz
============================

A thousand units learn to predict how the Lorenz system moves in the next 0.03 time units, and then run on their own
predictions. Two trajectories that agree to five digits have nothing in common 11 Lyapunov times (12 time units) later,
so a forecast as long as that has to be right to five digits at every step. The figure of merit is the valid prediction
time: until the error exceeds 0.4 standard deviations, from 20 starts on a trajectory that was not trained on. Radius,
leak, scalings and penalty were chosen on trajectories other than these.

Running alone, the loop is a dynamical system of its own. Its Lyapunov exponents show whether it has become the one that
it was trained on: those of the equations are 0.906, 0 and -14.57 (J. C. Sprott, "Chaos and time-series analysis",
Oxford 2003). The first two come out; the third, how fast states fall back to an attractor that they have hardly ever
left, is harder to learn.
"""

import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_lorenz
from reservoir.diagnostics import autonomous_lyapunov_spectrum
from reservoir.forecaster import Forecaster
from reservoir.metrics import valid_prediction_time
from reservoir.plots import ForecastDisplay

STEP, LYAPUNOV_TIME, N_TRAIN, N_CONTEXT, N_STARTS, N_LAGS = 0.03, 1.104, 9000, 200, 20, 10
N_AHEAD, APART = int(18 * LYAPUNOV_TIME / STEP), 400

training = make_lorenz(N_TRAIN, step=STEP, initial=(3.0, -4.0, 20.0))
test = make_lorenz(N_CONTEXT + (N_STARTS - 1) * APART + N_AHEAD, step=STEP, initial=(-6.0, 2.0, 15.0))
mean, scale = training.mean(axis=0), training.std(axis=0)
training, test = (training - mean) / scale, (test - mean) / scale
starts = [N_CONTEXT + APART * number for number in range(N_STARTS)]
truths = [test[start : start + N_AHEAD] for start in starts]
contexts = [test[start - N_CONTEXT : start] for start in starts]


def valid_times(forecasts):
    pairs = zip(truths, forecasts, strict=True)
    return [valid_prediction_time(*pair, step=STEP, lyapunov_time=LYAPUNOV_TIME) for pair in pairs]


def autoregress():
    """Return the control: a linear function of the last rows, fed back; every start goes round at once."""
    lags = np.lib.stride_tricks.sliding_window_view(training, N_LAGS, axis=0).reshape(-1, 3 * N_LAGS)
    linear = RidgeReadout(alpha=1e-9).fit(lags[:-1], training[N_LAGS:])
    rows = np.stack(contexts)
    for _ in range(N_AHEAD):
        following = linear.predict(rows[:, -N_LAGS:].swapaxes(1, 2).reshape(N_STARTS, -1))
        rows = np.concatenate([rows, following[:, None]], axis=1)
    return rows[:, N_CONTEXT:]


reservoir = EchoStateReservoir(
    1000, spectral_radius=0.5, leak_rate=0.6, input_scaling=0.5, bias_scaling=0.6, random_state=0
)
forecaster = Forecaster(reservoir, RidgeReadout(alpha=1e-9), washout=N_CONTEXT, target="increment", transformer=None)
forecaster.fit(training)
forecasts = [forecaster.forecast(N_AHEAD, context) for context in contexts]
times = {
    "no reservoir, last row": valid_times([np.repeat(context[-1:], N_AHEAD, axis=0) for context in contexts]),
    f"no reservoir, linear in {N_LAGS} rows": valid_times(autoregress()),
    "1000 units": valid_times(forecasts),
}

print(f"Lorenz, valid prediction time in Lyapunov times, {N_STARTS} starts")
print(f"{'':32s} median    min    max")
for name, values in times.items():
    print(f"{name:32s} {np.median(values):6.2f} {np.min(values):6.2f} {np.max(values):6.2f}")
exponents = autonomous_lyapunov_spectrum(forecaster, 3, 20_000, dt=STEP, random_state=0)
print("exponents of the loop           ", *(f"{exponent:7.3f}" for exponent in exponents))
print("exponents of Lorenz's equations    0.906   0.000 -14.570")

# %%
middle = int(np.argsort(times["1000 units"])[N_STARTS // 2])
display = ForecastDisplay.from_predictions(
    truths[middle], forecasts[middle], step=STEP, lyapunov_time=LYAPUNOV_TIME, feature_names=["x", "y", "z"]
)
display.figure_.suptitle("Lorenz, a start of median length: 1000 units, running alone")
display.figure_.savefig("lorenz_forecast.png", dpi=120)
print("figure saved to lorenz_forecast.png")

"""
Forecast with a wrong model and a reservoir beside it
=====================================================

Somebody knows the equations of a system, but one of their constants is 5 % off. Alone, such a model forecasts the
Lorenz system for less than one Lyapunov time. What is it worth beside a reservoir?

With ``Forecaster(reservoir, expert=model)`` the forecast is right for longer than that of either alone, at every size
of the reservoir: the reservoir has to learn what is wrong with the model, and not the whole system. It is the hybrid of
Pathak et al. (2018), with their model, rows 0.1 time units apart and 100 time units of training.
"""

import matplotlib.pyplot as plt
import numpy as np

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster
from reservoir.datasets import make_lorenz
from reservoir.metrics import valid_prediction_time

STEP, LYAPUNOV_TIME, WASHOUT, N_TRAIN, N_AHEAD, N_STARTS = 0.1, 1.104, 100, 1000, 150, 12
SIZES, SEEDS = (50, 100, 200, 400), range(3)

# %%
# The data
# --------
# One trajectory to learn from, and another to forecast from twelve rows of it.
training = make_lorenz(WASHOUT + N_TRAIN, step=STEP, initial=(3.0, -4.0, 20.0))
test = make_lorenz(WASHOUT + N_STARTS * N_AHEAD, step=STEP, initial=(-6.0, 2.0, 15.0))

# %%
# The expert
# ----------
# A function of rows that returns the rows which it expects after each of them, in the units of the data. Here it
# follows the equations of Lorenz with 29.4 in place of 28, by four steps of Runge and Kutta.


def slope(state):
    x, y, z = state
    return np.array([10 * (y - x), x * (1.05 * 28 - z) - y, x * y - 8 / 3 * z])


def model(rows):
    """Return the states a row later."""
    state, h = rows.T, STEP / 4
    for _ in range(4):
        first = slope(state)
        second = slope(state + h / 2 * first)
        third = slope(state + h / 2 * second)
        state = state + h / 6 * (first + 2 * second + 2 * third + slope(state + h * third))
    return state.T


# %%
# Three forecasters
# -----------------
# The expert alone goes on from the last row. Reservoir and hybrid differ in ``expert`` only; spectral radius and
# scaling are those of the paper, whose readout is given squares of half the states, too. ``backtest`` forecasts from
# all starts, and follows them side by side, so that the expert is asked about twelve rows at a time.


def valid_times(truths, forecasts):
    """Return for how many Lyapunov times each forecast stays within 0.4 standard deviations of the truth."""
    pairs = zip(truths, forecasts, strict=True)
    return [valid_prediction_time(*pair, step=STEP, lyapunov_time=LYAPUNOV_TIME) for pair in pairs]


settings = {"spectral_radius": 0.4, "leak_rate": 1.0, "input_scaling": 0.15, "bias_scaling": 0.0}
times = {}
for n_units in SIZES:
    for name, expert in (("reservoir alone", None), ("hybrid", model)):
        for seed in SEEDS:
            reservoir = EchoStateReservoir(n_units, **settings, random_state=seed)
            forecaster = Forecaster(
                reservoir, RidgeReadout(1e-7), expert=expert, transformer=None, passthrough=False, range_factor=None,
                washout=WASHOUT,
            ).fit(training)  # fmt: skip
            result = forecaster.backtest(test, N_AHEAD, N_AHEAD, start=WASHOUT)
            times.setdefault((name, n_units), []).extend(valid_times(result.truth, result.forecasts))

rows, path = test[result.origins - 1], []
for _ in range(N_AHEAD):
    rows = model(rows)
    path.append(rows)
alone = np.stack(path, axis=1)
times["expert alone", 0] = valid_times(result.truth, alone)
times["last row for ever", 0] = valid_times(result.truth, np.repeat(test[result.origins - 1][:, None], N_AHEAD, axis=1))

# %%
# Result
# ------
print(f"valid time in Lyapunov times: median (quartiles) of {N_STARTS} starts, with reservoirs of {len(SEEDS)} seeds")
quartiles = {key: np.percentile(found, (25, 50, 75)) for key, found in times.items()}
for (name, n_units), (low, median, high) in quartiles.items():
    label = f"{name}, {n_units} units" if n_units else f"no reservoir, {name}"
    print(f"{label:32s} {median:4.1f} ({low:.1f} to {high:.1f})")

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8), width_ratios=(1, 1.4), layout="constrained")
for name, color in (("hybrid", "tab:blue"), ("reservoir alone", "tab:orange")):
    low, median, high = np.transpose([quartiles[name, n_units] for n_units in SIZES])
    left.fill_between(SIZES, low, high, color=color, alpha=0.2, linewidth=0)
    left.plot(SIZES, median, "o-", color=color, label=name)
left.axhline(quartiles["expert alone", 0][1], color="black", linestyle=":", label="expert alone")
left.set(xlabel="units", ylabel="valid time (Lyapunov times)", xscale="log", ylim=(0, None))
left.set_xticks(SIZES, [str(n_units) for n_units in SIZES], minor=False)
left.set_xticks([], minor=True)
left.legend(frameon=False)
left.set_title("Median and quartiles", loc="left", fontsize="medium")
time = np.arange(1, N_AHEAD + 1) * STEP / LYAPUNOV_TIME
right.plot(time, result.truth[0, :, 0], color="black", label="truth")
right.plot(time, result.forecasts[0, :, 0], "--", color="tab:blue", label=f"hybrid, {SIZES[-1]} units")
right.plot(time, alone[0, :, 0], ":", color="0.4", label="expert alone")
right.set(xlabel="Lyapunov times", ylabel="x", ylim=(-20, 30))
right.legend(frameon=False, ncols=3, loc="upper right")
right.set_title("A forecast from the first start", loc="left", fontsize="medium")
figure.savefig("hybrid_lorenz.png", dpi=120)
print("figure saved to hybrid_lorenz.png")

"""
Forecast electricity demand, with intervals
===========================================

How much electricity will a country need in the next 24 hours, and how sure is that? Half-hourly demand follows the day
and the week. A forecaster that subtracts both seasons has half the interval score of last week's demand, and its
intervals of 90 % hold 93 % of what came, where those of last week's demand hold 74 %. What continues the rest makes no
difference here: a reservoir of 200 units does as well as a linear model of the last day, and no better.
"""

import matplotlib.pyplot as plt
import numpy as np
from pmdarima.datasets import load_taylor

from reservoir import NVAR, EchoStateReservoir, Forecaster
from reservoir.metrics import interval_coverage, interval_score

# %%
# The data: pmdarima ships the demand of England and Wales in half-hours, in megawatts, of twelve weeks from Monday, 5
# June 2000 (J. W. Taylor, "Short-term electricity demand forecasting using double seasonal exponential smoothing",
# Journal of the Operational Research Society 54:799, 2003). Eight weeks are fitted to, once. Settings were chosen in
# these, the last two forecast from the first six.
DAY, WEEK, N_TRAIN, INTERVAL, SEEDS = 48, 7 * 48, 8 * 7 * 48, 0.9, range(3)
demand = load_taylor() / 1000  # GW

# %%
# The last four weeks are forecast, 24 hours at a time, from every midnight and noon: 55 origins. ``forecast`` makes its
# intervals from the errors of forecasts out of sample within the training weeks. Those of last week's demand are made
# likewise: from the errors it has in the training weeks.
origins = np.arange(N_TRAIN, len(demand) - DAY + 1, DAY // 2)
ahead = origins[:, None] + np.arange(DAY)
truth = demand[ahead]


def last_week():
    """Return forecasts, lower and upper bounds, each (n_origins, n_steps)."""
    errors = demand[WEEK:N_TRAIN] - demand[: N_TRAIN - WEEK]
    below, above = np.quantile(errors, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    forecasts = demand[ahead - WEEK]
    return forecasts, forecasts + below, forecasts + above


def forecast(reservoir, period):
    forecaster = Forecaster(reservoir, period=period, horizon=DAY).fit(demand[:N_TRAIN])
    made = [forecaster.forecast(DAY, demand[:origin], interval=INTERVAL) for origin in origins]
    return np.moveaxis(np.array(made)[..., 0], 1, 0)


linear = NVAR(delay=DAY, order=1)  # the last 48 values, and no products of them
found = {
    "no reservoir, last week's demand": [last_week()],
    "no reservoir, linear, week": [forecast(linear, WEEK)],
    "no reservoir, linear, day and week": [forecast(linear, [DAY, WEEK])],
}
for name, period in (("reservoir, week", WEEK), ("reservoir, day and week", [DAY, WEEK])):
    reservoirs = [EchoStateReservoir(200, leak_rate=0.1, input_scaling=0.3, random_state=seed) for seed in SEEDS]
    found[name] = [forecast(reservoir, period) for reservoir in reservoirs]

# %%
# Of the intervals, coverage alone says little, since wide ones cover everything. The interval score adds to the width
# what lies outside, 20 times over for intervals of 90 %; less is better.
print(f"24 hours ahead from {len(origins)} origins, in GW; of reservoirs the mean of {len(SEEDS)} seeds and its spread")
print(f"{'intervals of 90 %':36s}{'RMSE':>8s}{'width':>8s}{'holds':>8s}{'score':>8s}")
for name, results in found.items():
    error = np.mean([np.sqrt(np.mean((forecasts - truth) ** 2)) for forecasts, _, _ in results])
    width = np.mean([upper - lower for _, lower, upper in results])
    holds = np.mean([interval_coverage(truth, lower, upper) for _, lower, upper in results])
    scores = [interval_score(truth, lower, upper, interval=INTERVAL) for _, lower, upper in results]
    spread = f" +- {np.std(scores):.3f}" if len(scores) > 1 else ""
    print(f"{name:36s}{error:8.3f}{width:8.2f}{holds:8.1%}{np.mean(scores):8.3f}{spread}")

# %%
# In August, demand first falls and then rises again from week to week, and as it gets dark earlier, most is added in
# the evening, at half past eight. That pushes the truth out of the intervals of last week's demand. On the right, the
# line of the reservoir lies under that of the linear model. Forecasts and their intervals start afresh every midnight.
names = {
    "last week's demand": "no reservoir, last week's demand",
    "linear model": "no reservoir, linear, day and week",
    "reservoir": "reservoir, day and week",
}
colours = {"last week's demand": "tab:orange", "linear model": "black", "reservoir": "tab:blue"}
figure, axes = plt.subplot_mosaic(
    [["demand", "score"], ["last week's demand", "score"], ["reservoir", "score"]],
    figsize=(9, 5.6),
    width_ratios=(1.8, 1),
    height_ratios=(0.8, 1, 1),
    layout="constrained",
)
days = (np.arange(N_TRAIN, len(demand)) - N_TRAIN) / DAY
axes["demand"].plot(days, demand[N_TRAIN:], color="black", linewidth=1)
axes["demand"].set_title("Demand of the four weeks that are forecast", loc="left", fontsize="medium")
axes["demand"].set_ylabel("GW")
for name, title in (("last week's demand", "last week's demand"), ("reservoir", "the reservoir")):
    panel, midnight = axes[name], origins % DAY == 0
    forecasts, lower, upper = (rows[midnight].ravel() for rows in found[names[name]][0])
    panel.fill_between(days, lower - forecasts, upper - forecasts, color=colours[name], alpha=0.5, linewidth=0)
    panel.plot(days, demand[N_TRAIN:] - forecasts, color="black", linewidth=0.9)
    panel.set(ylabel="GW", ylim=(-3.5, 3.5))
    panel.set_title(f"Errors of {title} (line), intervals of 90 % (shaded)", loc="left", fontsize="medium")
for panel in (axes["demand"], axes["last week's demand"], axes["reservoir"]):
    panel.set(xlim=(0, 28), xticks=range(0, 29, 7))
    panel.label_outer()
axes["reservoir"].set_xlabel("days since Monday, 31 July")
styles = {"last week's demand": ":", "reservoir": "-", "linear model": "--"}
time_of_day = ahead % DAY
for name, style in styles.items():
    _, lower, upper = found[names[name]][0]
    masks = [time_of_day == half_hour for half_hour in range(DAY)]
    score = [interval_score(truth[mask], lower[mask], upper[mask], interval=INTERVAL) for mask in masks]
    width = 4 if name == "reservoir" else 1.5
    axes["score"].plot(np.arange(DAY) / 2, score, style, color=colours[name], linewidth=width, label=name)
axes["score"].set(
    xlabel="time of day (hours)", ylabel="mean score (GW), less is better", xlim=(0, 24), xticks=range(0, 25, 6)
)
axes["score"].set_ylim(0, None)
axes["score"].set_title(f"Interval scores of {len(origins)} forecasts", loc="left", fontsize="medium")
axes["score"].legend(loc="upper left")
figure.savefig("demand_intervals.png", dpi=120)
print("figure saved to demand_intervals.png")

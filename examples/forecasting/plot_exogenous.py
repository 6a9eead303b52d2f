"""
What is known in advance: demand and the weather
================================================

The demand for energy follows the week, holidays, heat, and cold, which takes days to come through the walls. Holidays
are known in advance, and so is the weather, as far as it is forecast. ``fit`` is given these columns beside the series,
and ``forecast`` their rows ahead, as in statsmodels:

======================================================  ===========================================================
statsmodels                                             here
======================================================  ===========================================================
``SARIMAX(y, exog=X, seasonal_order=(.., 7)).fit()``    ``Forecaster(period=7, horizon=14).fit(y, exogenous=X)``
``results.forecast(14, exog=X_ahead)``                  ``forecaster.forecast(14, exogenous=X_ahead)``
``results.apply(y_new, exog=X_new).forecast(...)``      ``forecaster.forecast(..., y_new, context_exogenous=X_new)``
======================================================  ===========================================================

The index of the forecast goes on from that of the series, and rows ahead with other labels are refused. Errors are
divided by that of the seasonal naive forecast, which repeats the last week: 1 is no better. Most of the gain is in what
is known, and here a linear model of it does almost as well as a reservoir.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from reservoir import NVAR, EchoStateReservoir, Forecaster

AHEAD, N_TRAIN, SEEDS = 14, 3 * 364, range(3)
DAYS = pd.date_range("2021-01-04", periods=4 * 364, freq="D")


def make_demand(seed):
    """Return the demand of every day, and what is known of it in advance."""
    random_state = np.random.RandomState(seed)
    weather, noise, felt = np.zeros((3, len(DAYS)))
    for day in range(1, len(DAYS)):
        weather[day] = 0.7 * weather[day - 1] + random_state.normal(0, 3)
        noise[day] = 0.5 * noise[day - 1] + random_state.normal()
    temperature = 12 - 10 * np.cos(2 * np.pi * np.arange(len(DAYS)) / 365) + weather
    heating, cooling = np.maximum(16 - temperature, 0), np.maximum(temperature - 22, 0)
    for day in range(1, len(DAYS)):
        felt[day] = 0.6 * felt[day - 1] + 0.4 * heating[day]
    holiday = (random_state.uniform(size=len(DAYS)) < 0.04).astype(float)
    closed = np.maximum(holiday, 1.0 * (DAYS.day_of_week == 6))
    demand = 100 + 1.5 * felt + 3 * cooling - 12 * closed - 6 * (DAYS.day_of_week == 5) + noise
    known = pd.DataFrame({"heating": heating, "cooling": cooling, "holiday": holiday}, DAYS)
    return pd.Series(demand, DAYS, name="demand"), known


def forecasts(forecaster, y, known=None):
    """Fit once, to three years, and forecast the fourth two weeks at a time."""

    def rows(start, stop):
        return None if known is None else known[start:stop]

    forecaster.fit(y[:N_TRAIN], exogenous=rows(0, N_TRAIN))
    parts = []
    for end in range(N_TRAIN, len(y) - AHEAD + 1, AHEAD):
        ahead = rows(end, end + AHEAD)
        parts.append(forecaster.forecast(AHEAD, y[:end], context_exogenous=rows(0, end), exogenous=ahead))
    return pd.concat(parts)["demand"]


errors = {}
for seed in SEEDS:
    y, known = make_demand(seed)
    direct = {"period": 7, "horizon": AHEAD}
    reservoir, linear = EchoStateReservoir(random_state=seed), NVAR(delay=7, order=1)
    last_week = y.shift(7).where(np.arange(len(y)) % AHEAD < 7, y.shift(14))
    found = {
        "no reservoir, y alone": forecasts(Forecaster(linear, **direct), y),
        "no reservoir, known columns": forecasts(Forecaster(linear, **direct), y, known),
        "reservoir, y alone": forecasts(Forecaster(reservoir, **direct), y),
        "reservoir, known columns": forecasts(Forecaster(reservoir, **direct), y, known),
    }
    found["seasonal naive"] = last_week[found["reservoir, y alone"].index]
    for name, forecast in found.items():
        errors.setdefault(name, []).append(np.sqrt(np.mean((forecast - y) ** 2)))

print(f"{AHEAD} days ahead, RMSE over that of the seasonal naive forecast, {len(SEEDS)} seeds (mean +- sd)")
for name, values in errors.items():
    ratios = np.divide(values, errors["seasonal naive"])
    print(f"{name:28s} {ratios.mean():.2f} +- {ratios.std():.2f}")

# %%
shown = slice("2024-01-08", "2024-03-03")
figure, axis = plt.subplots(figsize=(9, 3.2), layout="constrained")
axis.plot(y[shown], color="black", label="demand")
for name, color in [("y alone", "tab:blue"), ("known columns", "tab:orange")]:
    axis.plot(found[f"reservoir, {name}"][shown], "--", color=color, label=f"reservoir, {name}")
axis.set(title=f"Forecasts of {AHEAD} days each", ylabel="demand", ylim=(90, 138))
axis.legend(loc="upper center", ncols=3)
figure.savefig("exogenous.png", dpi=120)
print("figure saved to exogenous.png")

"""
Forecast demand with known weather and holidays
===============================================

The demand for energy follows the week, holidays, heat, and cold, which takes days to come through the walls. Holidays
are known in advance, and so is the weather, as far as it is forecast. How much do such columns, known in advance, help
a forecast of 14 days?

They divide the error by more than three. Here a linear model of them does almost as well as a reservoir.
"""

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from reservoir import NVAR, EchoStateReservoir, Forecaster

AHEAD, N_TRAIN, SEEDS = 14, 3 * 364, range(5)
DAYS = pd.date_range("2021-01-04", periods=4 * 364, freq="D")

# %%
# The data
# --------
# Four simulated years of daily demand, in per cent of the base load. Every degree below 16 that is felt behind the
# walls adds 1.5, every degree above 22 adds 3, and Saturdays, Sundays and holidays take some off.


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


# %%
# Forecasts with exogenous columns
# --------------------------------
# ``fit`` is given these columns beside the series, and ``forecast`` their rows ahead, as in statsmodels:
#
# ======================================================  ===========================================================
# statsmodels                                             here
# ======================================================  ===========================================================
# ``SARIMAX(y, exog=X, seasonal_order=(.., 7)).fit()``    ``Forecaster(period=7, horizon=14).fit(y, exogenous=X)``
# ``results.forecast(14, exog=X_ahead)``                  ``forecaster.forecast(14, exogenous=X_ahead)``
# ``results.apply(y_new, exog=X_new).forecast(...)``      ``forecaster.forecast(..., y_new, context_exogenous=X_new)``
# ======================================================  ===========================================================
#
# The index of the forecast goes on from that of the series, and rows ahead with other labels are refused.


def forecast_last_year(forecaster, y, known=None):
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
    forecasts = {
        "seasonal naive": last_week[N_TRAIN:],
        "no reservoir, demand alone": forecast_last_year(Forecaster(linear, **direct), y),
        "reservoir, demand alone": forecast_last_year(Forecaster(reservoir, **direct), y),
        "no reservoir, known columns": forecast_last_year(Forecaster(linear, **direct), y, known),
        "reservoir, known columns": forecast_last_year(Forecaster(reservoir, **direct), y, known),
    }
    rmse = {name: np.sqrt(np.mean((forecast - y) ** 2)) for name, forecast in forecasts.items()}
    for name, error in rmse.items():
        errors.setdefault(name, []).append(error / rmse["seasonal naive"])

# %%
# Result
# ------
# Errors are divided by that of the seasonal naive forecast, which repeats the last week: 1 is no better. "No reservoir"
# is a linear model of the last seven days, with the same columns.
print(f"{AHEAD} days ahead, RMSE over that of the seasonal naive forecast, {len(SEEDS)} seeds (mean +- sd)")
for name, ratios in errors.items():
    print(f"{name:28s} {np.mean(ratios):.2f} +- {np.std(ratios):.2f}")

# %%
# Eight weeks of the last seed, from above: what is known in advance, the forecasts, and the errors over the whole year.
shown = slice("2024-01-08", "2024-03-03")
figure, (above, axis, below) = plt.subplots(3, figsize=(8, 7.4), height_ratios=(1, 2, 1.9), layout="constrained")
above.plot(known["heating"][shown], color="0.4", label="degrees below 16 °C")
holidays = known["heating"][shown][known["holiday"][shown] == 1]
above.plot(holidays, "s", color="black", label="holiday")
above.set(ylabel="cold (°C)", ylim=(0, None))
above.set_title("Known in advance", loc="left", fontsize="medium")
axis.plot(y[shown], color="black", label="demand")
for name, style, color in [("demand alone", ":", "tab:orange"), ("known columns", "--", "tab:blue")]:
    axis.plot(forecasts[f"reservoir, {name}"][shown], style, color=color, label=f"reservoir, {name}")
axis.set(xlabel="day of 2024, ticks on Mondays", ylabel="demand, % of base load")
for panel in (above, axis):
    panel.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, borderaxespad=0.1)
    panel.set_xlim(y[shown].index[0], y[shown].index[-1])
    panel.xaxis.set_major_locator(mdates.WeekdayLocator(mdates.MO))
    panel.xaxis.set_major_formatter(mdates.DateFormatter("%d %b"))
above.tick_params(labelbottom=False)
for place, ratios in enumerate(errors.values()):
    below.plot(ratios, np.full(len(ratios), place), "o", color="tab:blue", markersize=5, alpha=0.5)
    below.plot(np.mean(ratios), place, "|", color="black", markersize=14, markeredgewidth=2)
below.set_yticks(range(len(errors)), [name.replace(", ", ",\n") for name in errors])
below.set(xlabel="error / error of the seasonal naive forecast", xlim=(0, 1.1), ylim=(4.6, -0.6))
below.set_title(f"Errors of {len(SEEDS)} seeds (dots) and their mean (bar)", loc="left", fontsize="medium")
figure.align_ylabels([above, axis])
figure.savefig("exogenous.png", dpi=120)
print("figure saved to exogenous.png")

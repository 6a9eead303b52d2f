"""A year ahead with its interval, and what was observed."""

import matplotlib.pyplot as plt
import numpy as np

from reservoir import Forecaster

months = np.arange(240)
noise = np.random.default_rng(0).normal(0, 5, 240)
sales = 100 + months + 20 * np.cos(2 * np.pi * months / 12) + noise
forecaster = Forecaster(period=12, horizon=12).fit(sales[:228])
ahead, lower, upper = forecaster.forecast(12, interval=0.9)

figure, axis = plt.subplots(figsize=(8, 3.4), layout="constrained")
axis.plot(
    months[180:228],
    sales[180:228],
    color="black",
    linewidth=1.2,
    label="known (the last four of nineteen years)",
)
axis.fill_between(
    months[228:],
    lower[:, 0],
    upper[:, 0],
    color="tab:blue",
    alpha=0.25,
    linewidth=0,
    label="interval of 90 %",
)
axis.plot(months[228:], ahead, color="tab:blue", label="forecast")
axis.plot(
    months[228:], sales[228:], "o", color="tab:orange", markersize=5, label="observed"
)
axis.axvline(227.5, color="grey", linewidth=0.8, linestyle=":")
axis.set(xlabel="month", ylabel="sales")
figure.legend(loc="outside upper center", ncols=4, frameon=False)

"""What forecasts are compared with: the seasonal naive forecast, ETS and SARIMAX of statsmodels, and reservoirpy.

A method is a function ``(histories, horizon, period, levels)``. `histories` are the beginnings of one series up to each
origin, the shortest first. Whatever is chosen or estimated comes from the first of them alone; the others only bring
the state of the method up to their last row. It returns `Forecasts` from the end of every history.
"""

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from reservoirpy import ESN
from reservoirpy.nodes import Reservoir, Ridge
from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

LONGEST_PERIOD = 24  # Models of longer seasons have too many states to be estimated in minutes.
TRENDS = [(None, False), ("add", False), ("add", True)]
# Orders of ARIMA models and of their seasons: the last two for series that have one.
ORDERS = [((9, 0, 0), (0, 0, 0)), ((1, 1, 1), (0, 0, 0)), ((1, 0, 1), (0, 1, 1)), ((1, 1, 1), (0, 1, 1))]


class Forecasts(NamedTuple):
    """Forecasts from every origin.

    `mean` has the shape (n_origins, horizon). `bounds` holds for every level, such as 0.9, the lower and the upper ends
    of prediction intervals, of that shape each; it is empty for a method that states none.
    """

    mean: np.ndarray
    bounds: dict[float, tuple[np.ndarray, np.ndarray]]


def spaced_histories(values, horizon, share=0.7, most=40):
    """Return the histories up to at most so many origins, evenly spaced from that share of the rows to the last."""
    origins = np.linspace(int(share * len(values)), len(values) - horizon, most).astype(int)
    return [values[:origin] for origin in np.unique(origins)]


def truths_of(values, histories, horizon):
    """Return what follows each history."""
    return np.array([values[len(history) :][:horizon] for history in histories])


def root_mean_square(errors):
    return float(np.sqrt(np.mean(np.square(errors))))


def seasonal_naive(histories, horizon, period, levels=()):
    """Repeat the last season."""
    return Forecasts(np.array([np.resize(history[-period:], horizon) for history in histories]), {})


def ets(histories, horizon, period, levels=()):
    """Forecast by additive exponential smoothing, with no, a linear or a damped trend: that with the least AICc."""
    seasonal = period if 1 < period <= LONGEST_PERIOD else None
    settings = [
        {"trend": trend, "damped_trend": damped, "seasonal": seasonal and "add", "seasonal_periods": seasonal}
        for trend, damped in TRENDS
    ]
    fits = [(one, quietly(ETSModel(histories[0], **one).fit, disp=False)) for one in settings]
    setting, best = min(fits, key=lambda fit: fit[1].aicc)

    def predict(history):
        smoothed = ETSModel(pd.Series(history), **setting).smooth(best.params)  # of arrays it states no intervals
        return smoothed.get_prediction(len(history), len(history) + horizon - 1)

    predictions = [predict(history) for history in histories]
    ends = {level: [one.pred_int(1 - level) for one in predictions] for level in levels}
    return collect([one.predicted_mean for one in predictions], ends)


def sarimax(histories, horizon, period, levels=()):
    """Forecast by a seasonal ARIMA model: of four, that with the least error in the last quarter of the first history.

    Likelihoods of models that are differenced differently cannot be compared, so a criterion of information would not
    do.
    """
    season = period if 1 < period <= LONGEST_PERIOD else 0
    orders = [(order, (*seasonal, season)) for order, seasonal in ORDERS if season or not any(seasonal)]
    inner = spaced_histories(histories[0], horizon, share=0.75, most=20)
    truth = truths_of(histories[0], inner, horizon)

    def error_of(order):
        return root_mean_square(np.array([one.predicted_mean for one in arima(inner, horizon, *order)]) - truth)

    predictions = arima(histories, horizon, *min(orders, key=error_of))
    ends = {level: [one.conf_int(alpha=1 - level) for one in predictions] for level in levels}
    return collect([one.predicted_mean for one in predictions], ends)


def arima(histories, horizon, order, seasonal_order):
    """Return the forecasts of one model, which is filtered on from origin to origin with the same parameters."""
    known = len(histories[0])
    results = quietly(SARIMAX(histories[0], order=order, seasonal_order=seasonal_order).fit, disp=False)
    forecasts = []
    for history in histories:
        if len(history) > known:
            results, known = results.extend(history[known:]), len(history)
        forecasts.append(results.get_forecast(horizon))
    return forecasts


def reservoirpy(histories, horizon, period, levels=()):
    """Forecast by reservoirpy's echo state network in a closed loop, as its README sets it, on standardised data."""
    first = histories[0]
    mean, deviation = first.mean(), first.std()
    rows = [((history - mean) / deviation)[:, None] for history in histories]
    network = ESN(reservoir=Reservoir(100, lr=0.3, sr=1.1, seed=1), readout=Ridge(ridge=1e-6))
    network.fit(rows[0][:-1], rows[0][1:], warmup=min(100, len(first) // 4))
    forecasts = []
    for series in rows:
        network.reset()
        ahead = [network.run(series)[-1]]
        while len(ahead) < horizon:
            ahead.append(network.step(ahead[-1]))
        forecasts.append(np.ravel(ahead))
    return Forecasts(mean + deviation * np.array(forecasts), {})


def collect(means, ends):
    """Return `Forecasts` of one forecast per origin, and for each level one array (horizon, 2) per origin."""
    bounds = {level: (np.array(one)[..., 0], np.array(one)[..., 1]) for level, one in ends.items()}
    return Forecasts(np.array(means), bounds)


def quietly(function, **options):
    """Call a fit of statsmodels without its warnings of starting values and of convergence."""
    with warnings.catch_warnings():
        for category in (EstimationWarning, ConvergenceWarning, UserWarning, RuntimeWarning):
            warnings.simplefilter("ignore", category)
        return function(**options)

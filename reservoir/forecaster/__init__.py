"""From a series to its continuation."""

from reservoir.forecaster.backtest_result import BacktestResult
from reservoir.forecaster.forecaster import Forecaster
from reservoir.forecaster.intervals import IntervalForecast

__all__ = ["BacktestResult", "Forecaster", "IntervalForecast"]

"""From a series to its continuation."""

from reservoir.forecaster.backtest_result import BacktestResult
from reservoir.forecaster.conformal import IntervalForecast
from reservoir.forecaster.forecaster import Forecaster

__all__ = ["BacktestResult", "Forecaster", "IntervalForecast"]

"""From a series to its continuation."""

from reservoir.forecaster.forecaster import Forecaster

__all__ = ["Forecaster"]

"""From a field of space to its continuation."""

from reservoir.local_forecaster.local_forecaster import LocalForecaster

__all__ = ["LocalForecaster"]

"""Many forecasters that differ in what is random, and their mean."""

from reservoir.ensemble.ensemble_forecaster import EnsembleForecaster

__all__ = ["EnsembleForecaster"]

"""Errors and scores of a predicted series, in units that can be compared across series and papers."""

from reservoir.metrics.probabilistic import crps, interval_coverage, interval_score
from reservoir.metrics.scaled_error import mase
from reservoir.metrics.squared_error import nmse, nrmse, nrmse_horizon
from reservoir.metrics.valid_time import valid_prediction_time

__all__ = [
    "crps",
    "interval_coverage",
    "interval_score",
    "mase",
    "nmse",
    "nrmse",
    "nrmse_horizon",
    "valid_prediction_time",
]

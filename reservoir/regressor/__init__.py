"""A target for every step: a reservoir and a readout, taught in chunks, so that the states are never held."""

from reservoir.regressor.regressor import ReservoirRegressor

__all__ = ["ReservoirRegressor"]

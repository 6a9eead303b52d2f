"""A target for every step: a reservoir and a readout, fitted in chunks, so that the states are never all held."""

from reservoir.regressor.regressor import ReservoirRegressor

__all__ = ["ReservoirRegressor"]

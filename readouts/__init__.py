"""Linear readouts: states in, targets out."""

from readouts.ridge import RidgeReadout

__all__ = ["RidgeReadout"]

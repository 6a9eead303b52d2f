"""Whether different inputs leave different states, and in how many directions."""

from reservoir.diagnostics.separation.dimension import effective_dimension
from reservoir.diagnostics.separation.distance import Separation, separation
from reservoir.diagnostics.separation.rank import generalization_rank, kernel_rank

__all__ = ["Separation", "effective_dimension", "generalization_rank", "kernel_rank", "separation"]

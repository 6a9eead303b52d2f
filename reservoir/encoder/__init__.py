"""From a series to one row of features."""

from reservoir.encoder.encoder import SequenceEncoder

__all__ = ["SequenceEncoder"]

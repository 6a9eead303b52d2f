"""Which values count as numbers; both packages ask here."""

import numbers

import numpy as np


def is_number(value):
    """Whether ``value`` is a real number by type; NumPy counts its durations as such, Python its truth values."""
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.timedelta64))

"""Numbers of series and rows in the arguments of splitters and scorers."""

from typing import Any

import numpy as np
from sklearn.utils.validation import _num_samples

from reservoir.checks.naming import called
from reservoir.series.sequences import with_columns
from reservoir.series.tables import refuse_multiindex


def count_rows(name: str, values: Any) -> int:
    """Return the number of rows or entries; strings, dicts and sets are refused, although they have a length."""
    try:
        if isinstance(values, (str, bytes, dict, set, frozenset)):
            raise TypeError
        return _num_samples(values)
    except TypeError:
        raise TypeError(
            f"'{name}' must be an array or a list with one entry for each row, or series; got {values!r}."
        ) from None


def holds_many(X: Any) -> bool:
    """Whether X is several series, a 3-D array or a list of 2-D arrays, and not one; a table of several is refused."""
    refuse_multiindex(X, "X")
    boxed = isinstance(X, np.ndarray) and X.dtype.kind == "O" and X.ndim == 1
    if boxed or isinstance(X, (list, tuple)):
        with called("X"):
            return len(X) > 0 and np.ndim(with_columns(X)[0]) == 2
    return getattr(X, "ndim", 2) == 3

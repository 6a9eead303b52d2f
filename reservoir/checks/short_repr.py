"""The repr of records of arrays: fields by name, numbers rounded, arrays by shape and range."""

from dataclasses import fields
from typing import Any

import numpy as np
from scipy.sparse import issparse

MOST_NUMBERS = 6  # a longer array is not shown in full
LONGEST_LINE = 100


def short_repr(record: Any) -> str:
    """Return the repr of a dataclass or a named tuple; a class uses it by ``__repr__ = short_repr``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from reservoir.checks.short_repr import short_repr
    >>> @dataclass
    ... class Curve:
    ...     values: np.ndarray
    ...     mean: float
    ...     __repr__ = short_repr
    >>> Curve(np.arange(1000.0), 499.5)
    Curve(values=<(1000,) from 0 to 999>, mean=499.5)
    >>> Curve(np.array([0.25, 1 / 3]), np.nan)
    Curve(values=[0.25, 0.3333], mean=nan)
    """
    names = getattr(record, "_fields", None) or [field.name for field in fields(record)]
    parts = [f"{name}={_short(getattr(record, name))}" for name in names]
    line = f"{type(record).__name__}({', '.join(parts)})"
    if len(line) <= LONGEST_LINE:
        return line
    return "\n".join([f"{type(record).__name__}(", *(f"    {part}," for part in parts), ")"])


def _short(value):
    if issparse(value):
        return f"<{value.shape} sparse, {value.nnz} stored>"
    if isinstance(value, np.ndarray):
        return _short_array(value)
    if isinstance(value, (list, tuple)) and type(value).__repr__ is not short_repr:
        inner = [_short(one) for one in value[:MOST_NUMBERS]]
        shown = f"[{', '.join(inner)}]" if isinstance(value, list) else f"({', '.join(inner)})"
        brief = len(value) <= MOST_NUMBERS and len(shown) <= LONGEST_LINE
        return shown if brief else f"<{type(value).__name__} of {len(value)}>"
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else repr(value)


def _short_array(array):
    if array.ndim <= 1 and array.size <= MOST_NUMBERS:
        return _short(array.tolist())
    real = array[np.isfinite(array)] if array.dtype.kind in "iuf" else array[:0]
    spread = f" from {real.min():.4g} to {real.max():.4g}" if real.size else f" of {array.dtype}"
    return f"<{array.shape}{spread}>"

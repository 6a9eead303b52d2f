"""What a value holds, as something that can be compared later: to find out whether a call has changed it."""

import numpy as np
from scipy.sparse import issparse

OWN = ("reservoir", "readouts", "sklearn", "builders")


def snapshot(value):
    """Nested tuples of everything that the value holds; what is not of this library or of NumPy counts as itself."""
    if isinstance(value, np.ma.MaskedArray):
        return (type(value), *map(snapshot, (value.data, np.ma.getmaskarray(value))))
    if isinstance(value, np.ndarray):
        content = tuple(map(snapshot, value.ravel().tolist())) if value.dtype == object else value.tobytes()
        return (value.dtype.str, value.shape, content)
    if isinstance(value, dict):
        return (dict, *((snapshot(key), snapshot(part)) for key, part in value.items()))
    if isinstance(value, (list, tuple)):
        return (type(value), *map(snapshot, value))
    if isinstance(value, np.random.RandomState):
        return id(value)  # drawing from it is what it is there for
    if issparse(value):  # SciPy also keeps in it what it has found out, such as whether indices are sorted
        return (
            type(value),
            value.shape,
            *(snapshot(getattr(value, name, None)) for name in ("data", "indices", "indptr")),
        )
    if type(value).__module__.split(".")[0] in OWN:
        return (type(value), snapshot(vars(value))) if hasattr(value, "__dict__") else id(value)
    return repr(value) if isinstance(value, (int, float, complex, str, bytes, type(None))) else id(value)


def is_finite(value):
    """Whether no number in the value is NaN or infinite."""
    if issparse(value):
        return is_finite(value.data)
    if isinstance(value, np.ndarray) and value.dtype == object or isinstance(value, (list, tuple)):
        return all(map(is_finite, value))
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    if type(value).__module__.split(".")[0] in OWN[:2] and hasattr(value, "__dict__"):
        return is_finite(vars(value))
    if isinstance(value, (float, complex, np.inexact)) or isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return bool(np.isfinite(value).all())
    return True

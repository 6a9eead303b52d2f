"""Masked arrays, whose masks most functions ignore silently, so that a fit would use the values under the mask."""

from typing import Any

import numpy as np

_HOLDERS = (np.ndarray, list, tuple)


def is_masked(value: object) -> bool:
    """Whether an entry of an array is masked, or of one inside a list, a tuple or an array of objects.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.masked import is_masked
    >>> is_masked([np.zeros(2), np.ma.array([1.0, 1e20], mask=[False, True])])
    True
    >>> is_masked(np.ma.array([1.0, 2.0]))
    False
    """
    return _find("", value)[0] is not None


def refuse_masked(name: str, value: object, remedy: str = ".filled(0) if 0 is what they mean") -> None:
    """Raise ValueError if an entry of ``value`` is masked; messages call it ``name`` and advise ``remedy``."""
    found, part = _find(name, value)
    if part is np.ma.masked and part is not value:  # an entry, which cannot be filled in by itself
        raise ValueError(
            f"'{found}' must have no masked entries; got np.ma.masked. Put a value in its place, or leave out its row."
        )
    if found is not None:
        raise ValueError(
            f"'{found}' must have no masked entries; got at least one. Fill them in, such as by {found}{remedy}, or "
            "leave out their rows."
        )


def mark_missing(targets: Any) -> Any:
    """Return targets with NaN, or None among texts, in place of what is masked; themselves if nothing is.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.masked import mark_missing
    >>> mark_missing(np.ma.array([1, 2], mask=[False, True]))
    array([ 1., nan])
    >>> mark_missing(["a", np.ma.masked])
    array(['a', None], dtype=object)
    """
    if not is_masked(targets):
        return targets
    targets = _computed("", targets)[1]
    if isinstance(targets, np.ma.MaskedArray) and targets.dtype.names:  # structured arrays, which are no targets
        return targets
    if isinstance(targets, np.ma.MaskedArray) and targets.dtype.kind in "fiubc":
        return np.ma.filled(targets if targets.dtype.kind in "fc" else targets.astype(np.float64), np.nan)
    if isinstance(targets, np.ma.MaskedArray):
        objects = targets.data.astype(object)
        objects[np.ma.getmaskarray(targets)] = None
        return mark_missing(objects)
    parts = targets.ravel() if isinstance(targets, np.ndarray) else targets
    missing = None if any(isinstance(part, str) for part in parts) else np.nan
    marked = [missing if part is np.ma.masked else mark_missing(part) for part in parts]
    if not isinstance(targets, np.ndarray) and any(isinstance(part, _HOLDERS) for part in marked):
        return marked  # rows, or series, which may differ in length
    objects = np.fromiter(marked, dtype=object, count=len(marked))
    if isinstance(targets, np.ndarray):
        return objects.reshape(targets.shape)
    return objects if missing is None else objects.astype(np.float64)


def _find(name, value):
    """Return the name and the value of the first array with a masked entry in ``value``, or None and None."""
    if type(value) is np.ndarray and value.dtype.kind != "O":
        return None, None
    name, value = _computed(name, value)
    if isinstance(value, np.ma.MaskedArray) and np.ascontiguousarray(np.ma.getmask(value)).view(bool).any():
        return name, value
    if isinstance(value, np.ndarray):
        if value.dtype.kind != "O":
            return None, None
    elif not isinstance(value, (list, tuple)):
        return None, None
    parts = np.asarray(value).ravel() if isinstance(value, np.ndarray) else value
    holders = {kind for kind in set(map(type, parts)) if issubclass(kind, _HOLDERS) or hasattr(kind, "compute")}
    for number, part in enumerate(parts if holders else ()):  # quick, for many numbers have few types
        if type(part) in holders and not (type(part) is np.ndarray and part.dtype.kind != "O"):
            place = np.unravel_index(number, value.shape) if isinstance(value, np.ndarray) else (number,)
            found = _find(f"{name}[{', '.join(map(str, place))}]", part)
            if found[0] is not None:
                return found
    return None, None


def _computed(name, value):
    """Return a name and its value; a dask array of masked blocks is computed first."""
    if isinstance(getattr(value, "_meta", None), np.ma.MaskedArray):
        return f"{name}.compute()", value.compute()
    return name, value

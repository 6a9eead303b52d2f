"""Masked arrays: what reads an array drops its mask without a word, so that what lies below it would be learnt."""

import numpy as np

_HOLDERS = (np.ndarray, list, tuple)


def is_masked(value):
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
    return _find("", value) is not None


def refuse_masked(name, value, remedy=".filled(0) if 0 is what they mean"):
    """Raise ValueError if an entry of ``value``, which messages call ``name``, is masked; ``remedy`` fills them in."""
    found = _find(name, value)
    if found is not None:
        raise ValueError(
            f"'{found}' must have no masked entries; got at least one. Fill them in, such as by {found}{remedy}, or "
            "leave out their rows."
        )


def mark_missing(targets):
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
    if isinstance(targets, np.ma.MaskedArray) and targets.dtype.kind in "fiubc":
        return targets.astype(np.result_type(targets.dtype, np.float64)).filled(np.nan)
    if isinstance(targets, np.ma.MaskedArray):
        return mark_missing(np.where(np.ma.getmaskarray(targets), None, targets.data.astype(object)))
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
    """Return what to call the first array with a masked entry in ``value``, or None."""
    if isinstance(value, np.ma.MaskedArray) and np.ascontiguousarray(np.ma.getmask(value)).view(bool).any():
        return name
    if isinstance(value, np.ndarray):
        if value.dtype != object:
            return None
        value = np.asarray(value).ravel()
    elif not isinstance(value, (list, tuple)):
        return None
    if not any(issubclass(kind, _HOLDERS) for kind in set(map(type, value))):  # quick, for many numbers have few types
        return None
    inner = (_find(f"{name}[{place}]", part) for place, part in enumerate(value) if isinstance(part, _HOLDERS))
    return next((found for found in inner if found is not None), None)

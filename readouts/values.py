"""Which values count as numbers, and which labels as missing, for both packages."""

import numbers
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from readouts.masked import refuse_masked
from readouts.types import Array


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a real number by type; NumPy counts its durations as such, Python its truth values."""
    if type(value) is float:  # the usual case, decided in a tenth of the time
        return True
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.timedelta64))


def are_known(labels: Any) -> Array:
    """Return a mask that is True where a label is not missing, that is, not None, NaN, NaT or the NA of pandas.

    The labels of a list are tested one by one, because NumPy turns NaN among strings into the string "nan".
    """
    labels = labels.to_numpy() if hasattr(labels, "to_numpy") else labels
    kind = labels.dtype.kind if isinstance(labels, np.ndarray) else "O"
    if kind == "O":
        return np.array([_is_known(label) for label in labels], dtype=bool)
    if kind in "fcmM":
        return np.equal(labels, labels)
    return np.ones(labels.shape, dtype=bool)


def as_labels(labels: Any) -> Array:
    """Return labels as an array without turning numbers among strings into strings, as NumPy does with a list.

    Objects that are numbers become an array of numbers, with NaN where one is missing; other objects stay objects.

    Examples
    --------
    >>> from readouts.values import as_labels
    >>> as_labels([1, None, 2])
    array([ 1., nan,  2.])
    >>> as_labels(["a", None, 1])
    array(['a', None, 1], dtype=object)
    """
    listed = isinstance(labels, (list, tuple))
    objects = np.fromiter(labels, dtype=object, count=len(labels)) if listed else np.asarray(labels)
    if objects.dtype.kind != "O" or objects.ndim != 1:
        return objects
    known = are_known(objects)
    kinds = set(map(type, objects[known]))
    if all(issubclass(kind, (numbers.Real, np.bool_)) for kind in kinds):
        return np.array(list(objects)) if known.all() else np.where(known, objects, np.nan).astype(np.float64)
    return np.asarray(labels) if listed and known.all() and len(kinds) == 1 else objects


def check_labels(name: str, labels: ArrayLike) -> Array:
    """Return labels as an array, or raise ValueError if one is missing or only some of them are strings."""
    refuse_missing(name, labels)
    try:
        values = as_labels(labels)
    except ValueError:
        raise ValueError(f"'{name}' must hold one label for each row; got lists of unequal length.") from None
    if values.dtype.kind == "O" and values.ndim == 1:
        texts = [isinstance(label, str) for label in values]
        if any(texts) and not all(texts):
            pair = values[texts.index(True)], values[texts.index(False)]
            raise ValueError(
                f"'{name}' must hold labels of one kind, numbers or strings; got {pair[0]!r} and {pair[1]!r}. Turn all "
                "of them into strings, or number them."
            )
    return values


def refuse_missing(name: str, labels: Any) -> None:
    """Raise ValueError if one of several labels, in an array, a list or a column of a table, is missing or masked."""
    refuse_masked(name, labels)
    if isinstance(labels, (str, bytes)) or not np.iterable(labels) or len(getattr(labels, "shape", (0,))) != 1:
        return
    known = are_known(labels)
    if not known.all():
        row = int(np.flatnonzero(~known)[0])
        raise ValueError(
            f"'{name}' must hold a label for every row; got {list(labels)[row]} in row {row}, and {(~known).sum()} "
            "missing in all. Leave these rows out, or give them a label of their own."
        )


def _is_known(label):
    if isinstance(label, tuple):  # a label of several levels
        return all(map(_is_known, label))
    try:
        return label is not None and bool(label == label)
    except TypeError:  # the NA of pandas is neither equal to itself nor not
        return False
    except ValueError:  # an array, which other checks refuse
        return True

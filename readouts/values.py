"""Which values count as numbers, and which labels as missing; both packages ask here."""

import numbers

import numpy as np

from readouts.masked import refuse_masked


def is_number(value):
    """Whether ``value`` is a real number by type; NumPy counts its durations as such, Python its truth values."""
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.timedelta64))


def are_known(labels):
    """Return a mask of the labels that are there: not None, NaN, NaT or the NA of pandas.

    Of a list, whose strings NumPy would make of NaN the string "nan", each is looked at by itself.
    """
    labels = labels.to_numpy() if hasattr(labels, "to_numpy") else labels
    kind = labels.dtype.kind if isinstance(labels, np.ndarray) else "O"
    if kind == "O":
        return np.array([_is_known(label) for label in labels], dtype=bool)
    if kind in "fcmM":
        return np.equal(labels, labels)
    return np.ones(labels.shape, dtype=bool)


def refuse_missing(name, labels):
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
    if isinstance(label, tuple):  # of several levels
        return all(map(_is_known, label))
    try:
        return label is not None and bool(label == label)
    except TypeError:  # the NA of pandas is neither equal to itself nor not
        return False
    except ValueError:  # an array, which is no label
        return True

"""Targets of every step: read beside the series that they belong to, told known from missing."""

from numbers import Number

import numpy as np
from sklearn.utils import check_array, column_or_1d


def read_targets(y, sequences, *, labels):
    """Return one array per series: ``(n_steps,)`` or ``(n_steps, n_targets)``, NaN where a target is missing.

    ``labels`` asks for class labels, 1-D and of any type, instead of numbers.
    """
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None. Pass a target for every step.")
    lengths = [len(x) for x in sequences.series]
    if sequences.container == "series":
        return [_read_one(y, lengths[0], "y", labels)]
    targets = list(y.to_numpy() if hasattr(y, "to_numpy") else y)
    if len(targets) != len(lengths):
        raise ValueError(f"'y' must hold the targets of each series, {len(lengths)} here; got {len(targets)} entries.")
    targets = [_read_one(t, n, f"y[{i}]", labels) for i, (t, n) in enumerate(zip(targets, lengths, strict=True))]
    for number, target in enumerate(targets):
        if target.shape[1:] != targets[0].shape[1:]:
            raise ValueError(
                f"The targets of every series must have the same columns; y[0] has shape {targets[0].shape}, "
                f"y[{number}] has shape {target.shape}."
            )
    return targets


def known_rows(target):
    """Return a mask of the rows whose targets are all there."""
    if target.dtype == object:
        return np.array([_is_known(value) for value in target], dtype=bool)
    if target.dtype.kind != "f":
        return np.ones(len(target), dtype=bool)
    missing = np.isnan(target)
    return ~(missing if target.ndim == 1 else missing.any(axis=1))


def _is_known(value):
    try:
        return value is not None and bool(value == value)
    except TypeError:  # pandas' NA is neither equal to itself nor not
        return False


def _read_one(y, n_steps, name, labels):
    if labels:
        if isinstance(y, (str, bytes, Number, np.generic)):
            raise ValueError(
                f"'{name}' must hold a label for every step of its series; got {y!r}. For one label per series use "
                "SequenceEncoder."
            )
        y = column_or_1d(y, warn=True)
        if y.dtype.kind == "f" and np.isinf(y).any():
            raise ValueError(f"'{name}' must hold class labels, NaN where one is missing; got infinity.")
    else:
        anything = {"ensure_2d": False, "ensure_min_samples": 0, "ensure_all_finite": "allow-nan"}
        y = check_array(y, dtype=np.float64, input_name=name, **anything)
    if y.ndim not in (1, 2) or len(y) != n_steps:
        raise ValueError(
            f"'{name}' must have one row for every step of its series, shape ({n_steps},) or ({n_steps}, n_targets); "
            f"got shape {y.shape}."
        )
    return y

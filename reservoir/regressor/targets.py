"""Targets of every step: read beside the series that they belong to, and which of them are known."""

from numbers import Number

import numpy as np
from sklearn.utils import check_array, column_or_1d

from readouts.entries import numbers_expected
from readouts.masked import mark_missing
from readouts.values import are_known, as_labels
from reservoir.checks.naming import called
from reservoir.series.lazy_series import blocks, is_plain, lazily, writable
from reservoir.series.tables import refuse_grouped, refuse_multiindex


@called("y")
def read_targets(y, sequences, *, labels):
    """Return one array per series: ``(n_steps,)`` or ``(n_steps, n_targets)``, NaN where a target is missing.

    It is C-contiguous, for what a readout makes of the same numbers could depend on how they lie in memory; or a
    `LazySeries`, whose slices are. ``labels`` asks for class labels, 1-D and of any type, instead of numbers.
    """
    if y is None:
        raise ValueError(
            "'y' must hold a target for every step; this estimator requires y to be passed, but the target y is None."
        )
    refuse_grouped(y, "y")
    refuse_multiindex(y, "y")
    lengths = [len(x) for x in sequences.series]
    if sequences.container == "series":
        return [_read_one(y, sequences.series[0], "y", labels)]
    if isinstance(y, (str, bytes)) or not hasattr(y, "__iter__") or getattr(y, "ndim", 1) == 0:
        raise ValueError(f"'y' must hold the targets of each series, {len(lengths)} here; got {y!r}.")
    targets = list(y.to_numpy() if hasattr(y, "to_numpy") else y)
    if len(targets) != len(lengths):
        raise ValueError(f"'y' must hold the targets of each series, {len(lengths)} here; got {len(targets)} entries.")
    pairs = zip(targets, sequences.series, strict=True)
    targets = [_read_one(target, x, f"y[{number}]", labels) for number, (target, x) in enumerate(pairs)]
    for number, target in enumerate(targets):
        if target.shape[1:] != targets[0].shape[1:]:
            raise ValueError(
                f"The targets of every series must have the same columns; y[0] has shape {targets[0].shape}, "
                f"y[{number}] has shape {target.shape}."
            )
    return targets


def known_rows(target):
    """Return a mask of the rows whose targets are all there."""
    known = are_known(target)
    return known if known.ndim == 1 else known.all(axis=1)


def all_known(target):
    """Whether all rows have all their targets."""
    return all(known_rows(block).all() for block in blocks(target))


def _read_one(y, x, name, labels):
    y = mark_missing(y)
    if labels:
        if isinstance(y, (str, bytes, Number, np.generic)):
            raise ValueError(
                f"'{name}' must hold a label for every step of its series; got {y!r}. For one label per series use "
                "SequenceEncoder."
            )
        y = np.ascontiguousarray(column_or_1d(as_labels(y), warn=True))
        if y.dtype.kind == "f" and np.isinf(y).any():
            raise ValueError(f"'{name}' must hold class labels, NaN where one is missing; got infinity.")
    else:
        y = _read_numbers(y, name)
    if y.ndim not in (1, 2) or len(y) != len(x):
        turn = " The series looks transposed, with a column for each of them: pass series.T."
        raise ValueError(
            f"'{name}' must have one row for every step of its series, shape ({len(x)},) or ({len(x)}, n_targets); "
            f"got shape {y.shape}.{turn if y.shape[:1] == x.shape[1:] else ''}"
        )
    return y


def _read_numbers(y, name):
    """Return real numbers, finite but for NaN, as they are if they are C-contiguous, or else a `LazySeries`."""
    anything = {"ensure_2d": False, "ensure_min_samples": 0, "ensure_all_finite": "allow-nan"}
    if not (is_plain(y) and y.ndim in (1, 2)):
        with numbers_expected(name, y):
            try:
                return writable(check_array(y, dtype=np.float64, order="C", input_name=name, **anything))
            except (TypeError, ValueError):  # NumPy makes NaN of None, but not of the NA of pandas
                return writable(check_array(_mark_absent(y), dtype=np.float64, order="C", input_name=name, **anything))
    for block in blocks(y):
        if np.isinf(block.astype(np.float64, copy=False)).any():
            check_array(block, dtype=np.float64, input_name=name, **anything)
    return y if y.dtype == np.float64 and type(y) is np.ndarray and y.flags.carray else lazily(y, np.dtype(np.float64))


def _mark_absent(y):
    """Return targets that are objects with NaN in place of what is missing in other ways."""
    objects = y.to_numpy() if hasattr(y, "to_numpy") else np.array(y, dtype=object)
    if objects.dtype.kind != "O":
        return y
    return np.where(are_known(objects.ravel()).reshape(objects.shape), objects, np.nan)

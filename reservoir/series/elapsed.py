"""Irregular sampling: one column of X holds the time since the previous sample and is not fed as input."""

import numbers
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.missing_values import FIRST_DIFFERENCE
from reservoir.series.lazy_series import LazySeries, blocks


def find_elapsed(column: int | str | None, reservoir: Any) -> int | None:
    """Return the position of the column of elapsed times in the X that ``reservoir`` was fitted to, or None.

    Parameters
    ----------
    column : int, str or None
        Position, negative ones counted from the end; or name, for X with column names; None is no such column.
    reservoir : BaseReservoir
        Its ``n_features_in_`` and, for names, its ``feature_names_in_`` are used.

    Raises
    ------
    ValueError
        If there is no such column, or no other.
    """
    if column is None:
        return None
    n_features = reservoir.n_features_in_
    if isinstance(column, str):
        names = list(getattr(reservoir, "feature_names_in_", []))
        if column not in names:
            known = f"its columns are {names}" if names else "it has no column names; give a position"
            raise ValueError(
                f"'elapsed_column' must be a column of X, and {known}; got {column!r}. An index, or a column of dates, "
                "becomes one by reservoir.elapsed_times(X)."
            )
        index = names.index(column)
    else:
        index = _position(column, n_features)
    if n_features == 1:
        raise ValueError("'elapsed_column' must leave at least one column of X as input; X has only that one.")
    return index


def check_position(name: str, column: int | str | None) -> None:
    """Raise ValueError if a column is given by name where no names are known yet."""
    if isinstance(column, str):
        raise ValueError(
            f"'{name}' must be a position here, as the cell has no column names; got {column!r}. To use names, set it "
            f"afterwards and fit again: liquid.set_params({name}={column!r}).fit(X)."
        )


def split_elapsed(X: Array, index: int | None) -> tuple[Array, Array]:
    """Return the inputs of a checked X and the elapsed times ``(n_steps,)``, empty without such a column.

    X is (n_steps, n_features), or with a last axis of lanes, which both parts have then.
    """
    if index is None:
        return X, np.empty((0, *X.shape[2:]), X.dtype)
    return np.delete(X, index, axis=1), X[:, index].copy()


def check_elapsed(X: Array, index: int | None, first: int = 0) -> None:
    """Raise ValueError if an elapsed time is negative; row ``first`` of the series is the first of X."""
    if index is None or X[:, index].min() >= 0:
        return
    row = int(np.flatnonzero(X[:, index] < 0)[0])
    raise ValueError(
        "'elapsed_column' must hold times since the previous sample, at least 0; got "
        f"{X[row, index]} in row {first + row}. Sort the samples by time first."
    )


def check_elapsed_with_gaps(X: Array | LazySeries, index: int | None) -> None:
    """Raise ValueError if an elapsed time of a series is negative or NaN, which may be in its other columns."""
    if index is None:
        return
    elapsed = np.concatenate([block[:, [index]] for block in blocks(X)])
    missing = np.isnan(elapsed)
    if missing.any():
        mend = FIRST_DIFFERENCE if missing[0] and not missing[1:].any() else "Put the time since the row before there."
        raise ValueError(f"'elapsed_column' must be complete in 'X'; got NaN in row {int(missing.argmax())}. {mend}")
    check_elapsed(elapsed, 0)


def _position(column, n_features):
    valid = isinstance(column, numbers.Integral) and not isinstance(column, (bool, np.bool_))
    if not valid or not -n_features <= column < n_features:
        raise ValueError(
            f"'elapsed_column' must be None, a name, or a position in the {n_features} columns of X; got {column!r}."
        )
    return int(column) % n_features

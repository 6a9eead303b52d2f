"""Columns that are kept while a transformer changes the others: their selection, and their places in its output."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import as_list, is_integer


@dataclass(frozen=True)
class KeptColumns:
    """Positions of the columns that are kept, and of those that are given to the transformer, both in their order.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.series.kept_columns import KeptColumns
    >>> columns = KeptColumns(kept=[1], given=[0, 2])
    >>> columns.place(made=np.array([[-1.0, -3.0]]), kept=np.array([[2.0]]))
    array([[-1.,  2., -3.]])
    >>> columns.place(made=np.array([[-4.0]]), kept=np.array([[2.0]]))
    array([[-4.,  2.]])
    """

    kept: list[int]
    given: list[int]

    def place(self, made: Array, kept: Array) -> Array:
        """Return all columns: each in its place if as many were made as given, or else the kept ones last."""
        if not self.kept:
            return made
        columns = np.hstack([made, kept])
        if made.shape[1] != len(self.given):
            return columns
        return np.take(columns, np.argsort(self.given + self.kept), axis=1)

    def separate(self, columns: Array) -> tuple[Array, Array]:
        """Return the two arguments that ``place`` made ``columns`` of."""
        n_made = columns.shape[1] - len(self.kept)
        if not self.kept:
            return columns, columns[:, :0]
        if n_made == len(self.given):
            return np.take(columns, self.given, axis=1), np.take(columns, self.kept, axis=1)
        return columns[:, : max(n_made, 0)], columns[:, max(n_made, 0) :]


def choose_columns(name: str, value: Any, n_features: int, names: Sequence[str] | Array | None = None) -> KeptColumns:
    """Return the `KeptColumns` that ``value`` stands for: a position, a name, or a list of these; None keeps none.

    Negative positions are counted from the end; ``names`` are those of the columns, if they have some. Raises
    ValueError, calling ``value`` by ``name``, if there is no such column, or no other.
    """
    listed = [] if value is None else [value] if isinstance(value, str) or is_integer(value) else as_list(value)
    if listed is None:
        raise ValueError(f"'{name}' must be None, the name or position of a column, or a list of these; got {value!r}.")
    kept = sorted({_position(name, column, n_features, names) for column in listed})
    given = [column for column in range(n_features) if column not in kept]
    if not given:
        raise ValueError(f"'{name}' must leave at least one of the {n_features} columns of X; got {value!r}.")
    return KeptColumns(kept, given)


def _position(name, column, n_features, names):
    if isinstance(column, str):
        if names is None or column not in list(names):
            known = "X has no column names; give positions" if names is None else f"those of X are {list(names)}"
            raise ValueError(f"'{name}' must name columns of X, and {known}; got {column!r}.")
        return list(names).index(column)
    if not is_integer(column) or not -n_features <= column < n_features:
        raise ValueError(f"'{name}' must hold names or positions of the {n_features} columns of X; got {column!r}.")
    return int(column) % n_features

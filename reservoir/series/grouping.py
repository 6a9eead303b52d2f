"""Series in one long table, identified by a column or an index: split into series, and joined again."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from readouts.masked import refuse_masked
from readouts.types import Array
from readouts.values import as_labels, refuse_missing
from reservoir.checks.naming import called
from reservoir.series.tables import (
    column_of,
    is_column,
    is_frame,
    join_rows,
    library_of,
    read_table,
    refuse_several,
    take_rows,
    with_first_column,
)

if TYPE_CHECKING:
    from pandas import DataFrame, Series

# One label for each row; a tuple is a label of several levels.
Labels: TypeAlias = ArrayLike | Sequence[Hashable]


def from_multiindex(X: "DataFrame | Series") -> list[Any]:
    """Split a pandas table with a row MultiIndex, as sktime holds series (``pd-multiindex``), into its series.

    All levels but the last, one or a hierarchy of them, identify the series of a row. The last is time, in whose order
    the rows of each series must be.

    Parameters
    ----------
    X : DataFrame (n_rows, n_features) or Series (n_rows,) with a row MultiIndex
        A Series holds targets, or a single feature.

    Returns
    -------
    list of DataFrame or Series, in the order in which the series first appear
        Each keeps the names of its columns and its part of the index. `to_multiindex` is the way back, for what is made
        of them, too.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from reservoir import EchoStateReservoir, from_multiindex, to_multiindex
    >>> index = pd.MultiIndex.from_product([["p", "q"], range(30)], names=["patient", "hour"])
    >>> frame = pd.DataFrame(np.ones((60, 2)), index, columns=["pulse", "pressure"])
    >>> series = from_multiindex(frame)
    >>> len(series), series[1].shape
    (2, (30, 2))

    States come back as arrays, or with their index, from where all of them are one table again:

    >>> reservoir = EchoStateReservoir(5, random_state=0).set_output(transform="pandas")
    >>> states = to_multiindex(reservoir.fit_transform(series))
    >>> states.index.equals(frame.index)
    True

    `join_by_group` does the same for arrays, and for rows in any order:

    >>> from reservoir import join_by_group
    >>> join_by_group([x.to_numpy() for x in series], frame.index.droplevel(-1)).shape
    (60, 2)
    """
    index: Any = getattr(X, "index", None)
    if not (is_frame(X) or is_column(X)) or getattr(index, "nlevels", 1) < 2:
        raise TypeError(
            "'X' must be a pandas DataFrame or Series with a row MultiIndex, whose last level is time; "
            f"got {type(X).__name__}{' with an index of one level' if is_frame(X) or is_column(X) else ''}."
        )
    if not len(X):
        raise ValueError("'X' must have at least one row; got none.")
    for name, codes in zip(index.names, index.codes, strict=True):
        if (codes < 0).any():
            row = int(np.flatnonzero(codes < 0)[0])
            raise ValueError(f"'X' must have a full MultiIndex; got a missing value in row {row} of level {name!r}.")
    series = [take_rows(X, rows) for rows in _rows_of(index.droplevel(-1))]
    for x in series:
        refuse_several(x, "X")
        if not x.index.get_level_values(-1).is_monotonic_increasing:
            raise ValueError(
                f"'X' must hold each series in the order of the last level of its MultiIndex, {index.names[-1]!r}; the "
                f"rows of {x.index[0][:-1]} are not. Sort them, as by X.sort_index()."
            )
    return series


def split_by_group(X: ArrayLike, groups: Labels | str) -> list[Any]:
    """Collect the rows of each group, in their order, into one series per group; `join_by_group` is the way back.

    Parameters
    ----------
    X : 2-D array or data frame (n_rows, n_features), or 1-D array or Series of a single feature
    groups : 1-D array (n_rows,), the series that each row belongs to; or str
        A string is the name of the column of X that holds them, which is then left out.

    Returns
    -------
    list of 2-D arrays (n_steps, n_features), in the order in which the groups first appear
        Of data frames, with the names of their columns, or Series, where X is one.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import split_by_group
    >>> [x.ravel().tolist() for x in split_by_group([[1], [2], [3]], ["b", "a", "b"])]
    [[1, 3], [2]]

    A long table, one column of which identifies the series of a row:

    >>> import pandas as pd
    >>> table = pd.DataFrame({"id": ["p", "p", "q"], "pulse": [60.0, 62.0, 71.0], "pressure": [80.0, 82.0, 79.0]})
    >>> series = split_by_group(table, "id")
    >>> [x.shape for x in series], list(series[0].columns)
    ([(2, 2), (1, 2)], ['pulse', 'pressure'])

    Its order is that of the first rows, where a pandas ``groupby`` sorts unless it is told not to. The class of each
    series, from a column that is the same in all of its rows:

    >>> ward = pd.Series(["B", "B", "A"])
    >>> ward.groupby(table["id"], sort=False).first().tolist()
    ['B', 'A']
    """
    table, labels = _without_column(X, groups) if isinstance(groups, str) else (X, groups)
    table = read_table(table, "(n_rows, n_features)")
    return [take_rows(table, rows) for rows in _rows_of(_read_groups(labels, len(table), "row of 'X'"))]


def join_by_group(series: Sequence[ArrayLike] | Array, groups: Labels, name: str | None = None) -> Any:
    """Put the rows of series, or of their states, back in the order in which `split_by_group` found them.

    Rows that follow the series, such as forecasts, become a long table by ``groups`` of their own.

    Parameters
    ----------
    series : list of arrays, data frames or Series, or an array of as many axes or more
        One for each group, in the order in which the groups first appear, with a row for each row of the group.
    groups : 1-D array (n_rows,), as for ``split_by_group``
        For series from `from_multiindex`: ``frame.index.droplevel(-1)``.
    name : str or None, default=None
        Name of a first column that holds the groups, for data frames or Series.

    Returns
    -------
    array, data frame or Series of n_rows rows

    Examples
    --------
    >>> from reservoir import join_by_group, split_by_group
    >>> groups = ["b", "a", "b"]
    >>> join_by_group(split_by_group([[1], [2], [3]], groups), groups).tolist()
    [[1], [2], [3]]

    What follows two series of a table, two rows of each:

    >>> import polars as pl
    >>> ahead = [pl.DataFrame({"pulse": [63.0, 64.0]}), pl.DataFrame({"pulse": [72.0, 70.0]})]
    >>> join_by_group(ahead, ["p", "p", "q", "q"], name="id").columns
    ['id', 'pulse']
    """
    if isinstance(series, (str, bytes, dict)) or is_frame(series) or not hasattr(series, "__len__"):
        raise TypeError(f"'series' must be a list of arrays, one for each group; got {type(series).__name__}.")
    refuse_masked("series", series, ".astype(float).filled(np.nan) if they are missing")
    with called("series"):
        parts: list[Any] = [x if is_frame(x) or is_column(x) else np.asarray(x) for x in series]
    lengths = [len(part) if np.ndim(part) else 0 for part in parts]
    labels = _read_groups(groups, sum(lengths), "row of all 'series'")
    rows = _rows_of(labels)
    if lengths != [len(group) for group in rows]:
        raise ValueError(
            f"'series' must have one entry for each of the {len(rows)} labels of 'groups', with the "
            f"{[len(one) for one in rows]} rows of each; got {lengths} rows."
        )
    if len({(library_of(part), part.shape[1:], tuple(getattr(part, "columns", ()))) for part in parts}) > 1:
        raise ValueError("'series' must be of one kind and have the same columns; they differ in names or shapes.")
    if name is not None:
        parts = [with_first_column(part, name, labels[group]) for part, group in zip(parts, rows, strict=True)]
    return take_rows(join_rows(parts), np.argsort(np.concatenate(rows)))


def _read_groups(groups, n_rows, what):
    refuse_missing("groups", groups)
    with called("groups"):
        listed = isinstance(groups, (list, tuple)) and all(isinstance(one, tuple) for one in groups)
        # Labels of several levels are no rows of an array.
        values = np.fromiter(groups, dtype=object, count=len(groups)) if listed else as_labels(groups)
    if values.shape != (n_rows,):
        raise ValueError(f"'groups' must hold one entry per {what}, shape ({n_rows},); got shape {values.shape}.")
    return values


def _rows_of(groups):
    """Return the positions of the rows of each group, in the order in which groups first appear."""
    values = np.asarray(groups)
    if values.dtype.kind == "O":  # perhaps of several types, which have no order
        numbers = {}
        try:
            membership = [numbers.setdefault(value, len(numbers)) for value in values]
        except TypeError as error:
            raise TypeError(f"'groups' must hold labels, such as numbers or strings; got an {error}.") from None
    else:
        _, first, membership = np.unique(values, return_index=True, return_inverse=True)
        membership = np.argsort(np.argsort(first))[membership]
    order = np.argsort(membership, kind="stable")  # by group, and within it by row
    return np.split(order, np.cumsum(np.bincount(membership))[:-1]) if len(order) else []


def _without_column(X: Any, name: str) -> tuple[Any, Any]:
    """Return a data frame without one of its columns, and that column."""
    names = list(X.columns) if is_frame(X) else []
    if names.count(name) != 1:
        known = f"whose columns are {names}" if names else "which is no data frame"
        raise ValueError(f"'groups' as a string must be the name of one column of 'X', {known}; got {name!r}.")
    groups = column_of(X, names.index(name))
    return (X.drop(columns=name) if hasattr(X, "iloc") else X.drop(name)), groups

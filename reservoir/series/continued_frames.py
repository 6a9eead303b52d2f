"""Rows that follow a series, or stand beside its rows, in data frames like the one that the series came in."""

import sys
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.stack_level import stack_level
from reservoir.series.index_rule import IndexRule, index_rule
from reservoir.series.plain_index import PlainStateMixin
from reservoir.series.tables import is_column, is_frame, library_of


@dataclass(frozen=True)
class Likeness(PlainStateMixin):
    """What data frames of rows that follow a series are to look like.

    Parameters
    ----------
    library : {"pandas", "polars"}
    columns : names of the columns, as the library keeps them
    rule : IndexRule or None
        How the index goes on; None where frames have no index.
    name : str
        What messages call the series.
    """

    library: str
    columns: Any
    rule: IndexRule | None
    name: str


def likeness_of(X: Any, name: str = "X", fitted: Likeness | None = None) -> Likeness | None:
    """Return the `Likeness` of a data frame or a Series, or of the first of a list; None of arrays.

    Parameters
    ----------
    X : series of any container
    name : str, default="X"
        What messages call it.
    fitted : Likeness or None, default=None
        That of the series of ``fit``, of whose index the step is, if X has too few rows to tell it.

    Examples
    --------
    >>> import pandas as pd
    >>> from reservoir.series.continued_frames import like_input, likeness_of
    >>> sales = pd.Series([3.0, 4.0, 5.0], pd.period_range("2024-01", periods=3, freq="M"), name="sales")
    >>> like_input([[6.0], [7.0]], likeness_of(sales))
             sales
    2024-04    6.0
    2024-05    7.0
    """
    X = X[0] if _is_list(X) and len(X) else X
    library = library_of(X)
    if library is None or not (is_frame(X) or is_column(X)):
        return None
    rule = index_rule(X.index) if library == "pandas" else None
    if rule is not None and fitted is not None:
        rule = rule.with_step_of(fitted.rule)
    return Likeness(library, _columns_of(X), rule, name)


def like_input(rows: Any, likeness: Likeness | None) -> Any:
    """Return the rows that follow a series as a data frame like that of the series, or as they are if it was an array.

    An index without a regular step, which does not say how it goes on, is warned of; rows are then numbered from 0.

    Parameters
    ----------
    rows : array (n_steps, n_features), array (n_samples, n_steps, n_features), or a named tuple of arrays
    likeness : Likeness or None

    Returns
    -------
    data frame, a list of such for ``n_samples``, a named tuple as given, or array
    """
    if likeness is None:
        return rows
    parts, index = rows if isinstance(rows, tuple) else [rows], None
    if likeness.rule is not None:
        _warn_without_step(likeness)
        index = likeness.rule.following(np.shape(parts[0])[-2])
    frames = [_frames(likeness, part, index) for part in parts]
    return type(rows)(*frames) if isinstance(rows, tuple) else frames[0]


def like_last_rows(results: Any, X: Any) -> Any:
    """Return results for the last rows of a series, or of each of several, in data frames with the index of these rows.

    Parameters
    ----------
    results : array (n_rows, n_features), or a list of such for several series
    X : the series
        Where it is no data frame or Series, the result is returned as it is.

    Returns
    -------
    data frame or array, or a list of these
    """
    if isinstance(results, list):
        return [like_last_rows(rows, x) for rows, x in zip(results, X, strict=True)]
    library = library_of(X)
    if library is None or not (is_frame(X) or is_column(X)):
        return results
    index = X.index[len(X) - len(results) :] if library == "pandas" else None
    return _frame(library, results, _columns_of(X), index)


def refuse_other_index(name: str, value: Any, X: Any) -> None:
    """Raise ValueError if a table stands beside a series, and both have an index of pandas, whose labels differ.

    Parameters
    ----------
    name : str
        What the message calls the table.
    value, X : table and series, or a list of each
    """
    if _is_list(X) and _is_list(value):
        if any(map(_has_index, X)):  # else they may be the rows of one series, of other lengths than those beside them
            for part, x in zip(value, X, strict=True):
                refuse_other_index(name, part, x)
    elif _has_index(X):
        _compare(name, value, X.index, "its series")


def refuse_unless_following(name: str, value: Any, likeness: Likeness | None) -> None:
    """Raise ValueError if an index of pandas does not go on from that of a series."""
    if likeness is not None and likeness.rule is not None and likeness.rule.step is not None and _has_index(value):
        _compare(name, value, likeness.rule.following(len(value)), f"the rows that follow '{likeness.name}'")


def _is_list(X):
    return isinstance(X, (list, tuple)) or (isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1)


def _has_index(X):
    return library_of(X) == "pandas" and (is_frame(X) or is_column(X))


def _compare(name, value, index, whose):
    if not _has_index(value) or len(value) != len(index) or _are_equal(value.index, index):
        return
    if value.index.equals(sys.modules["pandas"].RangeIndex(len(value))):
        return  # rows that are numbered from 0, as new tables are, have no labels
    raise ValueError(
        f"'{name}' must have the index of {whose}, {index[0]!r} to {index[-1]!r}; got {value.index[0]!r} to "
        f"{value.index[-1]!r}. Take the rows with these labels, or if its rows are the right ones, pass "
        f"{name}.to_numpy()."
    )


def _warn_without_step(likeness):
    rule = likeness.rule
    if rule.step is None:
        warnings.warn(
            f"The index of '{likeness.name}' {rule.trouble}, so the rows that follow are numbered from 0. {rule.mend}.",
            UserWarning,
            stacklevel=stack_level(),
        )


def _frames(likeness, rows, index):
    if np.ndim(rows) == 3:
        return [_frame(likeness.library, sample, likeness.columns, index) for sample in rows]
    return _frame(likeness.library, np.asarray(rows), likeness.columns, index)


def _columns_of(X) -> Any:
    return (X.to_frame() if is_column(X) else X).columns


def _frame(library: str, rows: Array, columns: Any, index: Any) -> Any:
    module = sys.modules[library]
    if library == "pandas":
        return module.DataFrame(rows, index=index, columns=columns)
    return module.DataFrame(dict(zip(columns, np.transpose(rows), strict=True)))


def _are_equal(given, index):
    if given.nlevels != index.nlevels:
        given, index = given.get_level_values(-1), index.get_level_values(-1)
    if given.equals(index):
        return True
    if given.dtype.kind == index.dtype.kind == "f":
        return bool(np.allclose(given, index, rtol=1e-9, atol=1e-6 * np.abs(np.diff(index[:2])).max(initial=0.0)))
    return bool(np.all(given == index))  # of another unit of time, or another type of numbers

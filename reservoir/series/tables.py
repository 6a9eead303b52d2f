"""Data frames and columns of pandas and polars, recognized and split without importing either."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from readouts.entries import refuse_lazy
from readouts.masked import refuse_masked
from readouts.types import Array
from readouts.values import are_known
from reservoir.checks.naming import called

# Rows that are split into series may be features with gaps, or targets, some of them missing.
MISSING = ".astype(float).filled(np.nan) if they are missing"


def is_frame(x: Any) -> bool:
    """Whether ``x`` is a data frame."""
    return hasattr(x, "to_numpy") and hasattr(x, "columns")


def is_column(x: Any) -> bool:
    """Whether ``x`` is a Series, a single column."""
    return hasattr(x, "to_frame") and hasattr(x, "to_numpy")


def library_of(x: Any) -> str | None:
    """Return the name of the library that a data frame or a column comes from, None for anything else."""
    modules = (cls.__module__.partition(".")[0] for cls in type(x).__mro__)
    return next((module for module in modules if module in ("pandas", "polars")), None)


def names_of(x: Any) -> list[str] | None:
    """Return the names of the columns of a data frame, None if it has none or they are not strings."""
    names = list(x.columns) if is_frame(x) else []
    return names if names and all(isinstance(name, str) for name in names) else None


def column_of(frame: Any, number: int) -> Any:
    """Return a column of a data frame by its position, because names may repeat."""
    return frame.iloc[:, number] if hasattr(frame, "iloc") else frame.to_series(number)


def take_rows(x: Any, rows: slice | Array) -> Any:
    """Return some rows of a data frame, a column or an array, by a slice or an array of positions."""
    return x.iloc[rows] if hasattr(x, "iloc") else x[rows]


def join_rows(parts: Sequence[Any]) -> Any:
    """Return the concatenated rows of all parts, data frames, columns or arrays."""
    library = library_of(parts[0])
    return np.concatenate(parts) if library is None else sys.modules[library].concat(parts)


def with_first_column(x: Any, name: str, values: Array) -> Any:
    """Return a data frame, or a column as one, with a column before the others.

    Raises ValueError if it has one of this name, or is an array, whose columns have none.
    """
    library = library_of(x)
    if library is None:
        raise ValueError(f"'name' is for data frames and Series, whose columns have names; got {name!r} with arrays.")
    frame = x.to_frame() if is_column(x) else x
    if not isinstance(name, str) or name in list(frame.columns):
        raise ValueError(f"'name' must be a string other than the columns {list(frame.columns)}; got {name!r}.")
    if library == "pandas":
        frame = frame.copy(deep=False)
        frame.insert(0, name, values)
        return frame
    return frame.select(sys.modules[library].Series(name, values.tolist()), *frame.columns)


def as_single_feature(x: Any) -> Array:
    """Return a column or a 1-D array as a series of one feature, 2-D."""
    values = np.asarray(x.to_numpy()) if is_column(x) else x
    if values.dtype.kind in "mM":  # dates and durations, which NumPy would convert to integers
        raise ValueError(f"'X' must hold real numbers; got {values.dtype}. Use reservoir.elapsed_times(X).")
    return values.reshape(-1, 1)


def mark_absent(x: Any) -> Any:
    """Return objects, in a table, a column, an array or a list of these, with NaN for the NA of pandas; else ``x``."""
    if isinstance(x, (list, tuple)):
        return [mark_absent(part) for part in x] if any(map(_holds_objects, x)) else x
    if not _holds_objects(x):
        return x
    if hasattr(x, "notna"):
        return x.astype(object).where(x.notna(), np.nan)
    return np.where(are_known(x.ravel()).reshape(x.shape), x, np.nan) if x.ndim > 1 else mark_absent(list(x))


def _holds_objects(x):
    if library_of(x) == "pandas":
        return "object" in map(str, x.dtypes if is_frame(x) else [x.dtype])
    return isinstance(x, np.ndarray) and x.dtype == object


def read_table(X: Any, shape: str) -> Any:
    """Return the rows of a table, or an array of them; 1-D is a single feature. ``shape`` is for the message."""
    refuse_lazy("X", X)
    refuse_grouped(X, "X")
    if is_frame(X) or is_column(X):
        refuse_nested(X, "X")
        return X
    refuse_masked("X", X, MISSING)
    with called("X"):
        X = np.asarray(X)
    if X.ndim == 1:
        X = as_single_feature(X)
    refuse_unless_two_dimensional([X], shape)
    refuse_nested(X, "X")
    return X


def refuse_several(x: Any, name: str) -> None:
    """Raise ValueError if a table holds several series, in its rows, in its cells or in groups."""
    refuse_grouped(x, name)
    refuse_multiindex(x, name)
    refuse_nested(x, name)


def refuse_grouped(x: Any, name: str) -> None:
    """Raise ValueError if ``x`` is groups as ``group_by`` makes them, one of them with its key, or a dict of series."""
    if isinstance(x, dict) and not hasattr(x, "shape"):  # SciPy's dok_array is a dict with a shape
        raise ValueError(f"'{name}' must be a list if it holds several series; got a dict: pass list({name}.values()).")
    pair = isinstance(x, tuple) and len(x) == 2 and is_frame(x[1])
    if pair or type(x).__name__.endswith("GroupBy"):  # the groups of pandas or polars
        raise ValueError(
            f"'{name}' must be series; got {'a key and a table' if pair else type(x).__name__}. Make a list of series "
            "from the whole table and the name of the column that identifies them: reservoir.split_by_group(X, name)."
        )


def refuse_multiindex(x: Any, name: str) -> None:
    """Raise ValueError if a MultiIndex says that the rows of a table belong to several series."""
    index: Any = getattr(x, "index", None)
    if getattr(index, "nlevels", 1) < 2:
        return
    if any((codes != codes[0]).any() for codes in index.codes[:-1] if len(codes)):
        n_series = index.droplevel(-1).nunique(dropna=False)
        raise ValueError(
            f"'{name}' has the rows of {n_series} series, by a MultiIndex {list(index.names)}; a series has one row "
            f"for each step. Make a list of them by reservoir.from_multiindex({name}), or if it is a single series, "
            f"drop the levels: {name}.reset_index(drop=True)."
        )


def refuse_nested(x: Any, name: str) -> None:
    """Raise ValueError if cells of a table hold series, as those of sktime's nested frames do."""
    if is_frame(x):
        kinds = [getattr(dtype, "kind", "O") for dtype in x.dtypes]
        if not any(kind == "O" and _is_nested(column_of(x, number)) for number, kind in enumerate(kinds)):
            return
        made = f"pd.DataFrame(dict(row)) for _, row in {name}.iterrows()"
        if library_of(x) == "polars":
            made = f"pl.DataFrame(row) for row in {name}.iter_rows(named=True)"
        what, each = "data frame", f"a data frame of each row: [{made}]"
    elif is_column(x) and _is_nested(x):
        what, each = "column", f"an array of each cell: [np.column_stack([x]) for x in {name}]"
    elif isinstance(x, np.ndarray) and x.dtype == object and x.ndim == 2 and any(map(_is_series, x.flat)):
        what, each = "array", f"an array of each row: [np.column_stack(list(row)) for row in {name}]"
    else:
        return
    raise ValueError(f"'{name}' is a nested {what}: its cells hold series instead of numbers. Make {each}.")


def refuse_unless_two_dimensional(series: Iterable[Array], shape: str) -> None:
    """Raise ValueError unless all arrays are 2-D; ``shape`` is their expected shape, for the message."""
    for x in series:
        if x.ndim != 2:
            raise ValueError(f"'X' must be made of 2-D arrays {shape}; got {x.ndim}-D.")


def hint_at_text(x: Any, name: str) -> str:
    """Return advice on the columns of a data frame that hold text, "" if there are none."""
    if not is_frame(x) or not len(x):
        return ""
    cells = [column_of(x, number).to_numpy()[0] for number in range(len(x.columns))]
    found = [column for column, cell in zip(x.columns, cells, strict=True) if isinstance(cell, str)]
    if not found:
        return ""
    return (
        f"Column {found[0]!r} holds text: leave it out, or if it identifies the series of each row, make a list of "
        f"them by reservoir.split_by_group({name}, {found[0]!r})."
    )


def _is_nested(column):
    """Whether cells of a column hold series: a type of lists in polars, objects in pandas."""
    if getattr(column.dtype, "is_nested", bool)():
        return True
    return str(column.dtype).lower() == "object" and any(map(_is_series, column.to_numpy()))


def _is_series(cell):
    return isinstance(cell, (list, tuple)) or (hasattr(cell, "__array__") and getattr(cell, "shape", ()) != ())

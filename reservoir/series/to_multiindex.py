"""Series, or what follows them, joined in one pandas table with a row MultiIndex."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from readouts.values import check_labels, refuse_missing
from reservoir.checks.naming import called
from reservoir.series.tables import is_column, is_frame, library_of


def to_multiindex(
    series: Sequence[ArrayLike] | Array,
    keys: Sequence[Hashable] | ArrayLike | None = None,
    names: str | Sequence[str] | None = None,
) -> Any:
    """Join series, or what follows them, in one pandas table with a row MultiIndex; the way back of `from_multiindex`.

    Parameters
    ----------
    series : list of DataFrame, Series or 2-D arrays, or 3-D array (n_sequences, n_steps, n_features)
        Rows of arrays are numbered from 0.
    keys : sequence of labels, of tuples for several levels, pandas Index, or None, default=None
        What identifies each series. None takes the levels before the last of their MultiIndexes, which the series of
        `from_multiindex` have.
    names : str, sequence of str or None, default=None
        Names of the levels of ``keys``. None takes those that a pandas Index has.

    Returns
    -------
    DataFrame, or Series if all are, of all rows, series after series

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from reservoir import EchoStateReservoir, Forecaster, from_multiindex, to_multiindex
    >>> index = pd.MultiIndex.from_product([["p", "q"], range(60)], names=["patient", "hour"])
    >>> frame = pd.DataFrame({"pulse": np.sin(0.5 * np.arange(120))}, index)
    >>> series = from_multiindex(frame)
    >>> forecaster = Forecaster(EchoStateReservoir(20, random_state=0)).fit(series)
    >>> to_multiindex([forecaster.forecast(2, context=x) for x in series]).index.tolist()
    [('p', 60), ('p', 61), ('q', 60), ('q', 61)]

    Other series are given keys:

    >>> to_multiindex([np.zeros((1, 1)), np.ones((2, 1))], ["p", "q"], "patient").index.tolist()
    [('p', 0), ('q', 0), ('q', 1)]
    """
    import pandas as pd

    if not isinstance(series, (list, tuple, np.ndarray)) or getattr(series, "ndim", 1) == 0 or not len(series):
        raise TypeError(f"'series' must be a list of series, at least one; got {series!r}.")
    parts = [_as_table(pd, x, number) for number, x in enumerate(series)]
    if keys is None:
        if min(part.index.nlevels for part in parts) == 1:
            raise ValueError("'keys' must identify each series, as there is no MultiIndex that does; got None.")
        keys = pd.MultiIndex.from_tuples([part.index[0][:-1] for part in parts], names=parts[0].index.names[:-1])
    outer = _read_keys(pd, keys, names, len(parts))
    parts = [part.set_axis(part.index.get_level_values(-1)) for part in parts]
    table = pd.concat(parts)
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    levels = [outer.get_level_values(level)[number] for level in range(outer.nlevels)]
    return table.set_axis(pd.MultiIndex.from_arrays([*levels, table.index], names=[*outer.names, table.index.name]))


def _as_table(pd, x, number):
    if library_of(x) == "polars":
        raise TypeError(
            f"'series' must be of pandas or arrays, as polars has no index; series[{number}] is of polars. Join them "
            "by reservoir.join_by_group(series, groups, name)."
        )
    if is_frame(x) or is_column(x):
        table = x
    elif np.ndim(x) == 2:
        table = pd.DataFrame(np.asarray(x))
    else:
        raise ValueError(f"'series' must hold data frames, Series or 2-D arrays; series[{number}] is {np.ndim(x)}-D.")
    if not len(table):
        raise ValueError(f"'series' must hold at least one row each; series[{number}] has none.")
    return table


def _read_keys(pd, keys, names, n_series):
    outer = keys
    if not isinstance(keys, pd.Index):
        refuse_missing("keys", keys)
        listed = isinstance(keys, (list, tuple)) and all(isinstance(key, tuple) for key in keys)
        with called("keys"):
            labels = np.fromiter(keys, dtype=object, count=len(keys)) if listed else check_labels("keys", keys)
        if labels.shape != (n_series,):
            raise ValueError(f"'keys' must hold one label for each of the {n_series} series; got shape {labels.shape}.")
        if not all(isinstance(key, Hashable) for key in labels):
            raise TypeError("'keys' must hold labels, such as numbers or strings, or tuples of these.")
        outer = pd.Index(labels.tolist())
    _check_length("keys", f"label for each of the {n_series} series", outer, n_series)
    if any(outer.get_level_values(level).hasnans for level in range(outer.nlevels)) or not outer.is_unique:
        raise ValueError(f"'keys' must be known and differ from series to series; got {outer.tolist()}.")
    if names is None:
        return outer
    names = [names] if isinstance(names, str) else names
    _check_length("names", f"name for each of the {outer.nlevels} levels of 'keys'", names, outer.nlevels)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"'names' must be strings; got {names!r}.")
    return outer.set_names(list(names))


def _check_length(name, what, value, length):
    if not isinstance(value, (list, tuple)) and not hasattr(value, "nlevels") or len(value) != length:
        raise ValueError(f"'{name}' must hold one {what}; got {value!r}.")

"""Series whose columns seem to be steps: the warning, and the expression that transposes them."""

import warnings
from collections.abc import Sequence
from typing import Any

from reservoir.checks.stack_level import stack_level
from reservoir.series.tables import is_column, is_frame, library_of

RARE = 20  # ratio of features to steps that is rare in a series, but usual in a transposed one


def warn_if_transposed(X: Any, series: Sequence[Any], container: str) -> None:
    """Warn if the series of X, the first that an estimator is given, look transposed: with more features than steps."""
    (n_steps, n_features), several = series[0].shape, container != "series"
    # Channels first, all series would have the same number of rows, one per channel.
    alike = len(series) > 1 and {x.shape for x in series} == {(n_steps, n_features)} and n_steps < n_features
    # A single row may be the first of a stream.
    if not (alike if several else 1 < n_steps <= n_features / RARE):
        return
    which, looks = ("Every series of X has", "like channels first") if several else ("X has", "transposed")
    expression = transposed(X, container)
    again = " If X came from that function, it was steps first before: then leave the call out."
    warnings.warn(
        f"{which} more features than steps ({n_steps} steps, {n_features} features), which looks {looks}. Time must "
        f"run along rows. If it does not, pass {expression}.{again if 'from_channels_first' in expression else ''}",
        UserWarning,
        stack_level(),
    )


def hint_if_transposed(X: Any, shapes: Sequence[tuple[int, ...]], container: str, n_features: int) -> str:
    """Return what to do if the series of X, of these shapes, have ``n_features`` rows instead of columns, else ""."""
    if any(shape[1] == n_features or shape[0] != n_features for shape in shapes):
        return ""
    return f"X looks transposed, as it has {n_features} rows: pass {transposed(X, container)}."


def hint_if_channels_first(X: Any, series: Sequence[Any], container: str) -> str:
    """Return what to do if series of different widths all have the same number of rows, as channels have, else ""."""
    n_rows = {x.shape[0] for x in series}
    if len(n_rows) > 1 or len({x.shape[1] for x in series}) == 1:
        return ""
    return f" If these are channels first, as all have {n_rows.pop()} rows, pass {transposed(X, container)}."


def transposed(X: Any, container: str) -> str:
    """Return the expression that transposes X, for messages."""
    first, several = (X, False) if container == "series" else (X[0], True)
    if several and not is_frame(first) and not is_column(first):
        return "reservoir.from_channels_first(X)"
    if library_of(first) == "polars":  # polars invents names for transposed frames
        flip = "to_numpy().reshape(1, -1)" if is_column(first) else "to_numpy().T"
    else:
        flip = "to_frame().T" if is_column(first) else "T"
    return f"[x.{flip} for x in X]" if several else f"X.{flip}"

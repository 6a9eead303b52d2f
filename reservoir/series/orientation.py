"""Series whose columns seem to be steps: when to say so, and how they are turned."""

import warnings

from reservoir.checks.stack_level import stack_level
from reservoir.series.tables import is_column, is_frame, library_of

RARE = 20  # as many times more features than steps are rare in one series, but usual in one that lies on its side


def warn_if_transposed(X, series, container):
    """Warn if the series of X, of which none has been seen before, have more features than steps, and look so."""
    (n_steps, n_features), several = series[0].shape, container != "series"
    # Channels first, all series would have the same number of rows, one per channel.
    alike = len(series) > 1 and {x.shape for x in series} == {(n_steps, n_features)} and n_steps < n_features
    # A single row may be the first of a stream.
    if not (alike if several else 1 < n_steps <= n_features / RARE):
        return
    which, looks = ("Every series of X has", "like channels first") if several else ("X has", "transposed")
    turn = turned(X, container)
    again = " If X came from that function, it was steps first before: then leave the call out."
    warnings.warn(
        f"{which} more features than steps ({n_steps} steps, {n_features} features), which looks {looks}. Time must "
        f"run along rows. If it does not, pass {turn}.{again if 'from_channels_first' in turn else ''}",
        UserWarning,
        stack_level(),
    )


def hint_if_transposed(X, shapes, container, n_features):
    """Return what to do if the series of X, of these shapes, have ``n_features`` rows instead of columns, else ""."""
    if any(shape[1] == n_features or shape[0] != n_features for shape in shapes):
        return ""
    return f"X looks transposed, as it has {n_features} rows: pass {turned(X, container)}."


def turned(X, container):
    """Return the expression that turns X."""
    first, several = (X, False) if container == "series" else (X[0], True)
    if several and not is_frame(first) and not is_column(first):
        return "reservoir.from_channels_first(X)"
    if library_of(first) == "polars":  # whose transposed frames have names that nobody gave
        flip = "to_numpy().reshape(1, -1)" if is_column(first) else "to_numpy().T"
    else:
        flip = "to_frame().T" if is_column(first) else "T"
    return f"[x.{flip} for x in X]" if several else f"X.{flip}"

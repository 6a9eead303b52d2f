"""Advice about NaN and infinity in a series, which depends on their places."""

import re
from typing import Any

import numpy as np

# scikit-learn's own advice is for rows that do not depend on each other.
FILL = (
    "Fill the gaps first, as reservoir.ForwardFill().fit_transform(X) does, or, where fit, transform and predict are "
    "all that is needed, by ForwardFill() in front in a pipeline, with its elapsed_column set if X has one; those of a "
    "stream by its run. Or leave incomplete rows out, and give the times between the others to a liquid that has an "
    "'elapsed_column'."
)
# A column of differences has NaN in its first row alone.
FIRST_DIFFERENCE = (
    "It is in the first row alone, which has no difference to a row before: put 0 there, by "
    "np.diff(times, prepend=times[0]), or times.diff().fillna(0) for a column of a data frame, fill_null(0) in polars."
)
DIFFERENCES = f"{FIRST_DIFFERENCE} If it is no difference, fill it, as reservoir.ForwardFill().fit_transform(X) does."
# NaN rows at the ends alone are padding.
PADDED = (
    "It fills up short series at their ends: cut it off by reservoir.from_nan_padded(X). If these are gaps, fill them, "
    "as reservoir.ForwardFill().fit_transform(X) does."
)


def with_advice(message: str, X: Any = None, target: bool = False) -> str:
    """Return the message of an error, with advice on X, a series or several, if it is about NaN or infinity.

    ``target`` says that X holds targets, which may be missing.
    """
    message = re.sub(r"(?s)\bcontains NaN\.?(\n.*)?$", lambda _: f"contains NaN. {remedy_for_nan(X)}", message)
    too_large = r"(\bcontains infinity or a value too large for dtype\('(\w+)'\))\.?$"
    return re.sub(too_large, lambda found: f"{found[1]}. {remedy_for_infinity(X, found[2], target)}", message)


def remedy_for_nan(X: Any) -> str:
    """Return what to do about the NaN in X, a series or several."""
    advice = PADDED if _is_padded(X) else DIFFERENCES if _lacks_first_rows_only(X) else FILL
    # A Series would come back as an array, without its index.
    return advice.replace("fit_transform(X)", "fit_transform(X.to_frame())") if hasattr(X, "to_frame") else advice


def remedy_for_infinity(X: Any, dtype: str = "float64", target: bool = False) -> str:
    """Return what to do about infinity in X, a series or several, or targets, which are read as ``dtype``."""
    single = "Where numbers are too large for it, set dtype='float64'. " if dtype == "float32" else ""
    several = isinstance(X, (list, tuple)) and any(hasattr(x, "ndim") or hasattr(x, "columns") for x in X)
    mend = f"[{_without_infinity('x', X[0])} for x in X]" if several else _without_infinity("X", X)
    then = (
        "which a target may be" if target else "and fill that, as reservoir.ForwardFill() does in front in a pipeline"
    )
    return f"{single}Where infinity stands for what is missing, make it NaN, by {mend}, {then}."


def _without_infinity(name, x):
    """Return the expression for a series with NaN in place of infinity."""
    if hasattr(x, "iloc"):
        return f"{name}.replace([np.inf, -np.inf], np.nan)"
    if hasattr(x, "get_column"):
        return f"{name}.cast(pl.Float64).with_columns(pl.all().replace([np.inf, -np.inf], np.nan))"
    return f"np.where(np.isinf({name}), np.nan, {name})"


def _is_padded(X):
    """Whether all NaN fill whole rows behind the ends of series in a 3-D array."""
    if getattr(X, "ndim", 0) != 3 or X.dtype.kind != "f":
        return False
    missing = np.isnan(X)
    behind = missing.all(axis=2)
    at_ends = not behind[:, 0].any() and bool(np.all(behind[:, 1:] >= behind[:, :-1]))
    return at_ends and bool(np.all(missing == behind[:, :, None]))


def _lacks_first_rows_only(X):
    """Whether all NaN are in first rows, of one series, or of those in a list or a 3-D array."""
    if X is None:
        return False
    several = isinstance(X, (list, tuple)) or isinstance(X, np.ndarray) and X.ndim in (1, 3)
    try:
        missing = [np.isnan(np.asarray(x, dtype=np.float64)) for x in (X if several else [X])]
    except (TypeError, ValueError):
        return False
    return all(rows.ndim > 0 and len(rows) > 1 and not rows[1:].any() for rows in missing)

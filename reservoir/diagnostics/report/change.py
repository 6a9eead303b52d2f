"""One change of a setting: what advice is made of, in words and to be followed by a program."""

from dataclasses import dataclass

import numpy as np

from reservoir.checks.short_repr import short_repr
from reservoir.diagnostics.one_series import read_several_series
from reservoir.diagnostics.report.parameters import is_quantity
from reservoir.dispatch import check_fitted_reservoir


@dataclass(frozen=True, eq=False)
class Change:
    """A setting and what to change it to.

    Parameters
    ----------
    parameter : str
        As ``set_params`` takes it; or "X", the series.
    how : {"raise", "lower", "standardize"}
        "standardize" is for X: less the mean of every column, over its standard deviation.
    factor : float or None
        What the present value is multiplied by; None if there is none to multiply, or X is standardized.
    value : object
        What to set the parameter to; None for X.
    before : object, default=None
        What it is set to now.

    Examples
    --------
    >>> from reservoir.diagnostics.report.change import Change
    >>> print(Change("leak_rate", "raise", 50.0, 0.05, before=0.001))
    raise 'leak_rate' from 0.001 to 0.05
    """

    parameter: str
    how: str
    factor: float | None
    value: object = None
    before: object = None

    __repr__ = short_repr

    def __str__(self):
        if self.how == "standardize":
            return "standardize X (take the mean of each column away and divide by its standard deviation)"
        if self.parameter == "X":
            return f"multiply X by {self.factor:.2g}"
        name = f"'{self.parameter}'"
        if not is_quantity(self.value):
            return f"multiply {name} by {self.factor:.2g}"
        since = f" from {_short(self.before)}" if is_quantity(self.before) else ""
        return f"{self.how} {name}{since} to {_short(self.value)}"


def follow(changes, reservoir, X):
    """Return a copy of a reservoir with the changes made, fitted to the series, and that series.

    Parameters
    ----------
    changes : sequence of Change
    reservoir : fitted reservoir
        It is not changed.
    X : 2-D array (n_steps, n_features), 3-D array or list of 2-D arrays

    Returns
    -------
    reservoir, X
        X is the object that was given if it is not changed, else in the same container: arrays, or DataFrames if they
        were such. Of several series all rows together are standardized.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.change import Change, follow
    >>> reservoir, X = follow([Change("X", "lower", 0.1)], EchoStateReservoir(5).fit([[2.0]]), [[2.0]])
    >>> X
    array([[0.2]])
    """
    check_fitted_reservoir(reservoir)
    container = read_several_series(reservoir, X).container
    settings = {change.parameter: change.value for change in changes if change.parameter != "X"}
    for change in changes:
        if change.parameter == "X":
            tables = [_as_table(x) for x in ([X] if container == "series" else X)]
            scaled = _rescaled(tables, change, reservoir.elapsed_column_)
            X = scaled[0] if container == "series" else np.stack(scaled) if container == "array" else scaled
    return reservoir.unfitted().set_params(**settings).fit(X), X


def _as_table(x):
    """Return a series as a DataFrame if it is one, else as a 2-D array, whose single column may have been flat."""
    if hasattr(x, "iloc") and x.ndim == 2:
        return x
    values = np.asarray(x, dtype=np.float64)
    return values[:, None] if values.ndim == 1 else values


def _rescaled(tables, change, elapsed):
    rows = np.concatenate([np.asarray(x, dtype=np.float64) for x in tables])
    shift, scale = np.zeros(rows.shape[1]), np.full(rows.shape[1], 1.0)
    if change.how == "standardize":
        deviation = rows.std(axis=0)
        shift, scale = rows.mean(axis=0), 1 / np.where(deviation > 0, deviation, 1)
    else:
        scale *= change.factor
    if elapsed is not None:
        shift[elapsed], scale[elapsed] = 0, 1
    return [(x - shift) * scale for x in tables]


def _short(value):
    return f"({', '.join(map(_short, value))})" if isinstance(value, tuple) else f"{value:.3g}"

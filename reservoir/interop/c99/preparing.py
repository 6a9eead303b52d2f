"""Rows of a forecaster, prepared in C as in Python: transformed, differenced and standardised."""

import numpy as np

from reservoir.interop.c99.memory import differences_rule
from reservoir.interop.c99.scaling import Scaling, scaling_rule, scalings_of


def check_times_are_known(model):
    """Raise ValueError if a forecaster is to predict elapsed times."""
    column = model.reservoir_.elapsed_column_
    if column is not None and column < model.n_features_in_:
        raise ValueError(
            f"'model' must be given elapsed times in advance, among exogenous columns; got column {column} of X. Hand "
            "it to fit as exogenous."
        )


def transforms_of(model):
    """Return the scalings that the transformer of a forecaster does, one after the other."""
    preparation = model.preparation_
    if preparation.transformer is None:
        return []
    given = np.flatnonzero(~preparation.plain)
    return [one.beside(model.n_features_in_, given) for one in scalings_of(preparation.transformer)]


def transformed(function, model, row):
    """Return a row of the series as the transformer of a forecaster changes it."""
    for scaling in transforms_of(model):
        row = function.call("transformer", scaling_rule(scaling), [row])
    return row


def differenced(function, kind, preparation, row, n_ahead=1):
    """Return the difference of a row, and what is known of rows after it; the row itself where there are none."""
    if not preparation.n_lost:
        return row, None
    n, dtype = len(preparation.plain), function.program.dtype
    both = function.call(kind, differences_rule(preparation.differences, preparation.plain, dtype, n_ahead), [row])
    return both._replace(size=n), both._replace(start=both.start + n, size=both.size - n)


def scaling_of(preparation, n_rows=1):
    """Return the `Scaling` that standardises rows side by side."""
    scaler = preparation.scaler
    center, factor = np.tile(scaler.mean_, n_rows), np.tile(1 / scaler.scale_, n_rows)
    return Scaling(center, factor, np.zeros(len(center)))


def scaled(function, kind, preparation, rows, n_rows=1):
    """Return rows side by side, standardised if a forecaster does that."""
    if preparation.scaler is None:
        return rows
    return function.call(kind, scaling_rule(scaling_of(preparation, n_rows)), [rows])

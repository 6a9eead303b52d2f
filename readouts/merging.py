"""Joining two fitted ridge readouts into the attributes of a third."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from readouts.folds import check_continues, join
from readouts.ridge_fit import RidgeFit


def check_same_parameters(one: BaseEstimator, other: BaseEstimator) -> None:
    """Raise unless the other is an estimator of the same class and parameters.

    Examples
    --------
    >>> from readouts import RidgeReadout
    >>> from readouts.merging import check_same_parameters
    >>> check_same_parameters(RidgeReadout(1.0), RidgeReadout(2.0))
    Traceback (most recent call last):
    ...
    ValueError: 'other' must have the same parameters; got alpha=2.0 instead of 1.0.
    """
    name = type(one).__name__
    if type(other) is not type(one):
        raise TypeError(f"'other' must be a {name}; got {type(other).__name__}.")
    theirs = other.get_params(deep=False)
    for key, value in one.get_params(deep=False).items():
        if not _equal(value, theirs[key]):
            raise ValueError(f"'other' must have the same parameters; got {key}={theirs[key]!r} instead of {value!r}.")


def _equal(one, other):
    if isinstance(one, dict) or isinstance(other, dict):
        return one == other
    return np.array_equal(one, other)


def check_same_columns(one, other):
    """Raise unless two readouts were fitted to the same features."""
    if one.n_features_in_ != other.n_features_in_:
        raise ValueError(f"'other' must have {one.n_features_in_} features; got {other.n_features_in_}.")
    names, theirs = (getattr(readout, "feature_names_in_", None) for readout in (one, other))
    if (names is None) != (theirs is None) or not np.array_equal(names, theirs):
        raise ValueError(f"'other' must have the same feature names, {names}; got {theirs}.")


def merged_fit(one: BaseEstimator, other: BaseEstimator) -> dict[str, Any]:
    """Return the attributes of a RidgeReadout fitted to the rows of both."""
    check_same_parameters(one, other)
    if not hasattr(one, "ridge_fit_") or not hasattr(other, "ridge_fit_"):
        fitted = other if hasattr(other, "ridge_fit_") else one
        return {key: value for key, value in vars(fitted).items() if key not in fitted.get_params(deep=False)}
    check_same_columns(one, other)
    if one.target_shape_ != other.target_shape_:
        shapes = [(f"(n, {r.target_shape_[0]})" if r.target_shape_ else "(n,)") for r in (one, other)]
        raise ValueError(f"'other' must have targets of shape {shapes[0]}; got {shapes[1]}.")
    first, second = one.ridge_fit_, other.ridge_fit_
    check_continues(first.kind, second.kind)
    fit = RidgeFit(join(first.folds, second.folds), first.kind, first.penalty)
    kept = ("n_features_in_", "feature_names_in_", "target_shape_", "_alpha_given")
    return {name: vars(one)[name] for name in kept if name in vars(one)} | {"ridge_fit_": fit}

"""Checks of the arguments of readouts, with one message for each.

Those of reservoirs stand in `reservoir.checks`, which readouts do not import. What both need is in `entries`, `masked`
and `values`.
"""

import math
import numbers
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils.validation import check_array, column_or_1d, validate_data

from readouts.entries import numbers_expected, refuse_times
from readouts.masked import refuse_masked
from readouts.types import Array
from readouts.values import check_labels, is_number

# A pipeline can only impute X, not y.
_MISSING = "Leave such rows out"
FILL = (
    ", or fill in what is missing, as SimpleImputer() does in front in a pipeline, or reservoir.ForwardFill() for a "
    "series"
)


def in_rows(array: Array) -> Array:
    """Return an array as float64 in C order: in another layout, or strided, BLAS rounds other sums.

    An array that is pickled for a worker arrives there in C order, so results would differ between workers.
    """
    plain = array.dtype == np.float64 and array.flags.c_contiguous and array.flags.aligned
    return array if plain else np.require(array, np.float64, ["C", "A"])


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Make an error of the block name the argument that it is about, and advise on NaN and infinity."""
    try:
        yield
    except (TypeError, ValueError, OverflowError) as error:
        remedy = f"{_MISSING}{FILL if name == 'X' else ''}."
        message = re.sub(r"(?s)\bcontains NaN\.?(\n.*)?$", f"contains NaN. {remedy}", str(error))
        message = re.sub(r"(\bcontains infinity or .* dtype\('\w+'\))\.?$", rf"\1. {_MISSING}.", message)
        message = re.sub(r"(?s)(Complex data not supported)\n.*", r"\1", message)  # without the printed array
        named = re.search(rf"\b{name}\b", str(error))
        if named and message == str(error):
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(message if named else f"'{name}' cannot be used: {message}") from error


@overload
def check_rows(estimator: BaseEstimator, X: ArrayLike, y: None = None, **checks: Any) -> Array: ...


@overload
def check_rows(estimator: BaseEstimator, X: ArrayLike, y: ArrayLike, **checks: Any) -> tuple[Array, Array]: ...


def check_rows(
    estimator: BaseEstimator, X: ArrayLike, y: ArrayLike | None = None, **checks: Any
) -> Array | tuple[Array, Array]:
    """Return X, or X and y, checked by scikit-learn, with errors that name the argument."""
    if y is None and type(X) is np.ndarray and X.dtype.kind == "f":
        if checks == {"reset": False} and has_shape_of_fit(estimator, X):
            rows = in_rows(X)
            if math.isfinite(np.vdot(rows, rows)):  # scikit-learn takes many times as long for one row of a stream
                return rows
        with naming("X"):
            return in_rows(validate_data(estimator, X, dtype=np.float64, **checks))
    refuse_masked("X", X)
    if y is None:
        with naming("X"), numbers_expected("X", X):
            return in_rows(validate_data(estimator, X, dtype=np.float64, **checks))
    refuse_masked("y", y)
    if not is_classifier(estimator):
        refuse_times("y", y)  # scikit-learn would convert times to numbers
    try:
        with numbers_expected("X", X):
            return validate_data(estimator, X, y, dtype=np.float64, **checks)
    except (TypeError, ValueError, OverflowError) as error:
        with naming("X"), numbers_expected("X", X):
            check_array(X, dtype=np.float64, ensure_all_finite=checks.get("ensure_all_finite", True))
        with naming("y"), nullcontext() if is_classifier(estimator) else numbers_expected("y", y):
            raise error


def has_shape_of_fit(estimator: BaseEstimator, X: Array) -> bool:
    """Whether an array has rows of the features of a fit in which these had no names."""
    fitted = vars(estimator)
    known = X.ndim == 2 and len(X) > 0 and X.shape[1] == fitted.get("n_features_in_")
    return known and "feature_names_in_" not in fitted


def check_alpha(alpha: float | ArrayLike, n_targets: int) -> Array:
    """Return the penalty of every target as an array (n_targets,)."""
    refuse_masked("alpha", alpha)
    number = is_number(alpha)
    with naming("alpha"):
        values = np.array([float(alpha)]) if is_number(alpha) else _numbers(alpha)
    if values is None or not number and len(values) != n_targets or not np.all(np.isfinite(values) & (values >= 0)):
        raise ValueError(
            f"'alpha' must be a finite number of at least 0; got {alpha!r}. Give one number, or an array with one for "
            f"each of the {n_targets} targets; a grid to choose from is 'alphas'."
        )
    return np.full(n_targets, values[0]) if number else values


def check_is_given(estimator: BaseEstimator, y: ArrayLike | None) -> None:
    """Raise unless there are targets."""
    if y is None:
        raise ValueError(f"{type(estimator).__name__} requires y to be passed, but the target y is None.")


def check_classes(name: str, labels: ArrayLike) -> Array:
    """Return the classes among labels, sorted, at least two of them."""
    with naming(name):
        classes = np.unique(column_or_1d(check_labels(name, labels)))
    if len(classes) < 2:
        got = f"1 class, {classes.tolist()[0]!r}" if len(classes) else "no class"
        raise ValueError(f"'{name}' must hold at least 2 classes; got {got}.")
    return classes


def check_alphas(alphas: ArrayLike | None) -> Array | None:
    """Return the grid as an array, or None."""
    if alphas is None:
        return None
    refuse_masked("alphas", alphas)
    values = _numbers(alphas)
    if values is None or len(values) == 0 or not np.all(np.isfinite(values) & (values > 0)):
        raise ValueError(f"'alphas' must be None or a sequence of finite positive numbers; got {alphas!r}.")
    return values


def _numbers(values: Any) -> Array | None:
    """Return a 1-D array of floats, or None if the values are something else."""
    if isinstance(values, str | bytes) or not np.iterable(values):
        return None
    try:
        values = np.asarray(values)
    except ValueError:  # ragged
        return None
    return values.astype(float) if values.ndim == 1 and values.dtype.kind in "iuf" else None


def check_cv(cv: Any, groups: Array | None, n_samples: int, chunk: bool) -> tuple[int | None, Array | None]:
    """Return ``cv`` as an integer or None, and the groups, which a list of splits is turned into."""
    if cv is None:
        return None, groups
    if isinstance(cv, numbers.Integral) and not isinstance(cv, bool) and int(cv) >= 2:
        return int(cv), groups
    refuse_masked("cv", cv)
    try:
        splits = [[np.asarray(rows, dtype=np.intp).reshape(len(rows)) for rows in (train, test)] for train, test in cv]
    except (TypeError, ValueError):
        raise ValueError(f"'cv' must be None, an integer of at least 2 or a list of splits; got {cv!r}.") from None
    if chunk:
        raise ValueError("'cv' must be an integer, or 'groups' be given, in chunks; got a list of splits.")
    every = np.arange(n_samples)
    tests = np.concatenate([test for _, test in splits]) if splits else every[:0]
    whole = np.array_equal(np.sort(tests), every)
    if not whole or any(not np.array_equal(np.sort(np.r_[train, test]), every) for train, test in splits):
        raise ValueError(f"'cv' must leave out each of the {n_samples} rows once and train on all others; it does not.")
    folds = np.empty(n_samples, dtype=np.intp)
    folds[tests] = np.repeat(np.arange(len(splits)), [len(test) for _, test in splits])
    return None, folds if groups is None else groups


def check_choices(solver: str, alpha_per_target: bool) -> None:
    """Raise unless the remaining parameters of a ridge readout are valid."""
    if not (isinstance(solver, str) and solver in ("auto", "qr")):
        raise ValueError(f"'solver' must be 'auto' or 'qr'; got {solver!r}.")
    if not isinstance(alpha_per_target, bool | np.bool_):
        raise ValueError(f"'alpha_per_target' must be True or False; got {alpha_per_target!r}.")


def check_groups(groups: ArrayLike | None, n_samples: int) -> Array | None:
    """Return the groups as a 1-D array, or None."""
    if groups is None:
        return None
    with naming("groups"):
        values = check_labels("groups", groups)
    if values.shape != (n_samples,):
        raise ValueError(f"'groups' must hold one label for each of the {n_samples} rows; got shape {values.shape}.")
    if values.dtype.kind == "f" and not np.all(np.isfinite(values)):
        raise ValueError("'groups' must not be NaN or infinite; got such labels.")
    with naming("groups"):
        np.unique(values)  # raises if they have no order
    return values


def check_sample_weight(sample_weight: ArrayLike | None, n_samples: int, all_zero: bool = False) -> Array | None:
    """Return the weights as an array (n_samples,), or None if every row has weight 1."""
    if sample_weight is None:
        return None
    refuse_masked("sample_weight", sample_weight)
    with naming("sample_weight"), numbers_expected("sample_weight", sample_weight):
        if isinstance(sample_weight, bool) or is_number(sample_weight):
            sample_weight = np.full(n_samples, float(sample_weight))
        weight = check_array(sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight")
    if weight.shape != (n_samples,):
        raise ValueError(f"'sample_weight' must have shape ({n_samples},); got shape {weight.shape}.")
    if np.any(weight < 0) or not (all_zero or np.any(weight > 0)):
        raise ValueError("'sample_weight' must be non-negative with a positive sum; got negative or only zero weights.")
    return in_rows(weight)

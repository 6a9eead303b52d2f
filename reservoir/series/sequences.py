"""One series, equal series, ragged series: the three shapes are distinguished here and nowhere else.

====================  =========================================  ==================
you hold              you pass                                   states come back
====================  =========================================  ==================
one series            2-D ``(n_steps, n_features)``              2-D
equal series          3-D ``(n_sequences, n_steps, n_features)`` 3-D
ragged series         list (or object array) of 2-D arrays       list of 2-D arrays
====================  =========================================  ==================

Time runs along rows. A data frame stands for a 2-D array, and a Series for a single column of it. Other conventions are
brought into these shapes by the functions of `adaptors` and `grouping`.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from readouts.masked import mark_missing, refuse_masked
from readouts.types import Array, SeriesOut
from readouts.values import is_number
from reservoir.checks.naming import called
from reservoir.series.lazy_series import LazySeries, is_finite, is_plain, is_ready, read_rows, type_for, writable
from reservoir.series.orientation import hint_if_channels_first, hint_if_transposed, warn_if_transposed
from reservoir.series.tables import (
    as_single_feature,
    hint_at_text,
    is_column,
    is_frame,
    mark_absent,
    names_of,
    refuse_several,
)

MASKED = ".filled(0) if 0 is what they mean, or by reservoir.ForwardFill() if they are missing"


@dataclass(frozen=True)
class Sequences:
    """The checked series of one X, and the container of X.

    Each is 2-D: a C-contiguous array, or, if they were read lazily, a `LazySeries`, whose slices are such arrays.
    """

    series: list[Any]
    container: Literal["series", "array", "list"]

    def restore(self, results: Sequence[Array]) -> SeriesOut:
        """Return one 2-D result per series in the container of X."""
        if self.container == "series":
            return results[0]
        return np.stack(results) if self.container == "array" else list(results)


def read_sequences(
    estimator: Any,
    X: Any,
    *,
    reset: bool,
    dtype: Any,
    rows: Literal["steps", "cases"] = "steps",
    lazy: bool = False,
    missing: bool = False,
    flat: bool = False,
    name: str = "X",
) -> Sequences:
    """Check X in any of the three shapes for ``estimator``.

    ``reset=True`` (in ``fit``) records ``n_features_in_``; otherwise X has to agree with it. ``rows`` says what the
    rows of a 2-D X are: ``"steps"`` of one series, or ``"cases"``, one series of a single feature each. With
    ``"cases"`` the caller passes the series on to a reservoir, which gives the warnings. ``lazy``: the caller takes
    rows by slices only, so that maps and arrays of another type or order need not be copied. ``missing``: NaN is
    allowed, and takes the place of what is masked. ``flat``: a 1-D X is one series of a single feature. ``name`` is the
    name of X in messages.
    """
    options = _allowing(missing)
    with _hinting_at_text(X, name), called(name, X):
        X = _without_masks(X, missing)
        given, X = X, with_columns(X, rows, *((1 if flat else None,) if reset else _of_fit(estimator)))
        container = _container_of(X)
        if container == "series":
            series = [_read_one(estimator, X, reset, dtype, lazy, given, **options)]
            if rows == "cases":
                cases = np.asarray(X) if isinstance(series[0], LazySeries) else series[0]
                return Sequences(_check_stack(cases[:, :, None], dtype, lazy), "list")
        else:
            series = (_check_stack if container == "array" else _check_list)(X, dtype, lazy, **options)
            _check_features(estimator, given, series, reset, container)
            _check_names(estimator, X, reset)
    if reset and rows == "steps":
        warn_if_transposed(X, series, container)
    return Sequences(series, container)


def read_series(
    estimator: Any,
    X: Any,
    *,
    dtype: Any,
    lazy: bool = False,
    missing: bool = False,
    name: str = "X",
    many: str = "for many series use transform",
) -> Any:
    """Check one 2-D series for a fitted ``estimator``; ``many`` is the advice in the error about several."""
    named = hasattr(estimator, "feature_names_in_")
    if is_ready(X, dtype, missing) and X.shape[1] == estimator.n_features_in_ and not named:
        return X
    with _hinting_at_text(X, name), called(name, X):
        X = _without_masks(X, missing)
        given, X = X, with_columns(X, "steps", *_of_fit(estimator))
        if _container_of(X) != "series":
            raise ValueError(f"'X' must be one 2-D series (n_steps, n_features) here; {many}.")
        return _read_one(estimator, X, False, dtype, lazy, given, **_allowing(missing))


def with_columns(
    X: Any, rows: Literal["steps", "cases"] = "steps", n_features: int | None = None, named: bool = False
) -> Any:
    """Return X with every series 2-D where a 1-D one is unambiguous; refuse tables of several series.

    A column of a table is a feature. A 1-D array might be a row as well, so that it is a feature only beside others
    of other lengths, among cases, or for an estimator of a single one, which ``n_features`` says. If that was
    ``named``, a Series keeps its name, which is compared.
    """
    if is_column(X):
        refuse_several(X, "X")
        if rows == "cases":
            raise ValueError("'X' as a Series may be one case or one step of many; pass [X] for a single case.")
        return X.to_frame() if named and X.name else as_single_feature(X)
    if not _is_list(X):
        refuse_several(X, "X")
        if rows == "cases" and getattr(getattr(X, "index", None), "nlevels", 1) > 1:
            raise ValueError(
                "'X' as a table must hold one case in each row here; its MultiIndex says that they are steps. Pass "
                "reservoir.from_multiindex(X)."
            )
        if rows == "cases" and isinstance(X, np.ndarray) and X.ndim == 1:
            raise ValueError(
                f"'X' must hold sequences; got a 1-D array of {len(X)} values. Reshape your data with "
                "X.reshape(1, -1), or pass [X], if it is a single sequence of a single feature."
            )
        flat = rows == "steps" and n_features == 1 and isinstance(X, np.ndarray) and X.ndim == 1
        return as_single_feature(X) if flat else X
    for number, x in enumerate(X):
        if type(x) is not np.ndarray or x.dtype.kind == "O":
            refuse_several(x, f"X[{number}]")
    if rows == "steps" and n_features == 1 and len(X) and is_number(X[0]):
        return as_single_feature(np.asarray(X))
    if len(X) and all(map(is_column, X)) or _are_univariate(X, rows, n_features):
        return [as_single_feature(x) for x in X]
    return X


def _without_masks(X, missing):
    """Return X with NaN in place of masked entries and NA if entries may be missing; if not, refuse masked ones."""
    if missing:
        return mark_absent(mark_missing(X))
    refuse_masked("X", X, MASKED)
    return X


def _allowing(missing):
    """Return the options of scikit-learn's checks for series in which NaN is allowed, or is not."""
    return {"ensure_all_finite": "allow-nan"} if missing else {}


def _of_fit(estimator):
    """Return the number of features that an estimator was fitted to, and whether they had names."""
    return estimator.n_features_in_, hasattr(estimator, "feature_names_in_")


def _are_univariate(X, rows, n_features):
    """Whether the entries of a list are 1-D arrays that cannot be the rows of one series."""
    if not all(isinstance(x, np.ndarray) and x.ndim == 1 and x.dtype != object for x in X):
        return False
    lengths = {len(x) for x in X}
    return len(lengths) > 1 or len(X) > 0 and (rows == "cases" or n_features == 1 and lengths != {1})


def _is_list(X):
    return isinstance(X, (list, tuple)) or (isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1)


@contextmanager
def _hinting_at_text(X, name):
    try:
        yield
    except (ValueError, TypeError) as error:
        hint = hint_at_text(X, name)
        if not hint or type(error).__module__ != "builtins":
            raise
        raise type(error)(f"{str(error).rstrip('.')}. {hint}") from error


def _container_of(X):
    if _is_list(X):
        return _container_of_list(X)
    n_dimensions = getattr(X, "ndim", 2)
    if n_dimensions == 1:
        raise ValueError(
            f"'X' must be 2-D (n_steps, n_features), 3-D or a list of 2-D arrays; got a 1-D array of {len(X)} values. "
            "Reshape your data with X.reshape(-1, 1) if it is one series of a single feature, or X.reshape(1, -1) if "
            "it is a single step."
        )
    if n_dimensions > 3:
        raise ValueError(f"'X' must be 2-D, 3-D or a list of 2-D arrays; got {n_dimensions}-D.")
    return "array" if n_dimensions == 3 else "series"


def _container_of_list(X):
    if len(X) == 0:
        raise ValueError("'X' must hold at least one series; got an empty list (zero sequences).")
    for number, x in enumerate(X):
        n_dimensions = x.ndim if type(x) is np.ndarray else 1 if is_column(x) else getattr(x, "ndim", 2)
        if n_dimensions != 2:
            raise ValueError(
                f"'X' as a list must hold 2-D arrays (n_steps, n_features); X[{number}] is {n_dimensions}-D. "
                "Reshape your data with x.reshape(-1, 1) if each series has a single feature."
            )
    nested = isinstance(X[0], (list, tuple)) and len(X[0]) > 0 and isinstance(X[0][0], (list, tuple, np.ndarray))
    return "list" if nested or len(getattr(X[0], "shape", ())) == 2 else "series"


def _read_one(estimator, X, reset, dtype, lazy, given, **options):
    if not reset and len(shape := getattr(X, "shape", ())) == 2:
        hint = hint_if_transposed(given, [shape], "series", estimator.n_features_in_)
        if hint:
            _refuse_width(estimator, shape[1], hint)
    if not (is_plain(X) or isinstance(X, LazySeries)):
        return writable(validate_data(estimator, X, reset=reset, dtype=dtype, order="C", **options))
    read = read_rows(X, dtype, lazy=lazy, input_name="X", estimator=estimator, **options)
    validate_data(estimator, X, reset=reset, skip_check_array=True)  # the names and the number of its columns
    return read


def _check_stack(X, dtype, lazy, **options):
    anything = {"allow_nd": True, "ensure_min_samples": 0, "ensure_min_features": 0} | options
    plain = lazy and is_plain(X)
    X = np.asarray(X) if plain else writable(check_array(X, dtype=dtype, order="C", input_name="X", **anything))
    if 0 in X.shape:
        raise ValueError(f"'X' must have at least one sequence, one step and one feature; got shape {X.shape}.")
    ready = X.dtype == type_for(X, dtype) and X.flags.carray and is_finite(X.reshape(-1, X.shape[2]))
    # Many short series take longer to check one by one than all at once.
    return list(X) if ready or not plain else [read_rows(x, dtype, lazy=True, input_name="X", **options) for x in X]


def _check_list(X, dtype, lazy, **options):
    series, columns = [], list(getattr(X[0], "columns", []))
    for number, x in enumerate(X):
        if not columns and is_ready(x, type_for(x, dtype)):  # quick, for there may be many short ones
            series.append(x)
            continue
        name = f"X[{number}]"
        if getattr(x, "shape", (1,))[0] == 0:
            raise ValueError(f"Every series must have at least one step; {name} has 0 steps.")
        if list(getattr(x, "columns", [])) != columns:
            hint = hint_if_channels_first(X, X, "list") if all(map(is_frame, X)) else ""
            raise ValueError(
                f"Every series must have the same columns in the same order; those of {name} differ.{hint}"
            )
        series.append(read_rows(x, dtype, lazy=lazy, input_name=name, **options))
    return series


def _check_features(estimator, given, series, reset, container):
    n_features = series[0].shape[1]
    for number, x in enumerate(series):
        if x.shape[1] != n_features:
            raise ValueError(
                f"Every series must have the same number of features; X[0] has {n_features}, "
                f"X[{number}] has {x.shape[1]}.{hint_if_channels_first(given, series, container)}"
            )
    if reset:
        estimator.n_features_in_ = n_features
    elif n_features != estimator.n_features_in_:
        hint = hint_if_transposed(given, [x.shape for x in series], container, estimator.n_features_in_)
        _refuse_width(estimator, n_features, hint or "Time must run along rows.")


def _refuse_width(estimator, n_features, hint):
    raise ValueError(
        f"X has {n_features} features, but {type(estimator).__name__} is expecting {estimator.n_features_in_} features "
        f"as input. {hint}"
    )


def _check_names(estimator, X, reset):
    names = names_of(X[0])
    if reset:
        vars(estimator).pop("feature_names_in_", None)
        if names:
            estimator.feature_names_in_ = np.array(names, dtype=object)
    elif names and hasattr(estimator, "feature_names_in_") and names != list(estimator.feature_names_in_):
        raise ValueError(
            "The columns of every series of X must be those of fit, in the same order, "
            f"{list(estimator.feature_names_in_)}; got {names}."
        )

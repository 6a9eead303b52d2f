"""One series, equal series, ragged series: the three shapes are told apart here and nowhere else.

====================  =========================================  ==================
you hold              you pass                                   states come back
====================  =========================================  ==================
one series            2-D ``(n_steps, n_features)``              2-D
equal series          3-D ``(n_sequences, n_steps, n_features)`` 3-D
ragged series         list (or object array) of 2-D arrays       list of 2-D arrays
====================  =========================================  ==================

Time runs along rows. Other conventions are brought into these shapes by the ``from_...`` functions.
"""

import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from readouts.entries import numbers_expected
from readouts.masked import refuse_masked
from reservoir.lazy_series import LazySeries, is_finite, is_plain, is_ready, read_rows, type_for, writable
from reservoir.stack_level import stack_level

# What can be done about NaN in a series; scikit-learn's own advice is for rows that do not depend on each other.
FILL = (
    "Fill the gaps first, as PerSequence(SimpleImputer()) does, alone or in front in a pipeline. Or leave incomplete "
    "rows out, and give the times between the others to a liquid that has an 'elapsed_column'."
)

# NaN in the first row alone is what a column of differences has there.
DIFFERENCES = (
    "It is in the first row alone, which has no difference to a row before: put 0 there, by "
    "np.diff(times, prepend=times[0]), or times.diff().fillna(0) for a column of a data frame."
)

# NaN rows at the ends alone are padding.
PADDED = "It fills up short series at their ends: cut it off by reservoir.from_nan_padded(X)."

# Where the errors come from that say what is wrong with an array or a table, whatever their class.
_READERS = {"builtins", "numpy", "narwhals", "pandas"}
# What is cut into series may be targets, some of them missing.
_MISSING_TARGETS = ".astype(float).filled(np.nan) if they are missing targets"


@dataclass(frozen=True)
class Sequences:
    """The series of one X, checked, and the container that they came in.

    Each is 2-D: a C-contiguous array, or, if they were read lazily, a `LazySeries`, whose slices are such arrays.
    """

    series: list
    container: str  # "series", "array" or "list"

    def restore(self, results):
        """Return one 2-D result per series in the container that X came in."""
        if self.container == "series":
            return results[0]
        return np.stack(results) if self.container == "array" else list(results)


def read_sequences(estimator, X, *, reset, dtype, rows="steps", lazy=False, missing=False, name="X"):
    """Check X in any of the three shapes for ``estimator``.

    ``reset=True`` (in ``fit``) records ``n_features_in_``; otherwise X has to agree with it. ``rows`` says what the
    rows of a 2-D X are: ``"steps"`` of one series, or ``"cases"``, one series of a single feature each. With
    ``"cases"`` the caller hands the series on to a reservoir, whose own reading gives the warnings. ``lazy`` says that
    the caller takes rows by slices only, so that maps and arrays of another type or order need not be copied.
    ``missing`` says that the caller can do with NaN. ``name`` is what messages call X.
    """
    options = {"ensure_all_finite": "allow-nan"} if missing else {}
    with called(name, X):
        refuse_masked("X", X)
        container = _container_of(X)
        if container == "series":
            read = _read_one(estimator, X, reset, dtype, lazy, **options)
            if rows == "steps":
                return Sequences([read], "series")
            cases = np.asarray(X) if isinstance(read, LazySeries) else read
            return Sequences(_check_stack(cases[:, :, None], dtype, lazy), "list")
        series = (_check_stack if container == "array" else _check_list)(X, dtype, lazy, **options)
        _check_features(estimator, series, reset)
        _check_names(estimator, X, reset)
    # Channels first, all series would have the same number of rows, one per channel.
    alike = {x.shape for x in series} == {series[0].shape}
    if reset and rows == "steps" and len(series) > 1 and alike and len(series[0]) < series[0].shape[1]:
        warnings.warn(
            f"Every series of X has more features than steps (the first: {series[0].shape[0]} steps, "
            f"{series[0].shape[1]} features), which looks like channels first. Time must run along rows: "
            "see reservoir.from_channels_first.",
            UserWarning,
            stack_level(),
        )
    return Sequences(series, container)


def read_series(estimator, X, *, dtype, lazy=False, name="X"):
    """Check one 2-D series for a fitted ``estimator``."""
    if is_ready(X, dtype) and X.shape[1] == estimator.n_features_in_ and not hasattr(estimator, "feature_names_in_"):
        return X
    with called(name, X):
        refuse_masked("X", X)
        if _container_of(X) != "series":
            raise ValueError("'X' must be one 2-D series (n_steps, n_features) here; for many series use transform.")
        return _read_one(estimator, X, False, dtype, lazy)


def from_channels_first(X):
    """Turn channels-first series, as aeon and sktime hold them, into this library's shapes.

    Parameters
    ----------
    X : 3-D array (n_sequences, n_features, n_steps), or list of 2-D arrays (n_features, n_steps)

    Returns
    -------
    3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays (n_steps, n_features)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import from_channels_first
    >>> from_channels_first(np.zeros((5, 2, 30))).shape
    (5, 30, 2)
    """
    if isinstance(X, np.ndarray) and X.dtype != object and X.ndim > 0:
        refuse_masked("X", X, _MISSING_TARGETS)
        if X.ndim != 3:
            raise ValueError(f"'X' must be 3-D (n_sequences, n_features, n_steps) or a list of 2-D; got {X.ndim}-D.")
        return np.ascontiguousarray(X.transpose(0, 2, 1))
    with called("X"):
        X = list(X)
        refuse_masked("X", X, _MISSING_TARGETS)
        series = [np.asarray(x) for x in X]
    _refuse_unless_two_dimensional(series, "(n_features, n_steps)")
    return [np.ascontiguousarray(x.T) for x in series]


def from_lengths(X, lengths):
    """Cut rows laid end to end, as hmmlearn holds them, into one series per length.

    Parameters
    ----------
    X : 2-D array (sum of lengths, n_features)
    lengths : 1-D array of positive integers, the number of steps of each series

    Returns
    -------
    list of 2-D arrays (n_steps, n_features)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import from_lengths
    >>> [len(x) for x in from_lengths(np.zeros((7, 1)), [3, 4])]
    [3, 4]
    """
    refuse_masked("X", X, _MISSING_TARGETS)
    refuse_masked("lengths", lengths)
    with called("X"):
        X = np.asarray(X)
    with called("lengths"):
        lengths = np.asarray(lengths)
    _refuse_unless_two_dimensional([X], "(sum of lengths, n_features)")
    if lengths.ndim != 1 or lengths.dtype.kind not in "iu" or np.any(lengths < 1):
        raise ValueError(f"'lengths' must be a 1-D array of positive integers; got {lengths!r}.")
    if lengths.sum() != len(X):
        raise ValueError(f"'lengths' must sum to the number of rows of X, {len(X)}; got a sum of {lengths.sum()}.")
    return np.split(X, np.cumsum(lengths)[:-1])


def from_nan_padded(X):
    """Drop the NaN rows that pad short series at their end, as tslearn holds them.

    Parameters
    ----------
    X : 3-D array (n_sequences, n_steps, n_features), NaN after the end of each series

    Returns
    -------
    list of 2-D arrays (n_steps, n_features)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import from_nan_padded
    >>> [len(x) for x in from_nan_padded(np.array([[[1.0], [2.0]], [[3.0], [np.nan]]]))]
    [2, 1]
    """
    refuse_masked("X", X, remedy=".astype(float).filled(np.nan) if they are the padding")
    with called("X"):
        X = np.asarray(X)
        if X.dtype.kind == "c":
            raise ValueError("'X' must hold real numbers; got complex ones.")
        X = X.astype(float)
    if X.ndim != 3:
        raise ValueError(f"'X' must be 3-D (n_sequences, n_steps, n_features); got {X.ndim}-D.")
    series = []
    for number, x in enumerate(X):
        filled = np.flatnonzero(~np.isnan(x).all(axis=1))
        length = filled[-1] + 1 if filled.size else 0
        if length == 0 or np.isnan(x[:length]).any():
            found = "NaN inside the series" if length else "no value at all"
            raise ValueError(f"'X' must hold NaN only in the rows after a series ends; X[{number}] has {found}.")
        series.append(x[:length].copy())
    return series


def split_by_group(X, groups):
    """Gather the rows of each group, in their order, into one series per group.

    Parameters
    ----------
    X : 2-D array (n_rows, n_features)
    groups : 1-D array (n_rows,), the series that each row belongs to

    Returns
    -------
    list of 2-D arrays (n_steps, n_features), in the order in which the groups first appear

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import split_by_group
    >>> [x.ravel().tolist() for x in split_by_group([[1], [2], [3]], ["b", "a", "b"])]
    [[1, 3], [2]]
    """
    refuse_masked("X", X, _MISSING_TARGETS)
    refuse_masked("groups", groups)
    with called("X"):
        X = np.asarray(X)
    with called("groups"):
        groups = np.asarray(groups)
    _refuse_unless_two_dimensional([X], "(n_rows, n_features)")
    if groups.shape != (len(X),):
        raise ValueError(f"'groups' must hold one entry per row of X, shape ({len(X)},); got shape {groups.shape}.")
    try:
        _, first, membership = np.unique(groups, return_index=True, return_inverse=True)
    except TypeError:
        raise TypeError("'groups' must hold values of one type; got several, which cannot be told apart.") from None
    return [X[membership == group] for group in np.argsort(first)]


def _container_of(X):
    if isinstance(X, (list, tuple)) or (isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1):
        return _container_of_list(X)
    n_dimensions = getattr(X, "ndim", 2)
    if n_dimensions == 1:
        raise ValueError(
            f"'X' must be 2-D (n_steps, n_features), 3-D or a list of 2-D arrays; got a 1-D array of {len(X)} values. "
            "Reshape your data with X.reshape(-1, 1) if it is one series of a single feature."
        )
    if n_dimensions > 3:
        raise ValueError(f"'X' must be 2-D, 3-D or a list of 2-D arrays; got {n_dimensions}-D.")
    return "array" if n_dimensions == 3 else "series"


def _container_of_list(X):
    if len(X) == 0:
        raise ValueError("'X' must hold at least one series; got an empty list (zero sequences).")
    for number, x in enumerate(X):
        if getattr(x, "ndim", 2) != 2:
            raise ValueError(
                f"'X' as a list must hold 2-D arrays (n_steps, n_features); X[{number}] is {x.ndim}-D. "
                "Reshape your data with x.reshape(-1, 1) if each series has a single feature."
            )
    nested = isinstance(X[0], (list, tuple)) and len(X[0]) > 0 and isinstance(X[0][0], (list, tuple, np.ndarray))
    return "list" if nested or len(getattr(X[0], "shape", ())) == 2 else "series"


def _read_one(estimator, X, reset, dtype, lazy, **options):
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
    # Of many short series, each would take longer to look at than all at once.
    return list(X) if ready or not plain else [read_rows(x, dtype, lazy=True, input_name="X", **options) for x in X]


def _check_list(X, dtype, lazy, **options):
    series = []
    for number, x in enumerate(X):
        name = f"X[{number}]"
        if getattr(x, "shape", (1,))[0] == 0:
            raise ValueError(f"Every series must have at least one step; {name} has 0 steps.")
        if list(getattr(x, "columns", [])) != list(getattr(X[0], "columns", [])):
            raise ValueError(f"Every series must have the same columns in the same order; those of {name} differ.")
        series.append(read_rows(x, dtype, lazy=lazy, input_name=name, **options))
    return series


def _check_features(estimator, series, reset):
    n_features = series[0].shape[1]
    for number, x in enumerate(series):
        if x.shape[1] != n_features:
            raise ValueError(
                f"Every series must have the same number of features; X[0] has {n_features}, "
                f"X[{number}] has {x.shape[1]}."
            )
    if reset:
        estimator.n_features_in_ = n_features
    elif n_features != estimator.n_features_in_:
        raise ValueError(
            f"X has {n_features} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input. Time must run along rows."
        )


def _check_names(estimator, X, reset):
    names = list(getattr(X[0], "columns", []))
    named = bool(names) and all(isinstance(name, str) for name in names)
    if reset:
        vars(estimator).pop("feature_names_in_", None)
        if named:
            estimator.feature_names_in_ = np.array(names, dtype=object)
    elif named and hasattr(estimator, "feature_names_in_") and names != list(estimator.feature_names_in_):
        raise ValueError(
            "The columns of every series must be those of fit, in the same order, "
            f"{list(estimator.feature_names_in_)}; got {names}."
        )


def _refuse_unless_two_dimensional(series, shape):
    for x in series:
        if x.ndim != 2:
            raise ValueError(f"'X' must be made of 2-D arrays {shape}; got {x.ndim}-D.")


@contextmanager
def called(name, X=None):
    """Let the errors of the block call X by the name that the caller of the library knows it by.

    What NumPy and scikit-learn say without a name is said of it, and what to do about NaN, or about entries of ``X``
    that are no numbers, is what a series allows.
    """
    try:
        with numbers_expected("X", X):
            yield
    except (ValueError, TypeError, OverflowError) as error:
        said = re.sub(r"\bX\b", name, advise_on_nan(str(error), X))
        if not re.search(rf"\b{name}\b", said):
            said = f"'{name}' cannot be read as an array of numbers: {said}"
        if type(error).__module__.split(".")[0] not in _READERS or said == str(error):
            raise  # whoever has an error of their own catches it by its class
        raise (TypeError if isinstance(error, TypeError) else ValueError)(said) from None


def advise_on_nan(said, X=None):
    """Return an error's text with, where it is about NaN, what to do about that in a series, X or one in X."""
    if not re.search(r"\bcontains NaN\b", said):
        return said
    mend = PADDED if _is_padded(X) else DIFFERENCES if _lacks_first_rows_only(X) else FILL
    return re.sub(r"(?s)\bcontains NaN\.?(\n.*)?$", f"contains NaN. {mend}", said)


def _is_padded(X):
    """Whether all NaN are behind the ends of series in a 3-D array."""
    try:
        return getattr(X, "ndim", 0) == 3 and len(from_nan_padded(X)) > 0
    except (TypeError, ValueError):
        return False


def _lacks_first_rows_only(X):
    """Whether all NaN are in first rows, of one series, or of those in a list or a 3-D array."""
    if not hasattr(X, "__len__"):
        return False
    try:
        missing = [np.isnan(np.asarray(x, dtype=np.float64)) for x in ([X] if getattr(X, "ndim", 0) == 2 else X)]
    except (TypeError, ValueError):
        return False
    return all(rows.ndim == 2 and len(rows) > 1 and not rows[1:].any() for rows in missing)

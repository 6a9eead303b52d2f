"""Constructor arguments, checked once: every message names the parameter, what was expected and what was given."""

import numbers
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from scipy.sparse import issparse
from sklearn import utils

from readouts.masked import refuse_masked
from readouts.types import Array
from readouts.values import is_number

Text = TypeVar("Text", bound=str)


def as_list(value: Any) -> list[Any] | None:
    """Return the entries of a sequence or an array, None for anything else, as for a set or a dict."""
    if isinstance(value, (str, bytes, dict, set, frozenset)) or not hasattr(value, "__len__"):
        return None
    try:
        return list(value)
    except TypeError:  # an array without axes
        return None


def check_integer(name: str, value: Any, *, at_least: int = 1) -> int:
    """Return ``value`` as an int of at least ``at_least``."""
    if not is_integer(value) or value < at_least:
        raise ValueError(f"'{name}' must be an integer of at least {at_least}; got {value!r}.")
    return int(value)


def is_integer(value: Any) -> bool:
    """Whether ``value`` is a whole number by type, see ``is_number``."""
    return isinstance(value, numbers.Integral) and is_number(value)


def check_number(
    name: str,
    value: Any,
    *,
    above: float = -np.inf,
    at_least: float = -np.inf,
    at_most: float = np.inf,
    below: float = np.inf,
) -> float:
    """Return ``value`` as a finite float inside the given range."""
    try:
        number = float(value) if is_number(value) else np.nan
    except OverflowError:
        number = np.inf
    if not (np.isfinite(number) and _inside(number, above, at_least, at_most, below)):
        raise ValueError(f"'{name}' must be {_range(above, at_least, at_most, below, 'a number')}; got {value!r}.")
    return number


def check_washout(washout: int | None, n_steps: int, usual: int = 0) -> int:
    """Return the number of steps to leave out, below ``n_steps``; None is the usual number."""
    if washout is None:
        return usual
    washout = check_integer("washout", washout, at_least=0)
    if washout >= n_steps:
        raise ValueError(
            f"'washout' must be smaller than the number of steps; got {washout} with a series of {n_steps} steps."
        )
    return washout


def check_memory(name: str, value: Any, n_bytes: float) -> None:
    """Raise ValueError if ``value`` requires more bytes of memory than this machine has."""
    if n_bytes > (available := _total_memory()):
        wanted = f"{n_bytes:.2g}" if n_bytes < 1e300 else "more than 1e+300"
        raise ValueError(
            f"'{name}' must be small enough for the {available:.2g} bytes of memory here; got {value!r}, which takes "
            f"{wanted} bytes."
        )


def check_choice(name: str, value: Text, options: Iterable[str]) -> Text:
    """Return ``value``, one of ``options``."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"'{name}' must be one of {', '.join(map(repr, options))}; got {value!r}.")
    return value


def check_text(name: str, value: Any) -> str:
    """Return ``value``, a string."""
    if not isinstance(value, str):
        raise TypeError(f"'{name}' must be a string; got {value!r}.")
    return value


def check_names(name: str, value: Any, n_names: int | None = None) -> list[str]:
    """Return the strings of a sequence or an array as a list, ``n_names`` of them if that is given."""
    names = as_list(value)
    if names is None or not all(isinstance(one, str) for one in names):
        raise TypeError(f"'{name}' must be a sequence of strings; got {value!r}.")
    if len(names) != (n_names or len(names)):
        raise ValueError(f"'{name}' must hold {n_names} names; got {len(names)}: {names}.")
    return names


def check_flag(name: str, value: Any) -> bool:
    """Return ``value``, True or False, as a bool; other values that Python takes for true or false are refused."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"'{name}' must be True or False; got {value!r}.")
    return bool(value)


def check_jobs(name: str, value: Any) -> int | None:
    """Return ``value``, None or a number of workers, as joblib takes it: negative ones count back from all cores."""
    if value is None:
        return None
    if not is_integer(value) or value == 0:
        raise ValueError(f"'{name}' must be None or an integer other than 0, such as 2, or -1 for all; got {value!r}.")
    return int(value)


def check_random_state(value: Any) -> np.random.RandomState:
    """Return the RandomState that ``value`` stands for, as scikit-learn's function does, or raise an error of ours."""
    try:
        return utils.check_random_state(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"'random_state' must be None, an integer from 0 to 2**32 - 1 or a RandomState; got {value!r}."
        ) from None


def check_dtype(value: Any) -> np.dtype[Any]:
    """Return float64 or float32 as a NumPy dtype."""
    try:
        # np.dtype(None) would be float64, and np.dtype([1]) an error of its own.
        dtype = np.dtype(value) if isinstance(value, (str, type, np.dtype)) else None
    except TypeError:
        dtype = None
    if dtype is None or dtype not in (np.dtype(np.float64), np.dtype(np.float32)):
        raise ValueError(f"'dtype' must be float64 or float32; got {value!r}.")
    return dtype


def as_array(name: str, value: Any, what: str = "an array") -> Array:
    """Return ``value`` as an array, itself if it is one; ``what`` is expected, for the message."""
    refuse_masked(name, value)
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"'{name}' must be {what}; got rows of unequal length.") from None


def check_numbers(name: str, value: Any, **bounds: float) -> Array:
    """Return a float64 copy of an array of any shape, or of one number, each finite and inside ``bounds``."""
    values = _as_real_array(name, value)
    if values.ndim == 0:
        return np.array(check_number(name, value[()] if isinstance(value, np.ndarray) else value, **bounds))
    _refuse_outside(name, values, lambda place: f"at {list(map(int, place))}", **bounds)
    return values


def check_per_unit(
    name: str, value: Any, n_units: int, what: str = "unit", like: str | None = None, **bounds: float
) -> Array:
    """Return one float64 per unit from a number or an array ``(n_units,)``, each inside ``bounds``.

    ``like`` is the parameter with the same number of units, for the message.
    """
    if isinstance(value, numbers.Number) or value is None or isinstance(value, str):
        return np.full(n_units, check_number(name, value, **bounds))
    values = _as_real_array(name, value)
    if values.ndim == 0:
        return np.full(n_units, check_number(name, values[()], **bounds))
    if values.shape != (n_units,):
        agree = f", to agree with '{like}'" if like else ""
        raise ValueError(
            f"'{name}' must be one number or one per {what}, shape ({n_units},){agree}; got shape {values.shape}."
        )
    _refuse_outside(name, values, lambda place: f"for {what} {place[0]}", **bounds)
    return values


def check_array(
    name: str,
    value: Any,
    shape: Sequence[int | str],
    *,
    at_least: int = 1,
    finite: bool = True,
    like: str | None = None,
) -> Array:
    """Return a float64 copy of an array of real numbers, which may be infinite only if ``finite`` is False.

    ``shape`` holds the size of every axis, or its name where any size from ``at_least`` on is allowed; ``like`` is the
    parameter whose shape it has to match, for the message.
    """
    array = _as_real_array(name, value)
    pairs = zip(array.shape, shape, strict=False)
    fits = all(own >= at_least if isinstance(size, str) else own == size for own, size in pairs)
    if array.ndim != len(shape) or not fits:
        expected = str(shape).replace("'", "")
        agree = f", to agree with '{like}'" if like else ""
        raise ValueError(f"'{name}' must have shape {expected}{agree}; got {array.shape}.")
    if np.isnan(array).any() or (finite and not np.isfinite(array).all()):
        rule = "must be finite; got NaN or infinity" if finite else "must not hold NaN"
        raise ValueError(f"'{name}' {rule}. Replace or remove what is not a number.")
    return array


def shape_of(name: str, value: Any) -> tuple[int, ...]:
    """Return the shape of an array, dense or sparse, or of anything that can be converted to one."""
    return value.shape if issparse(value) else _as_real_array(name, value).shape


def check_matrix(name: str, value: Any, shape: Sequence[int | str]) -> Array:
    """Return a dense float64 copy of an explicit weight matrix, dense or sparse, of exactly ``shape``."""
    return check_array(name, value.toarray() if hasattr(value, "toarray") else value, shape)


def in_precision(name: str, values: Any, dtype: Any, follow_from: Sequence[str] = ()) -> Any:
    """Return finite numbers, an array or a sparse matrix, in the precision of a reservoir, where they must stay finite.

    ``follow_from`` are the parameters that they were computed from, for the message.
    """
    with np.errstate(over="ignore"):
        rounded = values.astype(dtype)
    if not np.isfinite(rounded.data if issparse(rounded) else rounded).all():
        causes = f" They follow from {', '.join(map(repr, follow_from))}." if follow_from else ""
        raise ValueError(
            f"'{name}' must be finite in {np.dtype(dtype)}; got a number too large. Use smaller ones, or float64."
            + causes
        )
    return rounded


def draw_per_unit(name: str, value: Any, n_units: int, random_state: np.random.RandomState, **bounds: Any) -> Array:
    """Like `check_per_unit`; a tuple ``(low, high)`` draws one value per unit, uniform on a logarithmic scale."""
    if not isinstance(value, tuple):
        try:
            return check_per_unit(name, value, n_units, **bounds)
        except ValueError as error:
            raise ValueError(f"{error} A range to draw from is a tuple (low, high).") from None
    if len(value) != 2:
        raise ValueError(f"'{name}' as a tuple must be (low, high); got {value!r}.")
    low, high = (check_number(name, bound, **({"above": 0.0} | bounds)) for bound in value)
    if low > high:
        raise ValueError(f"'{name}' must be a range (low, high) with low <= high; got {value!r}.")
    return np.exp(random_state.uniform(np.log(low), np.log(high), n_units))


def _total_memory():
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):  # the system does not state it; no machine of today has more
        return 2**46


def _as_real_array(name, value):
    array = as_array(name, value, "an array of real numbers")
    if array.dtype.kind not in "fiub":
        raise ValueError(f"'{name}' must hold real numbers; got dtype {array.dtype}.")
    return array.astype(np.float64)


def _refuse_outside(name: str, values: Array, where: Callable[[tuple[int, ...]], str], **bounds: float) -> None:
    """Raise ValueError at the first number of an array that is not finite and inside ``bounds``."""
    limits = {"above": -np.inf, "at_least": -np.inf, "at_most": np.inf, "below": np.inf} | bounds
    wrong = ~(np.isfinite(values) & _inside(values, **limits))
    if wrong.any():
        place = tuple(np.argwhere(wrong)[0])
        raise ValueError(f"'{name}' must be {_range(**limits, what='numbers')}; got {values[place]} {where(place)}.")


def _inside(value, above, at_least, at_most, below):
    return (value > above) & (value >= at_least) & (value <= at_most) & (value < below)


def _range(above, at_least, at_most, below, what):
    parts = [f"above {above:g}"] * (above > -np.inf) + [f"at least {at_least:g}"] * (at_least > -np.inf)
    parts += [f"below {below:g}"] * (below < np.inf) + [f"at most {at_most:g}"] * (at_most < np.inf)
    return f"{what} {' and '.join(parts)}" if parts else what.replace("number", "finite number")

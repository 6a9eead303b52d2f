"""Irregular sampling: one column of X holds the time since the previous sample and is not fed as input."""

import numbers
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.missing_values import FIRST_DIFFERENCE
from reservoir.checks.stack_level import stack_level
from reservoir.series.lazy_series import LazySeries, blocks

# A column holds the times of samples instead of those between them if enough rows never go back, and forward often
# enough, and if they are counted from about the first of them and grow evenly, grow in a jerky way, or are far from 0.
FEWEST_ROWS, FEWEST_OF_SOME, MOST_ROWS, FEWEST_STEPS = 10, 20, 1000, 10
UNEVEN, JERKY, SMOOTH, SINCE_1970, LITTLE = 2.5, 4.0, 0.01, 1e8, 0.1


def find_elapsed(column: int | str | None, reservoir: Any) -> int | None:
    """Return the position of the column of elapsed times in the X that ``reservoir`` was fitted to, or None.

    Parameters
    ----------
    column : int, str or None
        Position, negative ones counted from the end; or name, for X with column names; None is no such column.
    reservoir : BaseReservoir
        Its ``n_features_in_`` and, for names, its ``feature_names_in_`` are used.

    Raises
    ------
    ValueError
        If there is no such column, or no other.
    """
    if column is None:
        return None
    n_features = reservoir.n_features_in_
    if isinstance(column, str):
        names = list(getattr(reservoir, "feature_names_in_", []))
        if column not in names:
            known = f"its columns are {names}" if names else "it has no column names; give a position"
            raise ValueError(f"'elapsed_column' must be a column of X, and {known}; got {column!r}.")
        index = names.index(column)
    else:
        index = _position(column, n_features)
    if n_features == 1:
        raise ValueError("'elapsed_column' must leave at least one column of X as input; X has only that one.")
    return index


def check_position(name: str, column: int | str | None) -> None:
    """Raise ValueError if a column is given by name where no names are known yet."""
    if isinstance(column, str):
        raise ValueError(
            f"'{name}' must be a position here, as the cell has no column names; got {column!r}. To use names, set it "
            f"afterwards and fit again: liquid.set_params({name}={column!r}).fit(X)."
        )


def split_elapsed(X: Array, index: int | None) -> tuple[Array, Array]:
    """Return the inputs of a checked 2-D X and the elapsed times ``(n_steps,)``, empty without such a column."""
    if index is None:
        return X, np.empty(0, X.dtype)
    return np.delete(X, index, axis=1), X[:, index].copy()


def check_elapsed(X: Array, index: int | None, first: int = 0) -> None:
    """Raise ValueError if an elapsed time is negative; row ``first`` of the series is the first of X."""
    if index is None or X[:, index].min() >= 0:
        return
    row = int(np.flatnonzero(X[:, index] < 0)[0])
    raise ValueError(
        "'elapsed_column' must hold times since the previous sample, at least 0; got "
        f"{X[row, index]} in row {first + row}. Sort the samples by time first."
    )


def check_elapsed_with_gaps(X: Array | LazySeries, index: int | None) -> None:
    """Raise ValueError if an elapsed time of a series is negative or NaN, which may be in its other columns."""
    if index is None:
        return
    elapsed = np.concatenate([block[:, [index]] for block in blocks(X)])
    missing = np.isnan(elapsed)
    if missing.any():
        mend = FIRST_DIFFERENCE if missing[0] and not missing[1:].any() else "Put the time since the row before there."
        raise ValueError(f"'elapsed_column' must be complete in 'X'; got NaN in row {int(missing.argmax())}. {mend}")
    check_elapsed(elapsed, 0)


def warn_of_absolute_times(series: Sequence[Array | LazySeries], index: int | None) -> bool:
    """Warn if the longest series holds the times of its samples instead of those between them; return whether it does.

    Times between samples may grow, too. A column holds times of samples if, in the whole of its first 10 to 1000 rows
    or in at least 20 of them in a row, it never shrinks (an hour of the day may begin anew) and grows at least 10
    times, or from every row to the next, and these rows

    - begin at no more than the largest step between them, as times that are counted from the start do, and grow as much
      in the first half of the rows as in the second, up to a factor of 2.5, unlike intervals that grow by a factor or a
      power; or
    - grow from anywhere by steps that often turn from longer to shorter, as intervals that always grow rarely do, and
      as much in both halves up to a factor of 4; or
    - are whole numbers that grow by equal steps, as numbers of samples do; or
    - grow by less than a tenth in total, as years and the numbers of days do; or
    - are all larger than 1e8, as seconds since 1970 are. In single precision most of these are equal; a single step is
      therefore enough for numbers that are so large and grow so little.
    """
    rows: Any = max(series, key=len)[:MOST_ROWS] if index is not None else ()
    if len(rows) < FEWEST_ROWS:
        return False
    column = np.asarray(rows[:, index], dtype=np.float64)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(column) < 0) + 1, [len(column)]])
    longest = np.argmax(np.diff(starts))
    times = column[starts[longest] : starts[longest + 1]]
    if len(times) < (FEWEST_ROWS if len(times) == len(column) else FEWEST_OF_SOME) or not _are_of_samples(times):
        return False
    warnings.warn(
        f"'elapsed_column' seems to hold the times of samples: they grow from {times[0]:g} to {times[-1]:g} in "
        f"{len(times)} of the first {len(rows)} rows. It must hold the time since the row before, such as "
        "np.diff(times, prepend=times[0]) for the times of each series, or reservoir.elapsed_times(X) for dates.",
        UserWarning,
        stack_level(),
    )
    return True


def _are_of_samples(times):
    """Whether numbers that never shrink are times of samples, see `warn_of_absolute_times`."""
    steps = np.diff(times)
    less, more = sorted(float(half.sum()) for half in np.array_split(steps, 2))
    bends = np.diff(steps)
    turns = np.diff(np.sign(np.where(np.abs(bends) < SMOOTH * steps.mean(), 0.0, bends))) != 0
    jerky = turns.mean() > 1 / 3  # two of three for steps that are independent of each other
    far, little = times[0] > SINCE_1970, 0 < less + more < LITTLE * times[0]
    grows = np.count_nonzero(steps) >= min(FEWEST_STEPS, len(steps))
    even = more <= UNEVEN * less and times[0] <= steps.max() or more <= JERKY * less and jerky
    counted = bool((steps == steps[0]).all() and (times == np.rint(times)).all())
    return bool(grows and (even or counted or far or little) or far and little)


def _position(column, n_features):
    valid = isinstance(column, numbers.Integral) and not isinstance(column, (bool, np.bool_))
    if not valid or not -n_features <= column < n_features:
        raise ValueError(
            f"'elapsed_column' must be None, a name, or a position in the {n_features} columns of X; got {column!r}."
        )
    return int(column) % n_features

"""Times of samples where those between them belong, as a column of elapsed times: found by how they grow."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.checks.stack_level import stack_level
from reservoir.series.lazy_series import LazySeries

# A column holds the times of samples instead of those between them if enough rows never go back, and forward often
# enough, and if they are counted from about the first of them and grow evenly, grow in a jerky way, or are far from 0.
FEWEST_ROWS, FEWEST_OF_SOME, MOST_ROWS, FEWEST_STEPS = 10, 20, 1000, 10
UNEVEN, JERKY, SMOOTH, SINCE_1970, LITTLE = 2.5, 4.0, 0.01, 1e8, 0.1


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


def warn_of_times_after_fit(reservoir: Any, series: Sequence[Array | LazySeries]) -> None:
    """Warn if series hold times of samples where ``reservoir`` was fitted to the times between them.

    The columns of the series are the last ones that the reservoir is given; outputs that are fed back stand before.
    """
    column = reservoir.elapsed_column_
    if column is not None and not reservoir.fitted_to_times_:
        warn_of_absolute_times(series, column + series[0].shape[1] - reservoir.n_features_in_)


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

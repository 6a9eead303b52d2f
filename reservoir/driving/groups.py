"""Series of similar lengths in groups that are driven in lockstep.

Every lane has the bits of its series driven alone, so it changes no result which series are together.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from reservoir.driving.lanes import DriveAlone, Group, LaneDriver
from reservoir.driving.threads import count_threads, map_series
from reservoir.kernels.vectors import N_BYTES, width_of

FEWEST = 8  # series that are worth their lanes
MOST_BYTES = 4 * N_BYTES  # of the lanes of one unit: four vectors, whose sums are in registers together
STATE_BYTES = 2**20  # of the states of all lanes after one step
PIECES_BYTES = 2**24  # of the pieces of all lanes, where these are asked for


def group_series(
    lengths: Sequence[int], most: int, width: int, row_bytes: int = 0, n_rows: int | None = None
) -> list[Group]:
    """Return series of similar lengths in groups; a group of a single lane is for a series to be driven alone.

    A whole vector is advanced even if few of its lanes are active, which takes as long as three to seven series alone.
    So a group has half a vector of series at least that last half as long as its longest.

    Parameters
    ----------
    lengths : sequence of int
    most : int
        Most series of a group.
    width : int
        Lanes come in multiples of this.
    row_bytes : int, default=0
        What is kept of a row of every series until its piece is complete.
    n_rows : int or None, default=None
        Most rows of a piece; None is the whole series.

    Examples
    --------
    >>> from reservoir.driving.groups import group_series
    >>> [(group.numbers.tolist(), group.n_lanes) for group in group_series([5] * 9 + [7, 0], 8, 8)]
    [([9, 0, 1, 2, 3, 4, 5, 6], 8), ([7], 1), ([8], 1), ([10], 1)]
    """
    steps = np.asarray(lengths, dtype=np.int64)
    order, start = np.argsort(-steps, kind="stable"), 0
    groups: list[Group] = []
    n_filled = int(np.count_nonzero(steps))
    while start < len(order):
        longest = int(steps[order[start]])
        kept = row_bytes * min(n_rows or longest, longest)
        n_series = min(most, PIECES_BYTES // kept if kept else most)
        others = steps[order[start : min(start + width // 2, n_filled)]]
        alone = n_series < FEWEST or np.count_nonzero(2 * others >= longest) < width // 2
        n_series = 1 if alone else min(n_series, n_filled - start)
        numbers = order[start : start + n_series]
        groups.append(Group(numbers, steps[numbers], 1 if alone else -(-n_series // width) * width))
        start += n_series
    return groups


def widest(n_units: int, dtype: Any, width: int, n_series: int, n_jobs: int | None) -> int:
    """Return the most lanes that are worth it: as many as the caches hold, and enough groups for all threads.

    Parameters
    ----------
    n_units : int
    dtype : dtype
        Of the states.
    width : int
        Lanes come in multiples of this.
    n_series : int
    n_jobs : int or None
    """
    size = np.dtype(dtype).itemsize
    in_caches = max(width, min(MOST_BYTES // size, STATE_BYTES // (size * n_units) // width * width))
    for_each = -(-n_series // count_threads(n_jobs))
    return min(in_caches, -(-for_each // width) * width)


def whole_vectors(state: Any) -> int:
    """Return how many lanes fill whole vectors, of every precision in a state.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.driving.groups import whole_vectors
    >>> whole_vectors(np.zeros(3)), whole_vectors((np.zeros(3), np.zeros(2, np.float32)))
    (8, 16)
    """
    return max(map(whole_vectors, state)) if isinstance(state, tuple) else width_of(state.dtype)


def drive_groups(
    driver: LaneDriver, series: Sequence[Any], fold: Callable, drive_one: Callable, *,
    starts: Sequence[Any] | None, n_rows: int | None, skip: int, n_jobs: int | None,
) -> list[Any]:  # fmt: skip
    """Do what `BaseReservoir.drive_many` does, whose parameters these are, by series in lockstep.

    Parameters
    ----------
    driver : LaneDriver
    drive_one : callable
        ``drive_one(number)`` drives a series by itself, and returns what ``fold`` returned for its last piece.
    """
    pooling = None if driver.maps_outputs else getattr(fold, "in_lanes", None)
    in_place = pooling or hasattr(fold, "room") and not driver.maps_outputs
    row_bytes = 0 if in_place else driver.dtype.itemsize * (driver.n_units + driver.n_features)
    width = whole_vectors((driver.rest, np.empty(0, driver.dtype)))
    most = widest(driver.n_units, driver.dtype, width, len(series), n_jobs)
    groups = group_series([len(one) for one in series], most, width, row_bytes, n_rows)

    def drive_group(group):
        if group.n_lanes == 1:
            try:
                return [drive_one(int(group.numbers[0]))]
            except ValueError as refusal:  # perhaps not of the first series in which something is wrong
                raise DriveAlone from refusal
        if pooling is None:
            return driver.fold(series, group, starts, fold, n_rows, skip)
        return driver.pool(series, group, starts, pooling(group.lengths))

    driven = None
    with suppress(DriveAlone, FloatingPointError):
        driven = [one for of_group in map_series(drive_group, groups, n_jobs) for one in of_group]
    if driven is None:  # the first series in which something is wrong then says what it is
        return map_series(drive_one, range(len(series)), n_jobs)
    results: list[Any] = [None] * len(series)
    for number, one in zip(np.concatenate([group.numbers for group in groups]), driven, strict=True):
        results[number] = one
    return results

"""Many series driven in lockstep: what drives them, in blocks that the caches hold, and what is made of these."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from readouts.types import Array
from reservoir.driving.pieces import Piece, piece_bounds
from reservoir.kernels.alignment import aligned, aligned_zeros
from reservoir.kernels.transposing import take_lanes
from reservoir.series.lazy_series import is_finite

BLOCK_BYTES = 2**19  # of the states of all lanes that are made before they are handed on, and of their inputs
FEWEST_ROWS = 4  # of a block that is at most twice as large: a call takes as long as some steps
READ_BYTES = 2**18  # of the inputs of all lanes that are read at once


class Lanes(Protocol):
    """What drives many series in lockstep, as `ReservoirHooks._lanes` returns it."""

    def __call__(self, X: Array, active: Array, state: Any, states: Array) -> None:
        """Drive ``active[t]`` lanes, from the first, through row t of X.

        All arrays are C-contiguous, and their lanes fill whole vectors, see `groups.whole_vectors`, so that kernels
        may compute and write lanes beyond the active ones up to the end of a vector. What X holds there has no meaning.

        Parameters
        ----------
        X : array (n_steps, n_features, n_lanes)
        active : int array (n_steps,), never increasing
        state : array of the shape of a state and then (n_lanes,), or a tuple of such
            Changed to the state of each lane after its own last row.
        states : array (n_steps, n_units, n_lanes)
            Written; without meaning after the last row of a lane.
        """


class LaneBlock(NamedTuple):
    """Consecutive rows of many series in lockstep, driven.

    Parameters
    ----------
    start : int
        Position of the first of the rows in the series.
    active : int array (n_steps,), never increasing
        How many lanes, from the first, have each of the rows.
    states : array (n_steps, n_units, n_lanes)
    inputs : array (n_steps, n_features, n_lanes) or None, default=None
        What drove them.
    numbers : int array (n_series,) or None, default=None
        Which of all series are in the lanes, from the first.
    """

    start: int
    active: Array
    states: Array
    inputs: Array | None = None
    numbers: Array | None = None


class Pool(Protocol):
    """What is made of many series in lockstep without a piece of any: a ``fold`` offers it by ``in_lanes(lengths)``."""

    def add(self, block: LaneBlock) -> None:
        """Add a block, which begins where the one before ended."""

    def results(self) -> list[Any]:
        """Return what the fold would return for the last piece of each series."""


class Group(NamedTuple):
    """Series that are driven together, the longest first.

    Parameters
    ----------
    numbers : int array (n_series,)
    lengths : int array (n_series,)
    n_lanes : int
        At least as many as there are series; those left over are at rest.
    """

    numbers: Array
    lengths: Array
    n_lanes: int


class DriveAlone(Exception):
    """Series have to be driven one by one: something is wrong in some lane, which a series by itself says in words."""


def side_by_side(states: Sequence[Any]) -> Any:
    """Return states, or tuples of states, as one array for each part, with lanes along its last axis.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.driving.lanes import side_by_side
    >>> side_by_side([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[1., 3.],
           [2., 4.]])
    """
    if isinstance(states[0], tuple):
        return tuple(map(side_by_side, zip(*states, strict=True)))
    return aligned(np.stack(states, axis=-1))


def lane_states(lanes: Any) -> list[Any]:
    """Return the state of every lane, an array of its own or a tuple of such; the inverse of `side_by_side`.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.driving.lanes import lane_states
    >>> lane_states(np.array([[1.0, 3.0], [2.0, 4.0]]))
    [array([1., 2.]), array([3., 4.])]
    """
    if isinstance(lanes, tuple):
        return list(zip(*map(lane_states, lanes), strict=True))
    return [lane.copy() for lane in np.moveaxis(lanes, -1, 0)]


class LaneDriver(NamedTuple):
    """Drives series in groups.

    Parameters
    ----------
    lanes : Lanes
    n_units, n_features : int
        Number of states and of inputs in a step.
    dtype : dtype
        Of X and of the states.
    rest : state
        Before the first row.
    check_rows : callable
        ``check_rows(X, first)`` raises unless the rows of a series can be driven.
    finish : callable
        ``finish(states, state)`` returns what is handed on of the states of a piece, or raises.
    state_tells : bool
        Whether a state is not finite for good if one before it was not.
    maps_outputs : bool
        Whether ``finish`` returns other states than it is given.
    """

    lanes: Lanes
    n_units: int
    n_features: int
    dtype: Any
    rest: Any
    check_rows: Callable[[Array, int], None]
    finish: Callable[[Array, Any], Array]
    state_tells: bool
    maps_outputs: bool

    def pool(self, series: Sequence[Any], group: Group, starts: Sequence[Any] | None, pool: Pool) -> list[Any]:
        """Drive a group into a pool and return its results.

        Raises
        ------
        DriveAlone
            If a state is not finite, or rows are refused.
        """
        state = self._start(group, starts)
        for block in self._blocks(series, group, state, 0, int(group.lengths[0])):
            if not (self.state_tells or are_finite(block.states, block.active)):
                raise DriveAlone
            pool.add(block)
        if not _is_finite(state):
            raise DriveAlone
        return pool.results()

    def fold(
        self, series: Sequence[Any], group: Group, starts: Sequence[Any] | None, fold: Callable, n_rows: int | None,
        skip: int,
    ) -> list[Any]:  # fmt: skip
        """Drive a group, and return what ``fold`` returned for the last piece of each series.

        Raises
        ------
        DriveAlone
            If rows are refused.
        """
        state = self._start(group, starts)
        folded: list[Any] = [None] * len(group.numbers)
        whole = n_rows is None and not skip
        for start, stop in piece_bounds(int(group.lengths[0]), n_rows, skip):
            lengths = np.minimum(group.lengths - start, stop - start)
            lengths = lengths[lengths > 0]
            pieces = self._room(fold, group, (len(lengths), stop - start, self.n_units))
            for block in self._blocks(series, group, state, start, stop):
                take_lanes(block.states, len(pieces), block.start - start, pieces)
            for lane, (number, length, after) in enumerate(
                zip(group.numbers, lengths, lane_states(state), strict=False)
            ):
                inputs = series[number] if whole else series[number][start : start + length]
                piece = Piece(start, inputs, self.finish(pieces[lane, :length], after), after)
                folded[lane] = fold(int(number), folded[lane], piece)
        return folded

    def _room(self, fold, group, shape):
        """Return an array for the pieces of a group: where ``fold`` has room for whole series of one length, there."""
        given = None
        if hasattr(fold, "room") and not self.maps_outputs and shape[1] == group.lengths[0] == group.lengths[-1]:
            given = fold.room(group.numbers, self.n_units, self.dtype)
        return np.empty(shape, self.dtype) if given is None else given

    def _start(self, group, starts):
        """Return the states of all lanes before the first row."""
        given = [self.rest] * group.n_lanes
        for lane, number in enumerate(group.numbers if starts is not None else ()):
            given[lane] = self.rest if starts[number] is None else starts[number]
        return side_by_side(given)

    def _blocks(self, series: Sequence[Any], group: Group, state: Any, start: int, stop: int) -> Iterator[LaneBlock]:
        """Drive a group through some of its rows, and yield each block."""
        size, n_lanes = np.dtype(self.dtype).itemsize, group.n_lanes
        step = size * max(self.n_units, self.n_features) * n_lanes
        most = min(max(1, BLOCK_BYTES // step, min(FEWEST_ROWS, 2 * BLOCK_BYTES // step)), stop - start)
        n_read = max(1, READ_BYTES // (size * self.n_features * n_lanes * most)) * most
        states = aligned_zeros((most, self.n_units, n_lanes), self.dtype)
        for begin in range(start, stop, n_read):
            lengths = np.minimum(group.lengths - begin, min(n_read, stop - begin))
            lengths = lengths[lengths > 0]
            inputs = [series[n][begin : begin + length] for n, length in zip(group.numbers, lengths, strict=False)]
            self._check(inputs, begin)
            X = _in_lanes(inputs, n_lanes, self.dtype)
            active = (lengths[:, None] > np.arange(len(X))).sum(axis=0)
            for first in range(0, len(X), most):
                rows = slice(first, min(first + most, len(X)))
                part = states[: rows.stop - first]
                self.lanes(X[rows], active[rows], state, part)
                yield LaneBlock(begin + first, active[rows], part, X[rows], group.numbers)

    def _check(self, inputs, start):
        try:
            for rows in inputs:
                self.check_rows(rows, start)
        except ValueError as refusal:
            raise DriveAlone from refusal


def are_finite(values: Array, active: Array) -> bool:
    """Whether all numbers of the active lanes, the first ``active[t]`` in step t, are finite.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.driving.lanes import are_finite
    >>> values = np.ones((2, 3, 4))
    >>> values[1, 2, 3] = np.nan
    >>> are_finite(values, np.array([4, 4])), are_finite(values, np.array([4, 3]))
    (False, True)
    """
    n_full = int(np.searchsorted(-active, 1 - values.shape[2]))  # steps in which all lanes are active
    ragged = zip(values[n_full:], active[n_full:], strict=True)
    return is_finite(values[:n_full]) and all(np.isfinite(row[:, :n_active]).all() for row, n_active in ragged)


def _is_finite(state):
    return all(map(_is_finite, state)) if isinstance(state, tuple) else is_finite(state)


def _in_lanes(inputs, n_lanes, dtype):
    """Return rows of inputs as (n_steps, n_features, n_lanes), 0 where a series has ended or there is none."""
    X = aligned_zeros((len(inputs[0]), inputs[0].shape[1], n_lanes), dtype)
    if len(inputs[-1]) == len(X):
        X[:, :, : len(inputs)] = np.stack(inputs).transpose(1, 2, 0)
        return X
    for lane, rows in enumerate(inputs):
        X[: len(rows), :, lane] = rows
    return X

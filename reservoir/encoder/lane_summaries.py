"""The summaries of `summaries` for many series in lockstep, whose features are the same bits."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.driving.lanes import LaneBlock
from reservoir.encoder.summaries import deviation, equal_parts
from reservoir.kernels.alignment import aligned_zeros
from reservoir.kernels.lane_pooling import (
    add_distances_lanes,
    add_lanes,
    add_parts_lanes,
    count_above_lanes,
    keep_largest_lanes,
)


class LaneSummaries:
    """A `driving.lanes.Pool` of summaries: one row of features for each series.

    Parameters
    ----------
    summaries : sequence of names, all of which are in `LANE_SUMMARIES`, and settings
    lengths : int array (n_series,)
        Steps of every series.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.driving.lanes import LaneBlock
    >>> from reservoir.encoder.lane_summaries import LaneSummaries
    >>> pool = LaneSummaries([("mean", None), ("max", None)], np.array([2, 1]))
    >>> pool.add(LaneBlock(0, np.array([2, 1]), np.array([[[1.0, 5.0]], [[2.0, 0.0]]])))
    >>> pool.results()
    [array([1.5, 2. ]), array([5., 5.])]
    """

    def __init__(self, summaries: Sequence[tuple[str, Any]], lengths: Array) -> None:
        self._parts: list[Any] = [LANE_SUMMARIES[name](lengths, setting) for name, setting in summaries]
        self._n_series = len(lengths)

    def add(self, block: LaneBlock) -> None:
        """Add a block of states."""
        self._dtype = block.states.dtype
        for part in self._parts:
            if block.start == 0:
                part.begin(block.states)
            part.add(block)

    def results(self) -> list[Array]:
        """Return the features of every series."""
        features = [part.features()[:, : self._n_series] for part in self._parts]
        return list(np.concatenate(features).T.astype(self._dtype, order="C", copy=False))


class _Last:
    def __init__(self, lengths, _):
        self._lengths = lengths

    def begin(self, states):
        self._last = np.zeros_like(states[0])

    def add(self, block):
        stop = block.start + len(block.states)
        if stop < self._lengths[-1]:  # of the shortest series: none ends here
            return
        for end in np.unique(self._lengths[(self._lengths > block.start) & (self._lengths <= stop)]):
            lanes = slice(np.count_nonzero(self._lengths > end), np.count_nonzero(self._lengths >= end))
            self._last[:, lanes] = block.states[end - 1 - block.start, :, lanes]

    def features(self):
        return self._last


class _Largest:
    sign = 1

    def __init__(self, lengths, _):
        self._n_series = len(lengths)

    def begin(self, states):
        self._most = np.full(states.shape[1:], -np.inf, states.dtype)

    def add(self, block):
        sign = self._most.dtype.type(self.sign)
        keep_largest_lanes(block.states, block.active, self._n_series, sign, self._most)

    def features(self):
        return self.sign * self._most


class _Smallest(_Largest):
    sign = -1


class _ShareAbove:
    def __init__(self, lengths, thresholds):
        self._lengths, self._thresholds = lengths, thresholds

    def begin(self, states):
        self._counts = np.zeros((len(self._thresholds), *states.shape[1:]), np.int32)

    def add(self, block):
        count_above_lanes(block.states, block.active, self._thresholds, self._counts)

    def features(self):
        counts = self._counts[..., : len(self._lengths)]
        return (counts / self._lengths).reshape(-1, len(self._lengths))


class _Mean:
    def __init__(self, lengths, _):
        self._lengths = lengths

    def begin(self, states):
        self._totals = aligned_zeros(states.shape[1:], np.float64)

    def add(self, block):
        add_lanes(block.states, block.active, len(self._lengths), self._totals)

    def features(self):
        return self._totals[:, : len(self._lengths)] / self._lengths


class _Segments:
    def __init__(self, lengths, n_parts):
        parts = np.array([equal_parts(int(length), n_parts) for length in lengths])  # (n_series, n_parts, 2)
        self._starts, self._stops = np.ascontiguousarray(parts.transpose(2, 1, 0))

    def begin(self, states):
        self._totals = np.zeros((len(self._starts), *states.shape[1:]))

    def add(self, block):
        add_parts_lanes(block.states, block.active, self._starts, self._stops, block.start, self._totals)

    def features(self):
        n_series = self._starts.shape[1]
        sizes = (self._stops - self._starts)[:, None]
        return (self._totals[..., :n_series] / sizes).reshape(-1, n_series)


class _Deviation:
    def __init__(self, lengths, _):
        self._lengths = lengths

    def begin(self, states):
        self._first = states[0].astype(np.float64)
        self._sums, self._squares = np.zeros((2, *states.shape[1:]))

    def add(self, block):
        add_distances_lanes(block.states, block.active, len(self._lengths), self._first, self._sums, self._squares)

    def features(self):
        n_series = len(self._lengths)
        return deviation(self._sums[:, :n_series], self._squares[:, :n_series], self._lengths)


# Those of `summaries.SUMMARIES` that can be made in lockstep: not "model", which needs the states of a whole series.
LANE_SUMMARIES = {
    "last": _Last,
    "max": _Largest,
    "mean": _Mean,
    "min": _Smallest,
    "ppv": _ShareAbove,
    "segments": _Segments,
    "std": _Deviation,
}

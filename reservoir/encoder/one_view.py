"""One view of the series, the reservoir that it drives, and the features that are made of the states."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.driving.pieces import ROWS_AT_ONCE, Piece
from reservoir.encoder.lane_summaries import LANE_SUMMARIES, LaneSummaries
from reservoir.encoder.summaries import SUMMARIES
from reservoir.encoder.thresholds import unit_quantiles
from reservoir.encoder.views import FittedView
from reservoir.series.lazy_series import writable


class OneView(NamedTuple):
    """A fitted view with its fitted reservoir.

    Parameters
    ----------
    view : FittedView or None
        None is the series itself.
    reservoir : reservoir
    thresholds : array (n_quantiles, n_units) or None
        What ``"ppv"`` compares states with.
    """

    view: FittedView | None
    reservoir: BaseReservoir
    thresholds: Array | None = None

    def seen(self, series: Sequence[Any]) -> Sequence[Any]:
        """Return the series as the reservoir is given them."""
        return series if self.view is None else [self.view.of(x, self.reservoir.dtype_) for x in series]

    def with_thresholds(
        self, series: Sequence[Any], quantiles: Array | int, random_state: np.random.RandomState, n_jobs: int | None
    ) -> "OneView":
        """Return the same view with quantiles of the units' states over all rows of the series."""
        thresholds = unit_quantiles(self.reservoir, self.seen(series), quantiles, random_state, n_jobs)
        return self._replace(thresholds=thresholds)

    def encode(
        self, series: Sequence[Any], summaries: Sequence[tuple[str, Any]], n_jobs: int | None = 1
    ) -> list[Array]:
        """Return the features of every series, reduced while it is driven.

        Parameters
        ----------
        series : sequence of series
        summaries : sequence of names and settings
        n_jobs : int or None, default=1

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import EchoStateReservoir
        >>> from reservoir.encoder.one_view import OneView
        >>> view = OneView(None, EchoStateReservoir(3, random_state=0).fit([[0.0]]))
        >>> [features.shape for features in view.encode([np.ones((5, 1)), np.ones((9, 1))], [("mean", None)])]
        [(3,), (3,)]
        """
        seen = self.seen(series)
        part = self if self.thresholds is None else self._replace(thresholds=writable(self.thresholds))
        fold = Summarising(part, summaries, [len(x) for x in seen])
        return self.reservoir.drive_many(seen, fold, n_rows=ROWS_AT_ONCE, n_jobs=n_jobs)

    def start(self, summaries: Sequence[tuple[str, Any]], n_steps: int) -> list[Any]:
        """Return the summaries of a series of so many steps, before its first."""
        return [SUMMARIES[name](n_steps, setting) for name, setting in self.settings(summaries)]

    def settings(self, summaries: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Return names and settings, with the thresholds of this view as the setting of ``"ppv"``."""
        return [(name, self.thresholds if name == "ppv" else setting) for name, setting in summaries]


class Summarising:
    """A ``fold`` of `BaseReservoir.drive_many` that makes the features of every series while it is driven.

    Parameters
    ----------
    part : OneView
    summaries : sequence of names and settings
    lengths : list of int
        Steps of every series.
    """

    def __init__(self, part: OneView, summaries: Sequence[tuple[str, Any]], lengths: Sequence[int]) -> None:
        self._part, self._summaries, self._lengths = part, summaries, lengths

    def __call__(self, number: int, started: Any, piece: Piece) -> Any:
        """Add a piece of a series; after its last, return its features."""
        start, states = piece.start, piece.states.astype(self._part.reservoir.dtype_, copy=False)
        if start == 0:
            started = self._part.start(self._summaries, self._lengths[number])
        for summary in started:
            summary.add(states, start)
        if start + len(states) < self._lengths[number]:
            return started
        return np.concatenate([summary.features() for summary in started]).astype(states.dtype, copy=False)

    @property
    def in_lanes(self) -> Callable[[Array], LaneSummaries] | None:
        """Return what makes the features of series in lockstep, None if a summary cannot be made so."""
        if any(name not in LANE_SUMMARIES for name, _ in self._summaries):
            return None
        return partial(LaneSummaries, self._part.settings(self._summaries))

"""Scores of the rows of a stream: where it stands after each, and how it goes on from there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.anomaly.residual_length import ResidualLength
from reservoir.anomaly.window_mean import window_means
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import is_integer
from reservoir.checks.short_repr import short_repr
from reservoir.driving.pieces import ROWS_AT_ONCE, drive_pieces


class StreamState(NamedTuple):
    """Where a stream of rows stands.

    Parameters
    ----------
    reservoir : state of the reservoir after the last row
    unsettled : int
        How many rows more are not to be judged, as the state still remembers where it started.
    prediction : array (n_targets,)
        What the next row should be, standardised.
    lengths : array (window - 1,)
        The squared lengths of the last residuals.
    """

    reservoir: Any
    unsettled: int
    prediction: Array
    lengths: Array


StreamState.__repr__ = short_repr  # type: ignore[method-assign]


@dataclass(frozen=True)
class StreamScorer:
    """Scores standardised series by the residuals of one-step predictions.

    Parameters
    ----------
    reservoir : fitted reservoir
    predict : callable
        Returns the next row (n_rows, n_targets) for every row of states and inputs, side by side.
    targets : array (n_targets,)
        Positions of the columns that are predicted.
    length : ResidualLength
    window : int
        Number of residuals whose squared lengths are averaged.
    washout : int
        Number of rows from which nothing is predicted, at the start of every series.
    """

    reservoir: BaseReservoir
    predict: Callable[[Array], Array]
    targets: Array
    length: ResidualLength
    window: int
    washout: int

    def rest(self) -> StreamState:
        """Return the state before the first row of a series."""
        n_targets = len(self.targets)
        expected = np.full(self.window - 1, float(n_targets))
        return StreamState(self.reservoir.rest(), self.washout + 1, np.zeros(n_targets), expected)

    def check_state(self, state: Any) -> StreamState:
        """Return a state that was passed in, checked."""
        sizes = (len(self.targets),), (self.window - 1,)
        fits = isinstance(state, StreamState) and is_integer(state.unsettled) and state.unsettled >= 0
        if not fits or not all(map(_is_finite, (state.prediction, state.lengths), sizes)):
            raise ValueError(
                "'state' must be what score_samples(..., return_state=True) of this detector returned, or its state_; "
                f"got {type(state).__name__}."
            )
        return state._replace(reservoir=self.reservoir.check_state(state.reservoir))

    def score_on(self, series: Any, state: StreamState) -> tuple[Array, StreamState]:
        """Return the scores of the rows of one series that goes on from a state, and the state after them."""
        parts = []
        for piece in drive_pieces(self.reservoir, series, ROWS_AT_ONCE, state=state.reservoir):
            scores, state = self._score_piece(state, piece)
            parts.append(scores)
        return np.concatenate(parts), state

    def score_many(self, series: list, n_jobs: int | None) -> list[tuple[Array, StreamState]]:
        """Return the scores of every series from rest, each with the state after it."""

        def score(number, before, piece):
            parts, state = before or ([], self.rest())
            scores, state = self._score_piece(state, piece)
            return [*parts, scores], state

        scored = self.reservoir.drive_many(series, score, n_rows=ROWS_AT_ONCE, n_jobs=n_jobs)
        return [(np.concatenate(parts), state) for parts, state in scored]

    def _score_piece(self, state, piece):
        following = self.predict(np.hstack([piece.states, piece.inputs], dtype=np.float64))
        rows = piece.inputs[:, self.targets].astype(np.float64)
        lengths = self.length.squared(rows - np.concatenate([state.prediction[None], following[:-1]]))
        lengths[: state.unsettled] = len(self.targets)
        scores = -window_means(state.lengths, lengths)
        kept = np.concatenate([state.lengths, lengths])[len(lengths) :].copy()
        return scores, StreamState(piece.state, max(state.unsettled - len(rows), 0), following[-1].copy(), kept)


def _is_finite(part, shape):
    plain = isinstance(part, np.ndarray) and not np.ma.isMaskedArray(part)
    return plain and part.dtype == np.float64 and part.shape == shape and np.isfinite(part).all()

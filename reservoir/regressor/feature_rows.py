"""The rows of features that a readout is given: the states of a reservoir, and beside them its input."""

from dataclasses import dataclass

import numpy as np

from readouts.masked import refuse_masked
from reservoir.base import BaseReservoir
from reservoir.driving.pieces import drive_pieces
from reservoir.regressor.feedback import behind_targets


@dataclass(frozen=True)
class FeatureRows:
    """A reservoir, and how it turns series and targets into rows of features for a readout.

    A state here is that of the reservoir; with feedback it is ``(state, output)``, the output that is fed back next.
    """

    reservoir: BaseReservoir
    passthrough: bool
    feedback: bool
    chunk_size: int

    def rest(self, n_targets):
        """Return the state before the first step."""
        state = self.reservoir.rest()
        return (state, np.zeros(n_targets)) if self.feedback else state

    def check_state(self, state, n_targets):
        """Return a state that was passed in, checked."""
        if not self.feedback:
            return self.reservoir.check_state(state)
        refuse_masked("state", state)
        try:
            output = np.asarray(state[1]) if isinstance(state, tuple) and len(state) == 2 else np.empty(0, object)
        except ValueError:  # rows of unequal length
            output = np.empty(0, object)
        if output.dtype.kind not in "fiu" or output.shape != (n_targets,) or not np.isfinite(output).all():
            raise ValueError(
                f"'state' must be a pair of the reservoir's state and the last output, a finite array of shape "
                f"({n_targets},), as predict(..., return_state=True) returns it; got {type(state).__name__}."
            )
        return self.reservoir.check_state(state[0]), output.astype(np.float64)

    def inputs(self, X, targets, state=None):
        """Return the input of the reservoir: X, with feedback behind the targets of the step before.

        ``state`` holds the output before the first step; None is at rest, where it is zero.
        """
        if not self.feedback:
            return X
        return behind_targets(X, targets, None if state is None else state[1])

    def drive(self, inputs, state, skip=0):
        """Yield the `Piece`s of the inputs of a series, ``chunk_size`` rows at most; one ends after ``skip`` rows."""
        state = state[0] if self.feedback else state
        return drive_pieces(self.reservoir, inputs, self.chunk_size, state=state, skip=skip)

    def features(self, piece):
        """Return the rows of features of a `Piece`."""
        return np.hstack([piece.states, piece.inputs]) if self.passthrough else piece.states

    def state_after(self, piece, targets=None):
        """Return the state after the last row of a `Piece`, of a series with these targets."""
        if not self.feedback:
            return piece.state
        stop = piece.start + len(piece.states)
        return piece.state, targets[stop - 1 : stop].reshape(-1).copy()

    def training_rows(self, piece, targets, skip, n_before=0):
        """Return features and targets of the rows of a `Piece` that the readout is fitted to, and further arguments.

        Left out are rows whose target is missing, and the piece as a whole if it starts before row ``skip``.

        Parameters
        ----------
        piece : Piece
        targets : StepTargets
            Of the series.
        skip : int
        n_before : int, default=0
            Number of rows of the series that the readout is fitted to before these.
        """
        stop = piece.start + (len(piece.states) if piece.start >= skip else 0)
        kept, targets, keywords = targets.select(slice(piece.start, stop), n_before)
        features = self.features(piece)
        return features if len(kept) == len(features) and kept.all() else features[: len(kept)][kept], targets, keywords

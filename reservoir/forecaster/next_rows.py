"""Features and targets of a forecaster's readout: the rows that follow, or how they differ from the present one."""

from typing import NamedTuple

import numpy as np

from reservoir.forecaster.differences import Differences
from reservoir.kernels.closed_loop import AffineReadout, SquaringReadout, find_affine


class NextRows(NamedTuple):
    """The task of predicting ``n_ahead`` rows of ``n_features`` from a state of ``n_units`` and the present input.

    Inputs hold the series in their leading columns. With ``passthrough`` they are features beside the state, with
    ``increments`` targets are u(t+h) - u(t) instead of u(t+h). Where rows are ``differences``, targets are what those
    of all rows ahead add up to, so that a penalty is chosen by the errors of the rows themselves. ``known`` is what is
    known of the rows ahead, as `known_ahead` gives it, which are features in any case. With ``squares``, every second
    unit, from the second on, gives the square of its state in place of that.
    """

    n_units: int
    n_features: int
    n_ahead: int
    passthrough: bool
    increments: bool
    differences: Differences = Differences()
    squares: bool = False

    def features(self, states, inputs, known=None):
        """Return the features of every row, in double precision."""
        states = squared(states) if self.squares else states
        parts = [states, inputs] if self.passthrough else [states]
        if self.squares and not self.passthrough and known is None:
            return states  # which are a copy already
        return np.hstack(parts if known is None else [*parts, known], dtype=np.float64)

    def targets(self, series, inputs):
        """Return the targets of the rows of ``inputs`` that have ``n_ahead`` rows after them.

        ``inputs`` may be a noisy version of the series; increments then lead back to the series without noise.
        """
        ahead = np.lib.stride_tricks.sliding_window_view(series[1:], self.n_ahead, axis=0).swapaxes(1, 2)
        targets = ahead.astype(np.float64, order="C")
        if self.increments:
            targets -= inputs[: len(ahead), None, : self.n_features]
        targets = self.differences.accumulate(targets).reshape(len(ahead), -1)
        return targets[:, 0] if targets.shape[1] == 1 else targets  # some regressors refuse a single column

    def predict(self, readout, states_and_inputs, known=None):
        """Return the predicted rows, side by side, from states and inputs, side by side."""
        features = self.features_among(states_and_inputs)
        features = features if known is None else np.hstack([features, known], dtype=np.float64)
        predictions = np.asarray(readout.predict(features)).reshape(len(features), self.n_ahead, -1)
        predictions = self.differences.separate(predictions).reshape(len(features), -1)
        if self.increments:
            present = states_and_inputs[:, self.n_units : self.n_units + self.n_features]
            predictions = predictions + np.tile(present, self.n_ahead)
        return predictions

    def find_affine(self, readout, states_and_inputs):
        """Return what does for compiled loops what ``predict`` does on the given rows, or None if it is not affine."""
        features = self.features_among(states_and_inputs)
        if getattr(readout, "n_features_in_", features.shape[1]) != features.shape[1] or self._adds_up:
            return None  # what is known of the rows ahead is a feature, too, or predictions are more than those
        affine = find_affine(readout, features)
        if affine is None:
            return None
        weights = np.zeros((len(affine.weights), states_and_inputs.shape[1]))
        weights[:, : features.shape[1]] = affine.weights
        if self.increments:
            present = slice(self.n_units, self.n_units + self.n_features)
            weights[:, present] += np.tile(np.eye(self.n_features), (self.n_ahead, 1))
        if not self.squares:
            return AffineReadout(weights, affine.intercept)
        squares = np.zeros((len(weights), self.n_units))
        squares[:, 1::2], weights[:, 1 : self.n_units : 2] = weights[:, 1 : self.n_units : 2], 0.0
        return SquaringReadout(weights, affine.intercept, squares)

    @property
    def _adds_up(self):
        return any(lag < self.n_ahead for lag in self.differences.lags)

    def features_among(self, states_and_inputs):
        """Return the features of rows of states and inputs, side by side, in double precision."""
        rows = states_and_inputs if self.passthrough else states_and_inputs[:, : self.n_units]
        return np.hstack([squared(rows[:, : self.n_units]), rows[:, self.n_units :]]) if self.squares else rows


def squared(states):
    """Return states with those of every second unit squared, in double precision.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.next_rows import squared
    >>> squared(np.array([[2.0, 3.0, 4.0]])).tolist()
    [[2.0, 9.0, 4.0]]
    """
    states = np.array(states, dtype=np.float64)
    states[:, 1::2] **= 2
    return states

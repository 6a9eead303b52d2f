"""What a fitted regressor does with series: predict a target for every step, score that, and find where they end."""

from math import prod
from typing import Any, TypeAlias

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadout
from readouts.at_once import of_one_fit
from readouts.types import Array, SeriesLike, SeriesOut
from reservoir.base import StateOverflowError
from reservoir.checks.arguments import check_flag
from reservoir.driving.threads import map_series
from reservoir.metrics.determination import r_squared
from reservoir.regressor.feature_rows import FeatureRows
from reservoir.regressor.feedback import run_free
from reservoir.regressor.predicting import predict_many, predict_on
from reservoir.regressor.step_targets import StepTargets
from reservoir.regressor.step_weights import read_weights
from reservoir.regressor.targets import all_known, read_targets
from reservoir.series.absolute_times import warn_of_times_after_fit
from reservoir.series.lazy_series import is_finite
from reservoir.series.sequences import Sequences, read_sequences, read_series

# Where a series starts or ends: the state of the reservoir, with feedback a pair of it and the last output.
State: TypeAlias = Any


def readout_has(name):
    """Return the check of `available_if` that a readout, fitted or to be fitted, has an attribute."""

    def check(self):
        readout = getattr(self, "readout_", self.readout)
        return getattr(RidgeReadout if readout is None else readout, name) is not None  # its error says what has it

    return check


class StepPredictorMixin:
    """Predicts a target for every step of series, with a reservoir and a readout that a subclass has fitted."""

    # The subclass sets these.
    n_jobs: int | None
    readout_: Any
    _rows: FeatureRows
    _dtype: np.dtype
    washout_: int
    _labels: bool  # whether targets are class labels
    _target_shape: tuple[int, ...]  # shape of the target of a single step

    def predict(
        self, X: SeriesLike, state: State = None, return_state: bool = False
    ) -> SeriesOut | tuple[SeriesOut, State]:
        """Predict the target of every step, of the washout too.

        From rest, the first ``washout`` predictions may be far from all targets, and there is no warning: the readout
        was fitted to states that have forgotten their start, and these have not. Leave them out, as ``score`` does; or
        pass ``state=model.state_`` where X follows on the series of ``fit``, and elsewhere the state that ``prime``
        returns for the rows before X.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        state : ``state_``, or what ``predict`` or ``prime`` returned, or None, default=None
            Where one series starts; None is at rest.
        return_state : bool, default=False
            Whether to return the state after one series, too.

        Returns
        -------
        predictions : in the container of X, each shaped as the targets of ``fit``
        state : only if ``return_state``
        """
        return self._predict("predict", X, state, check_flag("return_state", return_state))

    @available_if(readout_has("predict_proba"))
    def predict_proba(self, X: SeriesLike) -> SeriesOut:
        """Return the probabilities of the classes at every step, in the container of X."""
        return self._predict("predict_proba", X)

    @available_if(readout_has("decision_function"))
    def decision_function(self, X: SeriesLike) -> SeriesOut:
        """Return the readout's decision values at every step, in the container of X."""
        return self._predict("decision_function", X)

    def prime(self, X: SeriesLike, y: SeriesLike | None = None, state: State = None) -> State:
        """Return the state after one series, to which nothing is fitted.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features)
        y : array (n_steps,) or (n_steps, n_targets) or None, default=None
            The outputs to be fed back, with feedback; without it they do not count.
        state : as in ``predict``

        Returns
        -------
        state
        """
        sequences = self._read_again(X)
        if sequences.container != "series":
            raise ValueError("'X' must be one 2-D series (n_steps, n_features) here; got several. Prime one by one.")
        targets = None
        if self._rows.feedback:
            targets = read_targets(y, sequences, labels=False)[0]
            self._check_targets(targets, may_miss=False)
        state = self._check_state(state)
        inputs = self._rows.inputs(sequences.series[0], targets, state)
        for piece in self._rows.drive(inputs, state):
            state = self._rows.state_after(piece, targets)
        return state

    def score(self, X: SeriesLike, y: SeriesLike, sample_weight: SeriesLike | float | None = None) -> float:
        """Return R^2 of the predictions (accuracy, of a classifier), without washouts and missing targets.

        Parameters
        ----------
        X, y, sample_weight : as in ``fit``

        Returns
        -------
        float
            R^2 is over all series at once, and the mean over the targets. With feedback it is that of a free run, from
            rest.
        """
        sequences = self._read_again(X)
        targets = read_targets(y, sequences, labels=self._labels)
        self._check_washout(sequences.series)
        for target in targets:
            self._check_targets(target, may_miss=True)
        weights = read_weights(sample_weight, sequences)
        predictions = self._predict_series("predict", sequences.series)
        wanted = [StepTargets(*pair) for pair in zip(targets, weights, strict=True)]
        kept = [np.flatnonzero(one.kept(slice(self.washout_, None))) + self.washout_ for one in wanted]
        truth = np.concatenate([target[:][rows] for target, rows in zip(targets, kept, strict=True)])
        guess = np.concatenate([prediction[rows] for prediction, rows in zip(predictions, kept, strict=True)])
        least = 1 if self._labels else 2  # a single row has no variance to explain
        if len(truth) < least:
            positive = "" if sample_weight is None else ", and 'sample_weight' a weight above zero,"
            raise ValueError(
                f"'y' must hold a target{positive} for at least {least} steps after the washout to score; got "
                f"{len(truth)}."
            )
        weight = None
        if weights[0] is not None:
            weight = np.concatenate([one[rows] for one, rows in zip(weights, kept, strict=True)])
            weight = np.ldexp(weight, -np.frexp(weight.max(initial=0.0))[1])  # or sums of large ones would overflow
        if self._labels:
            return accuracy_score(truth, guess, sample_weight=weight)
        return r_squared(truth, guess, weights=weight)

    @property
    def classes_(self) -> Array:
        """The labels that the readout predicts."""
        return self.readout_.classes_

    @of_one_fit
    def _predict(self, method, X, state=None, return_state=False):
        sequences = self._read_again(X)
        if sequences.container != "series":
            if state is not None or return_state:
                raise ValueError("'state' and 'return_state' are for one series; got several. Predict them one by one.")
            return sequences.restore(self._predict_series(method, sequences.series))
        predictions, state = self._predict_on(method, sequences.series[0], state)
        return (predictions, state) if return_state else predictions

    def _predict_series(self, method, series):
        if self._rows.feedback:  # closed loops, which cannot go through `BaseReservoir.drive_many`
            return map_series(lambda x: self._predict_on(method, x)[0], series, self.n_jobs)
        predictions = predict_many(self._rows, getattr(self.readout_, method), series, self.n_jobs)
        return [self._shaped(method, one) for one in predictions]

    def _predict_on(self, method, X, state=None):
        """Return the predictions for every step of one series, from a state on, and the state after it."""
        state = self._check_state(state)
        if self._rows.feedback:
            predictions, state = run_free(self._rows, self.readout_, X, state, len(state[1]))
            return predictions.reshape(-1, *self._target_shape), state
        predictions, state = predict_on(self._rows, getattr(self.readout_, method), X, state)
        return self._shaped(method, predictions), state

    def _shaped(self, method, predictions):
        if method == "predict":  # some readouts drop the axis of a single target
            predictions = predictions.reshape(len(predictions), *self._target_shape)
        if predictions.dtype.kind == "f" and not is_finite(predictions):
            raise StateOverflowError(f"{method} of {type(self.readout_).__name__} gave NaN or infinity. Scale X and y.")
        return predictions

    def _read_again(self, X):
        if not hasattr(self, "reservoir_"):  # check_is_fitted takes longer than a step of a stream
            check_is_fitted(self)
        if type(X) is np.ndarray and X.ndim == 2:  # this way to read a single series is faster
            sequences = Sequences([read_series(self, X, dtype=self._dtype, lazy=True)], "series")
        else:
            sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        warn_of_times_after_fit(self.reservoir_, sequences.series)
        return sequences

    def _check_state(self, state):
        n_targets = prod(self._target_shape)
        return self._rows.rest(n_targets) if state is None else self._rows.check_state(state, n_targets)

    def _check_washout(self, series):
        shortest = min(map(len, series))
        if self.washout_ >= shortest:
            raise ValueError(
                f"'washout' must be smaller than each sequence; got {self.washout_} with a sequence of {shortest} "
                "steps. Lower it, or leave short sequences out."
            )

    def _check_targets(self, target, may_miss):
        if target.shape[1:] != self._target_shape:
            expected = ", ".join(["n_steps", *map(str, self._target_shape)]) if self._target_shape else "n_steps,"
            raise ValueError(f"'y' must have shape ({expected}), as it had before; got {target.shape}.")
        if not may_miss and not all_known(target):
            raise ValueError(
                "'y' must be known at every step with feedback, where it is input; got NaN or a masked entry. Fill it "
                "in, as reservoir.ForwardFill().fit_transform(y) does."
            )

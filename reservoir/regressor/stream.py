"""Fitting to the chunks of a stream: the rows of each call follow those of the call before, and so does the state."""

import copy
from collections.abc import Iterable
from math import isfinite
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.metaestimators import available_if

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from readouts.at_once import all_at_once
from readouts.types import Array, SeriesLike
from reservoir.checks.arguments import check_flag
from reservoir.checks.progress import Progress
from reservoir.regressor.block_fit import BlockFit
from reservoir.regressor.chunks import has_one_row, read_chunks
from reservoir.regressor.feedback import run_force
from reservoir.regressor.labels import check_stream_classes
from reservoir.regressor.prequential import predict_then_update
from reservoir.regressor.step_predictor import StepPredictorMixin, readout_has
from reservoir.regressor.step_targets import StepTargets, folds_of
from reservoir.regressor.step_weights import check_takes_weights, read_weights
from reservoir.regressor.targets import read_targets
from reservoir.series.sequences import read_sequences, read_series

_ALL_OR_NOTHING = (RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier)


class StreamMixin(StepPredictorMixin):
    """Fits a readout to the chunks of series; a subclass checks the parameters and draws the reservoir."""

    # The subclass sets these.
    verbose: bool
    _keywords: dict[str, Any]  # arguments of the readout's partial_fit beside rows and targets
    _n_seen: int  # steps of the present series so far
    _n_kept: int  # and those of them that the readout was fitted to
    _n_series: int  # series so far
    _random_state: np.random.RandomState | None  # of the noise, None without
    _start: Any
    _begin: Any
    _add_noise: Any

    @available_if(readout_has("partial_fit"))
    @all_at_once
    def partial_fit(
        self,
        X: SeriesLike | Iterable[tuple[SeriesLike, ...]],
        y: SeriesLike | None = None,
        sample_weight: SeriesLike | float | None = None,
        *,
        reset: bool = False,
        classes: ArrayLike | None = None,
    ) -> Self:
        """Fit on: the rows follow those of the call before, and so does the state.

        With feedback and a readout that has ``partial_fit_predict`` (`readouts.RLSReadout`) the loop is closed: what is
        fed back is the output of the readout before it was updated by the target. Rows without a target then drive the
        reservoir without an update, which thins out the updates. With feedback and any other readout, the true targets
        are fed back.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), or iterator of (X, y) or (X, y, sample_weight), the chunks of one series
            After an error, in any chunk, the estimator is as it was before the call.
        y : array (n_steps,) or (n_steps, n_targets); None if X is an iterator
        sample_weight : array (n_steps,), number or None, default=None
            As in ``fit``; None if X is an iterator.
        reset : bool, default=False
            Whether a new series starts here: at rest, and with a washout of its own.
        classes : array (n_classes,) or None, default=None
            All labels, needed in the first call where the readout is a classifier.

        Returns
        -------
        self
        """
        readout = self._resume(reset, classes, one_row=y is not None and has_one_row(X))
        closed = self._rows.feedback and hasattr(readout, "partial_fit_predict")
        method = "partial_fit_predict" if closed else "partial_fit"

        def read(*chunk):
            return self._read_chunk(*chunk, readout, method, closed)

        chunks = read_chunks(X, y, sample_weight, read)
        if closed:
            for chunk in chunks:
                self._run_force(readout, *chunk)
            self.readout_ = readout
        else:
            self.readout_ = self._fit_chunks(readout, chunks)
        return self

    @available_if(readout_has("partial_fit_predict"))
    def partial_fit_predict(
        self,
        X: SeriesLike,
        y: SeriesLike,
        sample_weight: SeriesLike | float | None = None,
        *,
        reset: bool = False,
        classes: ArrayLike | None = None,
    ) -> Array:
        """Fit on as by ``partial_fit``, and return the prediction for each step from before the update with it.

        The readout must have this method, too, as `readouts.RLSReadout` has. With any other, call
        ``predict(X, state=model.state_)`` and then ``partial_fit``. Fastest is a single step as NumPy arrays, X in the
        precision of the reservoir and y in float64.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features)
            One row at a time will do.
        y, sample_weight, reset, classes : as in ``partial_fit``
            Steps without a target, of weight 0 or of the washout are predicted, too. What is predicted before the first
            update of all is 0, or the first class.

        Returns
        -------
        array of the shape of y
        """
        if sample_weight is None and classes is None and reset is False and self._takes_one_step(X, y):
            return self._take_one_step(X, y)
        return self._partial_fit_predict(X, y, sample_weight, reset, classes)

    @all_at_once
    def _partial_fit_predict(self, X, y, sample_weight, reset, classes):
        readout = self._resume(reset, classes, one_row=has_one_row(X))
        closed = self._rows.feedback
        X, wanted = self._read_chunk(X, y, sample_weight, readout, "partial_fit_predict", closed)
        if closed:
            predictions = self._run_force(readout, X, wanted).reshape(len(X), *self._target_shape)
        else:
            predictions = self._predict_then_update(readout, X, wanted)
        self.readout_ = readout
        return predictions

    def _takes_one_step(self, X, y):
        """Whether X and y are a step that needs no check or conversion, of a stream that is under way."""
        facts = vars(self)
        if type(X) is not np.ndarray or type(y) is not np.ndarray or "state_" not in facts:
            return False
        # Labels, feedback, washouts and names of columns take the other way, and readouts that may fail halfway.
        return (
            type(facts["readout_"]) is RLSReadout
            and y.dtype == np.float64
            and y.shape == (1, *self._target_shape)
            and y.flags.carray
            and isfinite(np.vdot(y, y))  # a missing target takes the other way, too
            and len(X) == 1
            and not self._rows.feedback
            and self._n_seen >= self.washout_
            and "feature_names_in_" not in facts
        )

    def _take_one_step(self, X, y):
        rows, reservoir = self._rows, self._rows.reservoir
        X = read_series(self, X, dtype=self._dtype, lazy=True)
        states, state = reservoir.drive(X, reservoir.check_state(self.state_))
        features = np.concatenate([states, X], axis=1) if rows.passthrough else states
        predictions = self.readout_.partial_fit_predict(features, y)
        vars(self).update(state_=state, _n_seen=self._n_seen + 1, _n_kept=self._n_kept + 1)  # at once
        return predictions

    def _resume(self, reset, classes, one_row):
        """Return the readout that is to be updated, and note where its series goes on."""
        reset = check_flag("reset", reset)
        begun = hasattr(self, "reservoir_")
        # The library's own readouts are updated by a row or not at all, so that no copy is needed for a single row.
        in_place = one_row and type(getattr(self, "readout_", None)) in _ALL_OR_NOTHING
        readout = self._start() if not begun else self.readout_ if in_place else copy.deepcopy(self.readout_)
        if reset or not hasattr(self, "state_"):
            self.__dict__.pop("state_", None)
            self._n_seen, self._n_kept, self._n_series = 0, 0, self._n_series + 1
        if self._random_state is not None:  # noise is drawn on a copy, which is dropped with the draft after an error
            self._random_state = copy.deepcopy(self._random_state)
        classes = check_stream_classes(classes, self._keywords.get("classes"), classifies=self._labels)
        self._keywords = {} if classes is None else {"classes": classes}
        return readout

    def _read_chunk(self, X, y, sample_weight, readout, method, closed):
        """Return a chunk of a series and its `StepTargets`, checked; the first of all draws the reservoir."""
        begun = hasattr(self, "reservoir_")
        sequences = self._read_again(X) if begun else read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True)
        if sequences.container != "series":
            raise ValueError("'X' must be one 2-D series (n_steps, n_features) here; for many series use fit.")
        target, may_miss = read_targets(y, sequences, labels=self._labels)[0], closed or not self._rows.feedback
        check_takes_weights(sample_weight, readout, method)
        weights = read_weights(sample_weight, sequences)[0]
        if not begun:
            self._begin(X, sequences.series, [target], may_miss)
        self._check_targets(target, may_miss)
        return sequences.series[0], StepTargets(target, weights, folds_of(readout), self._n_series - 1)

    def _fit_chunks(self, readout, chunks):
        """Return ``readout`` fitted to the chunks of one series, block by block."""
        rows = self._rows
        with BlockFit(readout, rows.chunk_size, self._keywords, verbose=self.verbose) as fit:
            for X, wanted in chunks:
                state, skip = self._place()
                (inputs,) = self._add_noise([rows.inputs(X, wanted.values, state)])
                for piece in rows.drive(inputs, state, skip):
                    part = rows.training_rows(piece, wanted, skip, self._n_kept)
                    fit.add(*part)
                    self._n_kept += len(part[1])
                self.state_, self._n_seen = rows.state_after(piece, wanted.values), self._n_seen + len(X)
            fitted = fit.finish()
        return readout if fitted is None else fitted

    def _run_force(self, readout, X, wanted):
        outputs, self.state_ = run_force(self._rows, readout, X, wanted, *self._place())
        self._n_seen += len(X)
        Progress("ReservoirRegressor", self.verbose).say(f"{self._n_seen:,} rows driven in the loop")
        return outputs

    def _predict_then_update(self, readout, X, wanted):
        state, skip = self._place()
        parts = []
        for piece in self._rows.drive(X, state):
            features, rows = self._rows.features(piece), slice(piece.start, piece.start + len(piece.states))
            parts.append(predict_then_update(readout, features, wanted, rows, washout=skip, keywords=self._keywords))
        self.state_, self._n_seen = piece.state, self._n_seen + len(X)
        self._n_kept += wanted.count(skip)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _place(self):
        """Return the state that the next step follows, and how many steps of washout are left."""
        # Checked, for it may come from elsewhere, or be mapped from disk: read-only, it would compile kernels anew.
        state = self._check_state(getattr(self, "state_", None))
        return state, max(self.washout_ - self._n_seen, 0)

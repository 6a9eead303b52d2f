"""A reservoir and a readout in one estimator: a target for every step, of one series or of many."""

import copy
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils.metaestimators import available_if

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from readouts.at_once import all_at_once
from readouts.types import SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_dtype, check_flag, check_integer, check_jobs
from reservoir.checks.feature_count import warn_of_few_rows
from reservoir.components import Readout, clone_readout, clone_reservoir, default_readout
from reservoir.regressor.block_fit import BlockFit
from reservoir.regressor.chunks import has_one_row, read_chunks
from reservoir.regressor.feature_rows import FeatureRows
from reservoir.regressor.feedback import behind_targets, run_force
from reservoir.regressor.fitting import fit_series, fit_whole, fits_in_blocks
from reservoir.regressor.labels import check_stream_classes, labels_of_targets
from reservoir.regressor.step_predictor import StepPredictorMixin, readout_has
from reservoir.regressor.step_targets import StepTargets, folds_of
from reservoir.regressor.tags import tags_with
from reservoir.regressor.targets import count_known, read_targets
from reservoir.series.named_columns import by_position
from reservoir.series.sequences import read_sequences

_ALL_OR_NOTHING = (RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier)


class ReservoirRegressor(StepPredictorMixin, BaseEstimator):
    """Predicts a target for every step of a series, from the states of a reservoir.

    With the reservoir F and the rows u(t) of a series::

        x(t) = F(x(t-1), h(t)),    y(t) = readout([x(t), h(t)]),    h(t) = u(t), or [y(t-1), u(t)] with feedback

    A readout that has ``partial_fit`` and needs every row once (`readouts.RidgeReadout`, `readouts.RLSReadout`) is
    fitted while the series is driven, ``chunk_size`` rows at a time: memory does not grow with the number of steps. It
    may be fitted to two blocks at once where it has ``merge``. Any other scikit-learn regressor, one that passes over
    the rows many times (``max_iter``) or balances classes, and a ``RidgeReadout`` that leaves out every row in turn, is
    given the states of all steps by ``fit``. With a classifier as readout this is a classifier, of every step.

    States are nearly collinear, and sums of their products keep half of the digits. Where those count, with a penalty
    near 0 as closed loops may want, take ``RidgeReadout(alpha, solver="qr")``.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Drives every series from rest. It is cloned, not changed. None is an `EchoStateReservoir` with its defaults,
        seeded with 0.
    readout : regressor, classifier or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadout` that chooses its penalty from a grid, 1e-6 to 1e4, by
        cross-validation in blocks of time: any readout with ``alphas`` and an integer ``cv`` is given folds that depend
        on the place of a step in its series alone, not on chunks and workers. To search over parameters of a
        reservoir or readout (``reservoir__spectral_radius``), give one.
    washout : int, default=0
        Number of steps, at least 0, at the start of every series that ``fit`` and ``score`` leave out, because the
        state still remembers where it started. A series must have more. ``predict`` gives them all.
    passthrough : bool, default=True
        Whether h(t) is a feature of the readout beside the state.
    feedback : bool, default=False
        Whether the last output is input of the reservoir. ``fit`` feeds back the true targets, ``predict`` the
        outputs. The first y(-1) is 0. Columns are counted from those of y on, where the reservoir has a parameter that
        names one.
    chunk_size : int, default=3500
        Number of steps driven at once, and of rows that the readout is given at once, at least 1.
    n_jobs : int or None, default=None
        Number of workers over series, in ``fit`` for readouts that have ``merge`` or no ``partial_fit``. They are
        threads; with ``merge``, ``joblib.parallel_config`` can make them processes (``"dask"``, ``"loky"``), each of
        which is sent its series and returns statistics of the readout, never states. The result does not depend on it.
    verbose : bool, default=False
        Whether to print how many rows the readout has been fitted to.

    Attributes
    ----------
    reservoir_, readout_ : the fitted reservoir and readout
    state_ : where the series ends, to be handed to ``predict``
        The state after the last step; absent after several series.
    passthrough_ : bool
    n_features_in_ : int
    classes_ : array (n_classes,), where the readout is a classifier

    Raises
    ------
    ValueError
        If a parameter, X or y is invalid.
    StateOverflowError
        If a state grows past every finite number, or a fed-back output so far that its square does.

    Warns
    -----
    UserWarning
        If ``fit`` has fewer rows with targets than a linear readout has features.

    References
    ----------
    M. Lukosevicius, "A practical guide to applying echo state networks", 2012, sections 2 and 4. Closed-loop
    ``partial_fit``: D. Sussillo and L. F. Abbott, "Generating coherent patterns of activity from chaotic neural
    networks", Neuron 63:544, 2009.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.datasets import make_narma
    >>> from reservoir import ReservoirRegressor
    >>> X, y = make_narma(3000, order=5, random_state=0)
    >>> model = ReservoirRegressor(EchoStateReservoir(leak_rate=1.0, random_state=0), washout=100)
    >>> model.fit(X[:2000], y[:2000]).score(X[2000:], y[2000:]) > 0.9
    True

    The series goes on where ``fit`` left it:

    >>> model.predict(X[2000:], state=model.state_).shape
    (1000,)
    """

    _keywords: dict[str, Any]  # arguments of the readout's partial_fit beside rows and targets

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        washout: int = 0,
        passthrough: bool = True,
        feedback: bool = False,
        chunk_size: int = 3500,
        n_jobs: int | None = None,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.washout = washout
        self.passthrough = passthrough
        self.feedback = feedback
        self.chunk_size = chunk_size
        self.n_jobs = n_jobs
        self.verbose = verbose

    @all_at_once
    def fit(self, X: SeriesLike, y: SeriesLike) -> Self:
        """Drive every series from rest and fit the readout.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        y : for one series, array (n_steps,) or (n_steps, n_targets); for several, a list or array of those
            Rows with a NaN or masked target drive the reservoir, but the readout is not fitted to them; with feedback
            there must be none.

        Returns
        -------
        self
        """
        readout = self._start()
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True)
        series, targets = sequences.series, read_targets(y, sequences, labels=self._labels)
        self._check_washout(series)
        n_rows = sum(count_known(target, self.washout_) for target in targets)
        if not n_rows:
            raise ValueError(
                "'y' must hold a target for at least one step after the washout; got only missing ones (NaN or masked)."
            )
        self._begin(X, series, targets, may_miss=not self._rows.feedback)
        self._n_series = len(series)
        wanted = [StepTargets(target, folds_of(readout), number) for number, target in enumerate(targets)]
        all_rows = self._rows, readout, series, wanted, self.washout_
        if not fits_in_blocks(readout):
            self.readout_, self.state_ = fit_whole(*all_rows, self.n_jobs)
        elif len(series) == 1:
            self.readout_ = self._fit_chunks(readout, zip(series, targets, strict=True))
        else:
            options = {"n_jobs": self.n_jobs, "keywords": self._keywords, "verbose": self.verbose}
            self.readout_ = fit_series(*all_rows, **options)
        if sequences.container != "series":
            self.__dict__.pop("state_", None)
        warn_of_few_rows(self.readout_, n_rows)
        return self

    @available_if(readout_has("partial_fit"))
    @all_at_once
    def partial_fit(
        self,
        X: SeriesLike | Iterable[tuple[SeriesLike, SeriesLike]],
        y: SeriesLike | None = None,
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
        X : 2-D array (n_steps, n_features), or iterator of pairs (X, y), the chunks of one series
            After an error, in any chunk, the estimator is as it was before the call.
        y : array (n_steps,) or (n_steps, n_targets); None if X is an iterator
        reset : bool, default=False
            Whether a new series starts here: at rest, and with a washout of its own.
        classes : array (n_classes,) or None, default=None
            All labels, needed in the first call where the readout is a classifier.

        Returns
        -------
        self
        """
        reset = check_flag("reset", reset)
        begun = hasattr(self, "reservoir_")
        # The library's own readouts are updated by a row or not at all, so that no copy is needed for a single row.
        spares_copy = type(getattr(self, "readout_", None)) in _ALL_OR_NOTHING
        one_row = spares_copy and y is not None and has_one_row(X)
        readout = self._start() if not begun else self.readout_ if one_row else copy.deepcopy(self.readout_)
        if reset or not hasattr(self, "state_"):
            self.__dict__.pop("state_", None)
            self._n_seen, self._n_kept, self._n_series = 0, 0, self._n_series + 1
        classes = check_stream_classes(classes, self._keywords.get("classes"), classifies=self._labels)
        self._keywords = {} if classes is None else {"classes": classes}
        closed = self._rows.feedback and hasattr(readout, "partial_fit_predict")
        chunks = read_chunks(X, y, lambda X, y: self._read_chunk(X, y, closed))
        self.readout_ = (self._fit_force if closed else self._fit_chunks)(readout, chunks)
        return self

    def _start(self):
        """Check the parameters, record what later calls need, and return an unfitted readout."""
        reservoir = clone_reservoir(self.reservoir)
        readout = clone_readout(self.readout, default_readout(), "a regressor or classifier such as Ridge()")
        self._labels = is_classifier(readout)
        self.washout_ = check_integer("washout", self.washout, at_least=0)
        passthrough, feedback, _ = (
            check_flag(name, getattr(self, name)) for name in ("passthrough", "feedback", "verbose")
        )
        check_jobs("n_jobs", self.n_jobs)
        if feedback and self._labels:
            raise ValueError("'feedback' must be False with a classifier as readout: labels cannot be fed back.")
        self._dtype = check_dtype(reservoir.dtype)
        chunk_size = check_integer("chunk_size", self.chunk_size)
        self._rows, self.passthrough_ = FeatureRows(reservoir, passthrough, feedback, chunk_size), passthrough
        self._keywords, self._n_seen, self._n_kept, self._n_series = {}, 0, 0, 0
        self.__dict__.pop("state_", None)
        return readout

    def _begin(self, X, series, targets, may_miss):
        """Fit the reservoir, and find the shape of predictions and the classes from the targets."""
        self._target_shape = targets[0].shape[1:]
        for target in targets:
            self._check_targets(target, may_miss)
        if self._labels and not self._keywords:
            self._keywords = {"classes": labels_of_targets(targets)}
        reservoir = self._rows.reservoir
        if self._rows.feedback:
            names = getattr(self, "feature_names_in_", [None] * self.n_features_in_)
            reservoir = by_position(reservoir, [*[None] * int(np.prod(self._target_shape)), *names])
            X = [behind_targets(x, target) for x, target in zip(series, targets, strict=True)]
        elif not hasattr(self, "feature_names_in_"):  # X brings its names along for parameters that name a column
            X = series
        self.reservoir_ = reservoir.fit(X)

    def _read_chunk(self, X, y, closed):
        """Return a chunk of a series and its targets, checked; the first of all draws the reservoir."""
        begun = hasattr(self, "reservoir_")
        sequences = self._read_again(X) if begun else read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True)
        if sequences.container != "series":
            raise ValueError("'X' must be one 2-D series (n_steps, n_features) here; for many series use fit.")
        target, may_miss = read_targets(y, sequences, labels=self._labels)[0], closed or not self._rows.feedback
        if not begun:
            self._begin(X, sequences.series, [target], may_miss)
        self._check_targets(target, may_miss)
        return sequences.series[0], target

    def _fit_chunks(self, readout, chunks):
        """Return ``readout`` fitted to the chunks of one series, block by block."""
        rows, n_folds = self._rows, folds_of(readout)
        with BlockFit(readout, rows.chunk_size, self._keywords, verbose=self.verbose) as fit:
            for X, y in chunks:
                state, skip = self._place()
                wanted = StepTargets(y, n_folds, self._n_series - 1)
                for piece in rows.drive(X, state, y, skip):
                    part = rows.training_rows(piece, wanted, skip, self._n_kept)
                    fit.add(*part)
                    self._n_kept += len(part[1])
                self.state_, self._n_seen = rows.state_after(piece, y), self._n_seen + len(X)
            fitted = fit.finish()
        return readout if fitted is None else fitted

    def _fit_force(self, readout, chunks):
        for X, y in chunks:
            self.state_ = run_force(self._rows, readout, X, y, *self._place())
            self._n_seen += len(X)
            if self.verbose:
                print(f"[ReservoirRegressor] {self._n_seen:,} rows driven in the loop")
        return readout

    def _place(self):
        """Return the state that the next step follows, and how many steps of washout are left."""
        # Checked, for it may come from elsewhere, or be mapped from disk: read-only, it would compile kernels anew.
        state = self._check_state(getattr(self, "state_", None))
        return state, max(self.washout_ - self._n_seen, 0)

    def __sklearn_tags__(self):
        readout = getattr(self, "readout_", self.readout)
        return tags_with(super().__sklearn_tags__(), RidgeReadout() if readout is None else readout)

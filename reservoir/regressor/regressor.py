"""A reservoir and a readout in one estimator: a target for every step, of one series or of many."""

import copy
from dataclasses import replace

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.metrics import accuracy_score
from sklearn.utils import ClassifierTags, RegressorTags, column_or_1d, get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from readouts.at_once import all_at_once, of_one_fit
from readouts.values import check_labels
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import check_dtype, check_flag, check_integer, check_jobs
from reservoir.checks.naming import called
from reservoir.driving.threads import map_series
from reservoir.echo_state import EchoStateReservoir
from reservoir.metrics import r_squared
from reservoir.regressor.feedback import beside_last, run_force, run_free
from reservoir.regressor.listening import Listener, gather
from reservoir.regressor.targets import all_known, any_known, known_rows, read_targets
from reservoir.regressor.teaching import learns_in_chunks, report, teach, teach_series
from reservoir.series.lazy_series import is_finite
from reservoir.series.named_columns import by_position
from reservoir.series.sequences import Sequences, read_sequences, read_series

_ALL_OR_NOTHING = (RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier)


def _readout_has(name):
    def check(self):
        readout = getattr(self, "readout_", self.readout)
        return hasattr(RidgeReadout if readout is None else readout, name)

    return check


def _labels_of(name, values):
    """Return the labels among the values, sorted."""
    with called(name):
        values = check_labels(name, values)
    try:
        with np.errstate(invalid="ignore"):  # of numbers that no integer can be
            column_or_1d(values)
            check_classification_targets(values)
            return unique_labels(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"'{name}' must hold labels, one for each, all of them numbers or strings: {error}") from error


def _has_one_row(X):
    """Whether X, of which nothing is known yet, has a single row."""
    shape = getattr(X, "shape", None)
    return hasattr(X, "__len__") and len(X) == 1 if shape is None else shape[:1] == (1,)


class ReservoirRegressor(BaseEstimator):
    """Predicts a target for every step of a series, from the states of a reservoir.

    With the reservoir F and the rows u(t) of a series::

        x(t) = F(x(t-1), h(t)),    y(t) = readout([x(t), h(t)]),    h(t) = u(t), or [y(t-1), u(t)] with feedback

    A readout that has ``partial_fit`` and learns from a row once (`readouts.RidgeReadout`, `readouts.RLSReadout`) is
    taught while the series is driven, ``chunk_size`` rows at a time: memory does not grow with the number of steps. Two
    blocks may be learnt at once where the readout has ``merge``. Any other scikit-learn regressor, one that passes over
    the rows many times (``max_iter``) or balances classes, and a ``RidgeReadout`` that leaves out every row in turn, is
    handed the states of all steps by ``fit``. With a classifier as readout this is a classifier, of every step.

    States are nearly collinear, and sums of their products keep half of the digits. Where those count, with a penalty
    near 0 as closed loops may want, take ``RidgeReadout(alpha, solver="qr")``.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Drives every series from rest. It is cloned, not changed. None is an `EchoStateReservoir` with its defaults,
        seeded with 0.
    readout : regressor, classifier or None, default=None
        Is cloned, not changed. None is ``RidgeReadout(alpha=1e-6)``. To search over parameters of a reservoir or
        readout (``reservoir__spectral_radius``), give one.
    washout : int, default=0
        Number of steps, at least 0, at the start of every series that ``fit`` and ``score`` leave out, because the
        state still remembers where it started. A series must have more. ``predict`` gives them all.
    passthrough : bool, default=True
        Whether the readout sees h(t) beside the state.
    feedback : bool, default=False
        Whether the reservoir hears the last output. ``fit`` feeds back the true targets, ``predict`` the outputs. The
        first y(-1) is 0. Columns are counted from those of y on, where the reservoir has a parameter that names one.
    chunk_size : int, default=3500
        Number of steps driven at once, and of rows that the readout is given at once, at least 1.
    n_jobs : int or None, default=None
        Number of workers over series, in ``fit`` for readouts that have ``merge`` or no ``partial_fit``. They are
        threads; with ``merge``, ``joblib.parallel_config`` can make them processes (``"dask"``, ``"loky"``), each of
        which is sent its series and returns statistics of the readout, never states. The result does not depend on it.
    verbose : bool, default=False
        Whether to print how many rows have been learnt.

    Attributes
    ----------
    reservoir_, readout_ : the fitted reservoir and readout
    state_ : where the series ends, to be handed to ``predict``
        The state after the last step that was learnt; absent after several series.
    passthrough_ : bool
    n_features_in_ : int
    classes_ : array (n_classes,), where the readout is a classifier

    Raises
    ------
    ValueError
        If a parameter, X or y is invalid.
    StateOverflowError
        If a state grows past every finite number, or a fed-back output so far that its square does.

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

    def __init__(
        self,
        reservoir=None,
        readout=None,
        *,
        washout=0,
        passthrough=True,
        feedback=False,
        chunk_size=3500,
        n_jobs=None,
        verbose=False,
    ):
        self.reservoir = reservoir
        self.readout = readout
        self.washout = washout
        self.passthrough = passthrough
        self.feedback = feedback
        self.chunk_size = chunk_size
        self.n_jobs = n_jobs
        self.verbose = verbose

    @all_at_once
    def fit(self, X, y):
        """Drive every series from rest and teach the readout.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        y : for one series, array (n_steps,) or (n_steps, n_targets); for several, a list or array of those
            Rows with a NaN or masked target are driven but not learnt; with feedback there must be none.

        Returns
        -------
        self
        """
        readout = self._start()
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True)
        series, targets = sequences.series, read_targets(y, sequences, labels=self._labels)
        self._check_washout(series)
        if not any(any_known(target, self._washout) for target in targets):
            raise ValueError(
                "'y' must hold a target for at least one step after the washout; got only missing ones (NaN or masked)."
            )
        self._begin(X, series, targets, may_miss=not self._listener.feedback)
        if not learns_in_chunks(readout):
            self.readout_ = self._fit_stacked(readout, series, targets)
        elif len(series) == 1:
            self.readout_ = self._teach(readout, zip(series, targets, strict=True))
        else:
            self.readout_ = teach_series(
                self._listener, readout, series, targets, self._washout,
                n_jobs=self.n_jobs, keywords=self._keywords, verbose=self.verbose,
            )  # fmt: skip
        if sequences.container != "series":
            vars(self).pop("state_", None)
        return self

    @available_if(_readout_has("partial_fit"))
    @all_at_once
    def partial_fit(self, X, y=None, *, reset=False, classes=None):
        """Learn on: the rows follow those of the call before, and so does the state.

        With feedback and a readout that has ``partial_fit_predict`` (`readouts.RLSReadout`) the loop is closed: the
        reservoir hears what the readout said before it saw the target. Rows without a target are then heard without
        learning, which thins out the updates. With feedback and any other readout, the true targets are heard.

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
        # The library's own learn a row or do not, but never half of it: then the copy is spared.
        spares_copy = type(getattr(self, "readout_", None)) in _ALL_OR_NOTHING
        one_row = spares_copy and y is not None and _has_one_row(X)
        readout = self._start() if not begun else self.readout_ if one_row else copy.deepcopy(self.readout_)
        if reset or not hasattr(self, "state_"):
            vars(self).pop("state_", None)
            self._n_seen = 0
        self._check_classes(classes, begun)
        chunks = self._read_chunks(X, y, begun, closed=self._closes_loop(readout))
        self.readout_ = (self._teach_force if self._closes_loop(readout) else self._teach)(readout, chunks)
        return self

    def predict(self, X, state=None, return_state=False):
        """Predict the target of every step, of the washout too.

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
        return self._respond("predict", X, state, check_flag("return_state", return_state))

    @available_if(_readout_has("predict_proba"))
    def predict_proba(self, X):
        """Return the probabilities of the classes at every step, in the container of X."""
        return self._respond("predict_proba", X)

    @available_if(_readout_has("decision_function"))
    def decision_function(self, X):
        """Return the readout's decision values at every step, in the container of X."""
        return self._respond("decision_function", X)

    def prime(self, X, y=None, state=None):
        """Return the state after one series, which nothing is learnt from.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features)
        y : array (n_steps,) or (n_steps, n_targets) or None, default=None
            The outputs to be heard, with feedback; without it they do not count.
        state : as in ``predict``

        Returns
        -------
        state
        """
        sequences = self._read_again(X)
        if sequences.container != "series":
            raise ValueError("'X' must be one 2-D series (n_steps, n_features) here; got several. Prime one by one.")
        targets = None
        if self._listener.feedback:
            targets = read_targets(y, sequences, labels=False)[0]
            self._check_targets(targets, may_miss=False)
        for *_, following in self._listener.listen(sequences.series[0], self._checked(state), targets):
            state = following
        return state

    def score(self, X, y):
        """Return R^2 of the predictions (accuracy, of a classifier), without washouts and missing targets.

        Parameters
        ----------
        X, y : as in ``fit``
        R^2 is over all series at once, and the mean over the targets. With feedback it is that of a free run, from
            rest.

        Returns
        -------
        float
        """
        sequences = self._read_again(X)
        targets = read_targets(y, sequences, labels=self._labels)
        self._check_washout(sequences.series)
        for target in targets:
            self._check_targets(target, may_miss=True)
        predictions = map_series(lambda x: self._answer("predict", x, None)[0], sequences.series, self.n_jobs)
        kept = [np.flatnonzero(known_rows(target[self._washout :])) + self._washout for target in targets]
        truth = np.concatenate([target[:][rows] for target, rows in zip(targets, kept, strict=True)])
        guess = np.concatenate([prediction[rows] for prediction, rows in zip(predictions, kept, strict=True)])
        least = 1 if self._labels else 2  # of one row there is no variance to explain
        if len(truth) < least:
            raise ValueError(
                f"'y' must hold a target for at least {least} steps after the washout to score; got {len(truth)}."
            )
        return accuracy_score(truth, guess) if self._labels else r_squared(truth, guess)

    @property
    def classes_(self):
        """The labels that the readout tells apart."""
        return self.readout_.classes_

    def _start(self):
        """Check the parameters, record what later calls need, and return an unfitted readout."""
        if self.reservoir is not None and not isinstance(self.reservoir, BaseReservoir):
            raise ValueError(f"'reservoir' must be a reservoir such as EchoStateReservoir(); got {self.reservoir!r}.")
        usable = hasattr(self.readout, "fit") and hasattr(self.readout, "predict")
        if self.readout is not None and (not usable or isinstance(self.readout, type)):
            raise ValueError(f"'readout' must be a regressor or classifier such as Ridge(); got {self.readout!r}.")
        readout = RidgeReadout(alpha=1e-6) if self.readout is None else clone(self.readout)
        self._labels = is_classifier(readout)
        self._washout = check_integer("washout", self.washout, at_least=0)
        passthrough, feedback, _ = (
            check_flag(name, getattr(self, name)) for name in ("passthrough", "feedback", "verbose")
        )
        check_jobs("n_jobs", self.n_jobs)
        if feedback and self._labels:
            raise ValueError("'feedback' must be False with a classifier as readout, whose labels cannot be heard.")
        drawn = EchoStateReservoir(random_state=0) if self.reservoir is None else clone(self.reservoir)
        self._dtype = check_dtype(drawn.dtype)
        chunk_size = check_integer("chunk_size", self.chunk_size)
        self._listener, self.passthrough_ = Listener(drawn, passthrough, feedback, chunk_size), passthrough
        self._keywords, self._n_seen = {}, 0
        vars(self).pop("state_", None)
        return readout

    def _begin(self, X, series, targets, may_miss):
        """Fit the reservoir, and learn from the targets how predictions are shaped, and the classes."""
        self._target_shape = targets[0].shape[1:]
        for target in targets:
            self._check_targets(target, may_miss)
        if self._labels and not self._keywords:
            kinds = {target.dtype.kind for target in targets}
            if kinds & set("US") and kinds & set("biuf"):
                raise ValueError("'y' must hold labels of one type; got text in some series and numbers in others.")
            labels = np.concatenate([target[known_rows(target)] for target in targets])
            self._keywords = {"classes": _labels_of("y", labels)}
        reservoir = self._listener.reservoir
        if self._listener.feedback:
            names = getattr(self, "feature_names_in_", [None] * self.n_features_in_)
            reservoir = by_position(reservoir, [*[None] * int(np.prod(self._target_shape)), *names])
            X = [beside_last(x, target) for x, target in zip(series, targets, strict=True)]
        elif not hasattr(self, "feature_names_in_"):  # names of columns are for parameters that name one
            X = series
        self.reservoir_ = reservoir.fit(X)

    def _check_classes(self, classes, begun):
        """Record the classes that partial_fit was given, in its first call; later they must be the same."""
        if classes is not None and not self._labels:
            raise ValueError("'classes' must be None, as the readout is no classifier; got labels. Leave them out.")
        if self._labels and not begun:
            if classes is None:
                raise ValueError("'classes' must list all labels in the first call of partial_fit; got None.")
            self._keywords = {"classes": _labels_of("classes", classes)}
        elif classes is not None and not np.array_equal(_labels_of("classes", classes), self.classes_):
            raise ValueError(f"'classes' must be those of the first call, {self.classes_.tolist()}; got {classes}.")

    def _check_washout(self, series):
        shortest = min(map(len, series))
        if self._washout >= shortest:
            raise ValueError(
                f"'washout' must be smaller than each sequence; got {self._washout} with a sequence of {shortest} "
                "steps. Lower it, or leave short sequences out."
            )

    def _check_targets(self, target, may_miss):
        if target.shape[1:] != self._target_shape:
            names = ("n_steps", *map(str, self._target_shape))
            raise ValueError(f"'y' must have shape ({', '.join(names)}), as it had before; got {target.shape}.")
        if not may_miss and not all_known(target):
            raise ValueError(
                "'y' must be known at every step with feedback, where it is heard; got NaN or a masked entry. Fill it "
                "in."
            )

    def _closes_loop(self, readout):
        return self._listener.feedback and hasattr(readout, "partial_fit_predict")

    def _read_chunks(self, X, y, begun, closed):
        """Yield the chunks of one series, checked; the first of all draws the reservoir."""
        if y is None and (hasattr(X, "shape") or not hasattr(X, "__iter__")):
            raise ValueError(
                f"'X' must be one 2-D series beside its y, or without y an iterator of pairs (X, y); got y=None with "
                f"{type(X).__name__}. Pass as 'y' a target for every step."
            )
        if y is not None and hasattr(X, "__next__"):
            raise ValueError("'y' must be None where 'X' is an iterator, which yields pairs (X, y); got both.")
        chunks = iter([(X, y)] if y is not None else X)
        number = -1
        for number, chunk in enumerate(chunks):
            try:
                rows, target = self._read_chunk(chunk, begun, closed)
            except ValueError as error:
                raise ValueError(f"{error} (chunk {number})") if y is None else error from None
            begun = True
            # A copy, for what is yielded may be refilled before it is learnt; rows of states are made anew anyway.
            yield rows, np.array(target[:]) if y is None else target
        if number < 0:
            raise ValueError("'X' as an iterator must yield at least one chunk (X, y); got none.")

    def _read_again(self, X):
        if not hasattr(self, "reservoir_"):  # check_is_fitted takes longer than a step of a stream
            check_is_fitted(self)
        if type(X) is np.ndarray and X.ndim == 2:  # and here too, what is plainly in order is read faster
            return Sequences([read_series(self, X, dtype=self._dtype, lazy=True)], "series")
        return read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)

    def _read_chunk(self, chunk, begun, closed):
        if not isinstance(chunk, (tuple, list)) or len(chunk) != 2:
            raise ValueError(f"'X' as an iterator must yield pairs (X, y); got {type(chunk).__name__}.")
        X, y = chunk
        if begun:
            sequences = self._read_again(X)
        else:
            sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True)
        if sequences.container != "series":
            raise ValueError("'X' must be one 2-D series (n_steps, n_features) here; for many series use fit.")
        target, may_miss = read_targets(y, sequences, labels=self._labels)[0], closed or not self._listener.feedback
        if not begun:
            self._begin(X, sequences.series, [target], may_miss)
        self._check_targets(target, may_miss)
        return sequences.series[0], target

    def _teach(self, readout, chunks):
        """Return ``readout`` after lessons from the chunks of one series."""

        def lessons():
            for X, y in chunks:
                state, skip = self._place()
                for rows, targets, following in self._listener.lessons(X, y, state, skip):
                    state = following
                    yield rows, targets
                self.state_, self._n_seen = state, self._n_seen + len(X)

        blocks = gather(lessons(), self._listener.chunk_size)
        taught = teach(readout, report(blocks) if self.verbose else blocks, self._keywords)
        return readout if taught is None else taught

    def _teach_force(self, readout, chunks):
        for X, y in chunks:
            self.state_ = run_force(self._listener, readout, X, y, *self._place())
            self._n_seen += len(X)
            if self.verbose:
                print(f"[ReservoirRegressor] {self._n_seen:,} rows heard in the loop")
        return readout

    def _place(self):
        """Return the state that the next step follows, and how many steps of washout are left."""
        # Checked, for it may come from elsewhere, or be mapped from disk: read-only, it would compile kernels anew.
        state = self._checked(getattr(self, "state_", None))
        return state, max(self._washout - self._n_seen, 0)

    def _fit_stacked(self, readout, series, targets):
        def lessons(number):
            x, y = series[number], targets[number]
            parts = list(self._listener.lessons(x, y, self._listener.rest(y[:1].size), self._washout))
            return (
                np.concatenate([part[0] for part in parts]),
                np.concatenate([part[1] for part in parts]),
                parts[-1][2],
            )

        rows, wanted, states = zip(*map_series(lessons, range(len(series)), self.n_jobs), strict=True)
        self.state_ = states[0]
        return readout.fit(np.concatenate(rows), np.concatenate(wanted))

    def _checked(self, state):
        n_targets = int(np.prod(self._target_shape))
        return self._listener.rest(n_targets) if state is None else self._listener.check_state(state, n_targets)

    @of_one_fit
    def _respond(self, method, X, state=None, return_state=False):
        sequences = self._read_again(X)
        if sequences.container != "series" and (state is not None or return_state):
            raise ValueError("'state' and 'return_state' are for one series; got several. Predict them one by one.")
        results = map_series(lambda x: self._answer(method, x, state), sequences.series, self.n_jobs)
        answers = sequences.restore([answer for answer, _ in results])
        return (answers, results[0][1]) if return_state else answers

    def _answer(self, method, X, state):
        """Return what a method of the readout says of every step of one series, and the state after it."""
        state = self._checked(state)
        if self._listener.feedback:
            answer, state = run_free(self._listener, self.readout_, X, state, len(state[1]))
            return answer.reshape(-1, *self._target_shape), state
        answer = None
        for start, rows, following in self._listener.listen(X, state):
            part, state = np.asarray(getattr(self.readout_, method)(rows)), following
            if answer is None:
                answer = np.empty((len(X), *part.shape[1:]), part.dtype)
            elif part.dtype != answer.dtype:  # texts may be longer here
                answer = answer.astype(np.result_type(answer, part))
            answer[start : start + len(part)] = part
        if method == "predict":  # some readouts drop the axis of a single target
            answer = answer.reshape(len(X), *self._target_shape)
        if answer.dtype.kind == "f" and not is_finite(answer):
            raise StateOverflowError(f"{method} of {type(self.readout_).__name__} gave NaN or infinity. Scale X and y.")
        return answer, state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        readout = getattr(self, "readout_", self.readout)
        readout = RidgeReadout() if readout is None else readout
        inner = get_tags(readout) if isinstance(readout, BaseEstimator) else tags
        tags.target_tags = inner.target_tags
        if inner.estimator_type == "classifier":
            tags.estimator_type = "classifier"
            tags.classifier_tags = replace(inner.classifier_tags or ClassifierTags(), multi_label=False)
            tags.target_tags = replace(inner.target_tags, multi_output=False)
        else:
            tags.estimator_type = "regressor"
            tags.regressor_tags = inner.regressor_tags or RegressorTags()
        tags.target_tags.required = True
        tags.non_deterministic = inner.non_deterministic
        tags.input_tags.three_d_array = True
        return tags

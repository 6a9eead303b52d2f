"""A reservoir and a readout in one estimator: a target for every step, of one series or of many."""

from math import prod
from typing import Self

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, is_classifier

from readouts.at_once import all_at_once
from readouts.types import RandomState, SeriesLike
from readouts.values import is_number
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_dtype, check_flag, check_integer, check_jobs, check_random_state
from reservoir.checks.feature_count import warn_of_few_rows
from reservoir.checks.later_parameters import LaterParametersMixin
from reservoir.components import Readout, clone_readout, clone_reservoir, default_readout
from reservoir.lagged import check_lags, check_reach, with_lags
from reservoir.regressor.feature_rows import FeatureRows
from reservoir.regressor.fitting import fit_series, fit_whole, fits_in_blocks
from reservoir.regressor.labels import labels_of_targets
from reservoir.regressor.step_targets import StepTargets, folds_of
from reservoir.regressor.step_weights import check_takes_weights, read_weights
from reservoir.regressor.stream import StreamMixin
from reservoir.regressor.tags import tags_with
from reservoir.regressor.targets import read_targets
from reservoir.series.input_noise import add_noise
from reservoir.series.named_columns import by_position
from reservoir.series.sequences import read_sequences


class ReservoirRegressor(StreamMixin, LaterParametersMixin, BaseEstimator):
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
        cross-validation in blocks of time. A ``RidgeReadout`` or ``RidgeReadoutClassifier`` with ``alphas`` and an
        integer ``cv`` is given folds that depend on the place of a step in its series alone, not on chunks and workers.
        To search over parameters of a reservoir or readout (``reservoir__spectral_radius``), give one.
    washout : int, default=0
        Number of steps, at least 0, at the start of every series that ``fit`` and ``score`` leave out, because the
        state still remembers where it started. A series must have more. ``predict`` returns them all, and from rest
        these may be far from all targets.
    passthrough : bool, default=True
        Whether h(t) is a feature of the readout beside the state.
    lags : int, sequence of int, or None, default=None
        Steps of delay l, each at least 1 and less than the steps of every series of ``fit``: x(t-l), and with
        ``passthrough`` h(t-l), are features beside x(t) and h(t). One number L stands for 1 to L. Before the start of a
        series stand zeros; a ``washout`` of the longest lag leaves such steps out. The state that is handed on holds
        the steps that lags reach back to.
    feedback : bool, default=False
        Whether the last output is input of the reservoir. ``fit`` feeds back the true targets, ``predict`` the
        outputs. The first y(-1) is 0. Columns are counted from those of y on, where the reservoir has a parameter that
        names one, or a number for each.
    noise : float or array (n_targets,), default=0.0
        Standard deviation, at least 0 and in the unit of the targets, of Gaussian noise that is added to true targets
        where they are fed back: in ``fit``, and in ``partial_fit`` unless the loop is closed there. The readout is
        fitted to targets without noise, and so to return from errors of its own.
    chunk_size : int, default=3500
        Number of steps driven at once, and of rows that the readout is given at once, at least 1.
    n_jobs : int or None, default=None
        Number of workers over series, in ``fit`` for readouts that have ``merge`` or no ``partial_fit``. They are
        threads; with ``merge``, ``joblib.parallel_config`` can make them processes (``"dask"``, ``"loky"``), each of
        which is sent its series and returns statistics of the readout, never states. The result does not depend on it.
    verbose : bool, default=False
        Whether to print how many rows the readout has been fitted to.
    random_state : int, RandomState or None, default=None
        Seed of the noise, which is the same whatever the chunks and workers.

    Attributes
    ----------
    reservoir_, readout_ : the fitted reservoir and readout
        With ``lags``, a `reservoir.lagged.LaggedReservoir`, which holds the reservoir itself as its ``reservoir_``.
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
    networks", Neuron 63:544, 2009. Lags: T. L. Carroll and J. D. Hart, "Time shifts to reduce the size of reservoir
    computers", Chaos 32:083122, 2022.

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
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        washout: int = 0,
        passthrough: bool = True,
        lags: int | tuple[int, ...] | list[int] | ArrayLike | None = None,
        feedback: bool = False,
        noise: float | ArrayLike = 0.0,
        chunk_size: int = 3500,
        n_jobs: int | None = None,
        verbose: bool = False,
        random_state: RandomState = None,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.washout = washout
        self.passthrough = passthrough
        self.lags = lags
        self.feedback = feedback
        self.noise = noise
        self.chunk_size = chunk_size
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.random_state = random_state

    @all_at_once
    def fit(self, X: SeriesLike, y: SeriesLike, sample_weight: SeriesLike | float | None = None) -> Self:
        """Drive every series from rest and fit the readout.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        y : for one series, array (n_steps,) or (n_steps, n_targets); for several, a list or array of those
            Rows with a NaN or masked target drive the reservoir, but the readout is not fitted to them; with feedback
            there must be none.
        sample_weight : number, array (n_steps,), for several series a list or array of those, or None, default=None
            Non-negative weight of every step in the fit of the readout. A step of weight 0 drives the reservoir, and is
            as one without a target. The readout must take weights.

        Returns
        -------
        self
        """
        readout = self._start()
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True)
        series, targets = sequences.series, read_targets(y, sequences, labels=self._labels)
        check_takes_weights(sample_weight, readout, "partial_fit" if fits_in_blocks(readout) else "fit")
        weights = read_weights(sample_weight, sequences)
        self._check_washout(series)
        if self.lags is not None:
            check_reach(check_lags(self.lags), series)
        wanted = [
            StepTargets(target, weight, folds_of(readout), number)
            for number, (target, weight) in enumerate(zip(targets, weights, strict=True))
        ]
        n_rows = sum(one.count(self.washout_) for one in wanted)
        if not n_rows:
            positive = "" if sample_weight is None else ", and 'sample_weight' a weight above zero,"
            raise ValueError(
                f"'y' must hold a target{positive} for at least one step after the washout; got only missing ones (NaN "
                f"or masked){positive and ' or zero weights'}."
            )
        self._begin(X, series, targets, may_miss=not self._rows.feedback)
        self._n_series = len(series)

        def inputs():
            return self._add_noise([self._rows.inputs(*pair) for pair in zip(series, targets, strict=True)])

        if not fits_in_blocks(readout):
            self.readout_, self.state_ = fit_whole(self._rows, readout, inputs(), wanted, self.washout_, self.n_jobs)
        elif len(series) == 1:
            self.readout_ = self._fit_chunks(readout, zip(series, wanted, strict=True))
        else:
            options = {"n_jobs": self.n_jobs, "keywords": self._keywords, "verbose": self.verbose}
            self.readout_ = fit_series(self._rows, readout, inputs(), wanted, self.washout_, **options)
        if sequences.container != "series":
            self.__dict__.pop("state_", None)
        warn_of_few_rows(self.readout_, n_rows)
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
        self._noise = _check_noise(self.noise, feedback)
        random_state = check_random_state(self.random_state)
        self._random_state = None if self._noise is None else random_state
        self._dtype = check_dtype(reservoir.dtype)
        chunk_size = check_integer("chunk_size", self.chunk_size)
        reservoir = with_lags(reservoir, self.lags, "past" if passthrough else "none")
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
            reservoir = by_position(reservoir, [*[None] * prod(self._target_shape), *names])
            X = [self._rows.inputs(*pair) for pair in zip(series, targets, strict=True)]
        elif not hasattr(self, "feature_names_in_"):  # X brings its names along for parameters that name a column
            X = series
        self.reservoir_ = reservoir.fit(X)

    def _add_noise(self, inputs):
        """Return the inputs of several series with noise on the outputs that are fed back."""
        if self._noise is None:
            return inputs
        return add_noise(inputs, self._noise, prod(self._target_shape), self._random_state, "target")

    def __sklearn_tags__(self):
        readout = getattr(self, "readout_", self.readout)
        return tags_with(super().__sklearn_tags__(), default_readout() if readout is None else readout)


def _check_noise(noise, feedback):
    """Return the noise as it was given, None where it is 0."""
    if is_number(noise) and noise == 0:
        return None
    if not feedback:
        raise ValueError(
            f"'noise' must be 0.0 without feedback, for it is added to outputs that are fed back; got {noise!r}. "
            "Set feedback=True, or leave it out."
        )
    return noise

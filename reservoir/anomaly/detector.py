"""Scores how far every row of a series is from what the rows before it lead to."""

import warnings
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, OutlierMixin, clone, is_classifier
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import SeriesLike, SeriesOut
from reservoir.anomaly.column_scale import ColumnScale, find_column_scale
from reservoir.anomaly.next_row import FEWEST_ROWS, collect_rows, fit_next_row
from reservoir.anomaly.residual_length import fit_residual_length
from reservoir.anomaly.scored_stream import StreamScorer, StreamState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_dtype, check_flag, check_integer, check_jobs, check_memory, check_number
from reservoir.checks.feature_count import warn_of_few_rows
from reservoir.checks.later_parameters import LaterParametersMixin
from reservoir.checks.progress import Progress
from reservoir.checks.stack_level import stack_level
from reservoir.components import Readout, clone_readout, clone_reservoir, default_readout
from reservoir.series.absolute_times import warn_of_times_after_fit
from reservoir.series.named_columns import by_position
from reservoir.series.sequences import Sequences, read_sequences, read_series


class AnomalyDetector(OutlierMixin, LaterParametersMixin, BaseEstimator):
    """Scores every row of a series by how well it, and the rows just before it, could be predicted.

    The columns of a series are standardised to z(t). With the reservoir F, the residual of a row and its score are::

        x(t) = F(x(t-1), z(t)),     r(t) = z(t) - readout([x(t-1), z(t-1)])
        d^2(t) = r(t)' C^-1 r(t),   score(t) = -(d^2(t) + d^2(t-1) + ... + d^2(t-window+1)) / window

    where C is the covariance of the residuals in the training data, shrunk by the rule of Ledoit and Wolf. So a score
    is minus the mean squared Mahalanobis length of the last residuals, and higher is more normal, as elsewhere in
    scikit-learn. If residuals are Gaussian and no row is anomalous, ``-window * score`` has a chi-square distribution
    of ``window * n_features`` degrees of freedom. Nothing but the readout and C is fitted, to all rows: a few anomalies
    among many rows do little harm, but many become normal.

    The first row of a series, and ``washout`` rows after it, cannot be judged, because the state still remembers where
    it started. These rows, and those before a series, count with d^2 = n_features, its expected value. Continue a
    stream from its state to have all rows judged.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Is cloned, not changed. None is an `EchoStateReservoir` with its defaults, seeded with 0. A column of elapsed
        times is neither standardised nor predicted.
    readout : scikit-learn regressor or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadout` that chooses its penalty among powers of ten from 1e-6
        to 1e4 by cross-validation in five blocks of time.
    window : int, default=10
        Number of rows, at least 1, over which squared lengths are averaged. 1 is best for single outlying values;
        a window as long as the anomalies that are looked for finds the weakest, and reports them up to ``window - 1``
        rows after their end.
    contamination : float, default=0.01
        The share of the rows of ``fit`` that ``predict`` calls outliers, above 0 and at most 0.5. Rows that cannot be
        judged are counted; they all have the same score, and none is an outlier if that is the threshold.
    washout : int, default=100
        Number of rows, at least 0, at the start of every series from which nothing is predicted, in ``fit`` and later.
        A quarter of the median length of the series of ``fit`` is the most.
    standardize : bool, default=True
        Whether columns are centred and scaled, by the mean and the standard deviation of values that are limited to
        the quantiles at 0.01 and 0.99.
    n_jobs : int or None, default=None
        Number of threads over series; that of the reservoir is not used here.
    verbose : bool, default=False
        Whether to print what is being done.

    Attributes
    ----------
    reservoir_, readout_ : the fitted reservoir and readout
    offset_ : float
        The threshold: a row is an outlier if its score is lower.
    state_ : where the series of ``fit`` ends, to be handed to ``score_samples``; None after several series
    window_ : int
    washout_ : int
        The number of rows that is in use.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or a series is invalid.
    StateOverflowError
        If a state or a prediction grows past every finite number.

    Warns
    -----
    UserWarning
        If ``fit`` has fewer rows than a linear readout has features, or if no row of X is judged.

    Notes
    -----
    The threshold is a quantile of the scores in ``fit``. Residuals of rows that the readout was not fitted to are
    larger, the more so the fewer rows there were for each unit, and more of them are outliers. Of 30 autoregressions in
    two columns, with 100 units and 1 in 100 asked for, 6 in 100 were on average, and up to 24, after 300 rows; 1.5 in
    100, and up to 3.4, after 3,000. Where there are rows to spare, keep some from ``fit``, and set the threshold by
    them::

        detector.offset_ = np.quantile(detector.score_samples(X_spare, state=detector.state_), 0.01)

    References
    ----------
    Prediction errors scored by their Gaussian distribution: P. Malhotra, L. Vig, G. Shroff and P. Agarwal, "Long short
    term memory networks for anomaly detection in time series", ESANN 2015, section 2. Shrinkage: O. Ledoit and M. Wolf,
    "A well-conditioned estimator for large-dimensional covariance matrices", J. Multivariate Analysis 88:365, 2004.

    Examples
    --------
    A wave that stands still for 15 steps, within its usual range:

    >>> import numpy as np
    >>> from reservoir import AnomalyDetector
    >>> wave = np.sin(0.2 * np.arange(2000)) + 0.05 * np.random.RandomState(0).standard_normal(2000)
    >>> detector = AnomalyDetector().fit(wave[:1000])
    >>> wave[1500:1515] = wave[1500]
    >>> scores = detector.score_samples(wave[1000:], state=detector.state_)
    >>> bool(500 <= scores.argmin() < 525)
    True
    >>> outliers = detector.predict(wave[1000:], state=detector.state_) == -1
    >>> bool(outliers[505:525].all()), round(float(outliers[:500].mean()), 2)
    (True, 0.01)

    A stream, whose rows come one by one:

    >>> one, state = detector.score_samples(wave[1000:1001], state=detector.state_, return_state=True)
    >>> two, state = detector.score_samples(wave[1001:1002], state=state, return_state=True)
    >>> np.allclose([*one, *two], scores[:2])
    True
    """

    state_: StreamState | None
    washout_: int

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        window: int = 10,
        contamination: float = 0.01,
        washout: int = 100,
        standardize: bool = True,
        n_jobs: int | None = None,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.window = window
        self.contamination = contamination
        self.washout = washout
        self.standardize = standardize
        self.n_jobs = n_jobs
        self.verbose = verbose

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None) -> Self:
        """Fit to predict every row of every series from the rows before it.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
            A 1-D array is one series of a single feature, a list of such several. It takes 6 rows at least. The
            states of all rows are held at once.
        y : ignored

        Returns
        -------
        self
        """
        reservoir, readout, contamination, standardize = self._check_parameters()
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True, flat=True)
        series, alone = sequences.series, sequences.container == "series"
        names = list(getattr(self, "feature_names_in_", [None] * self.n_features_in_))
        reservoir = by_position(reservoir, names)
        elapsed = _find_elapsed(reservoir, self.n_features_in_)
        self._targets = np.delete(np.arange(self.n_features_in_), [] if elapsed is None else elapsed)
        scale = find_column_scale(series, elapsed)
        unscaled = ColumnScale(np.zeros(self.n_features_in_), np.ones(self.n_features_in_))
        self._scale = scale if standardize else unscaled
        inputs = [self._scale.standardise(x) for x in series]
        usual_length = int(np.median([len(x) for x in inputs]))
        self.washout_ = min(self.washout_, max(usual_length - 1 - FEWEST_ROWS, 0) // 4)
        self.reservoir_ = reservoir.fit(inputs[0] if alone else inputs)
        self._progress.say(f"reservoir fitted to {len(series):,} series, {sum(map(len, series)):,} rows in all")
        features, rows = collect_rows(self.reservoir_, inputs, self._targets, self.washout_, self.n_jobs)
        next_row = fit_next_row(readout, features, rows)
        self.readout_ = readout
        self._progress.say(f"readout fitted to {len(rows):,} rows")
        warn_of_few_rows(readout, len(rows))
        scales = (scale.scale / self._scale.scale)[self._targets]
        length = fit_residual_length(rows - next_row(features), scales)
        self._scorer = StreamScorer(self.reservoir_, next_row, self._targets, length, self.window_, self.washout_)
        scores, states = zip(*self._scorer.score_many(inputs, self.n_jobs), strict=True)
        self.offset_ = float(np.quantile(np.concatenate(scores), contamination))
        self.state_ = states[0] if alone else None
        return self

    def score_samples(
        self, X: SeriesLike, state: StreamState | None = None, return_state: bool = False
    ) -> SeriesOut | tuple[SeriesOut, StreamState]:
        """Return the score of every row; the lower, the more abnormal.

        Parameters
        ----------
        X : as in ``fit``, of any length
        state : ``state_``, or what a call with ``return_state=True`` returned, or None, default=None
            Where one series goes on; None is a new series, of which the first row and ``washout_`` more are not judged.
        return_state : bool, default=False
            Whether to return the state after one series, too. Scores of consecutive pieces are those of the whole.

        Returns
        -------
        scores : array (n_steps,) for one series, (n_sequences, n_steps) for a 3-D array, list of arrays for a list
        state : only if ``return_state``
        """
        return self._judge(X, state, return_state, lambda scores: scores)

    def decision_function(
        self, X: SeriesLike, state: StreamState | None = None, return_state: bool = False
    ) -> SeriesOut | tuple[SeriesOut, StreamState]:
        """Return the score of every row less ``offset_``: outliers are below 0.

        Parameters
        ----------
        X, state, return_state : as in ``score_samples``

        Returns
        -------
        as of ``score_samples``
        """
        return self._judge(X, state, return_state, lambda scores: scores - self.offset_)

    def predict(
        self, X: SeriesLike, state: StreamState | None = None, return_state: bool = False
    ) -> SeriesOut | tuple[SeriesOut, StreamState]:
        """Return -1 for every row that is an outlier, and +1 for the others.

        Parameters
        ----------
        X, state, return_state : as in ``score_samples``

        Returns
        -------
        as of ``score_samples``, integers
        """
        return self._judge(X, state, return_state, lambda scores: np.where(scores < self.offset_, -1, 1))

    def fit_predict(self, X: SeriesLike, y: object = None) -> SeriesOut:
        """Fit to X and return -1 for its outliers, and +1 for its other rows.

        Parameters
        ----------
        X : as in ``fit``
        y : ignored

        Returns
        -------
        as of ``predict``
        """
        return self.fit(X).predict(X)

    def _check_parameters(self):
        """Record the parameters that later calls need; return those that only ``fit`` needs."""
        reservoir = clone_reservoir(self.reservoir)
        readout = clone_readout(self.readout, default_readout(), "a regressor such as RidgeReadout()", is_classifier)
        self.window_ = check_integer("window", self.window)
        check_memory("window", self.window, 8 * self.window_)
        self.washout_ = check_integer("washout", self.washout, at_least=0)
        contamination = check_number("contamination", self.contamination, above=0, at_most=0.5)
        check_jobs("n_jobs", self.n_jobs)
        self._progress = Progress("AnomalyDetector", check_flag("verbose", self.verbose))
        self._dtype = check_dtype(reservoir.dtype)
        return reservoir, readout, contamination, check_flag("standardize", self.standardize)

    @of_one_fit
    def _judge(self, X, state, return_state, verdict):
        if not hasattr(self, "reservoir_"):  # check_is_fitted takes longer than a step of a stream
            check_is_fitted(self)
        return_state = check_flag("return_state", return_state)
        sequences = self._read_again(X)
        inputs = [self._scale.standardise(x) for x in sequences.series]
        alone = sequences.container == "series"
        if not alone and (state is not None or return_state):
            raise ValueError("'state' and 'return_state' are for one series; got several. Score them one by one.")
        if state is None and not return_state:
            self._warn_if_unjudged(inputs)
        if not alone:
            scored = self._scorer.score_many(inputs, self.n_jobs)
            self._progress.say(f"{len(inputs):,} series scored")
            return sequences.restore([verdict(scores) for scores, _ in scored])
        state = self._scorer.rest() if state is None else self._scorer.check_state(state)
        scores, state = self._scorer.score_on(inputs[0], state)
        return (verdict(scores), state) if return_state else verdict(scores)

    def _warn_if_unjudged(self, inputs):
        longest = max(map(len, inputs))
        if longest <= self.washout_ + 1:
            warnings.warn(
                f"'X' has no row that can be judged: the first {self.washout_ + 1} rows of a series cannot, and the "
                f"longest has {longest}. Hand on 'state', such as state_, where X continues a series; or fit "
                "with a lower 'washout'.",
                UserWarning,
                stack_level(),
            )

    def _read_again(self, X):
        if type(X) is np.ndarray and X.ndim == 2:  # this way to read a single series is faster
            sequences = Sequences([read_series(self, X, dtype=self._dtype, lazy=True)], "series")
        else:
            sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        warn_of_times_after_fit(self.reservoir_, sequences.series)
        return sequences

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def _find_elapsed(reservoir, n_features):
    """Return the position of the column of elapsed times among those of an unfitted reservoir's input, or None."""
    parameters = reservoir.get_params().items()
    if all(value is None for name, value in parameters if name.split("__")[-1] == "elapsed_column"):
        return None
    return clone(reservoir).fit(np.zeros((2, n_features))).elapsed_column_  # one row is too short to adapt to

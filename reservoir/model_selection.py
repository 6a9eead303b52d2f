"""Scores without the washout, in scikit-learn's searches and cross-validations: one long series, or many series."""

import numbers

import numpy as np
from sklearn.model_selection import BaseCrossValidator, TimeSeriesSplit
from sklearn.utils.validation import _num_samples

from reservoir.arguments import check_flag, check_integer
from reservoir.sequences import called

__all__ = ["WashoutSplit", "sequence_scorer"]

LESS_IS_BETTER = ("_error", "_loss", "_distance", "_deviance", "nmse", "nrmse")
MORE_IS_BETTER = ("_score", "valid_prediction_time")


class WashoutSplit(BaseCrossValidator):
    """Let every test fold of one long series begin ``washout`` rows earlier, so that a reservoir can settle.

    A reservoir starts each fold from rest, and a readout that was trained on settled states errs until it has
    forgotten that. Plain folds score this transient along with the model; here the rows just before a fold drive the
    reservoir, and are not scored. With t the first row of the fold of the inner splitter, the test fold is ::

        rows  max(t - washout, 0) ... t - 1,  then the fold itself

    The training fold stays as it is. Nothing leaks: the added rows lie in the past of all that is scored, and whether
    or not they were trained on, their targets are not counted. Not counting them is the scorer's part:
    `sequence_scorer` with the same ``washout``, or the own ``score`` of an estimator that has it, drops the first
    ``washout`` rows of whatever it is given. A fold with fewer than ``washout`` rows before it is short of the rest:
    then its own first rows settle the reservoir, and are not scored.

    For one series only, in folds of consecutive rows. Many series need no such split: each is a sample of its own,
    from rest in training as in testing, so that ``KFold`` and `sequence_scorer` with a ``washout`` do.

    Parameters
    ----------
    cv : int or splitter, default=5
        Where the folds come from, such as ``TimeSeriesSplit(5, gap=10)`` or ``KFold(5)`` without shuffling. An integer
        n stands for ``TimeSeriesSplit(n)``.
    washout : int, default=100
        Number of rows, at least 0.

    Raises
    ------
    TypeError
        If ``cv`` is not a splitter.
    ValueError
        If ``washout`` is invalid, X holds many series, or a test fold is not made of consecutive rows.

    References
    ----------
    M. Lukosevicius, "A practical guide to applying echo state networks", in Neural Networks: Tricks of the Trade,
    Springer, 2012, section 4.5 (initial transients).

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.model_selection import TimeSeriesSplit
    >>> from reservoir.model_selection import WashoutSplit
    >>> for train, test in WashoutSplit(TimeSeriesSplit(2), washout=3).split(np.zeros((12, 1))):
    ...     print(train, test)
    [0 1 2 3] [1 2 3 4 5 6 7]
    [0 1 2 3 4 5 6 7] [ 5  6  7  8  9 10 11]
    """

    def __init__(self, cv=5, washout=100):
        self.cv = cv
        self.washout = washout

    def split(self, X, y=None, groups=None):
        """Yield the row numbers of the training and the test fold, one pair after another.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features)
        y : array (n_steps,) or (n_steps, n_targets), default=None
            Handed to the inner splitter.
        groups : array (n_steps,), default=None
            Handed to the inner splitter.

        Yields
        ------
        train, test : 1-D arrays of int
        """
        washout = check_integer("washout", self.washout, at_least=0)
        if _holds_many(X):
            raise ValueError(
                "'X' must be one 2-D series (n_steps, n_features) for WashoutSplit; got many series. They each start "
                "from rest: use a plain splitter such as KFold, and sequence_scorer with its 'washout'."
            )
        with called("X"):
            _num_samples(X)
        for train, test in self._folds(X, y, groups):
            test = np.asarray(test)
            if len(test) == 0 or np.any(np.diff(test) != 1):
                raise ValueError(
                    f"'cv' must give test folds of consecutive rows, because rows are time steps; got {self.cv!r}. "
                    "Use TimeSeriesSplit, or KFold without shuffling."
                )
            yield train, np.arange(max(int(test[0]) - washout, 0), test[-1] + 1)

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of folds of the inner splitter.

        Parameters
        ----------
        X, y, groups : as in ``split``; most splitters need none of them

        Returns
        -------
        int
        """
        return self._splitter().get_n_splits(X, y, groups)

    def _folds(self, X, y, groups):
        try:
            yield from self._splitter().split(X, y, groups)
        except (TypeError, ValueError) as error:
            if "'cv'" in str(error):
                raise
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"'cv' must be able to split 'X'; got {self.cv!r}, which says: {error}") from None

    def _splitter(self):
        if isinstance(self.cv, numbers.Integral) and not isinstance(self.cv, bool):
            return TimeSeriesSplit(check_integer("cv", self.cv, at_least=2))
        if isinstance(self.cv, type) or not (hasattr(self.cv, "split") and hasattr(self.cv, "get_n_splits")):
            raise TypeError(f"'cv' must be an integer or a splitter such as TimeSeriesSplit(5); got {self.cv!r}.")
        return self.cv


def sequence_scorer(metric, washout=0, *, greater_is_better=None, per_series=False):
    """Make a scorer of a metric, for one series or many, that leaves out the first rows of each series.

    With y_i the targets and p_i the predictions of series i, w the washout, and ``[]`` one after another::

        score = metric([y_1[w:], y_2[w:], ...], [p_1[w:], p_2[w:], ...])

    or, if ``per_series``, the mean over i of ``metric(y_i[w:], p_i[w:])``; with a minus sign where less is better, as
    scikit-learn's searches take the largest score. It goes into ``scoring=`` of ``GridSearchCV``, ``cross_val_score``
    and the like, which hand it an estimator whose ``predict`` gives one row for each row, in the container of X. For
    one long series, put the folds into `WashoutSplit` with the same ``washout``.

    Parameters
    ----------
    metric : callable (y_true, y_pred) -> float
        Such as `reservoir.metrics.nrmse` or ``sklearn.metrics.accuracy_score``.
    washout : int, default=0
        Number of rows at the start of each series that do not count, at least 0.
    greater_is_better : bool or None, default=None
        None goes by the name of the metric, as scikit-learn names its own: with ``_score`` at its end more is better,
        with ``_error``, ``_loss``, ``_distance`` or ``_deviance`` less is. `nmse`, `nrmse` and `valid_prediction_time`
        are known too.
    per_series : bool, default=False
        Whether the metric is taken of each series by itself, and all series count the same. Needed where the order of
        rows matters, as for `valid_prediction_time`. By default all rows count the same.

    Returns
    -------
    scorer : callable (estimator, X, y) -> float

    Raises
    ------
    TypeError
        If ``metric`` is not callable.
    ValueError
        If an argument is invalid; in use, if X, y and the predictions differ in rows, or a series is no longer than
        ``washout``.

    References
    ----------
    The contract of a scorer: "Metrics and scoring", scikit-learn's user guide.

    Examples
    --------
    One series: which spectral radius forecasts ten steps ahead? The score is minus the NRMSE.

    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.pipeline import make_pipeline
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.datasets import make_mackey_glass
    >>> from reservoir.metrics import nrmse
    >>> from reservoir.model_selection import WashoutSplit, sequence_scorer
    >>> u = make_mackey_glass(2000)
    >>> model = make_pipeline(EchoStateReservoir(50, leak_rate=0.3, random_state=0), Ridge(1e-6))
    >>> search = GridSearchCV(
    ...     model,
    ...     {"echostatereservoir__spectral_radius": [0.1, 0.9]},
    ...     scoring=sequence_scorer(nrmse, washout=200),
    ...     cv=WashoutSplit(3, washout=200),
    ... )
    >>> search.fit(u[:-10], u[10:, 0]).best_params_
    {'echostatereservoir__spectral_radius': 0.9}

    Many series: ``scoring=sequence_scorer(nrmse, washout=20)`` and ``cv=KFold(5)``, with lists as X and y.
    """
    if not callable(metric):
        raise TypeError(
            f"'metric' must be a function (y_true, y_pred), such as reservoir.metrics.nrmse; got {metric!r}."
        )
    washout = check_integer("washout", washout, at_least=0)
    if greater_is_better is None:
        greater_is_better = _greater_is_better(metric)
    greater_is_better = check_flag("greater_is_better", greater_is_better)
    per_series = check_flag("per_series", per_series)
    return _SequenceScorer(metric, washout, 1 if greater_is_better else -1, per_series)


class _SequenceScorer:
    """A class, not a closure, so that it can be pickled to the workers of a search."""

    def __init__(self, metric, washout, sign, per_series):
        self._metric, self._washout, self._sign, self._per_series = metric, washout, sign, per_series

    def __call__(self, estimator, X, y):
        many = _holds_many(X)
        predictions = estimator.predict(X)
        X, y, p = (X, y, predictions) if many else ([X], [y], [predictions])
        pairs = self._pairs(X, _entries("y", y, len(X)), _entries("the prediction", p, len(X)))
        if not self._per_series:
            pairs = [[np.concatenate(side) for side in zip(*pairs, strict=True)]]
        try:
            score = self._sign * float(np.mean([self._metric(truth, prediction) for truth, prediction in pairs]))
        except TypeError as error:
            raise TypeError(f"'metric' must take targets and predictions; got {self!r}, which says: {error}") from error
        if not np.isfinite(score):
            raise ValueError(f"'metric' must return finite numbers; got {score} from {self!r}.")
        return score

    def _pairs(self, X, y, p):
        pairs = []
        for number, (x, truth, prediction) in enumerate(zip(X, y, p, strict=True)):
            with called("y"):
                truth, prediction = np.asarray(truth), np.asarray(prediction)
            for name, array in (("y", truth), ("the prediction", prediction)):
                if array.shape[:1] != (len(x),):
                    raise ValueError(
                        f"'{name}' must have one row for each row of X, {len(x)} in series {number}; got shape "
                        f"{array.shape}. For one target per series use scikit-learn's own scorers."
                    )
            if len(x) <= self._washout:
                raise ValueError(
                    f"'washout' must be smaller than each sequence; got {self._washout} with a sequence of {len(x)} "
                    "steps. Take a smaller one, or fewer folds."
                )
            pairs.append((truth[self._washout :], prediction[self._washout :]))
        return pairs

    def __repr__(self):
        name = getattr(self._metric, "__name__", repr(self._metric))
        options = f"washout={self._washout}, greater_is_better={self._sign > 0}, per_series={self._per_series}"
        return f"sequence_scorer({name}, {options})"


def _greater_is_better(metric):
    name = getattr(metric, "__name__", "")
    if name.endswith(MORE_IS_BETTER) or name.endswith(LESS_IS_BETTER):
        return name.endswith(MORE_IS_BETTER)
    raise ValueError(
        f"'greater_is_better' must be True or False where the metric's name does not tell; got None with {metric!r}."
    )


def _holds_many(X):
    """Whether X is several series, a 3-D array or a list of 2-D arrays, and not one."""
    boxed = isinstance(X, np.ndarray) and X.dtype.kind == "O" and X.ndim == 1
    if boxed or isinstance(X, (list, tuple)):
        return len(X) > 0 and np.ndim(X[0]) == 2
    return getattr(X, "ndim", 2) == 3


def _entries(name, values, n_series):
    """Return ``values`` if they are one entry per series."""
    found = len(values) if hasattr(values, "__len__") else repr(values)
    if found != n_series:
        raise ValueError(f"'{name}' must have one entry per series, {n_series} here; got {found}.")
    return values

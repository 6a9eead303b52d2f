"""A metric of time steps as a scorer of scikit-learn that leaves out the transient of each series."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from readouts.masked import is_masked, mark_missing, refuse_masked
from readouts.types import SeriesLike
from readouts.values import as_labels
from reservoir.checks.arguments import check_flag, check_integer
from reservoir.checks.naming import called
from reservoir.model_selection.rows import count_rows, holds_many

LESS_IS_BETTER = ("_error", "_loss", "_distance", "_deviance", "nmse", "nrmse")
MORE_IS_BETTER = ("_score", "valid_prediction_time")


def sequence_scorer(
    metric: Callable[[Any, Any], float],
    washout: int = 0,
    *,
    greater_is_better: bool | None = None,
    per_series: bool = False,
) -> Callable[[BaseEstimator, SeriesLike, SeriesLike], float]:
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
        None decides by the name of the metric, as scikit-learn names its own: with ``_score`` at its end more is
        better, with ``_error``, ``_loss``, ``_distance`` or ``_deviance`` less is. `nmse`, `nrmse` and
        `valid_prediction_time` are recognised, too.
    per_series : bool, default=False
        Whether the metric is computed for each series separately, and all series count the same. Needed where the order
        of rows matters, as for `valid_prediction_time`. By default all rows count the same.

    Returns
    -------
    scorer : callable (estimator, X, y) -> float

    Raises
    ------
    TypeError
        If ``metric`` is not callable; in use, if it returns anything but a number, or the estimator cannot predict.
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
        greater_is_better = is_better_if_greater(metric)
    greater_is_better = check_flag("greater_is_better", greater_is_better)
    per_series = check_flag("per_series", per_series)
    return _SequenceScorer(metric, washout, 1 if greater_is_better else -1, per_series)


class _SequenceScorer:
    """The scorer; a class, not a closure, so that it can be pickled for the workers of a search."""

    def __init__(self, metric: Callable[[Any, Any], float], washout: int, sign: int, per_series: bool) -> None:
        self._metric, self._washout, self._sign, self._per_series = metric, washout, sign, per_series

    def __call__(self, estimator: Any, X: Any, y: Any) -> float:
        if isinstance(estimator, type) or not callable(getattr(estimator, "predict", None)):
            raise TypeError(f"'estimator' must be an estimator with a method 'predict'; got {estimator!r}.")
        many = holds_many(X)
        predictions = estimator.predict(X)
        series, targets, predicted = (X, y, predictions) if many else ([X], [y], [predictions])
        n_series = len(series)
        pairs = self._pairs(series, _entries("y", targets, n_series), _entries("the prediction", predicted, n_series))
        if not self._per_series:
            with called("y"):
                pairs = [[np.concatenate(side) for side in zip(*pairs, strict=True)]]
        score = self._sign * float(np.mean([self._measure(truth, prediction) for truth, prediction in pairs]))
        if not np.isfinite(score):
            raise ValueError(
                f"'metric' must return finite numbers for 'y' and the predictions of 'X'; got {score} from {self!r}."
            )
        return score

    def _pairs(self, X, y, p):
        pairs = []
        for number, (x, truth, prediction) in enumerate(zip(X, y, p, strict=True)):
            n_rows = count_rows("X", x)
            refuse_masked("the prediction", prediction)
            with called("y"):
                truth, prediction = as_labels(mark_missing(truth)), np.asarray(prediction)
            for name, array in (("y", truth), ("the prediction", prediction)):
                if array.shape[:1] != (n_rows,):
                    raise ValueError(
                        f"'{name}' must have one row for each row of X, {n_rows} in series {number}; got shape "
                        f"{array.shape}. For one target per series use scikit-learn's own scorers."
                    )
            if n_rows <= self._washout:
                raise ValueError(
                    f"'washout' must be smaller than each sequence; got {self._washout} with a sequence of {n_rows} "
                    "steps. Take a smaller one, or fewer folds."
                )
            pairs.append((truth[self._washout :], prediction[self._washout :]))
        return pairs

    def _measure(self, truth, prediction):
        try:
            measured = self._metric(truth, prediction)
            value = np.asarray(measured)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"'metric' must take 'y' and the predictions; got {self!r}, which says: {error}") from error
        if value.ndim or value.dtype.kind not in "fiub" or is_masked(measured):  # NumPy would make 0 of a masked one
            raise TypeError(f"'metric' must return one number; got {measured!r} from {self!r}.")
        return value

    def __repr__(self):
        name = getattr(self._metric, "__name__", repr(self._metric))
        options = f"washout={self._washout}, greater_is_better={self._sign > 0}, per_series={self._per_series}"
        return f"sequence_scorer({name}, {options})"


def is_better_if_greater(metric: Callable[[Any, Any], float]) -> bool:
    """Return what the name of a metric says about it, or raise ValueError."""
    name = getattr(metric, "__name__", "")
    if name.endswith(MORE_IS_BETTER) or name.endswith(LESS_IS_BETTER):
        return name.endswith(MORE_IS_BETTER)
    raise ValueError(
        f"'greater_is_better' must be True or False where the metric's name does not show it; got None with {metric!r}."
    )


def _entries(name, values, n_series):
    """Return ``values`` if they are one entry per series."""
    found = count_rows(name, values)
    if found != n_series:
        raise ValueError(f"'{name}' must have one entry for each of the {n_series} series of 'X'; got {found}.")
    return values

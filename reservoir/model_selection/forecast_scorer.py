"""The error of forecasts from many origins as a scorer of scikit-learn."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import root_mean_squared_error
from sklearn.utils.metadata_routing import MetadataRequest

from reservoir.checks.arguments import check_flag, check_integer
from reservoir.model_selection.rows import holds_many
from reservoir.model_selection.sequence_scorer import is_better_if_greater


def forecast_scorer(
    horizon: int,
    stride: int = 1,
    *,
    metric: Callable[[Any, Any], float] = root_mean_squared_error,
    greater_is_better: bool | None = None,
) -> Callable[..., float]:
    """Make a scorer of forecasts several steps ahead, from many origins of the series that it is given.

    An estimator is scored by its method ``backtest``, as that of `Forecaster`: with y the rows that followed all
    origins, of all series, one after the other, and p their forecasts, the score is ``metric(y, p)``; with a minus sign
    where less is better, as scikit-learn's searches take the largest score. It goes into ``scoring=`` of
    ``GridSearchCV``, ``RandomizedSearchCV``, ``cross_val_score`` and the like.

    The first rows of each series, the washout of the estimator and those that its differences take, lead to the first
    origin. Folds of one long series are best made by `WashoutSplit`, with at least so many rows for ``washout``, which
    takes them from before each fold; lists of series go as they are. Columns known in advance are handed on by a search
    under ``sklearn.set_config(enable_metadata_routing=True)``, of ``forecaster.set_fit_request(exogenous=True)``.

    Parameters
    ----------
    horizon : int
        Number of steps of every forecast, at least 1.
    stride : int, default=1
        Number of rows, at least 1, from one origin to the next.
    metric : callable (y_true, y_pred) -> float, default=sklearn.metrics.root_mean_squared_error
        Of arrays (n_origins * horizon, n_features).
    greater_is_better : bool or None, default=None
        None decides by the name of the metric, see `sequence_scorer`.

    Returns
    -------
    scorer : callable ``(estimator, X, y=None, *, exogenous=None) -> float``

    Raises
    ------
    TypeError
        If ``metric`` is not callable; in use, if it returns anything but a number, or the estimator has no backtest.
    ValueError
        If an argument is invalid; in use, if a series leaves no origin.

    References
    ----------
    Rolling origins: L. J. Tashman, "Out-of-sample tests of forecasting accuracy: an analysis and review",
    International Journal of Forecasting 16:437, 2000.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
    >>> from reservoir import EchoStateReservoir, Forecaster
    >>> from reservoir.datasets import make_mackey_glass
    >>> from reservoir.model_selection import WashoutSplit, forecast_scorer
    >>> search = GridSearchCV(
    ...     Forecaster(EchoStateReservoir(50, random_state=0), washout=50),
    ...     {"reservoir__leak_rate": [0.01, 0.5]},
    ...     scoring=forecast_scorer(horizon=20, stride=5),
    ...     cv=WashoutSplit(TimeSeriesSplit(2), washout=50),
    ... )
    >>> search.fit(make_mackey_glass(900)).best_params_
    {'reservoir__leak_rate': 0.5}
    """
    if not callable(metric):
        raise TypeError(
            f"'metric' must be a function (y_true, y_pred), such as sklearn.metrics.mean_absolute_error; "
            f"got {metric!r}."
        )
    if greater_is_better is None:
        greater_is_better = is_better_if_greater(metric)
    sign = 1 if check_flag("greater_is_better", greater_is_better) else -1
    return _ForecastScorer(check_integer("horizon", horizon), check_integer("stride", stride), metric, sign)


class _ForecastScorer:
    """The scorer; a class, not a closure, so that it can be pickled for the workers of a search."""

    def __init__(self, horizon: int, stride: int, metric: Callable[[Any, Any], float], sign: int) -> None:
        self._horizon, self._stride, self._metric, self._sign = horizon, stride, metric, sign

    def get_metadata_routing(self) -> MetadataRequest:
        """Ask a search that routes metadata for the columns known in advance that its ``fit`` was given."""
        request = MetadataRequest(self)
        request.score.add_request(param="exogenous", alias=True)
        return request

    def __call__(self, estimator: BaseEstimator, X: Any, y: Any = None, *, exogenous: Any = None) -> float:
        backtest = getattr(estimator, "backtest", None)
        if isinstance(estimator, type) or not callable(backtest):
            raise TypeError(f"'estimator' must be an estimator with a method 'backtest'; got {estimator!r}.")
        if exogenous is None and getattr(estimator, "n_exogenous_", False):
            raise ValueError(
                "'exogenous' must be given to score a forecaster that was fitted with it; got None. Let scikit-learn "
                "hand it on: set_config(enable_metadata_routing=True), and search with "
                "forecaster.set_fit_request(exogenous=True)."
            )
        series = list(X) if holds_many(X) else [X]
        columns: list[dict[str, Any]] = [{}] * len(series)
        if exogenous is not None:
            columns = [{"exogenous": rows} for rows in (exogenous if holds_many(X) else [exogenous])]
        with warnings.catch_warnings():  # a search may ask for scores of training rows, and knows them as such
            warnings.filterwarnings("ignore", "'X' has .* rows that were given to fit", UserWarning)
            pairs = zip(series, columns, strict=True)
            results = [backtest(x, self._horizon, self._stride, **known) for x, known in pairs]
        truth, forecasts = (
            np.concatenate([part.reshape(-1, part.shape[-1]) for part in parts])
            for parts in zip(*((result.truth, result.forecasts) for result in results), strict=True)
        )
        value = np.asarray(self._metric(truth, forecasts))
        if value.ndim or value.dtype.kind not in "fiub":
            raise TypeError(f"'metric' must return one number; got {value!r} from {self!r}.")
        if not np.isfinite(value):
            raise ValueError(f"'metric' must return finite numbers; got {value} from {self!r}.")
        return self._sign * float(value)

    def __repr__(self) -> str:
        name = getattr(self._metric, "__name__", repr(self._metric))
        options = f"metric={name}, greater_is_better={self._sign > 0}"
        return f"forecast_scorer(horizon={self._horizon}, stride={self._stride}, {options})"

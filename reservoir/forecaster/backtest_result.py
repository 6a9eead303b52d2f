"""What a backtest found: forecasts from many origins, the truth beside them, and their errors by horizon."""

from dataclasses import dataclass

import numpy as np

from readouts.types import Array
from reservoir.checks.headline import Headline, aligned, html_of, shortened, text_of

MOST_LINES, FEWEST_LINES = 12, 6  # steps in a table
COLUMNS = ("RMSE", "MAE", "naive", "RMSE / naive")


@dataclass(frozen=True, repr=False)
class BacktestResult:
    """Forecasts from many origins of a series, and those of the seasonal naive forecast.

    Parameters
    ----------
    origins : array (n_origins,)
        Number of rows before each forecast.
    forecasts, truth, naive : arrays (n_origins, horizon, n_features)
        In the unit of the data; row h - 1 of each is h steps ahead. The naive forecast is the row a season before, or
        as many seasons as it takes to be known.
    period : int
        Rows in a season, the longest if there are several; 1 if there is none, and the naive forecast is the last row.
    feature_names : list of str

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.backtest_result import BacktestResult
    >>> truth = np.array([[[1.0], [3.0]], [[3.0], [5.0]]])
    >>> result = BacktestResult(np.array([5, 6]), truth - 1, truth, truth - [[2.0], [4.0]], 1, ["sales"])
    >>> print(result)
    BacktestResult: 2 forecasts of 2 steps, origins 5 to 6
    step   RMSE   MAE   naive   RMSE / naive
       1      1     1       2          0.500
       2      1     1       4          0.250
     all      1     1    3.16          0.316
    fields: origins (2,), forecasts, truth, naive (2, 2, 1), feature_names (1,)
    """

    origins: Array
    forecasts: Array
    truth: Array
    naive: Array
    period: int
    feature_names: list[str]

    @property
    def horizon(self) -> int:
        """Number of steps of every forecast."""
        return self.truth.shape[1]

    @property
    def rmse(self) -> Array:
        """Root mean square error of every step and feature, (horizon, n_features), in the unit of the data."""
        return _root_mean_square(self.forecasts - self.truth)

    @property
    def mae(self) -> Array:
        """Mean absolute error of every step and feature, (horizon, n_features), in the unit of the data."""
        return np.abs(self.forecasts - self.truth).mean(axis=0)

    @property
    def naive_rmse(self) -> Array:
        """Root mean square error of the naive forecast, (horizon, n_features), in the unit of the data."""
        return _root_mean_square(self.naive - self.truth)

    @property
    def naive_mae(self) -> Array:
        """Mean absolute error of the naive forecast, (horizon, n_features), in the unit of the data."""
        return np.abs(self.naive - self.truth).mean(axis=0)

    @property
    def scaled_rmse(self) -> Array:
        """The errors ``rmse`` over ``naive_rmse``, (horizon, n_features); infinite where the naive one is exact."""
        return _over(self.rmse, self.naive_rmse)

    @property
    def scaled_mae(self) -> Array:
        """The errors ``mae`` over ``naive_mae``, (horizon, n_features); infinite where the naive one is exact."""
        return _over(self.mae, self.naive_mae)

    @property
    def scaled_error(self) -> float:
        """Root mean square error of all steps over that of the naive forecast, mean over the features."""
        return float(_over(_over_steps(self.rmse), _over_steps(self.naive_rmse)).mean())

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: errors of some steps, or of all steps of some features."""
        if not self.truth.size:
            return Headline("BacktestResult: no forecasts", [])
        n_features = self.truth.shape[2]
        if n_features == 1:
            rows, first = self._steps(0, FEWEST_LINES), "step"
        else:
            rows = shortened([(name, *self._over_all(number)) for number, name in enumerate(self.feature_names)])
            first = "feature"
        return Headline(f"BacktestResult: {self._title}", rows, head=(first, *COLUMNS))

    def summary(self) -> str:
        """Return a table of errors by horizon, of each feature, as text."""
        lines = [self._title]
        for number, name in enumerate(self.feature_names):
            lines += [name] if len(self.feature_names) > 1 else []
            lines += aligned(self._steps(number, MOST_LINES), ("step", *COLUMNS))
        return "\n".join(lines)

    @property
    def _title(self):
        head = f"{len(self.origins)} forecasts of {self.horizon} {'step' if self.horizon == 1 else 'steps'}"
        return f"{head}, origins {self.origins[0]} to {self.origins[-1]}"

    def _steps(self, feature, most):
        """Return the rows of a table of the errors of one feature by horizon."""
        columns = [errors[:, feature] for errors in (self.rmse, self.mae, self.naive_rmse, self.scaled_rmse)]
        shown = np.unique(np.linspace(0, self.horizon - 1, min(self.horizon, most)).round().astype(int))
        rows = [(str(step + 1), *_cells(*(column[step] for column in columns))) for step in shown]
        return [*rows, ("all", *self._over_all(feature))]

    def _over_all(self, feature):
        rmse, naive = _over_steps(self.rmse[:, feature]), _over_steps(self.naive_rmse[:, feature])
        return _cells(rmse, self.mae[:, feature].mean(), naive, _over(rmse, naive))


def seasonal_naive(series: Array, origins: Array, horizon: int, period: int) -> Array:
    """Return the rows a season before those ahead of each origin, (n_origins, horizon, n_features).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.backtest_result import seasonal_naive
    >>> seasonal_naive(np.arange(6.0)[:, None], np.array([4]), 3, 2)[0, :, 0].tolist()
    [2.0, 3.0, 2.0]
    """
    back = period - np.arange(horizon) % period
    return np.stack([series[origin - period : origin][period - back] for origin in origins])


def _root_mean_square(errors):
    return np.sqrt(np.mean(errors**2, axis=0))


def _over_steps(errors):
    return np.sqrt(np.mean(errors**2, axis=0))


def _over(errors, naive):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(errors == naive, 1.0, errors / naive)


def _cells(rmse, mae, naive, ratio):
    return f"{rmse:.3g}", f"{mae:.3g}", f"{naive:.3g}", f"{ratio:.3f}"

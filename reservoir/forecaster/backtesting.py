"""Forecasts from every origin of a series, in one pass or with fits in between, compared with what followed."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import of_one_fit
from reservoir.checks.arguments import check_flag, check_integer, check_memory
from reservoir.checks.progress import Progress
from reservoir.checks.stack_level import stack_level
from reservoir.forecaster.backtest_result import BacktestResult, seasonal_naive
from reservoir.forecaster.continuation import ContinuationMixin
from reservoir.forecaster.origins import (
    find_direct_origins,
    find_loop_origins,
    forecast_directly,
    forecast_in_loops,
    spaced_origins,
    windows,
)
from reservoir.forecaster.predicted_rows import as_finite
from reservoir.forecaster.range_check import widths_beyond
from reservoir.series.sequences import read_sequences
from reservoir.series.tables import take_rows

N_REPORTS = 10


class BacktestMixin(ContinuationMixin):
    """Compares forecasts of what `Forecaster` has fitted with what followed."""

    _unfitted: Any  # the subclass sets it

    @of_one_fit
    def backtest(
        self,
        X: ArrayLike,
        horizon: int,
        stride: int = 1,
        *,
        start: int | None = None,
        exogenous: ArrayLike | None = None,
        refit: int | None = None,
        verbose: bool | None = None,
    ) -> BacktestResult:
        """Forecast from many origins of a series, and compare with what followed.

        The series is driven once: forecasts start from the states at the origins, and are those of ``forecast`` with
        the rows before as context.

        Parameters
        ----------
        X : 2-D array (n_rows, n_features)
            One series.
        horizon : int
            Number of steps of every forecast, at least 1, and at most that of the forecaster if it has one.
        stride : int, default=1
            Number of rows, at least 1, from one origin to the next.
        start : int or None, default=None
            Number of rows before the first origin. None is the end of the training series if X begins with that and
            goes on, so that no row is forecast that has been fitted to; else, and if ``fit`` saw more rows than it
            keeps for intervals, the first row whose state has forgotten its start, and with ``refit`` the first with
            enough rows before it to fit to.
        exogenous : 2-D array (n_rows, n_exogenous) or None, default=None
            The columns known in advance, where ``fit`` had such.
        refit : int or None, default=None
            After every so many origins, at least 1, a clone is fitted to all rows of X before the next. None never
            fits.
        verbose : bool or None, default=None
            Whether to print how many origins are done; None is as the forecaster says.

        Returns
        -------
        BacktestResult

        Raises
        ------
        ValueError
            If an argument is invalid, or X leaves no origin.
        StateOverflowError
            If a forecast grows past every finite number.

        Warns
        -----
        UserWarning
            If rows are forecast that the forecaster has been fitted to, so that errors of others will be greater.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir.forecaster import Forecaster
        >>> months = np.arange(360)
        >>> sales = 50 + 10 * np.cos(2 * np.pi * months / 12) + np.random.RandomState(0).standard_normal(360)
        >>> forecaster = Forecaster(period=12, horizon=6).fit(sales[:300])
        >>> result = forecaster.backtest(sales, horizon=6, stride=3)
        >>> result.forecasts.shape, int(result.origins[0])
        ((19, 6, 1), 300)
        >>> bool(result.scaled_error < 1)
        True
        """
        check_is_fitted(self)
        horizon, stride = check_integer("horizon", horizon), check_integer("stride", stride)
        refit = None if refit is None else check_integer("refit", refit)
        progress = self._progress if verbose is None else Progress("Forecaster", check_flag("verbose", verbose))
        if self.horizon_ and horizon > self.horizon_:
            raise ValueError(
                f"'horizon' must be at most that of fit, {self.horizon_}; got {horizon}. Fit a longer one."
            )
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        if sequences.container != "series":
            raise ValueError("'X' must be one 2-D series; got several. Backtest each by itself.")
        series = sequences.series[0]
        known = self._read_known("exogenous", exogenous, [len(series)], alone=True)[0]
        origins = self._find_origins(series, horizon, stride, start, refit)
        check_memory("X", len(origins), len(origins) * horizon * self.n_features_in_ * 8)
        add = progress.counting("origins", len(origins))
        if refit is None:
            warn_of_known_rows(origins, max(self._count_shared(series), default=0))
            forecasts = self._forecast_from(series, known, origins, horizon, add)
        else:
            rows = X if hasattr(X, "shape") else series[:]
            forecasts = self._forecast_refitted(rows, exogenous, origins, horizon, stride, refit, add)
        truth = windows(series, origins, horizon).astype(np.float64)
        period = max(self.periods_, default=1)
        names = [str(name) for name in getattr(self, "feature_names_in_", range(self.n_features_in_))]
        naive = seasonal_naive(series, origins, horizon, period).astype(np.float64)
        return BacktestResult(origins, forecasts.astype(np.float64), truth, naive, period, names)

    def _find_origins(self, series, horizon, stride, start, refit):
        # A direct forecast takes the exogenous rows beside all those that it could forecast.
        spent = self.horizon_ if self.horizon_ and self.n_exogenous_ else horizon
        least = self.preparation_.n_lost + max(self.washout_, 1)
        needs = "the rows in which the state forgets its start and differences begin"
        if refit is not None:
            # Of a washout that is not given, each fit takes a share of the rows that it has.
            washout = 0 if self._unfitted.washout is None else self.washout_
            fitted = self.preparation_.n_lost + washout + (self.horizon_ or 1) + 1
            if fitted > least:
                least, needs = fitted, f"{needs}, and those that 'refit' fits a first time to"
        if start is None:
            start = max(least, self._count_known(series))
        else_take = "; in cross-validation, WashoutSplit"
        return spaced_origins(len(series), start, stride, spent, least, needs, else_take)

    def _count_known(self, series):
        """Return the number of rows of the training series if this one begins with it and goes on, else 0."""
        shared = self._count_shared(series)
        return shared[0] if len(shared) == 1 and shared[0] < len(series) else 0

    def _count_shared(self, series):
        """Return, for every training series, the number of its rows that this one begins with: its own all, or 0."""
        known = [] if self._calibration is None else self._calibration.series
        lengths = [min(len(x), len(series)) for x in known]
        return [n * np.array_equal(x[:n], series[:n]) for x, n in zip(known, lengths, strict=True)]

    def _forecast_from(self, series, known, origins, horizon, add):
        """Return the rows of data forecast from each origin, (n_origins, horizon, n_features)."""
        (prepared,), (beside,), (inputs,) = self._inputs_of([series], [known])
        (ahead,) = self._known_ahead([prepared], [beside])
        n_lost = self.preparation_.n_lost
        positions = origins - n_lost - 1
        if self.horizon_:
            found = find_direct_origins(self.reservoir_, inputs, ahead, positions)
        else:
            found = find_loop_origins(self.reservoir_, inputs, positions)
        forecasts = np.empty((len(origins), horizon, self.n_features_in_), self._dtype)
        for some in np.array_split(np.arange(len(origins)), min(len(origins), N_REPORTS)):
            rows = self._forecast_some(found.among(np.isin(np.arange(len(origins)), some)), horizon)
            with np.errstate(over="ignore", invalid="ignore"):
                rows = self.preparation_.restore(windows(series, origins[some] - n_lost, n_lost), rows)
            forecasts[some] = as_finite(rows, self._dtype, self.readout_, restored=True)
            add(len(some))
        farthest = int(np.argmax(widths_beyond(forecasts, self.range_).max(axis=(1, 2))))
        self._warn_if_out_of_range(forecasts[farthest], series[origins[farthest] - n_lost : origins[farthest]])
        return forecasts

    def _forecast_some(self, origins, horizon):
        if self.horizon_:
            return forecast_directly(self.reservoir_, origins, horizon, self._task, self.readout_)
        settings = self.periods_, self.loop_readout_, self.readout_
        return forecast_in_loops(self.reservoir_, origins, horizon, self._task, *settings)

    def _forecast_refitted(self, X, exogenous, origins, horizon, stride, refit, add):
        forecasts = []
        ahead = self.horizon_ if self.horizon_ and self.n_exogenous_ else horizon
        for group in np.split(origins, range(refit, len(origins), refit)):
            first, end = int(group[0]), int(group[-1]) + ahead
            before, along = slice(first), slice(end)  # positions, also where an index holds numbers
            known = [None if exogenous is None else take_rows(exogenous, rows) for rows in (before, along)]
            model = clone(self._unfitted).fit(take_rows(X, before), exogenous=known[0])
            result = model.backtest(take_rows(X, along), horizon, stride, start=first, exogenous=known[1])
            forecasts.append(result.forecasts)
            add(len(group))
        return np.concatenate(forecasts)


def warn_of_known_rows(origins, n_known):
    """Warn of origins before the end of the first ``n_known`` rows, which the forecaster has been fitted to."""
    n_inside = int(np.sum(origins < n_known))
    if n_inside:
        warnings.warn(
            f"'X' has {n_known} rows that were given to fit, and {n_inside} of {len(origins)} forecasts are of such, "
            "so that errors of other rows will be greater. Fit to the first part of the series, or set 'refit'.",
            UserWarning,
            stacklevel=stack_level(),
        )

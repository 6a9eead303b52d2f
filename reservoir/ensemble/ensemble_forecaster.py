"""Forecasts by the mean of many forecasters that differ in what is random."""

import warnings
from dataclasses import replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, of_one_fit
from readouts.types import RandomState, SeriesLike
from reservoir.checks.arguments import check_choice, check_flag, check_integer, check_jobs, check_memory, check_number
from reservoir.checks.stack_level import stack_level
from reservoir.driving.threads import map_series
from reservoir.ensemble.combining import COMBINATIONS, bounds, combined
from reservoir.ensemble.coupled_loop import check_couples, from_one_start, from_origins
from reservoir.ensemble.ensemble_calibration import EnsembleCalibration
from reservoir.ensemble.members import are_alike, draw_members
from reservoir.forecaster import BacktestResult, Forecaster, IntervalForecast
from reservoir.forecaster.backtest_result import seasonal_naive
from reservoir.forecaster.calibration import kept_calibration
from reservoir.forecaster.exogenous import names_of, read_exogenous
from reservoir.forecaster.origins import windows
from reservoir.forecaster.predicted_rows import as_finite
from reservoir.forecaster.range_check import mends_of, warn_if_out_of_range, widths_beyond
from reservoir.metrics.determination import r_squared
from reservoir.series.continued_frames import Likeness, like_input, likeness_of, refuse_unless_following
from reservoir.series.sequences import read_sequences

SMALLEST_MEMBER = 10_000  # bytes, as even a forecaster of few units takes


class EnsembleForecaster(BaseEstimator):
    """Forecasts by the mean of many forecasters, whose reservoirs, noise and readouts have other seeds.

    Free members each follow a loop of their own, and their forecasts are averaged at the end. Coupled ones are all
    given the same row: the mean of their predictions is fed back at every step, with the states x_m of member m::

        x_m(t) = F_m(x_m(t-1), u(t)),    u(t+1) = mean over m of readout_m([x_m(t), u(t)])

    Coupling keeps one path: where a system is chaotic, free members part, and their mean is then no path of the system.

    Parameters
    ----------
    forecaster : Forecaster or None, default=None
        Is cloned, not changed. None is a `Forecaster` with its defaults.
    n_members : int, default=10
        At least 1.
    coupled : bool, default=False
        Whether the mean is fed back at every step; for closed loops without period and difference.
    combine : {"mean", "median"}, default="mean"
    n_jobs : int or None, default=None
        Number of threads over members.
    random_state : int, RandomState or None, default=None
        Seed of the seeds of all members. None leaves the first member as ``forecaster`` is, and the seeds of the others
        follow from those of its reservoir.

    Attributes
    ----------
    members_ : list of fitted `Forecaster`
    horizon_, n_features_in_, n_exogenous_ : as of each member

    Raises
    ------
    ValueError
        If a parameter or a series is invalid.
    StateOverflowError
        If a forecast grows past every finite number, that of a single member too.

    Warns
    -----
    UserWarning
        In ``fit``, if nothing in ``forecaster`` is random, so that all members are the same.

    References
    ----------
    L. K. Hansen and P. Salamon, "Neural network ensembles", IEEE Transactions on Pattern Analysis and Machine
    Intelligence 12:993, 1990. H. Jaeger and H. Haas, "Harnessing nonlinearity: predicting chaotic systems and saving
    energy in wireless communication", Science 304:78, 2004, averages the networks within the loop.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, EnsembleForecaster, Forecaster
    >>> from reservoir.datasets import make_mackey_glass
    >>> series = make_mackey_glass(1600, random_state=0)
    >>> forecaster = Forecaster(EchoStateReservoir(100, random_state=0))
    >>> ensemble = EnsembleForecaster(forecaster, 10, coupled=True).fit(series[:1500])
    >>> truth = series[1500:]
    >>> each = [np.abs(member.forecast(100) - truth).mean() for member in ensemble.members_]
    >>> bool(np.abs(ensemble.forecast(100) - truth).mean() < np.median(each))
    True
    """

    def __init__(
        self,
        forecaster: Forecaster | None = None,
        n_members: int = 10,
        *,
        coupled: bool = False,
        combine: Literal["mean", "median"] = "mean",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.forecaster = forecaster
        self.n_members = n_members
        self.coupled = coupled
        self.combine = combine
        self.n_jobs = n_jobs
        self.random_state = random_state

    members_: list[Forecaster]
    _likeness: Likeness | None
    _calibration: EnsembleCalibration

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None, *, exogenous: SeriesLike | None = None) -> Self:
        """Fit every member to the same series.

        Parameters
        ----------
        X, exogenous : as `Forecaster.fit` takes them
        y : ignored

        Returns
        -------
        self
        """
        n_members = check_integer("n_members", self.n_members)
        check_memory("n_members", n_members, n_members * SMALLEST_MEMBER)
        self._coupled = check_flag("coupled", self.coupled)
        self._combine = check_choice("combine", self.combine, tuple(COMBINATIONS))
        check_jobs("n_jobs", self.n_jobs)
        members = draw_members(self.forecaster, n_members, self.random_state)
        if self._coupled:
            check_couples(members[0])
        self.members_ = map_series(lambda member: member.fit(X, exogenous=exogenous), members, self.n_jobs)
        self._calibration = EnsembleCalibration(self.members_, self._coupled, self._combine, self.n_jobs)
        first = self.members_[0]
        self.n_features_in_, self.n_exogenous_, self.horizon_ = first.n_features_in_, first.n_exogenous_, first.horizon_
        if hasattr(first, "feature_names_in_"):
            self.feature_names_in_ = first.feature_names_in_
        self._likeness, self._exogenous_names = likeness_of(X), names_of(exogenous)
        if n_members > 1 and are_alike(first, self.members_[1]):
            warnings.warn(
                f"'forecaster' has nothing random, so that all {n_members} members are the same. Give it a reservoir "
                "with a 'random_state', or 'noise'; or take n_members=1.",
                UserWarning,
                stacklevel=stack_level(),
            )
        return self

    @of_one_fit
    def forecast(
        self,
        n_steps: int,
        context: ArrayLike | None = None,
        *,
        exogenous: ArrayLike | None = None,
        context_exogenous: ArrayLike | None = None,
        interval: float | None = None,
        members: bool = False,
        spread: float | None = None,
    ) -> Any:
        """Continue the series of ``fit``, or another.

        Parameters
        ----------
        n_steps, context, exogenous, context_exogenous : as `Forecaster.forecast` takes them
        interval : float or None, default=None
            The share of the truth, above 0 and below 1, that is to lie between the bounds of each step and column, as
            `Forecaster.forecast` bounds its own: from residuals out of sample, here those of the combined forecasts,
            free or coupled. The first call that asks for it takes about as long as ``fit``.
        members : bool, default=False
            Whether to return what each member says: coupled ones at each step of the common path.
        spread : float or None, default=None
            A share of the members, above 0 and below 1: bounds are returned that the middle of them lies between. They
            say how far members agree, and not how often the truth is inside, which ``interval`` does.

        Returns
        -------
        array (n_steps, n_features)
            With ``interval`` or ``spread`` an `IntervalForecast`, a named tuple ``(forecast, lower, upper)`` of such
            arrays, with ``members`` an array (n_members, n_steps, n_features). Data frames where the series is one.
        """
        check_is_fitted(self)
        members = check_flag("members", members)
        interval, spread = _check_shares(interval, spread, members)
        if interval is not None:
            kept_calibration(self.members_[0].calibration_, "interval")
        likeness = self._likeness if context is None else likeness_of(context, "context", self._likeness)
        given = {"exogenous": exogenous, "context_exogenous": context_exogenous}
        if self._coupled:
            rows, each = self._forecast_coupled(n_steps, context, likeness, **given)
        else:
            outputs = self._of_members(lambda member: member.forecast(n_steps, context, **given))
            each = np.stack([np.asarray(one) for one in outputs])
            rows = combined(list(each), self._combine)
        if members:
            return like_input(each, likeness)
        if spread is not None:
            rows = IntervalForecast(rows, *bounds(each, spread))
        elif interval is not None:
            rows = IntervalForecast(rows, *self._calibration.bounds(rows, interval))
        return like_input(rows, likeness)

    def _forecast_coupled(self, n_steps, context, likeness, exogenous, context_exogenous):
        n_steps, first = check_integer("n_steps", n_steps), self.members_[0]
        check_memory("n_steps", n_steps, n_steps * self.n_features_in_ * len(self.members_) * 8)
        dtype = first.reservoir_.dtype_
        columns = {"n_columns": self.n_exogenous_, "columns": self._exogenous_names, "rows": "each of 'n_steps'"}
        known = read_exogenous("exogenous", exogenous, [n_steps], dtype, alone=True, **columns)[0]
        refuse_unless_following("exogenous", exogenous, likeness)
        starts = self._of_members(lambda member: member.start(context, context_exogenous))
        following = first.known_preparation_.prepare(known)[:]
        rows, each = (self._restore(one) for one in from_one_start(self.members_, starts, following, self._combine))
        self._warn_if_out_of_range(rows)
        return rows, each

    def _warn_if_out_of_range(self, rows):
        first = self.members_[0]
        if first.range_factor is not None:
            names = [str(name) for name in getattr(self, "feature_names_in_", range(self.n_features_in_))]
            warn_if_out_of_range(rows, first.range_, first.range_factor, mends_of(None, first.readout_), names)

    def _restore(self, prepared):
        """Return rows of data of prepared ones (..., n_steps, n_features), of which there are no differences."""
        first, none = self.members_[0], np.empty((*prepared.shape[:-2], 0, prepared.shape[-1]))
        with np.errstate(over="ignore", invalid="ignore"):
            rows = first.preparation_.restore(none, prepared)
        return as_finite(rows, first.reservoir_.dtype_, first.readout_, restored=True)

    @of_one_fit
    def backtest(
        self,
        X: ArrayLike,
        horizon: int,
        stride: int = 1,
        *,
        start: int | None = None,
        exogenous: ArrayLike | None = None,
    ) -> BacktestResult:
        """Forecast from many origins of a series, and compare with what followed, as `Forecaster.backtest` does.

        Parameters
        ----------
        X, horizon, stride, start, exogenous : as `Forecaster.backtest` takes them

        Returns
        -------
        BacktestResult
        """
        check_is_fitted(self)
        given: dict[str, Any] = {"start": start, "exogenous": exogenous}
        if not self._coupled:
            results = self._of_members(lambda member: member.backtest(X, horizon, stride, **given))
            return replace(results[0], forecasts=combined([one.forecasts for one in results], self._combine))
        first, horizon = self.members_[0], check_integer("horizon", horizon)
        # The first member finds the origins, by forecasts of one row: alone it may run away where all together do not.
        found, dtype = first.backtest(X, 1, stride, **given), first.reservoir_.dtype_
        series = read_sequences(self, X, reset=False, dtype=dtype, lazy=True).series[0]
        origins = found.origins[found.origins <= max(len(series) - horizon, -1)]  # the horizon may exceed 64 bits
        if not len(origins):
            start = int(found.origins[0])
            raise ValueError(
                f"'X' must have at least {start + horizon} rows, {start} before the first origin and {horizon} after "
                f"it; got {len(series)}. Take more rows, a smaller 'start', 'horizon' or washout."
            )
        check_memory("X", len(origins), len(origins) * horizon * self.n_features_in_ * len(self.members_) * 8)
        known = read_exogenous("exogenous", exogenous, [len(series)], dtype, alone=True)[0]
        forecasts = self._restore(from_origins(self.members_, series, known, origins, horizon, self._combine))
        farthest = int(np.argmax(widths_beyond(forecasts, first.range_).max(axis=(1, 2))))
        self._warn_if_out_of_range(forecasts[farthest])
        truth = windows(series, origins, horizon).astype(np.float64)
        naive = seasonal_naive(series, origins, horizon, found.period).astype(np.float64)
        return BacktestResult(origins, forecasts.astype(np.float64), truth, naive, found.period, found.feature_names)

    @of_one_fit
    def predict_one_step(self, X: SeriesLike, *, exogenous: SeriesLike | None = None) -> Any:
        """Predict every row from the true rows before it, by the mean or median of the members.

        Parameters
        ----------
        X, exogenous : as `Forecaster.predict_one_step` takes them

        Returns
        -------
        predictions : as `Forecaster.predict_one_step` returns them
        """
        check_is_fitted(self)
        outputs = self._of_members(lambda member: member.predict_one_step(X, exogenous=exogenous))
        return combined(outputs, self._combine)

    @of_one_fit
    def score(self, X: SeriesLike, y: object = None, *, exogenous: SeriesLike | None = None) -> float:
        """Return R^2 of the one-step predictions after the washout, mean over the features; 1 is perfect.

        Parameters
        ----------
        X, exogenous : as in ``fit``
        y : ignored

        Returns
        -------
        float
        """
        check_is_fitted(self)
        first = self.members_[0]
        first.score(X, exogenous=exogenous)  # says by name what is too short
        sequences = read_sequences(self, X, reset=False, dtype=first.reservoir_.dtype_, lazy=True)
        predictions = self.predict_one_step(X, exogenous=exogenous)
        predictions = [predictions] if sequences.container == "series" else predictions
        spent = first.preparation_.n_lost + first.washout_ + 1
        truth = np.concatenate([x[spent:] for x in sequences.series])
        guess = np.concatenate([np.asarray(one)[first.washout_ :] for one in predictions])
        return r_squared(truth, guess, "'X' and 'exogenous'")

    def _of_members(self, function):
        return map_series(function, self.members_, self.n_jobs)


def _check_shares(interval, spread, members):
    """Return the shares that are asked for, at most one of which is not None, and none where ``members`` are."""
    shares = {"interval": interval, "spread": spread}
    for name, share in shares.items():
        if share is not None:
            shares[name] = check_number(name, share, above=0, below=1)
            if members:
                raise ValueError(
                    f"'{name}' must be None where 'members' is True; got {share!r}. Call forecast twice, or take "
                    "quantiles of the members."
                )
    if None not in shares.values():
        raise ValueError(
            f"'spread' must be None where 'interval' is given; got {spread!r} and {interval!r}. Call forecast twice."
        )
    return tuple(shares.values())

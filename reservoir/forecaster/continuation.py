"""Going on from a series with a fitted forecaster: forecasts, one-step predictions and their score."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import of_one_fit
from readouts.types import Array, RandomState, SeriesLike, SeriesOut
from reservoir.checks.arguments import check_integer, check_memory
from reservoir.conceptors import Conceptor, Morph
from reservoir.forecaster.conformal import IntervalForecast
from reservoir.forecaster.differences import Differences
from reservoir.forecaster.expert_reservoir import expert_of
from reservoir.forecaster.mapped_loop import read_loop_maps
from reservoir.forecaster.predicted_rows import as_finite, predict_rows
from reservoir.forecaster.range_check import find_range, mends_of, warn_if_out_of_range
from reservoir.forecaster.visited_states import VisitedStatesMixin
from reservoir.metrics.determination import r_squared
from reservoir.series.continued_frames import (
    Likeness,
    like_input,
    like_last_rows,
    likeness_of,
    refuse_other_index,
    refuse_unless_following,
)
from reservoir.series.sequences import read_sequences

# A matrix by which a closed loop multiplies its state, or one for each of its steps.
ConceptorLike: TypeAlias = Conceptor | Morph | ArrayLike | Sequence[Conceptor | Morph | ArrayLike]


class ContinuationMixin(VisitedStatesMixin):
    """Continues series with what `Forecaster` has fitted."""

    # The subclass sets these.
    n_jobs: int | None
    range_: Array
    _differences: Differences
    _range_factor: float | None
    _likeness: Likeness | None

    @overload
    def forecast(
        self, n_steps: int, context: ArrayLike | None = None, *, exogenous: ArrayLike | None = None,
        context_exogenous: ArrayLike | None = None, interval: None = None, n_samples: int | None = None,
        random_state: RandomState = None, conceptor: ConceptorLike | None = None,
        initial_state: ArrayLike | None = None,
    ) -> SeriesOut: ...  # fmt: skip

    @overload
    def forecast(
        self, n_steps: int, context: ArrayLike | None = None, *, exogenous: ArrayLike | None = None,
        context_exogenous: ArrayLike | None = None, interval: float, n_samples: None = None,
        random_state: RandomState = None, conceptor: None = None, initial_state: ArrayLike | None = None,
    ) -> IntervalForecast: ...  # fmt: skip

    @of_one_fit
    def forecast(
        self,
        n_steps: int,
        context: ArrayLike | None = None,
        *,
        exogenous: ArrayLike | None = None,
        context_exogenous: ArrayLike | None = None,
        interval: float | None = None,
        n_samples: int | None = None,
        random_state: RandomState = None,
        conceptor: ConceptorLike | None = None,
        initial_state: ArrayLike | None = None,
    ) -> SeriesOut | IntervalForecast:
        """Continue the series of ``fit``, or another.

        Bounds and sample paths are made of residuals out of sample: of forecasts from up to 200 origins of the training
        series, each by a readout that is fitted to four fifths of the rows, without those around it. The first call
        that asks for either computes them, in about the time of ``fit``, from a copy of the series that ``fit`` keeps.

        Parameters
        ----------
        n_steps : int
            At least 1, and at most ``horizon`` where there is one.
        context : 2-D array (n_rows, n_features) or None, default=None
            The series to continue, with at least ``washout_`` rows beside those that differences take; None is that of
            ``fit``.
        exogenous : 2-D array (n_steps, n_exogenous) or None, default=None
            The rows beside those to be forecast, where ``fit`` had such columns; with a horizon all ``horizon`` rows.
        context_exogenous : 2-D array (as many rows as context, n_exogenous) or None, default=None
        interval : float or None, default=None
            The share of the truth, above 0 and below 1, that is to lie between the bounds of each step and column, by
            split conformal prediction from the residuals of each horizon.
        n_samples : int or None, default=None
            Number of sample paths, at least 1, to be returned instead of one forecast. A closed loop adds residuals of
            one step, drawn with replacement, to its outputs; a direct forecast adds those of all steps of an origin.
        random_state : int, RandomState or None, default=None
            Seed of the sample paths. None is a seed that ``fit`` drew from the forecaster's.
        conceptor : Conceptor, Morph, array (n_units, n_units), or a list or array of these for each step; default=None
            C(t) of a closed loop ``x(t) = C(t) F(x(t-1), u(t))``, which goes through the pattern of the conceptor if
            ``fit`` saw it among others. The state of the reservoir must be one number for each unit; there may be no
            horizon, period, expert, interval and samples. The context drives the reservoir without it. In a list, a
            `Morph` has one mix.
        initial_state : array (n_units,) or None, default=None
            A state from which a closed loop starts, instead of from a context: the first input is what the readout
            makes of this state, and of an input of 0. Not with differences or an expert. Rows of data frames are
            numbered from 0.

        Returns
        -------
        array (n_steps, n_features)
            The rows that follow; with ``interval`` an `IntervalForecast`, a named tuple ``(forecast, lower, upper)`` of
            such arrays. Where the series is a data frame or a Series, data frames with the names of its columns, and of
            pandas with an index that goes on from that of the series. With ``n_samples`` an array (n_samples, n_steps,
            n_features).

        Warns
        -----
        UserWarning
            If that index has no regular step; the rows are then numbered from 0.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir.forecaster import Forecaster
        >>> noisy = np.sin(0.2 * np.arange(600)) + 0.1 * np.random.RandomState(0).standard_normal(600)
        >>> forecaster = Forecaster(horizon=5, random_state=0).fit(noisy)
        >>> forecast, lower, upper = forecaster.forecast(5, interval=0.9)
        >>> forecast.shape, bool(0.3 < np.mean(upper - lower) < 0.5)
        ((5, 1), True)
        >>> forecaster.forecast(5, n_samples=100).shape
        (100, 5, 1)
        """
        check_is_fitted(self)
        n_steps = self._check_steps(n_steps)
        interval, n_samples = self._check_uncertainty(interval, n_samples, random_state)
        likeness = self._likeness if context is None else likeness_of(context, "context", self._likeness)
        if initial_state is not None and likeness is not None:
            likeness = replace(likeness, rule=None)  # rows that continue no series are numbered from 0
        known = self._read_following("exogenous", exogenous, n_steps)
        refuse_unless_following("exogenous", exogenous, likeness)
        unsuited = {"horizon": self.horizon_, "period": self.periods_, "interval": interval, "n_samples": n_samples}
        unsuited["expert"] = expert_of(self.reservoir_)
        maps = read_loop_maps(conceptor, n_steps, self.reservoir_, **unsuited)
        if initial_state is None:
            start = self._start(context, context_exogenous)
        else:
            start = self._start_at(initial_state, context)
        following = self._prepare_following(known, start)
        if n_samples is not None:
            return self._sample(n_steps, n_samples, start, following, random_state)
        prepared = self._forecast_prepared(n_steps, start, following, progress=self._progress, maps=maps)
        self._progress.say(f"{n_steps:,} steps forecast")
        with np.errstate(over="ignore", invalid="ignore"):
            rows = self.preparation_.restore(start.past, prepared)
        rows = as_finite(rows, self._dtype, self.readout_, restored=True)
        self._warn_if_out_of_range(rows, start.past, plain_loop=maps is not None or initial_state is not None)
        if interval is not None:
            rows = IntervalForecast(rows, *self._bounds(n_steps, interval, start, prepared))
        return like_input(rows, likeness)

    @of_one_fit
    def predict_one_step(self, X: SeriesLike, *, exogenous: SeriesLike | None = None) -> SeriesOut:
        """Predict every row from the true rows before it.

        Parameters
        ----------
        X : as in ``fit``; at least 2 steps beside those that differences take
        exogenous : as in ``fit``

        Returns
        -------
        predictions : in the container of X, one row fewer than each series, and those that differences take
            They predict the last rows of the series, and keep the index of these. The first ``washout_`` of them come
            from states that have not forgotten their start. With a horizon, exogenous rows after the end count as the
            last one.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        series, alone = sequences.series, sequences.container == "series"
        known = self._read_known("exogenous", exogenous, [len(x) for x in series], alone=alone)
        refuse_other_index("exogenous", exogenous, X)
        n_lost = self.preparation_.n_lost
        if min(map(len, series)) < 2 + n_lost:
            got = min(map(len, series))
            raise ValueError(
                f"'X' must hold series of at least {2 + n_lost} steps to predict; got one of {got} "
                f"{'step' if got == 1 else 'steps'}."
            )
        prepared, known_prepared, inputs = self._inputs_of(series, known)
        ahead = self._known_ahead(prepared, known_prepared)
        predicted = predict_rows(self.reservoir_, self.readout_, self._task, inputs, ahead, self.n_jobs)
        with np.errstate(over="ignore", invalid="ignore"):
            pairs = zip(series, predicted, strict=True)
            rows = [self.preparation_.restore_one_step(x, prediction) for x, prediction in pairs]
        rows = [as_finite(one, self._dtype, self.readout_, restored=True) for one in rows]
        return like_last_rows(sequences.restore(rows), X)

    @of_one_fit
    def score(self, X: SeriesLike, y: object = None, *, exogenous: SeriesLike | None = None) -> float:
        """Return R^2 of the one-step predictions after the washout, mean over the features; 1 is perfect.

        Parameters
        ----------
        X : as in ``fit``
        y : ignored
        exogenous : as in ``fit``

        Returns
        -------
        float
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        spent = self.preparation_.n_lost + self.washout_ + 1
        shortest = min(map(len, sequences.series))
        if shortest <= spent:
            raise ValueError(
                f"'X' must have more than {spent} steps to score, the washout's among them; got {shortest}."
            )
        predictions = self.predict_one_step(X, exogenous=exogenous)
        predictions = [predictions] if sequences.container == "series" else predictions
        truth = np.concatenate([x[spent:] for x in sequences.series])
        if len(truth) < 2:  # a single row has no variance to explain
            raise ValueError(f"'X' must have at least {spent + 2} steps to score; got {spent + 1}.")
        guess = np.concatenate([np.asarray(p)[self.washout_ :] for p in predictions])
        return r_squared(truth, guess, "'X' and 'exogenous'")

    def _check_steps(self, n_steps):
        n_steps = check_integer("n_steps", n_steps)
        if self.horizon_ and n_steps > self.horizon_:
            raise ValueError(f"'n_steps' must be at most horizon={self.horizon_}; got {n_steps}. Fit a longer horizon.")
        check_memory("n_steps", n_steps, n_steps * self.reservoir_.n_features_in_ * self._dtype.itemsize)
        return n_steps

    def _read_following(self, name, exogenous, n_steps):
        """Return the exogenous rows of data that follow the series."""
        if self.horizon_ is None:
            return self._read_known(name, exogenous, [n_steps], alone=True, rows="each of 'n_steps'")[0]
        rows = f"each of the horizon={self.horizon_} steps, which are predicted at once"
        return self._read_known(name, exogenous, [self.horizon_], alone=True, rows=rows)[0]

    def _prepare_following(self, known, start):
        """Return exogenous rows of data, prepared, that follow a `Start`."""
        if self.known_preparation_.changes_nothing or not self.n_exogenous_:
            return known[:]
        return self.known_preparation_.prepare(np.concatenate([start.known_past, known[:]]))[:]

    def _warn_if_out_of_range(self, rows, past, plain_loop=False):
        if self._range_factor is None or (rows >= self.range_[0]).all() and (rows <= self.range_[1]).all():
            return
        limits = find_range([self.range_, past]) if len(past) else self.range_  # rows are integrated from the past ones
        mends = mends_of(self.horizon_, self.readout_, plain_loop, self.passthrough_)
        columns = [str(name) for name in getattr(self, "feature_names_in_", range(rows.shape[1]))]
        warn_if_out_of_range(rows, limits, self._range_factor, mends, columns)

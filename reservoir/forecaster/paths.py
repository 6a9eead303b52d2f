"""From where a forecast starts to the rows that follow: one path and bounds around it, or many paths."""

from collections.abc import Callable
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer, check_number, check_random_state
from reservoir.checks.progress import Progress
from reservoir.forecaster.affine_form import AffineForm
from reservoir.forecaster.calibration import Calibration, kept_calibration
from reservoir.forecaster.conformal import conformal_bounds, draw_residuals
from reservoir.forecaster.expert_reservoir import ExpertReservoir
from reservoir.forecaster.known_ahead import last_season
from reservoir.forecaster.loops_together import loop_together
from reservoir.forecaster.mapped_loop import MappedLoop
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.noisy_readout import with_noise
from reservoir.forecaster.predicted_rows import as_finite, predict_in_loop, watched
from reservoir.forecaster.preparation import Preparation
from reservoir.forecaster.seasonal_loop import last_rows, predict_by_seasons
from reservoir.forecaster.steady_loop import TRIED_STEPS, stays_near
from reservoir.kernels.closed_loop import COMPILED


class PathsMixin:
    """Follows what `Forecaster` has fitted, in a closed loop or at once, and says how far it is to be trusted."""

    # The subclass sets these.
    reservoir_: BaseReservoir
    readout_: Any
    preparation_: Preparation
    horizon_: int | None
    n_features_in_: int
    periods_: tuple[int, ...]
    passthrough_: bool
    range_: Array
    washout_: int
    n_exogenous_: int
    _range_factor: float | None
    _task: NextRows
    _affine_form: AffineForm
    _calibration: Calibration | None
    _progress: Progress
    _seed: int
    _dtype: np.dtype

    @property
    def loop_readout_(self) -> Callable[[Array], Array]:
        """What makes the next row of states and inputs: one of ``COMPILED``, for compiled loops, if there is such.

        Rows are prepared ones. It is that of the readout as it is now, which may have been fitted further.
        """
        return self._affine_form.of_now(self._task, self.readout_) or self._predict

    @property
    def calibration_(self) -> Calibration | None:
        """What intervals and sample paths are made of; None if ``fit`` saw more rows than it keeps for them."""
        return self._calibration

    def _forecast_prepared(self, n_steps, start, following, noise=None, progress=None, maps=None):
        """Return the prepared rows that follow a `Start`, beside prepared exogenous rows that follow.

        A closed loop adds ``noise`` (n_steps, n_features) to its outputs, and multiplies its state as ``maps`` say.
        ``progress`` is told how far it has come.
        """
        state, row = start.state, start.row
        loop = self.loop_readout_ if progress is None else watched(self.loop_readout_, progress, n_steps)
        if self.periods_ and self.horizon_ is None:
            driven = row, following, start.season, self.periods_, state, self.readout_, self.passthrough_
            return predict_by_seasons(self.reservoir_, loop, *driven, noise)
        inputs = np.zeros((1 if self.horizon_ else n_steps, self.reservoir_.n_features_in_), self._dtype)
        inputs[0, : len(row)] = row
        inputs[:, len(row) :] = following[: len(inputs)]
        if self.horizon_:
            states, _ = self.reservoir_.drive(inputs, state)
            end = len(start.season)
            parts = [last_season(start.season, period, self.horizon_, end - 1, end) for period in self.periods_]
            known = np.hstack([*parts, following[None, 1:].reshape(1, -1)])
            ahead = self._predict(np.hstack([states, inputs], dtype=np.float64), known).reshape(-1, len(row))
            return as_finite(ahead[:n_steps], np.float64, self.readout_)
        loop = loop if noise is None else with_noise(loop, noise)
        driven = self.reservoir_ if maps is None else MappedLoop(self.reservoir_, maps)
        return predict_in_loop(driven, loop, inputs, len(row), state, self.readout_, self.passthrough_)

    def _check_uncertainty(self, interval, n_samples, random_state):
        if random_state is not None:
            check_random_state(random_state)
        if interval is None and n_samples is None:
            return None, None
        if interval is not None and n_samples is not None:
            raise ValueError(
                f"'interval' must be None where 'n_samples' is given; got {interval!r} and {n_samples!r}. Call "
                "forecast twice, or take quantiles of the samples."
            )
        name = "interval" if n_samples is None else "n_samples"
        kept_calibration(self._calibration, name)
        if n_samples is None:
            return check_number("interval", interval, above=0, below=1), None
        return None, check_integer("n_samples", n_samples)

    def _bounds(self, n_steps, interval, start, prepared):
        """Return the lower and the upper bounds of the prepared rows forecast from a `Start`."""
        self._progress.say("bounds from residuals out of sample")
        residuals = self._calibration.residuals(n_steps)
        with np.errstate(over="ignore", invalid="ignore"):
            transformed = self.preparation_.integrate(start.past, prepared)
            bounds = conformal_bounds(transformed, residuals, interval, self.preparation_.to_data)
        return as_finite(bounds, self._dtype, self.readout_, restored=True)

    def _sample(self, n_steps, n_samples, start, following, random_state):
        """Return sample paths (n_samples, n_steps, n_features) from a `Start`."""
        self._progress.say(f"{n_samples:,} paths from residuals out of sample")
        random_state = check_random_state(self._seed if random_state is None else random_state)
        with np.errstate(over="ignore", invalid="ignore"):
            if self.horizon_ is None:
                steps = draw_residuals(self._calibration.one_step_residuals, n_samples, n_steps, random_state)
                paths = self._sample_together(steps, start, following)
                if paths is None:
                    paths = [self._forecast_prepared(n_steps, start, following, noise) for noise in steps]
                rows = np.stack([self.preparation_.restore(start.past, path) for path in paths])
            else:
                transformed = self.preparation_.integrate(
                    start.past, self._forecast_prepared(n_steps, start, following)
                )
                whole = draw_residuals(self._calibration.residuals(n_steps), n_samples, 1, random_state)[:, 0]
                rows = self.preparation_.to_data(transformed + whole)
        return as_finite(rows, self._dtype, self.readout_, restored=True)

    def _sample_together(self, noise, start, following):
        """Return prepared sample paths of a closed loop that is not compiled, or None if one of them runs away."""
        loop, n_features = self.loop_readout_, self.n_features_in_
        if isinstance(loop, COMPILED) and not isinstance(self.reservoir_, ExpertReservoir):
            return None
        n_samples, n_steps, _ = noise.shape
        row = np.zeros((n_steps, n_features), self._dtype)
        row[0] = start.row
        lags = [np.zeros((n_steps, n_features), self._dtype) for _ in self.periods_]
        for lag, period in zip(lags, self.periods_, strict=True):
            lag[:period] = last_rows(start.season, min(period, n_steps), period)
        inputs = np.repeat(np.hstack([row, following, *lags])[None], n_samples, axis=0)
        paths = loop_together(
            self.reservoir_, loop, inputs, n_features, self.periods_, n_samples * [start.state], noise
        )
        return None if paths is None else paths.astype(self._dtype)

    def _loop_is_steady(self, series, known):
        """Whether a closed loop stays near the training data from the end of a series on.

        Where there are exogenous columns, which are not known after the end, it starts so many rows before.
        """
        n_steps = min(TRIED_STEPS, max(len(series) // 2, 1))
        end = len(series) - (n_steps if self.n_exogenous_ else 0)
        first = max(end - self.preparation_.n_lost - max(self.washout_, *self.periods_, 1) - 1, 0)
        if end - first <= self.preparation_.n_lost:
            return True
        start = self._start_of(series[first:end], known[first:end])
        following = self._prepare_following(
            known[end : end + n_steps] if self.n_exogenous_ else np.empty((n_steps, 0)), start
        )

        def forecast():
            with np.errstate(over="ignore", invalid="ignore"):
                return self.preparation_.restore(start.past, self._forecast_prepared(n_steps, start, following))

        return stays_near(forecast, self.range_, 1.0 if self._range_factor is None else self._range_factor)

    def _predict(self, states_and_inputs, known=None):
        return self._task.predict(self.readout_, states_and_inputs, known)

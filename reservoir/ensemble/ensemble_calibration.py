"""How far off the forecasts of an ensemble are: residuals of forecasts that no member was fitted to."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from readouts.types import Array
from reservoir.driving.threads import map_series
from reservoir.ensemble.combining import combined
from reservoir.ensemble.coupled_loop import follow_coupled
from reservoir.forecaster import Forecaster
from reservoir.forecaster.calibration import joined_residuals, kept_calibration
from reservoir.forecaster.conformal import conformal_bounds
from reservoir.forecaster.origins import windows
from reservoir.forecaster.predicted_rows import as_finite


@dataclass(frozen=True)
class EnsembleCalibration:
    """Residuals of what an ensemble forecasts out of sample, by horizon, and the bounds that follow from them.

    Every member has the origins and blocks of a `Calibration` of its own. These are the same for all, so that the
    forecasts of all from one origin, by readouts that have not been fitted to its block, are combined as those of
    ``forecast`` are: at the end, or at every step of a coupled loop. Combined forecasts are nearer to the truth than
    those of members, whose bounds would be too wide for them.

    Parameters
    ----------
    members : list of fitted forecasters
    coupled : bool
    combine : {"mean", "median"}
    n_jobs : int or None
    """

    members: list[Forecaster]
    coupled: bool
    combine: str
    n_jobs: int | None
    _latest: dict[int, Array] = field(default_factory=dict, init=False, repr=False)

    def __getstate__(self):
        return vars(self) | {"_latest": {}}  # what can be computed again is not stored

    def __setstate__(self, state):
        vars(self).update(state)

    def bounds(self, rows: Array, interval: float) -> Array:
        """Return the lower and the upper bounds, (2, n_steps, n_features), of forecast rows of data."""
        first = self.members[0]
        residuals = self.residuals(len(rows))
        with np.errstate(over="ignore", invalid="ignore"):
            transformed = first.preparation_.to_transformed(rows)
            found = conformal_bounds(transformed, residuals, interval, first.preparation_.to_data)
        return as_finite(found, first.reservoir_.dtype_, first.readout_, restored=True)

    def residuals(self, n_steps: int) -> Array:
        """Return truth less forecast of transformed rows, (n_origins, n_steps, n_features); kept like those of one."""
        residuals = self._latest.get(n_steps)
        if residuals is None:
            transformed = self.members[0].preparation_.to_transformed
            found = [transformed(truth) - transformed(rows) for truth, rows in self._forecasts(n_steps)]
            residuals = joined_residuals(found, n_steps)
            self._latest.clear()
            self._latest[n_steps] = residuals
        return residuals

    def _forecasts(self, n_steps: int) -> Iterator[tuple[Array, Array]]:
        """Yield rows of data, (n_origins, n_steps, n_features), of the truth and of the combined forecast."""
        calibrations = [kept_calibration(member.calibration_, "interval") for member in self.members]
        groups = map_series(lambda one: list(one.groups(n_steps)), calibrations, self.n_jobs)
        for of_members in zip(*groups, strict=True):
            number, origins, *_ = of_members[0]
            past, truth = calibrations[0].around(number, origins, n_steps)
            if self.coupled:
                yield truth, self._forecast_coupled(past, n_steps, of_members)
            else:
                yield truth, self._forecast_free(past, n_steps, calibrations, of_members)

    def _forecast_coupled(self, past, n_steps, groups):
        reservoirs, loops = [member.reservoir_ for member in self.members], [loop for *_, loop in groups]
        _, origins, *_ = groups[0]
        inputs, states = windows(origins.inputs, origins.positions, n_steps), [one.states for _, one, *_ in groups]
        prepared, _ = follow_coupled(reservoirs, loops, inputs, past.shape[2], states, self.combine)
        return self.members[0].preparation_.restore(past, prepared)

    def _forecast_free(self, past, n_steps, calibrations, groups):
        def of_member(pair):
            calibration, (_, origins, readout, loop) = pair
            return calibration.preparation.restore(past, calibration.forecast(origins, n_steps, readout, loop))

        pairs = list(zip(calibrations, groups, strict=True))
        return combined(map_series(of_member, pairs, self.n_jobs), self.combine)

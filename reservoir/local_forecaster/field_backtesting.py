"""Forecasts of a field from every origin, in one pass or with fits in between, compared with what followed."""

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import delayed
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import of_one_fit
from readouts.types import Array
from reservoir.checks.arguments import check_flag, check_integer, check_memory
from reservoir.checks.progress import Progress
from reservoir.forecaster.backtest_result import BacktestResult, seasonal_naive
from reservoir.forecaster.backtesting import warn_of_known_rows
from reservoir.forecaster.origins import spaced_origins, windows
from reservoir.forecaster.range_check import widths_beyond
from reservoir.local_forecaster.field_continuation import FieldContinuationMixin
from reservoir.local_forecaster.group_tasks import states_at
from reservoir.local_forecaster.space_scale import refuse_unless_finite

# Rows of a training field that are kept, by which it is known again, and numbers of states that are held at a time.
N_KEPT, MOST_STATES = 8, 2**23


class FieldBacktestMixin(FieldContinuationMixin):
    """Compares forecasts of what `LocalForecaster` has fitted with what followed."""

    # The subclass sets these.
    _unfitted: Any
    _known: list[tuple[int, Array]]

    @of_one_fit
    def backtest(
        self,
        X: Any,
        horizon: int,
        stride: int = 1,
        *,
        start: int | None = None,
        refit: int | None = None,
        verbose: bool | None = None,
    ) -> BacktestResult:
        """Forecast from many origins of a field, and compare with what followed.

        The field is driven once: forecasts start from the states at the origins, and are those of ``forecast`` with
        the rows before as context.

        Parameters
        ----------
        X : one field, as in ``fit``
            Is read as a whole.
        horizon : int
            Number of steps of every forecast, at least 1.
        stride : int, default=1
            Number of rows, at least 1, from one origin to the next.
        start : int or None, default=None
            Number of rows before the first origin, more than ``washout_``. None is the end of the training field if
            this was one NumPy array, with which X begins and goes on; else the first row whose state has forgotten its
            start, and with ``refit`` the first with enough rows before it to fit to.
        refit : int or None, default=None
            After every so many origins, at least 1, a clone is fitted to all rows of X before the next. None never
            fits.
        verbose : bool or None, default=None
            Whether to print how many origins are done; None is as the forecaster says.

        Returns
        -------
        BacktestResult
            With a feature for every value of a row, named by its place on the grid. The naive forecast is the last row.

        Raises
        ------
        ValueError
            If an argument is invalid, or X leaves no origin.
        StateOverflowError
            If a forecast grows past every finite number.

        Warns
        -----
        UserWarning
            If a value leaves the range of the training data, see ``range_factor``, or if rows are forecast that the
            forecaster has been fitted to, so that errors of others will be greater.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import EchoStateReservoir, LocalForecaster
        >>> steps, points = np.arange(400)[:, None], np.arange(16)
        >>> field = np.sin(2 * np.pi * points / 16 - 0.2 * steps) + np.cos(4 * np.pi * points / 16 + 0.33 * steps)
        >>> model = LocalForecaster(EchoStateReservoir(50, random_state=0), patch=4, halo=2).fit(field[:300])
        >>> result = model.backtest(field, horizon=20, stride=10)
        >>> result.forecasts.shape, int(result.origins[0]), bool(result.scaled_error < 0.1)
        ((9, 20, 16), 300, True)
        """
        check_is_fitted(self)
        horizon, stride = check_integer("horizon", horizon), check_integer("stride", stride)
        refit = None if refit is None else check_integer("refit", refit)
        progress = self._progress if verbose is None else Progress("LocalForecaster", check_flag("verbose", verbose))
        fields, alone = self._read(X, self.washout_ + 2)
        if not alone:
            raise ValueError("'X' must be one field; got a list of several. Backtest each by itself.")
        field = np.asarray(fields[0])
        rows = field.astype(np.float64).reshape(len(field), -1)
        refuse_unless_finite(rows, "X")
        origins = self._find_origins(rows, horizon, stride, start, refit)
        check_memory("X", len(origins), len(origins) * horizon * self.n_features_in_ * 8)
        add = progress.counting("origins", len(origins))
        if refit is None:
            warn_of_known_rows(origins, max(self._count_shared(rows), default=0))
            forecasts = self._forecast_from(field, origins, horizon, add)
        else:
            forecasts = self._forecast_refitted(field, origins, horizon, stride, refit, add)
        names = [", ".join(map(str, place)) for place in np.ndindex(self._shape)]
        truth, naive = windows(rows, origins, horizon), seasonal_naive(rows, origins, horizon, 1)
        return BacktestResult(origins, forecasts, truth, naive, 1, names)

    def _find_origins(self, rows, horizon, stride, start, refit):
        least, needs = self.washout_ + 1, "the rows in which states forget their start, and one more"
        if refit is not None and least < self._fewest_rows():
            least, needs = self._fewest_rows(), "the rows that 'refit' fits a first time to"
        if start is None:
            shared = self._count_shared(rows)
            start = max(least, shared[0] if len(shared) == 1 and shared[0] < len(rows) else 0)
        return spaced_origins(len(rows), start, stride, horizon, least, needs)

    def _fewest_rows(self):
        """Return how many rows a fit takes; of a washout that is not given, it takes a share of those that it has."""
        return 2 + (0 if self._unfitted.washout is None else self.washout_)

    def _keep_known(self, fields):
        """Keep some rows of training fields in memory, by which `backtest` knows them again."""
        known = [field for field in fields if isinstance(field, np.ndarray)]
        self._known = [(len(field), _some_rows(field, len(field))) for field in known]

    def _count_shared(self, rows):
        """Return, for every training field, the number of its rows that this one begins with: as many as both, or 0."""
        counts = []
        for n_rows, kept in self._known:
            there = _places(n_rows) < len(rows)
            same = np.array_equal(_some_rows(rows, n_rows), kept[there])
            counts.append(min(n_rows, len(rows)) if same else 0)
        return counts

    def _forecast_from(self, field, origins, horizon, add):
        """Return the rows forecast from each origin, (n_origins, horizon, n_values)."""
        loop, forecasts = self._loop(), np.empty((len(origins), horizon, self.n_features_in_))
        at_once = max(1, MOST_STATES // (self.patches_.n_patches * self._task.rows.n_units))
        first, states = 0, None
        for part in np.split(np.arange(len(origins)), range(at_once, len(origins), at_once)):
            stops = origins[part] - 1  # the state that is asked for is that before the last known row
            of_patches = self._states_at(field[first : stops[-1] + 1], stops - first, states)
            for place, number in enumerate(part):
                row, states = self._last_row(field[: origins[number]]), [patch[place] for patch in of_patches]
                ahead, stopped = loop.follow(row, states, horizon)
                forecasts[number] = self._finite_rows(ahead, stopped, horizon)
            add(len(part))
            first = int(stops[-1])
        if self._range_factor is not None:
            limits = np.tile(self.range_, 2)
            beyond = [widths_beyond(self._extremes(rows), limits).max() for rows in forecasts]
            self._warn_if_out_of_range(forecasts[int(np.argmax(beyond))])
        return forecasts

    def _states_at(self, field, stops, starts):
        """Return for each patch its states after so many rows of a field, from its state at the start or from rest."""
        of_groups = self._over_groups(
            lambda group, places: delayed(states_at)(
                self._task, self._of(group)[0], self._slabs([field], group), places, stops.tolist(),
                None if starts is None else [starts[number] for number in group],
            )
        )  # fmt: skip
        return self._in_order(of_groups)

    def _forecast_refitted(self, field, origins, horizon, stride, refit, add):
        forecasts = []
        for group in np.split(origins, range(refit, len(origins), refit)):
            first, end = int(group[0]), int(group[-1]) + horizon
            result = clone(self._unfitted).fit(field[:first]).backtest(field[:end], horizon, stride, start=first)
            forecasts.append(result.forecasts)
            add(len(group))
        return np.concatenate(forecasts)


def _places(n_rows):
    return np.unique(np.linspace(0, n_rows - 1, N_KEPT).astype(np.int64))


def _some_rows(field, n_rows):
    """Return rows of a field, flat, in places that depend on a number of rows, of which it may have fewer."""
    places = _places(n_rows)
    rows = np.asarray(field[places[places < len(field)]], np.float64)
    return rows.reshape(len(rows), -1)

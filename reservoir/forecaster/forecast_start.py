"""Where a forecast starts: the state of the reservoir at the end of a series, and the rows that come before."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_array
from reservoir.driving.pieces import ROWS_AT_ONCE, drive_pieces
from reservoir.forecaster.exogenous import lay_beside, read_exogenous
from reservoir.forecaster.known_ahead import known_ahead
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.preparation import Preparation
from reservoir.forecaster.seasonal_loop import beside_last_season
from reservoir.series.continued_frames import refuse_other_index
from reservoir.series.sequences import read_sequences


class Start(NamedTuple):
    """Where a forecast starts.

    Parameters
    ----------
    state : the state of the reservoir before the last row
    row : array (n_features,)
        The last row of the series, prepared.
    past, known_past : arrays (n_lost, n_features) and (n_lost, n_exogenous)
        The rows of data from which the differences of those that follow are taken.
    season : array (at most the longest period, n_features)
        The last prepared rows.
    """

    state: Any
    row: Array
    past: Array
    known_past: Array
    season: Array


class StartsMixin:
    """Finds where a forecast starts, by what `Forecaster` has fitted."""

    # The subclass sets these.
    reservoir_: BaseReservoir
    preparation_: Preparation
    known_preparation_: Preparation
    horizon_: int | None
    periods_: tuple[int, ...]
    n_features_in_: int
    n_exogenous_: int
    washout_: int
    state_: Any
    last_row_: Array | None
    _dtype: np.dtype
    _exogenous_names: list[str] | None
    _past: tuple[Array, Array, Array]
    _task: NextRows

    def start(self, context: ArrayLike | None = None, context_exogenous: ArrayLike | None = None) -> tuple[Any, Array]:
        """Return where a forecast starts: the state before the last known row, and that row.

        Parameters
        ----------
        context, context_exogenous : as in ``forecast``

        Returns
        -------
        state : the state of the reservoir, free to be changed
        row : array (n_features,)
            Prepared, as the reservoir is given it.
        """
        start = self._start(context, context_exogenous)
        return start.state, start.row

    def _start(self, context, context_exogenous):
        if context is None:
            if context_exogenous is not None:
                raise ValueError("'context_exogenous' needs a 'context', which is None.")
            if self.last_row_ is None:
                raise ValueError("'context' must say which series to continue, as fit saw several; got None.")
            row = check_array("last_row_", self.last_row_, (self.n_features_in_,))
            return Start(self.reservoir_.check_state(self.state_), row.astype(self._dtype), *self._past)
        sequences = read_sequences(self, context, reset=False, dtype=self._dtype, lazy=True, name="context")
        series, n_lost = sequences.series[0], self.preparation_.n_lost
        least = n_lost + (max(self.washout_, 1) if n_lost else self.washout_)
        if sequences.container != "series" or len(series) < least:
            came = f"{len(series)} rows" if sequences.container == "series" else "several series"
            needs = f"{least} rows: {n_lost} that differences take and" if n_lost else "washout="
            needs = f"at least {needs}{' ' if n_lost else ''}{self.washout_} {'of washout' if n_lost else 'rows'}"
            raise ValueError(
                f"'context' must be one 2-D series of {needs}, in which the state forgets its start; got {came}."
            )
        known = self._read_known(
            "context_exogenous", context_exogenous, [len(series)], alone=True, rows="every row of 'context'"
        )[0]
        refuse_other_index("context_exogenous", context_exogenous, context)
        return self._start_of(series, known)

    def _start_of(self, series, known):
        """Return the `Start` of a forecast at the end of a series of data, beside its exogenous rows."""
        (prepared,), _, (inputs,) = self._inputs_of([series], [known])
        state = self.reservoir_.rest()
        for piece in drive_pieces(self.reservoir_, inputs, ROWS_AT_ONCE):
            state = piece.state
        past, season = len(series) - self.preparation_.n_lost, max(self.periods_, default=1)
        rows = prepared[max(len(prepared) - season, 0) :]
        return Start(state, rows[-1].copy(), series[past:].copy(), known[past:].copy(), rows.copy())

    def _remember_end(self, start):
        """Record where ``forecast`` goes on without a context; None is nowhere."""
        self.state_, self.last_row_, *past = start or (None,) * 5
        self._past = tuple(past)
        _freeze((self.state_, self.last_row_, *self._past))

    def __setstate__(self, state):
        super().__setstate__(state)
        _freeze(tuple(state.get(name) for name in ("state_", "last_row_", "_past")))

    def _inputs_of(self, series, known):
        """Return series and what is known beside them, prepared, and what the reservoir is driven by."""
        prepared = [self.preparation_.prepare(x) for x in series]
        known = [self.known_preparation_.prepare(e) for e in known]
        periods = self.periods_ if self.horizon_ is None else ()
        known = [beside_last_season(e, x, periods) for e, x in zip(known, prepared, strict=True)]
        return prepared, known, [lay_beside(x, e) for x, e in zip(prepared, known, strict=True)]

    def _known_ahead(self, prepared, known_prepared):
        """Return what is known of the rows ahead of every row of every series, for a direct forecast."""
        settings = self.periods_ if self.horizon_ else (), self._task.n_ahead
        return [known_ahead(x, e, *settings) for x, e in zip(prepared, known_prepared, strict=True)]

    def _read_known(self, name, value, lengths, **options):
        expected = {"n_columns": self.n_exogenous_, "columns": self._exogenous_names}
        return read_exogenous(name, value, lengths, self._dtype, **expected, **options)


def _freeze(part):
    for array in part if isinstance(part, tuple) else (part,):
        if isinstance(array, tuple):
            _freeze(array)
        elif isinstance(array, np.ndarray):
            array.setflags(write=False)

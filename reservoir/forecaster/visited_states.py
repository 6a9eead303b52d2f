"""The states that series have led a fitted forecaster to, and a state from which its loop may start."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import of_one_fit
from readouts.types import SeriesLike, SeriesOut
from reservoir.checks.arguments import check_array
from reservoir.driving.pieces import ROWS_AT_ONCE
from reservoir.forecaster.expert_reservoir import expert_of
from reservoir.forecaster.forecast_start import Start, StartsMixin
from reservoir.forecaster.mapped_loop import check_vector_state, refuse_beside
from reservoir.forecaster.paths import PathsMixin
from reservoir.series.sequences import read_sequences


class VisitedStatesMixin(StartsMixin, PathsMixin):
    """Collects states, by what `Forecaster` has fitted, and starts from one."""

    # The subclass sets it.
    n_jobs: int | None

    @of_one_fit
    def states_of(self, X: SeriesLike, *, exogenous: SeriesLike | None = None) -> SeriesOut:
        """Return the states of the rows of series that ``fit`` would fit the readout to, for a `Conceptor`.

        These are the states after all rows but the last, without those of the washout. Series are prepared as in
        ``fit`` before they drive the reservoir.

        Parameters
        ----------
        X : as in ``fit``
            Series of at least ``washout_`` + 2 rows beside those that differences take.
        exogenous : as in ``fit``

        Returns
        -------
        states : in the container of X, ``reservoir_.n_features_out_`` columns
            Row t is the state after row ``washout_`` + t of the series, or later by the rows that differences take.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import Conceptor, EchoStateReservoir, Forecaster
        >>> waves = [np.sin(0.6 * np.arange(300)), np.sin(0.7 * np.arange(300))]
        >>> reservoir = EchoStateReservoir(50, random_state=0)
        >>> forecaster = Forecaster(reservoir, washout=100, passthrough=False).fit(waves)
        >>> [states.shape for states in forecaster.states_of(waves)]
        [(199, 50), (199, 50)]
        >>> conceptors = [Conceptor(10.0).fit(states) for states in forecaster.states_of(waves)]
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True, flat=True)
        series = sequences.series
        known = self._read_known(
            "exogenous", exogenous, [len(x) for x in series], alone=sequences.container == "series"
        )
        least, shortest = self.preparation_.n_lost + self.washout_ + 2, min(map(len, series))
        if shortest < least:
            raise ValueError(
                f"'X' must hold series of at least {least} rows, those of the washout included; got one of {shortest}."
            )
        _, _, inputs = self._inputs_of(series, known)

        def keep(number, states, piece):
            if states is None:
                states = np.empty((len(inputs[number]), piece.states.shape[1]), piece.states.dtype)
            states[piece.start : piece.start + len(piece.states)] = piece.states
            return states

        found = self.reservoir_.drive_many(inputs, keep, n_rows=ROWS_AT_ONCE, n_jobs=self.n_jobs)
        return sequences.restore([states[self.washout_ :] for states in found])

    def _start_at(self, state, context):
        """Return the `Start` of a loop at a state: its first input is what the readout makes of that."""
        name = "initial_state"
        periods, expert = self.periods_ if self.horizon_ is None else (), expert_of(self.reservoir_)
        refuse_beside(name, context=context, horizon=self.horizon_, period=periods, expert=expert)
        if self.preparation_.n_lost:
            raise ValueError(
                f"'{name}' must be None where rows are differences, which need rows before them; got difference="
                f"{self.preparation_.n_lost}. Give a 'context', or fit with difference=0."
            )
        check_vector_state(name, self.reservoir_)
        state = check_array(name, state, (self.reservoir_.n_units_,)).astype(self._dtype)
        width = self.reservoir_.n_features_in_
        features = np.concatenate([state, np.zeros(width)]).astype(np.float64)[None]
        row = np.asarray(self.loop_readout_(features), dtype=self._dtype).reshape(-1)
        nothing = np.empty((0, self.n_features_in_), self._dtype)
        return Start(state, row, nothing, np.empty((0, self.n_exogenous_), self._dtype), row[None])

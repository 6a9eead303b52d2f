"""Forecasts from many origins of one series, which is driven once: the states at the origins are kept."""

from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.checks.arguments import check_integer
from reservoir.driving.pieces import ROWS_AT_ONCE, drive_pieces
from reservoir.forecaster.expert_reservoir import ExpertReservoir
from reservoir.forecaster.loops_together import loop_together
from reservoir.forecaster.predicted_rows import as_finite, predict_in_loop
from reservoir.forecaster.seasonal_loop import predict_by_seasons
from reservoir.kernels.closed_loop import COMPILED


class Origins(NamedTuple):
    """What forecasts from several rows of one prepared series start from.

    Parameters
    ----------
    positions : array (n_origins,)
        The last known row of each, ascending, a row number of the inputs.
    inputs : array or LazySeries (n_rows, n_inputs)
        What drives the reservoir.
    states : list of states, or None
        For closed loops: the state before each of these rows.
    features : array (n_origins, n_units + n_inputs) or None
        For direct forecasts: state and input of each row, side by side.
    known : array (n_origins, n_known) or None
        What is known of the rows ahead of it beyond the next one.
    """

    positions: Array
    inputs: Any
    states: list | None
    features: Array | None
    known: Array | None

    def among(self, chosen):
        """Return some of the origins, chosen by an array of truth values."""
        if self.states is None:
            known = None if self.known is None else self.known[chosen]
            return self._replace(positions=self.positions[chosen], features=self.features[chosen], known=known)
        return self._replace(positions=self.positions[chosen], states=[self.states[n] for n in np.flatnonzero(chosen)])


def find_loop_origins(reservoir, inputs, positions):
    """Return `Origins` of closed loops: the series is driven once, from one of the ascending positions to the next."""
    states, state, start = [], reservoir.rest(), 0
    for stop in positions:
        for first in range(start, stop, ROWS_AT_ONCE):
            _, state = reservoir.drive(inputs[first : min(first + ROWS_AT_ONCE, stop)], state)
        states.append(state)
        start = stop
    return Origins(np.asarray(positions), inputs, states, None, None)


def find_direct_origins(reservoir, inputs, ahead, positions):
    """Return `Origins` of direct forecasts: the series is driven once, and the states of these rows are kept.

    ``ahead`` is what is known of the rows ahead, as `known_ahead` gives it.
    """
    positions, features, known = np.asarray(positions), [], []
    for piece in drive_pieces(reservoir, inputs, ROWS_AT_ONCE):
        stop = piece.start + len(piece.states)
        rows = positions[(positions >= piece.start) & (positions < stop)] - piece.start
        features.append(np.hstack([piece.states[rows], piece.inputs[rows]], dtype=np.float64))
        if ahead is not None:
            known.append(ahead[piece.start : stop][rows])
    return Origins(positions, inputs, None, np.concatenate(features), np.concatenate(known) if known else None)


def forecast_in_loops(reservoir, origins, n_steps, task, periods, loop, readout):
    """Return the prepared rows after each origin, (n_origins, n_steps, n_features), of a closed loop from each.

    Parameters
    ----------
    reservoir : fitted reservoir
    origins : Origins
        With at least ``n_steps`` rows of inputs from each position on, for their exogenous columns.
    n_steps : int
    task : NextRows
    periods : tuple of int
        Seasons, whose last rows are columns of the inputs after the exogenous ones.
    loop, readout : as `predict_in_loop` takes them
    """
    n_features = task.n_features
    slow = not isinstance(loop, COMPILED) or isinstance(reservoir, ExpertReservoir)
    if slow and len(origins.positions):
        inputs = windows(origins.inputs, origins.positions, n_steps)
        together = loop_together(reservoir, loop, inputs, n_features, periods, origins.states)
        if together is not None:  # else one of them runs away, and the loop below says which
            return together.astype(reservoir.dtype_)
    end = origins.inputs.shape[1] - len(periods) * n_features
    ahead = np.empty((len(origins.positions), n_steps, n_features), reservoir.dtype_)
    for number, (position, state) in enumerate(zip(origins.positions, origins.states, strict=True)):
        inputs = origins.inputs[position : position + n_steps].copy()
        if periods:
            season = origins.inputs[max(position + 1 - max(periods), 0) : position + 1][:, :n_features]
            driven = season[-1], inputs[:, n_features:end], season, periods, state, readout, task.passthrough
            ahead[number] = predict_by_seasons(reservoir, loop, *driven)
        else:
            inputs[1:, :n_features] = 0.0
            ahead[number] = predict_in_loop(reservoir, loop, inputs, n_features, state, readout, task.passthrough)
    return ahead


def forecast_directly(reservoir, origins, n_steps, task, readout):
    """Return the prepared rows after each origin, (n_origins, n_steps, n_features), all in one prediction.

    Parameters
    ----------
    reservoir : fitted reservoir
    origins : Origins
    n_steps : int
        At most the number of rows that the readout predicts.
    task : NextRows
    readout : fitted readout
    """
    rows = as_finite(task.predict(readout, origins.features, origins.known), reservoir.dtype_, readout)
    return rows.reshape(len(origins.positions), task.n_ahead, task.n_features)[:, :n_steps]


def spaced_origins(n_rows, start, stride, spent, least, needs, else_take=""):
    """Return the numbers of rows before each forecast, from ``start`` on, as long as ``spent`` rows follow.

    ``least`` is the least start, by what it ``needs``; what else could be taken in place of more rows ends the message.
    """
    start = check_integer("start", start)
    if start < least:
        raise ValueError(f"'start' must be at least {least}, {needs}; got {start}.")
    if start + spent > n_rows:
        raise ValueError(
            f"'X' must have at least {start + spent} rows, {start} before the first origin and {spent} after it; got "
            f"{n_rows}. Take more rows, or a smaller 'start', 'horizon' or washout{else_take}."
        )
    stop = n_rows - spent + 1
    return np.arange(start, stop, min(stride, stop))  # a stride beyond 64 bits would make floats of the origins


def windows(rows, starts, length):
    """Return the ``length`` rows from each of the starts on, (n_starts, length, n_columns).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.origins import windows
    >>> windows(np.arange(5.0)[:, None], [0, 2], 3)[..., 0].tolist()
    [[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]]
    """
    return np.stack([rows[start : start + length] for start in starts])

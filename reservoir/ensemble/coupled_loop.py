"""A closed loop of many forecasters, into all of which the mean of their outputs is fed back at every step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.driving.runaway import largest_square_root
from reservoir.ensemble.combining import across
from reservoir.forecaster import Forecaster
from reservoir.forecaster.exogenous import lay_beside
from reservoir.forecaster.expert_reservoir import ExpertReservoir, drive_together
from reservoir.forecaster.origins import find_loop_origins, windows
from reservoir.forecaster.settings import check_differences
from reservoir.kernels.closed_loop import COMPILED
from reservoir.kernels.coupled_leaky import coupled_programs, follow_together


def check_couples(forecaster: Forecaster) -> None:
    """Raise ValueError unless loops of a forecaster, not fitted, can be coupled: those over the last row alone."""
    periods, differences = check_differences(forecaster.period, forecaster.difference, forecaster.horizon)
    asked = {"horizon": forecaster.horizon is not None, "period": periods, "difference": differences.n_lost}
    for name in (name for name, is_asked in asked.items() if is_asked):
        raise ValueError(
            f"'coupled' must be False for a forecaster with {name}={getattr(forecaster, name)!r}, as members are "
            f"coupled by their last rows; got True. Leave out '{name}', or set coupled=False."
        )


def follow_coupled(
    reservoirs: list[BaseReservoir], loops: list[Callable], inputs: Array, n_features: int, states: list, combine: str
) -> tuple[Array, Array]:
    """Return the prepared rows of coupled loops from several starts, and what every member predicted at each step.

    Parameters
    ----------
    reservoirs : list of fitted reservoirs
    loops : list of callables
        What makes the next row of states and inputs, for each of them.
    inputs : array (n_starts, n_steps, n_inputs)
        The leading columns, those of the series, are given in the first step, exogenous ones in all. Changed in place.
    n_features : int
        How many columns lead.
    states : list of list of states
        For every member, its state before the first row of each start.
    combine : {"mean", "median"}

    Returns
    -------
    rows : array (n_starts, n_steps, n_features)
    each : array (n_members, n_starts, n_steps, n_features)
    """
    together = _follow_compiled(reservoirs, loops, inputs, n_features, states, combine)
    if together is not None:  # else it cannot be compiled, or has run away, and the loop below says where
        return together
    n_starts, n_steps, _ = inputs.shape
    limit, states = largest_square_root(inputs.dtype), list(states)
    each = np.empty((len(reservoirs), n_starts, n_steps, n_features))
    rows = np.empty(each.shape[1:])
    for t in range(n_steps):
        for number, (reservoir, loop) in enumerate(zip(reservoirs, loops, strict=True)):
            with np.errstate(over="ignore", invalid="ignore"):
                try:
                    reached, states[number] = drive_together(reservoir, inputs[:, t], states[number])
                except StateOverflowError as error:
                    if not t:  # the loop is not closed yet
                        raise
                    # What a reservoir advises is for its input; an expert names the row that it was asked about.
                    cause = f" {error}" if isinstance(reservoir, ExpertReservoir) else ""
                    raise _overflow(t, n_steps, cause) from error
                each[number, :, t] = loop(np.hstack([reached, inputs[:, t]], dtype=np.float64))
        rows[:, t] = across(each[:, :, t], combine)
        if not (np.abs(rows[:, t]) <= limit).all():
            raise _overflow(t, n_steps)
        inputs[:, t + 1 : t + 2, :n_features] = rows[:, t : t + 1]
    return rows, each


def _follow_compiled(reservoirs, loops, inputs, n_features, states, combine):
    """Return what `follow_coupled` does, by a compiled loop, or None if it cannot be or one of them runs away."""
    kind, n_units = type(loops[0]), reservoirs[0].n_units_
    if not isinstance(loops[0], COMPILED) or not all(type(loop) is kind for loop in loops):
        return None
    programs = coupled_programs(reservoirs)
    n_starts, n_steps, n_inputs = inputs.shape
    sizes = len(reservoirs), n_inputs, n_units
    if programs is None or programs.input_weights.shape != sizes or {one.n_units_ for one in reservoirs} != {n_units}:
        return None
    each = np.empty((n_starts, n_steps, len(reservoirs), n_features))
    rows = np.empty((n_starts, n_steps, n_features))
    for start in range(n_starts):
        state = np.stack([of_member[start] for of_member in states])
        follow_together(programs, loops, combine == "median", inputs[start], state, each[start], rows[start])
        if not np.isfinite(state).all():  # once a state is not finite, it never is again
            return None
    if not (np.abs(rows) <= largest_square_root(inputs.dtype)).all():
        return None
    return rows, each.transpose(2, 0, 1, 3)


def _overflow(step, n_steps, cause=""):
    return StateOverflowError(
        f"The forecast overflowed at step {step} of {n_steps}.{cause} Use a larger penalty in the readout of "
        "'forecaster', or one that chooses it, readout=None."
    )


def from_one_start(members: list[Forecaster], starts: list[tuple[Any, Array]], following: Array, combine: str) -> Any:
    """Return what `follow_coupled` does from one start, of one row and a state for each member."""
    row = starts[0][1]
    inputs = np.zeros((1, len(following), len(row) + following.shape[1]), row.dtype)
    inputs[0, 0, : len(row)], inputs[0, :, len(row) :] = row, following
    rows, each = follow_coupled(*_driven(members), inputs, len(row), [[state] for state, _ in starts], combine)
    return rows[0], each[:, 0]


def from_origins(
    members: list[Forecaster], series: Any, known: Any, origins: Array, horizon: int, combine: str
) -> Array:
    """Return the prepared rows after each origin of a series of data, which each member is driven by once."""
    first = members[0]
    inputs = lay_beside(first.preparation_.prepare(series), first.known_preparation_.prepare(known))
    states = [find_loop_origins(member.reservoir_, inputs, origins - 1).states for member in members]
    ahead = windows(inputs, origins - 1, horizon)
    return follow_coupled(*_driven(members), ahead, first.n_features_in_, states, combine)[0]


def _driven(members: list[Forecaster]) -> tuple[list[BaseReservoir], list[Callable]]:
    return [member.reservoir_ for member in members], [member.loop_readout_ for member in members]

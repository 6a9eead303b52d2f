"""What a worker does for some patches: it is sent the points that they see, and returns what was learnt from these."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.driving.pieces import ROWS_AT_ONCE
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.predicted_rows import as_finite, predict_rows
from reservoir.forecaster.training import naming_the_readout, training_rows
from reservoir.local_forecaster.fields import Slab
from reservoir.local_forecaster.space_scale import Moments, SpaceScale, moments_of, refuse_unless_finite
from reservoir.metrics.determination import r_squared
from reservoir.series.input_noise import add_noise
from reservoir.series.lazy_series import LazySeries

# Rows of a piece of patches in lockstep, which are held for all of them, and the most units with which they are.
FEW_ROWS, FEW_UNITS = 1024, 256
INSPECTED_ROWS = 1000


class PatchTask(NamedTuple):
    """What is asked of every patch.

    Parameters
    ----------
    rows : NextRows
        Features and targets, with the values of the patch itself as the series.
    scale : SpaceScale
    dtype : dtype
    washout : int
    noise : float
    """

    rows: NextRows
    scale: SpaceScale
    dtype: Any
    washout: int = 0
    noise: float = 0.0


class Windows(NamedTuple):
    """The series that the patches of a group see in each of several fields: patch after patch for every field."""

    seen: list[LazySeries]
    n_patches: int

    def of_patch(self, place: int) -> list[LazySeries]:
        """Return what the patch in a place of the group sees, in every field."""
        return self.seen[place :: self.n_patches]

    def before_the_last(self) -> "Windows":
        """Return the windows without their last rows, which have no target."""
        return Windows([one_less(rows) for rows in self.seen], self.n_patches)


class GroupFit(NamedTuple):
    """What was learnt from the patches of a group.

    Parameters
    ----------
    readouts : list
        One for all of them, or one for each; none if there are ``rows``.
    reservoirs : list
        Those that were fitted here.
    rows : list of pair of array
        Features and targets of every patch of the first field, then of the next.
    states : list
        The state of each patch before the last row of the only field; none of several.
    """

    readouts: list[Any]
    reservoirs: list[BaseReservoir]
    rows: list[tuple[Array, Array]]
    states: list[Any]


def windows_of(task: PatchTask, slabs: list[Slab], places: Array) -> Windows:
    """Return what patches see of slabs of fields, scaled, of which ``places`` (n_patches, n_seen) says where it is."""
    # A small change on top of a large mean is lost in single precision unless the mean is taken off before.
    seen, dtype = [], task.dtype if task.scale.changes_nothing else np.dtype(np.float64)
    for slab in slabs:
        rows = slab.read(dtype)
        refuse_unless_finite(rows, slab.name)
        rows = task.scale.apply(rows, task.dtype)
        seen += [LazySeries((len(rows), len(at)), rows.dtype, partial(_take, rows, at)) for at in places]
    return Windows(seen, len(places))


def one_less(rows: LazySeries) -> LazySeries:
    """Return a series without its last row."""
    return LazySeries((len(rows) - 1, rows.shape[1]), rows.dtype, rows.take)


def measure_group(slabs: list[Slab], n_variables: int) -> list[Moments]:
    """Return the `Moments` of slabs, of which each is read for it."""
    return [moments_of(slab, n_variables) for slab in slabs]


def fit_shared(
    task: PatchTask, reservoir: BaseReservoir, readout: Any, slabs: list[Slab], places: Array, seeds: list[int]
) -> GroupFit:  # fmt: skip
    """Drive the patches of a group by one fitted reservoir, and fit an own copy of the readout to all their rows.

    Parameters
    ----------
    readout : unfitted readout with ``partial_fit``, or None
        Is changed. None returns the rows instead.
    slabs : list of Slab
        What the group sees of every field.
    places : array (n_patches, n_seen)
        Where each patch finds what it sees.
    seeds : list of int
        Of the noise of each patch; empty without noise.
    """
    windows = windows_of(task, slabs, places)
    driven = _drive(task, reservoir, readout, windows.before_the_last().seen, _each_field(seeds, slabs))
    rows = [pair for parts, _ in driven for pair in parts]
    if readout is None:
        rows = [tuple(map(_joined, zip(*parts, strict=True))) for parts, _ in driven]
    states = _end_states(reservoir, windows, driven, task.noise)
    return GroupFit([] if readout is None else [readout], [], rows, states)


def fit_each(
    task: PatchTask, reservoirs: list[BaseReservoir], readouts: list[Any], holds: bool, slabs: list[Slab],
    places: Array, seeds: list[int],
) -> GroupFit:  # fmt: skip
    """Fit a reservoir and a readout to every patch of a group, as `fit_shared` does one to all of them.

    Parameters
    ----------
    reservoirs, readouts : lists, one for each patch, not fitted
    holds : bool
        Whether a readout is given all rows of its patch at once.
    """
    windows, states = windows_of(task, slabs, places), []
    for place, (reservoir, readout) in enumerate(zip(reservoirs, readouts, strict=True)):
        own = Windows(windows.of_patch(place), 1)
        reservoir.fit(own.seen[0][:INSPECTED_ROWS])
        its_seeds = _each_field(seeds[place : place + 1], slabs)
        driven = _drive(task, reservoir, None if holds else readout, own.before_the_last().seen, its_seeds)
        if holds:
            features, targets = zip(*(pair for parts, _ in driven for pair in parts), strict=True)
            with naming_the_readout("'X'"):
                readout.fit(_joined(features), _joined(targets))
        states += _end_states(reservoir, own, driven, task.noise)
    return GroupFit(readouts, reservoirs, [], states)


def end_states(task: PatchTask, reservoirs: list[BaseReservoir], slabs: list[Slab], places: Array) -> list[Any]:
    """Return the state of each patch before the last row of a single field."""
    windows = windows_of(task, slabs, places)
    if len(reservoirs) == 1:
        return _states_before_the_last(reservoirs[0], windows)
    return [
        state
        for place, reservoir in enumerate(reservoirs)
        for state in _states_before_the_last(reservoir, Windows(windows.of_patch(place), 1))
    ]


def states_at(
    task: PatchTask, reservoirs: list[BaseReservoir], slabs: list[Slab], places: Array, stops: list[int],
    starts: list[Any] | None,
) -> list[list[Any]]:  # fmt: skip
    """Return for each patch its states after so many rows of a single field.

    Parameters
    ----------
    stops : list of int
        Numbers of rows, none less than the one before.
    starts : list of states, one for each patch, or None
        None is at rest.
    """
    windows = windows_of(task, slabs, places)
    if len(reservoirs) == 1:
        return _states_after(reservoirs[0], windows.seen, stops, starts)
    return [
        _states_after(reservoir, windows.of_patch(place), stops, None if starts is None else [starts[place]])[0]
        for place, reservoir in enumerate(reservoirs)
    ]


def predict_group(
    task: PatchTask, reservoirs: list[BaseReservoir], readouts: list[Any], slabs: list[Slab], places: Array
) -> list[Array]:  # fmt: skip
    """Return the row predicted after every row but the last of each patch, of the first field, then of the next."""
    windows = windows_of(task, slabs, places).before_the_last()
    if len(reservoirs) == 1:
        return predict_rows(reservoirs[0], readouts[0], task.rows, windows.seen, [None] * len(windows.seen), 1)
    each = [
        predict_rows(reservoir, readout, task.rows, windows.of_patch(place), [None] * len(slabs), 1)
        for place, (reservoir, readout) in enumerate(zip(reservoirs, readouts, strict=True))
    ]
    return [patch[field] for field in range(len(slabs)) for patch in each]


def score_group(
    task: PatchTask, reservoirs: list[BaseReservoir], readouts: list[Any], slabs: list[Slab], places: Array
) -> list[float]:  # fmt: skip
    """Return for each patch R^2 of its predictions of all fields after the washout, the mean over its values."""
    read = [Slab([[slab.read(np.float64)]], slab.name) for slab in slabs]
    made = predict_group(task, reservoirs, readouts, read, places)
    made = [as_finite(task.scale.restore(rows), task.dtype, readouts[0], restored=True) for rows in made]
    scores = []
    for place, at in enumerate(places):
        truth = [slab.blocks[0][0][task.washout + 1 :, at[: task.rows.n_features]] for slab in read]
        guess = [rows[task.washout :] for rows in made[place :: len(places)]]
        scores.append(r_squared(np.concatenate(truth), np.concatenate(guess), "'X'"))
    return scores


def _take(rows, at, start, stop):
    return np.ascontiguousarray(rows[start:stop, at])


def _later(take, first, start, stop):
    return take(first + start, first + stop)


def _joined(parts):
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _each_field(seeds, slabs):
    """Return a seed for every patch of every field: noise of one field is not that of another."""
    return [seed + number for number in range(len(slabs)) for seed in seeds]


def _drive(task, reservoir, readout, seen, seeds):
    """Return for each series its features and targets, unless the readout was fitted to them, and its last state."""
    inputs = seen
    if seeds:
        pairs = zip(seen, seeds, strict=True)
        inputs = [add_noise([rows], task.noise, rows.shape[1], seed)[0] for rows, seed in pairs]
    targets = [LazySeries((len(rows) + 1, task.rows.n_features), rows.dtype, rows.take) for rows in seen]
    targets = [LazySeries(one.shape, one.dtype, partial(_leading, one)) for one in targets]
    known = [None] * len(seen)

    def fold(number, before, piece):
        parts = before[0] if before else []
        for features, ahead in training_rows(task.rows, targets, known, task.washout, number, piece):
            if readout is None:
                parts.append((features, ahead))
                continue
            with naming_the_readout("'X'"):
                readout.partial_fit(features, ahead)
        return parts, piece.state

    return reservoir.drive_many(inputs, fold, n_rows=_rows_at_once(reservoir), n_jobs=1)


def _leading(series, start, stop):
    return series.take(start, stop)[:, : series.shape[1]]


def _end_states(reservoir, windows, driven, noise):
    """Return the states before the last row, without noise; none of several fields."""
    if len(windows.seen) != windows.n_patches:
        return []
    return _states_before_the_last(reservoir, windows) if noise else [state for _, state in driven]


def _states_before_the_last(reservoir, windows):
    seen = windows.before_the_last().seen
    return [states[0] for states in _states_after(reservoir, seen, [len(seen[0])], None)]


def _states_after(reservoir, seen, stops, starts):
    """Return for each series of a list, all as long, its states after so many rows."""

    def keep(number, before, piece):
        return piece.state

    states, first, found = starts, 0, []
    for stop in stops:
        if stop > first:
            parts = [
                LazySeries((stop - first, rows.shape[1]), rows.dtype, partial(_later, rows.take, first))
                for rows in seen
            ]
            states = reservoir.drive_many(parts, keep, starts=states, n_rows=_rows_at_once(reservoir), n_jobs=1)
        found.append([reservoir.rest() for _ in seen] if states is None else states)
        first = stop
    return [list(of_one) for of_one in zip(*found, strict=True)]


def _rows_at_once(reservoir):
    return FEW_ROWS if reservoir.n_features_out_ <= FEW_UNITS else ROWS_AT_ONCE

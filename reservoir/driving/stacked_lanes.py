"""Layers of reservoirs in lockstep: every layer drives many series, by the states of the layer below."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.driving.lanes import DriveAlone, Lanes, are_finite
from reservoir.series.elapsed import split_elapsed


def stacked_lanes(
    layers: Sequence[Any], timed: Sequence[bool], elapsed_column: int | None, input_to_all: bool, shown: slice,
    pieces: bool,
) -> Lanes | None:  # fmt: skip
    """Return what drives many series through layers in lockstep; None unless every layer has lanes.

    What is wrong with a series raises `DriveAlone`, since only a series by itself can say which step it was.

    Parameters
    ----------
    layers : sequence of fitted reservoirs
    timed : sequence of bool
        For each layer, whether elapsed times are the last column of its input.
    elapsed_column : int or None
        Column of X with the duration of every row.
    input_to_all : bool
        Whether X is an input of every layer, and not of the first only.
    shown : slice
        The layers whose states are returned.
    pieces : bool
        Whether these are written series by series afterwards.
    """
    asked = [pieces and number in range(len(layers))[shown] for number in range(len(layers))]
    plain = all(layer.output_map_ is None for layer in layers)
    rules = [layer.lanes(each) if plain else None for layer, each in zip(layers, asked, strict=True)]
    if None in rules:
        return None

    def drive(X, active, state, states):
        (inputs, elapsed), outputs = split_elapsed(X, elapsed_column), []
        for rule, layer, has_times, own in zip(rules, layers, timed, state, strict=True):
            parts = outputs[-1:]
            if not outputs or input_to_all:
                parts.append(inputs)
            if has_times:
                parts.append(elapsed[:, None])
            given = _side_by_side(parts, layer.dtype_, active)
            _check_times(layer, given)
            made = np.empty((len(X), layer.n_features_out_, X.shape[2]), layer.dtype_)
            rule(given, active, own, made)
            if not are_finite(made, active):
                raise DriveAlone
            outputs.append(made)
        with np.errstate(invalid="ignore"):  # what has no meaning may be anything
            np.concatenate(outputs[shown], axis=1, out=states)

    return drive


def _side_by_side(parts: Sequence[Array], dtype: Any, active: Array) -> Array:
    """Return the features of all parts, or raise if a number in an active lane is too large for ``dtype``."""
    with np.errstate(over="ignore", invalid="ignore"):
        joined = np.concatenate(parts, axis=1, dtype=dtype, casting="same_kind")
    if any(part.dtype.itemsize > dtype.itemsize for part in parts) and not are_finite(joined, active):
        raise DriveAlone
    return joined


def _check_times(layer, given):
    """Raise unless a layer can be driven for the elapsed times in its input, which are 0 where a series has ended."""
    if layer.elapsed_column_ is None:
        return
    times = given[:, layer.elapsed_column_].reshape(-1, 1)
    try:
        layer.check_rows(np.broadcast_to(times, (times.size, layer.n_features_in_)))
    except ValueError as refusal:
        raise DriveAlone from refusal

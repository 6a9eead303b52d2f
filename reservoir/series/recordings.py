"""Recorded inputs and the states beside them: read as series, compared in length, and put into one row per step."""

from typing import Any, NamedTuple

import numpy as np

from readouts.at_once import snapshot
from readouts.types import Array
from reservoir.series.sequences import read_sequences
from reservoir.series.tables import names_of


class Recording(NamedTuple):
    """One recording: the rows of input, and the row of states that each led to."""

    inputs: Array
    states: Array


def read_recordings(
    estimator: Any, inputs: Any, states: Any, samples_per_step: int, dtype: Any
) -> tuple[list[Recording], list[str] | None]:
    """Return the checked recordings as arrays of their own, and the names of the columns of the states, if any.

    Parameters
    ----------
    estimator : estimator with ``n_features_in_``
        The inputs must have its features. It is not changed.
    inputs : 2-D array (n_steps, n_features), 3-D array or list of 2-D arrays
    states : in the same container, 2-D arrays (n_steps * samples_per_step, n_channels)
    samples_per_step : int
        Rows of states for every row of input; they are laid side by side.
    dtype : dtype

    Raises
    ------
    ValueError
        If they cannot be read, or do not belong together.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator
    >>> from reservoir.series.recordings import read_recordings
    >>> estimator = BaseEstimator()
    >>> estimator.n_features_in_ = 1
    >>> recordings, _ = read_recordings(estimator, [[7.0], [8.0]], [[1.0], [2.0], [3.0], [4.0]], 2, "float64")
    >>> recordings[0].states.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    known = getattr(estimator, "feature_names_in_", None)
    read = _read("inputs", estimator, inputs, estimator.n_features_in_, known, dtype)
    first = _first(states)
    single = np.ndim(first) == 0 or np.ndim(first) == 1 and first is states  # a list of lists holds rows
    measured = _read("states", estimator, states, 1 if single else np.shape(first)[-1], None, dtype)
    if len(read.series) != len(measured.series) or (read.container == "series") != (measured.container == "series"):
        raise ValueError(
            "'states' must be as many series as 'inputs', in the same container; got "
            f"{_counted(measured)} beside {_counted(read)}."
        )
    for number, pair in enumerate(zip(read.series, measured.series, strict=True)):
        place = "" if read.container == "series" else f"[{number}]"
        _check_lengths(len(pair[0]), len(pair[1]), samples_per_step, place)
    recordings = [
        Recording(np.array(u), np.array(x).reshape(len(u), -1))
        for u, x in zip(read.series, measured.series, strict=True)
    ]
    names = names_of(first)
    return recordings, None if not names else _side_by_side(names, samples_per_step)


def _read(name, estimator, table, n_features, known, dtype):
    """Return the checked series of a table whose names of columns must be the known ones, where both have some."""
    reader = snapshot(estimator)
    reader.n_features_in_ = n_features
    vars(reader).pop("feature_names_in_", None)
    names = names_of(_first(table))
    if names:
        reader.feature_names_in_ = np.array(names if known is None else known, dtype=object)
    return read_sequences(reader, table, reset=False, dtype=dtype, name=name)


def _first(table):
    """Return the first series of several, or the one; of rows that are nested lists the first row."""
    several = isinstance(table, (list, tuple)) or isinstance(table, np.ndarray) and table.dtype == object
    return table[0] if (several or np.ndim(table) == 3) and len(table) else table


def _counted(sequences):
    return "one series" if sequences.container == "series" else f"{len(sequences.series)} series in a list or 3-D array"


def _check_lengths(n_inputs, n_states, samples_per_step, place):
    expected = n_inputs * samples_per_step
    if n_states == expected:
        return
    each = "a row" if samples_per_step == 1 else f"{samples_per_step} rows ('samples_per_step')"
    if n_states % n_inputs == 0:
        advice = f"If every row of input was sampled {n_states // n_inputs} times, pass it as samples_per_step."
    else:
        advice = "Cut both to the steps that were recorded together."
    raise ValueError(
        f"'states{place}' must have {each} for every row of 'inputs{place}', {expected} here; got {n_states}. {advice}"
    )


def _side_by_side(names, samples_per_step):
    if samples_per_step == 1:
        return list(names)
    return [f"{name}_{sample}" for sample in range(samples_per_step) for name in names]

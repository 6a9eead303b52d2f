"""Recorded inputs and the states beside them: read as series, put into one row per step, and compared with others."""

from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from readouts.at_once import snapshot
from readouts.types import Array
from reservoir.series.sequences import read_sequences
from reservoir.series.tables import names_of

_ROUNDED = 1e-6  # of the largest input: what differs by less may be the same, rounded to single precision


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


def groups_of_equal(inputs: list[Array]) -> list[list[int]]:
    """Return the numbers of equal arrays together, in the order in which each first comes.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.series.recordings import groups_of_equal
    >>> groups_of_equal([np.ones((2, 1)), np.zeros((2, 1)), np.ones((2, 1))])
    [[0, 2], [1]]
    """
    groups: dict[tuple[int, bytes], list[int]] = {}
    for number, one in enumerate(inputs):
        # Zeros of either sign are equal, but not their bytes.
        content = np.ascontiguousarray(one + 0.0).tobytes()
        groups.setdefault((len(one), sha256(content).digest()), []).append(number)
    return list(groups.values())


def why_not_recorded(
    recordings: list[Recording], whole: list[int], X: Any, numbers: list[int], row: int | None = None
) -> str:
    """Return where rows leave the recordings in which they were looked for, in words.

    Parameters
    ----------
    recordings : list of Recording
    whole : list of int
        The numbers of those in which such rows may begin anywhere.
    X : array (n_steps, n_features)
    numbers : list of int
        Those in which it was looked for.
    row : int or None, default=None
        From which row on; None is from rest, before the first.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.series.recordings import Recording, why_not_recorded
    >>> recordings = [Recording(np.array([[1.0], [2.0]]), np.zeros((2, 1)))]
    >>> why_not_recorded(recordings, [0], np.array([[1.0], [3.0]]), [0])
    'got one that was recorded up to its row 1 only, where recording 0 goes on otherwise.'
    """
    X, start = np.asarray(X[: len(X)]), row or 0
    after = "" if row is None else f" after step {row} of recording {numbers[0]}"
    if (close := _closest(recordings, X, numbers, start)) is not None:
        difference, number = close
        return (
            f"got one{after} that differs from recording {number} by at most {difference:.1g}, as if rounded. Pass the "
            "numbers of 'inputs' themselves, or, where these were rounded to single precision, set dtype='float32'."
        )
    shared = [(_shared_rows(recordings[one].inputs[start:], X), one) for one in numbers]
    most, nearest = max(shared, key=lambda pair: (pair[0], -pair[1]))
    if most:
        ends = start + most == len(recordings[nearest].inputs)
        what = f"recording {nearest} ends there" if ends else f"recording {nearest} goes on otherwise"
        return f"got one{after} that was recorded up to its row {most} only, where {what}."
    for one in whole:
        step = _place_of(X, recordings[one].inputs)
        if step == 0:
            return f"got one{after} that begins recording {one}. Leave 'state' out."
        if step is not None:
            return (
                f"got one{after} that begins at step {step} of recording {one}, whose states depend on the steps "
                f"before. Pass state=at({step}, {one}) to run, or all steps from the first."
            )
    return f"got {len(X)} rows{after}, which are in no recording."


def _closest(recordings, X, numbers, start):
    """Return by how much X differs from the recording next to it, and its number; None if by more than rounding."""
    differences = [
        (float(np.abs(inputs - X).max()), one)
        for one in numbers
        if len(inputs := recordings[one].inputs[start : start + len(X)]) == len(X)
    ]
    if not differences:
        return None
    difference, nearest = min(differences)
    return (difference, nearest) if difference <= _ROUNDED * np.abs(recordings[nearest].inputs).max() else None


def _shared_rows(inputs, X):
    """Return how many first rows both have in common."""
    length = min(len(inputs), len(X))
    differ = (inputs[:length] != X[:length]).any(axis=1)
    return int(np.argmax(differ)) if differ.any() else length


def _place_of(X, inputs):
    """Return the step at which the inputs hold all rows of X, or None."""
    for step in np.flatnonzero((inputs[: max(len(inputs) - len(X) + 1, 0)] == X[0]).all(axis=1)).tolist():
        if np.array_equal(inputs[step : step + len(X)], X):
            return step
    return None


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
    if n_states == n_inputs:
        advice = "If every row of input was sampled once, leave samples_per_step at 1."
    elif n_states % n_inputs == 0:
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

"""A reservoir driven by an input that is given, such as one whose states were recorded, instead of one drawn here."""

import numpy as np

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_array, check_integer, check_random_state
from reservoir.diagnostics.by_run import as_reservoir
from reservoir.diagnostics.memory.random_drive import Drive, check_range, default_delay, input_direction, random_drive
from reservoir.diagnostics.recorded import is_recorded
from reservoir.series.sequences import read_series

# Correlations with so many rows before are looked at. In units of the standard error of independent rows, 6 is passed
# by chance once in a billion; the distance of the distribution from a uniform one passes 3 about as rarely.
_LAGS, _CORRELATED, _UNLIKE = 10, 6.0, 3.0
_ALIKE = 1e-6  # part of a column that is no multiple of the signal, where columns are to hold one signal


def drive_for_memory(reservoir, inputs, *, uniform, **settings):
    """Return the `Drive` of given inputs, of the only ones that were recorded, or of random ones.

    Parameters
    ----------
    reservoir : fitted reservoir, or object with a method ``run``
    inputs : 2-D array (n_steps, n_features) or None
        Rows that are independent of each other.
    uniform : bool
        Whether their values must be uniform in ``input_range``.
    max_delay, n_steps, washout, input_range, column, random_state : as in `random_drive`
        Of given inputs, ``n_steps`` is the most states, and None is all that are left.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import NVAR
    >>> from reservoir.diagnostics.memory.given_drive import drive_for_memory
    >>> u = np.random.RandomState(0).uniform(-1, 1, (200, 1))
    >>> settings = dict(max_delay=2, n_steps=None, washout=5, input_range=(-1, 1), column=None, random_state=None)
    >>> drive_for_memory(NVAR(1, order=1).fit(u), u, uniform=True, **settings).states.shape
    (193, 1)
    """
    reservoir = as_reservoir(reservoir)
    if inputs is None and is_recorded(reservoir):
        inputs = _only_input(reservoir)
    if inputs is None:
        return random_drive(reservoir, **settings)
    check_random_state(settings.pop("random_state"))
    return _given_drive(reservoir, inputs, uniform, **settings)


def _only_input(reservoir):
    if len(reservoir.recordings_) > 1:
        raise ValueError(
            f"'inputs' must be the input of one recording, of which there are {len(reservoir.recordings_)}; got None. "
            "Pass the longest whose rows are independent random numbers."
        )
    return reservoir.recordings_[0].inputs


def _given_drive(reservoir, inputs, uniform, *, max_delay, n_steps, washout, input_range, column):
    if isinstance(reservoir, BaseReservoir):
        rows = read_series(reservoir, inputs, dtype=reservoir.dtype_, name="inputs", many="of many pass one")
    else:
        rows = check_array("inputs", inputs, ("n_steps", reservoir.n_features_in_))
    max_delay = default_delay(reservoir) if max_delay is None else check_integer("max_delay", max_delay, at_least=0)
    washout = check_integer("washout", washout, at_least=0)
    least = 4 * reservoir.n_features_out_ + 100
    left = len(rows) - washout - max_delay
    if left < least:
        raise ValueError(
            f"'inputs' must have at least {washout + max_delay + least} rows: {washout} for 'washout', {max_delay} for "
            f"'max_delay', four for each of the {reservoir.n_features_out_} columns of the states and 100 more; got "
            f"{len(rows)}. Lower these two, or record more."
        )
    n_steps = left if n_steps is None else min(check_integer("n_steps", n_steps), left)
    if n_steps < least:
        raise ValueError(
            f"'n_steps' must be at least {least}, four for each of {reservoir.n_features_out_} columns of states and "
            f"100 more; got {n_steps}."
        )
    rows = rows[: washout + max_delay + n_steps]
    signal = _signal_of(reservoir, rows, column)
    _check_independent(signal)
    low, high = check_range(input_range)
    if uniform:
        signal = (signal - (low / 2 + high / 2)) / (high / 2 - low / 2)
        _check_uniform(signal, low, high)
    else:  # linear recall does not depend on the scale, but squares of huge numbers overflow
        signal = np.ldexp(signal, -np.frexp(np.abs(signal).max())[1])
    states, _ = reservoir.run(rows)
    return Drive(signal[washout:], states[washout + max_delay :])


def _signal_of(reservoir, rows, column):
    """Return the column of the signal in double precision, which all other columns that vary must hold, too."""
    rows = rows.astype(np.float64)
    chosen = np.flatnonzero(input_direction(reservoir, column))
    chosen = [one for one in chosen if one != reservoir.elapsed_column_]
    scale = np.frexp(np.abs(rows[:, chosen]).max(axis=0))[1]
    columns = np.ldexp(rows[:, chosen], -scale)  # squares of huge numbers overflow
    deviations = columns - columns.mean(axis=0)
    sizes = np.sqrt((deviations**2).sum(axis=0))
    varying = np.flatnonzero(sizes > 0)
    if not len(varying):
        raise ValueError("'inputs' must vary for a memory of them; got constant ones. Record the response to noise.")
    scores = deviations[:, varying] / sizes[varying]
    shared = scores[:, 0] @ scores
    if np.any(1 - shared**2 > _ALIKE):
        raise ValueError(
            "'column' must say which column of 'inputs' holds the signal, as they hold different ones; got None. The "
            "others then count as noise."
        )
    return rows[:, chosen[varying[0]]]


def _check_independent(signal):
    signal = np.ldexp(signal, -np.frexp(np.abs(signal).max())[1])
    deviation = signal - signal.mean()
    power = deviation @ deviation
    for lag in range(1, _LAGS + 1):
        correlation = deviation[lag:] @ deviation[:-lag] / power
        if abs(correlation) > _CORRELATED / np.sqrt(len(signal)):
            raise ValueError(
                "'inputs' must be independent from row to row, or what is recalled of one is recalled of others; got a "
                f"correlation of {correlation:.2g} with the row {lag} before. Record the response to white noise."
            )


def _check_uniform(signal, low, high):
    """Raise ValueError unless a signal is uniform in [-1, 1]."""
    if np.abs(signal).max() > 1 + 1e-9:
        least, most = ((low + high + one * (high - low)) / 2 for one in (signal.min(), signal.max()))
        raise ValueError(
            f"'inputs' must lie within 'input_range', {low:g} to {high:g}; got values from {least:.6g} to {most:.6g}. "
            "Set input_range to the lowest and highest value that they were drawn from."
        )
    ranks = np.arange(1, len(signal) + 1) / len(signal)
    distance = np.abs(np.sort(signal) / 2 + 0.5 - ranks).max()
    if distance > _UNLIKE / np.sqrt(len(signal)) + 1 / len(signal):
        raise ValueError(
            f"'inputs' must be uniform in 'input_range', {low:g} to {high:g}, as the polynomials of this measure are "
            f"orthogonal for those; got a distribution that is {distance:.2g} away from it. Set the range that they "
            "were drawn from, or record the response to uniform noise; memory_function takes other noise, too."
        )

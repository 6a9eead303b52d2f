"""What a reservoir remembers of random input that is as large as a given series, column by column."""

import numpy as np

from reservoir.diagnostics.memory.given_drive import drive_for_memory
from reservoir.diagnostics.memory.linear_memory import recall_delays
from reservoir.diagnostics.memory.random_drive import Drive
from reservoir.diagnostics.memory.state_basis import state_basis
from reservoir.diagnostics.recorded import is_recorded

_WASHOUT, _DELAYS, _COLUMNS = 500, 200, 1000
_GROWN = 1e100
_LEAST_STEPS, _STEPS_PER_COLUMN = 5000, 5


def recalled(reservoir, rows, random_state):
    """Return the memory function over delays 0, 1, ... for input that is as large as ``rows``.

    It is that of `memory_function`, with two differences. One random signal drives all columns, in each with the mean
    and the standard deviation that the column has in ``rows``, as columns may be of any size. And it is shorter: 200
    delays at most, and of very large reservoirs 1000 columns of the states, evenly spaced.

    Parameters
    ----------
    reservoir : fitted reservoir that takes any numbers
    rows : checked 2-D array
    random_state : RandomState

    Returns
    -------
    array
        R^2 without its bias: around 0, also below it, where nothing is recalled.

    Raises
    ------
    ValueError
        If the reservoir refuses such input, if no state varies, or if states grow without end; of a reservoir that was
        recorded, whose memory of ``rows`` is returned, if these are too few or depend on each other.
    StateOverflowError
        If a state grows past every finite number.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import NVAR
    >>> from reservoir.diagnostics.report.recalled import recalled
    >>> rows = np.array([[0.0], [1.0]])
    >>> recalled(NVAR(delay=3, order=1).fit(rows), rows, np.random.RandomState(0)).round(1)[:3]
    array([1., 1., 1.])
    """
    if is_recorded(reservoir):
        return _recalled_of(reservoir, rows)
    n_columns = min(reservoir.n_features_out_, _COLUMNS)
    max_delay = min(2 * reservoir.n_units_, _DELAYS)
    n_steps = max(_LEAST_STEPS, _STEPS_PER_COLUMN * n_columns)
    signal = random_state.uniform(-1, 1, _WASHOUT + max_delay + n_steps)
    deviation = rows.std(axis=0, dtype=np.float64)
    elapsed = reservoir.elapsed_column_
    if elapsed is not None:
        deviation[elapsed] = 0
    drive = rows.mean(axis=0, dtype=np.float64) + np.sqrt(3) * np.outer(signal, deviation)
    states, _ = reservoir.drive(drive.astype(rows.dtype), reservoir.rest())
    if float(np.abs(states).max()) > _GROWN:
        raise ValueError("The states must not grow without end to remember anything; got some above 1e100.")
    kept = np.linspace(0, states.shape[1] - 1, n_columns).astype(int)
    drive = Drive(signal[_WASHOUT:], states[_WASHOUT + max_delay :, kept])
    return recall_delays(state_basis(drive.states), drive, drive.signal, np.arange(max_delay + 1)).corrected


def _recalled_of(reservoir, rows):
    """Return what is recalled of the rows themselves, up to delays that leave enough of them."""
    max_delay = min(2 * reservoir.n_units_, _DELAYS, len(rows) // 10)
    settings = {"max_delay": max_delay, "washout": min(_WASHOUT, len(rows) // 10), "n_steps": None}
    settings |= {"input_range": (-1.0, 1.0), "column": None, "random_state": None}
    drive = drive_for_memory(reservoir, rows, uniform=False, **settings)
    return recall_delays(state_basis(drive.states), drive, drive.signal, np.arange(max_delay + 1)).corrected

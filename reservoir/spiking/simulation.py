"""A series driven through the kernel of a spiking liquid, in as many slices as its noise needs."""

import numpy as np

from readouts.slices import slices

NOISE_AT_ONCE = 2**20  # numbers of noise that are held
MOST_RESERVED = 2**24  # spikes to reserve memory for at once


def simulate_series(run, arguments, variables, X, state, states, capacity, n_substeps, noise_of=None):
    """Drive on from a state; return the state after the last step, and the spikes.

    Parameters
    ----------
    run : compiled function
        The kernel, which is given ``arguments``, the program of the liquid.
    variables : tuple of str
        Names of the variables of a unit.
    X, state : as `drive` takes them
    states : array (n_steps, n_units) to write the states into, or (n_steps, 0)
    capacity : int
        Number of spikes to keep; later ones are counted only.
    n_substeps : int
        Steps of the grid in a row of X.
    noise_of : callable or None
        ``noise_of(first_row, n_rows)`` returns the noise of rows, counted by the clock of the state; None is no noise.

    Returns
    -------
    state, (steps, units, n_spikes)
        The spikes are int64 arrays (capacity,), and the number of them, up to which these are filled.
    """
    n_units, dtype = len(state.trace), states.dtype
    clock, in_flight = np.array([state.step], np.int64), np.array(state.in_flight, order="C")
    moving = tuple([np.array(getattr(state, name)) for name in variables])
    current, release, trace = np.array(state.current), np.array(state.release), np.array(state.trace)
    memory = np.array(state.use), np.array(state.resource), np.array(state.delivered)
    advanced = (clock, moving, current, release, trace, memory)
    events = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    most = len(X) if noise_of is None else max(NOISE_AT_ONCE // (n_substeps * n_units), 1)
    total, noise = 0, np.empty((0, n_units), dtype)
    for rows in slices(len(X), n_units, most):
        if noise_of is not None:
            noise = noise_of(clock[0] // n_substeps, len(X[rows]))
        free = tuple(part[total:] for part in events)
        n_spikes, in_flight = run(*arguments, X[rows], noise, advanced, in_flight, states[rows], free)
        total += n_spikes
    end = type(state)(int(clock[0]), *moving, current, release, trace, in_flight, *memory)
    return end, (*events, total)


def gather_events(simulate, X, state, capacity, per_row):
    """Drive on from a state; return the steps and units of all spikes, and the state after the last step.

    Parameters
    ----------
    simulate : callable
        ``simulate(X, state, capacity)`` returns the state after the last row, and the spikes as `simulate_series` does.
    X, state : as `drive` takes them
    capacity : int or None
        Number of spikes to reserve memory for; if there are more, a second run reserves enough. None is ``per_row``
        for each row, in as many runs as that needs.
    per_row : float
        A generous number, because only what is written to takes memory.
    """
    n_rows = max(len(X), 1) if capacity is not None else max(int(MOST_RESERVED / per_row), 1)
    found = []
    for first in range(0, max(len(X), 1), n_rows):
        rows = X if n_rows >= len(X) else X[first : first + n_rows]
        reserved = int(per_row * len(rows) + 1) if capacity is None else capacity
        end, (steps, units, n_spikes) = simulate(rows, state, reserved)
        if n_spikes > reserved:
            end, (steps, units, _) = simulate(rows, state, n_spikes)
        state = end
        found.append((steps[:n_spikes].copy(), units[:n_spikes].copy()))
    steps, units = found[0] if len(found) == 1 else map(np.concatenate, zip(*found, strict=True))
    return steps, units, state

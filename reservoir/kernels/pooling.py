"""Sums, extremes and counts over the rows of a series of states, as they come: one number of each kind per unit."""

from readouts.compiling import njit


@njit
def add_rows(states, totals):
    """Add the sum of the rows of ``states`` to ``totals`` (n_units,), in double precision."""
    for t in range(states.shape[0]):
        for i in range(totals.size):
            totals[i] += states[t, i]


@njit
def add_squares(states, means, totals):
    """Add the sum of the squared distances of the rows from ``means`` to ``totals``, both (n_units,) and double."""
    for t in range(states.shape[0]):
        for i in range(totals.size):
            distance = states[t, i] - means[i]
            totals[i] += distance * distance


@njit
def count_above(states, thresholds, counts):
    """Add the number of rows in which a unit is above each of its thresholds to ``counts`` (n_thresholds, n_units)."""
    for t in range(states.shape[0]):
        for k in range(thresholds.shape[0]):
            for i in range(thresholds.shape[1]):
                counts[k, i] += states[t, i] > thresholds[k, i]

"""Sums, squares, extremes and counts over the rows of a series of states as they come: one of each kind per unit.

Rows are taken four at a time, so that what is added to is loaded and stored once for all of them; the terms are added
in the order of the rows all the same.
"""

import numpy as np

from readouts.compiling import njit

AT_ONCE = 4


@njit
def add_rows(states, totals):
    """Add the sum of the rows of ``states`` to ``totals`` (n_units,), in double precision."""
    n_fours = states.shape[0] // AT_ONCE * AT_ONCE
    for t in range(0, n_fours, AT_ONCE):
        first, second, third, fourth = states[t], states[t + 1], states[t + 2], states[t + 3]
        for i in range(totals.size):
            totals[i] = totals[i] + first[i] + second[i] + third[i] + fourth[i]
    for t in range(n_fours, states.shape[0]):
        for i in range(totals.size):
            totals[i] += states[t, i]


@njit
def add_distances(states, first, sums, squares):
    """Add the distances of the rows from ``first`` to ``sums``, and their squares to ``squares``, all (n_units,)."""
    n_fours = states.shape[0] // AT_ONCE * AT_ONCE
    for t in range(0, n_fours, AT_ONCE):
        one, two, three, four = states[t], states[t + 1], states[t + 2], states[t + 3]
        for i in range(sums.size):
            a, b, c, d = one[i] - first[i], two[i] - first[i], three[i] - first[i], four[i] - first[i]
            sums[i] = sums[i] + a + b + c + d
            squares[i] = squares[i] + a * a + b * b + c * c + d * d
    for t in range(n_fours, states.shape[0]):
        for i in range(sums.size):
            distance = states[t, i] - first[i]
            sums[i] += distance
            squares[i] += distance * distance


@njit
def keep_largest(states, sign, largest):
    """Keep the largest of ``sign`` times each unit's states and ``largest`` (n_units,), all of one precision."""
    n_fours = states.shape[0] // AT_ONCE * AT_ONCE
    for t in range(0, n_fours, AT_ONCE):
        first, second, third, fourth = states[t], states[t + 1], states[t + 2], states[t + 3]
        for i in range(largest.size):
            one, other = max(sign * first[i], sign * second[i]), max(sign * third[i], sign * fourth[i])
            largest[i] = max(largest[i], max(one, other))
    for t in range(n_fours, states.shape[0]):
        for i in range(largest.size):
            largest[i] = max(largest[i], sign * states[t, i])


@njit
def count_above(states, thresholds, counts):
    """Add the number of rows in which a unit is above each of its thresholds to ``counts`` (n_thresholds, n_units).

    They are integers of 32 bits, which take two thirds of the time of 64.
    """
    n_fours = states.shape[0] // AT_ONCE * AT_ONCE
    for t in range(0, n_fours, AT_ONCE):
        first, second, third, fourth = states[t], states[t + 1], states[t + 2], states[t + 3]
        for k in range(thresholds.shape[0]):
            levels, above = thresholds[k], counts[k]
            for i in range(above.size):
                level = levels[i]
                above[i] += (
                    np.int32(first[i] > level) + np.int32(second[i] > level) + np.int32(third[i] > level)
                    + np.int32(fourth[i] > level)
                )  # fmt: skip
    for t in range(n_fours, states.shape[0]):
        for k in range(thresholds.shape[0]):
            for i in range(thresholds.shape[1]):
                counts[k, i] += states[t, i] > thresholds[k, i]

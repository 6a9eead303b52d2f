"""Mean, distances and largest size of every column of a block of rows in double precision."""

import numpy as np

from readouts.compiling import njit

# Smaller sums of squares have lost digits, as squares of such numbers are rounded to multiples of 5e-324.
SMALLEST_SQUARES = 1e-270


@njit
def column_moments(rows):
    """Return the mean of every column of (n_rows, n_columns) and the Euclidean length of the distances from it."""
    n_rows, n_columns = rows.shape
    # Distances from the first row keep the digits that a large mean would take from a sum.
    mean, lengths = np.zeros(n_columns), np.zeros(n_columns)
    for t in range(n_rows):
        for i in range(n_columns):
            mean[i] += rows[t, i] - rows[0, i]
    for i in range(n_columns):
        mean[i] = rows[0, i] + mean[i] / n_rows
    for t in range(n_rows):
        for i in range(n_columns):
            distance = rows[t, i] - mean[i]
            lengths[i] += distance * distance
    for i in range(n_columns):
        within = SMALLEST_SQUARES < lengths[i] < np.inf
        lengths[i] = np.sqrt(lengths[i]) if within else _scaled_length(rows[:, i], mean[i])
    return mean, lengths


@njit
def _scaled_length(column, mean):
    """Return the length of the distances from the mean of numbers whose squares overflow, or are rounded to 0."""
    largest = 0.0
    for t in range(column.size):
        largest = max(largest, abs(column[t] - mean))
    if not 0 < largest < np.inf:
        return largest
    total = 0.0
    for t in range(column.size):
        total += ((column[t] - mean) / largest) ** 2
    return largest * np.sqrt(total)


@njit
def largest_sizes(rows):
    """Return the largest absolute number of every column of (n_rows, n_columns)."""
    largest = np.zeros(rows.shape[1])
    for t in range(rows.shape[0]):
        for i in range(largest.size):
            largest[i] = max(largest[i], abs(rows[t, i]))
    return largest

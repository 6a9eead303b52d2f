"""Mean, squared distances and largest size of every column of a block of rows in double precision."""

import numpy as np

from readouts.compiling import njit


@njit
def column_moments(rows):
    """Return the mean of every column of (n_rows, n_columns) and the sum of the squared distances from it."""
    n_rows, n_columns = rows.shape
    # Distances from the first row keep the digits that a large mean would take from a sum.
    mean, squares = np.zeros(n_columns), np.zeros(n_columns)
    for t in range(n_rows):
        for i in range(n_columns):
            mean[i] += rows[t, i] - rows[0, i]
    for i in range(n_columns):
        mean[i] = rows[0, i] + mean[i] / n_rows
    for t in range(n_rows):
        for i in range(n_columns):
            distance = rows[t, i] - mean[i]
            squares[i] += distance * distance
    return mean, squares


@njit
def largest_sizes(rows):
    """Return the largest absolute number of every column of (n_rows, n_columns)."""
    largest = np.zeros(rows.shape[1])
    for t in range(rows.shape[0]):
        for i in range(largest.size):
            largest[i] = max(largest[i], abs(rows[t, i]))
    return largest
